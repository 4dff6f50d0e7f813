"""Late: an approval that comes after its reversal ended by "not found" is live after all, and undone again.

It never flips a decision. A reversal that ended by a definite answer stays closed: what comes after it is
evidence and nothing more. Promise: tests/spec/test_late.py. Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from typing import Final

from payment_core.approval.change import Change, Facts, Wake, transition
from payment_core.approval.model import AttemptState, Sale, Step
from payment_core.approval.outcome import Approved, Outcome
from payment_core.kernel.hand import Hand

NOT_FOUND_AFTER_HORIZON: Final = "not found after horizon"


def raised_again(sale: Sale, index: int, outcome: Outcome, hand: Hand) -> Change | None:
    """The write that opens the attempt again; ``None`` where the late answer changes nothing."""
    if not isinstance(outcome, Approved) or sale.attempt_states()[index] is not AttemptState.REVERSED:
        return None
    ended_by = [entry for entry in sale.history if entry.step is Step.REVERSAL_CONFIRMED]
    if not ended_by or ended_by[-1].evidence.get("reason") != NOT_FOUND_AFTER_HORIZON:
        return None
    return transition(
        Step.LATE_APPROVAL,
        sale,
        hand,
        index=index,
        wake=Wake("net_cancel", hand.now_ms()),
        facts=Facts(
            sets={(f"a{index}", "approval_number"): outcome.approval_number},
            evidence={"approval_number": outcome.approval_number, "code": outcome.response_code},
        ),
    )
