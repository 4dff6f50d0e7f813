"""Execute: hand an approved action to the protocol, once it is durable who wanted it and who checked it.

The approval stands before anything is done, as an intent stands before a telegram: whoever dies in between
leaves a case that the next minute carries out, and every action may be carried out twice.
Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from payment_core.cases.model import Case, State, Step, moved
from payment_core.cases.ports import Cases, Relay
from payment_core.kernel.hand import Hand


def execute(case: Case, *, cases: Cases, relay: Relay, hand: Hand) -> Case | None:
    """Carry out what was approved and note what came of it; ``None`` where nothing waits for that.

    Its success closes no case: only what then stands of the sale does.
    """
    if case.state is not State.APPROVED or case.proposal is None:
        return None
    came = relay.carry_out(case, hand)
    becomes = moved(Step.EXECUTE, case, hand, {"action": str(case.proposal.action), "came": str(came)})
    return becomes if cases.move(case, becomes) else None
