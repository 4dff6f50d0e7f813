"""A second attempt: only when the first destination provably holds nothing (docs/adr/0018).

The first attempt was not sent, not forwarded, or its net-cancel was confirmed within the budget; and there is
another destination; and there is time. Nothing else starts a second attempt, and nothing starts a third.
Promise: tests/spec/test_second_attempt.py. Story: docs/flows/approval.md.
"""

from __future__ import annotations

from typing import Final

from payment_core.approval.model import (
    CLOSED_WITHOUT_APPROVAL,
    MAXIMUM_ATTEMPTS,
    AttemptState,
    Decision,
    Sale,
)
from payment_core.approval.ports import Profile
from payment_core.kernel.hand import Hand
from payment_core.kernel.net_cancel_mode import NetCancelMode

SECOND_ATTEMPT_MS: Final = 8_000  # what a second attempt needs of the request's time
IN_LINE_TRY_MS: Final = 4_000  # the net-cancel of the first, before it


def may_go_on(sale: Sale, index: int, *, spare: bool, in_doubt: Profile | None, hand: Hand) -> bool:
    """Whether the sale stays undecided after this attempt, because another destination will be asked.

    Args:
        sale: With its attempt still at INTENT.
        index: Which attempt it is.
        spare: The router named another destination.
        in_doubt: The contract of a destination that may hold an approval; its net-cancel must come first, at
            once and by payrelay. ``None`` when it provably holds nothing.
        hand: Who acts.
    """
    if not spare or index + 1 >= MAXIMUM_ATTEMPTS:
        return False
    needed_ms = SECOND_ATTEMPT_MS
    if in_doubt is not None:
        van_owned = sale.attempts[index].net_cancel_mode is NetCancelMode.VAN_OWNED
        if van_owned or in_doubt.net_cancel_first_delay_seconds:
            return False
        needed_ms += IN_LINE_TRY_MS
    return sale.deadline_at_ms - hand.now_ms() >= needed_ms


def may_ask_another(sale: Sale, hand: Hand) -> bool:
    """Whether the sale was left undecided for a second attempt, and that attempt may be made now."""
    states = sale.attempt_states()
    made = [state for state in states if state is not AttemptState.ABSENT]
    return (
        sale.decision is Decision.RECEIVED
        and 0 < len(made) < MAXIMUM_ATTEMPTS
        and all(state in CLOSED_WITHOUT_APPROVAL for state in made)
        and sale.deadline_at_ms - hand.now_ms() >= SECOND_ATTEMPT_MS
    )
