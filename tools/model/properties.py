"""What must hold: in every state, at rest, and that rest can be reached from everywhere."""

from __future__ import annotations

from typing import Final

from payment_core.approval.model import AttemptState, Decision
from tools.model.state import State, Till, Undo, live_count
from tools.model.world import World

AT_REST: Final = frozenset(
    {Till.APPROVED, Till.DECLINED, Till.GAVE_UP, Till.DEAD, Till.CANCELLED}
)


def unsafe(state: State, world: World) -> str:
    """Name the property that this state breaks; empty where none."""
    live = live_count(state)
    if live > 1:
        return "two approvals are live at once"
    if state.till == Till.APPROVED:
        if world.sale(state).decision is not Decision.APPROVED:
            return "the POS was told APPROVED and the sale is not"
        if live != 1:
            return "the POS was told APPROVED and nothing is live"
    if state.till == Till.CANCELLED and live:
        return "the POS was told CANCELLED and an approval is live"
    return ""


def quiescent(state: State, world: World) -> bool:
    """Whether nothing is under way any more and nobody owes anything."""
    return not (
        state.network
        or state.handlers
        or state.undo == Undo.PENDING
        or state.till not in AT_REST
        or world.sale(state).decision is Decision.RECEIVED
        or world.undoing(state.sale)
    )


def for_reconciliation(state: State, world: World) -> bool:
    """Whether a dead POS left an approval that is known and live: its journal decides, no protocol can."""
    return (
        state.till == Till.DEAD
        and world.sale(state).decision is Decision.APPROVED
        and live_count(state) == 1
    )


def unquiet(state: State, world: World) -> str:
    """Name what is wrong with this quiescent state; empty where nothing is."""
    if state.till == Till.APPROVED or for_reconciliation(state, world):
        return ""
    if live_count(state):
        return "at rest, an approval is live that nobody owns"
    if AttemptState.INTENT in world.sale(state).attempts:
        return "at rest, an attempt is still at INTENT"
    return ""
