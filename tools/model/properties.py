"""What must hold: in every state, at rest, and that rest can be reached from everywhere."""

from __future__ import annotations

from typing import Final

from payment_core.approval.model import AttemptState, CancelState, Decision
from tools.model.state import Part, Sale, State, Till, Undo, live_count
from tools.model.world import World

AT_REST: Final = frozenset(
    {
        *(Till.APPROVED, Till.DECLINED, Till.GAVE_UP, Till.DEAD, Till.CANCELLED),
        *(Till.PART_DONE, Till.PART_REFUSED, Till.ONE_PART_DONE, Till.NO_PART_DONE),
    }
)
STILL_APPROVED: Final = frozenset(
    {Till.APPROVED, Till.PART_DONE, Till.PART_REFUSED, Till.ONE_PART_DONE, Till.NO_PART_DONE}
)
TOLD_BACK: Final = {Till.PART_DONE: 1, Till.ONE_PART_DONE: 1, Till.CANCELLED: 2}


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
    sale = world.sale(state)
    if state.till == Till.CANCELLED and live and CancelState.REFUND not in sale.cancels:
        return "the POS was told CANCELLED and an approval is live"
    if sale.claimed and sale.decision is not Decision.APPROVED:
        return "settlement claimed the sale and it is not approved any more"
    return _parts_unsafe(state, sale) if world.rules.partial else ""


def _parts_unsafe(state: State, sale: Sale) -> str:
    """Name what is wrong with the parts of the amount: told, written, given back, claimed, refunded."""
    given_back = (state.parts & 3, state.parts >> 2)
    done, refunds = sale.cancels.count(CancelState.DONE), sale.cancels.count(CancelState.REFUND)
    told = TOLD_BACK.get(Till(state.till), 0)
    if told > done + refunds or done > given_back.count(Part.DONE):
        return "the POS or the sale knows of more money back than the issuer gave"
    if refunds and not sale.claimed:
        return "a refund waits of what settlement never claimed"
    if any(back == (Part.DONE, CancelState.REFUND) for back in zip(given_back, sale.cancels, strict=True)):
        return "a part goes back twice, online and by a settlement file"
    if max(sale.claimed, *sale.filed) > 1:
        return "two batches of settlement hold the same"
    return ""


def quiescent(state: State, world: World) -> bool:
    """Whether nothing is under way any more and nobody owes anything."""
    sale = world.sale(state)
    return not (
        state.network
        or state.handlers
        or state.undo == Undo.PENDING
        or state.till not in AT_REST
        or sale.decision is Decision.RECEIVED
        or sale.decision is Decision.CANCELLING
        or sale.cancels.count(CancelState.REFUND) > sum(sale.filed)
        or world.undoing(state.sale)
        or (world.rules.lists and _is_listed(state, sale))
    )


def _is_listed(state: State, sale: Sale) -> bool:
    """Whether a destination's list shows live what is reversed here: it is undone once more."""
    return sale.decision is Decision.REVERSE and live_count(state) > 0


def for_reconciliation(state: State, world: World) -> bool:
    """Whether a known, live approval is left for people: its till died, or gave up what was claimed."""
    sale = world.sale(state)
    left = state.till == Till.DEAD or (state.undo == Undo.REFUSED and sale.claimed > 0)
    return left and sale.decision is Decision.APPROVED and live_count(state) == 1


def unquiet(state: State, world: World) -> str:
    """Name what is wrong with this quiescent state; empty where nothing is."""
    sale = world.sale(state)
    if AttemptState.INTENT in sale.attempts:
        return "at rest, an attempt is still at INTENT"
    if for_reconciliation(state, world):
        return ""
    if state.till in STILL_APPROVED or CancelState.REFUND in sale.cancels:
        given_back = [state.parts & 3, state.parts >> 2].count(Part.DONE)
        agree = given_back == sale.cancels.count(CancelState.DONE) and live_count(state) == 1
        return "" if agree else "at rest, sale and issuer disagree"
    return "at rest, an approval is live that nobody owns" if live_count(state) else ""
