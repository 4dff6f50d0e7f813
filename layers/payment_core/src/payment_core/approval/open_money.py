"""Open money: sales whose end is not known yet, since when, and who has to act.

Shown by `payrelay open`; the minute sweep measures the oldest. Promise: tests/spec/test_open_money.py.
Story: docs/flows/sweeper.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from payment_core.approval.model import OPEN_ATTEMPTS, AttemptState, CancelState, Decision, Sale
from payment_core.approval.standing import held_won
from payment_core.kernel import open_ages
from payment_core.kernel.open_ages import A_PERSON_LOOKS_AFTER_MS, Money


def open_since_ms(sale: Sale) -> int:
    """Since when it is not known what holds: since the cancel, else the intent, else the sale."""
    if sale.decision is Decision.CANCELLING:
        return sale.cancels[sale.open_cancel].requested_at_ms
    intents = [one.intent_at_ms for one in sale.attempts if one.state in OPEN_ATTEMPTS]
    return min(intents, default=sale.received_at_ms)


def open_won(sale: Sale) -> int:
    """What is not known, in won: how far a cancel has not come, else what may be held, else the sale's."""
    cancel = sale.cancels.get(sale.open_cancel)
    if cancel:
        return abs(cancel.amount_won - (cancel.taken_back_won or 0))
    return held_won(sale) or sale.amount_won


def is_for_a_person(sale: Sale, now_ms: int) -> bool:
    """Whether a person has to look: called, or open for too long. The tries go on all the same."""
    cancel = sale.cancels.get(sale.open_cancel)
    is_called = AttemptState.MANUAL in sale.attempt_states() or (
        cancel is not None and cancel.state is CancelState.MANUAL
    )
    return is_called or now_ms - open_since_ms(sale) >= A_PERSON_LOOKS_AFTER_MS


def by_age(sales: Iterable[Sale], now_ms: int) -> dict[str, Money]:
    """How much is open, by age."""
    return open_ages.by_age(((open_since_ms(sale), open_won(sale)) for sale in sales), now_ms)
