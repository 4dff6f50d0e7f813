"""Late: what a destination says of an approval when nobody waits any more is kept, and may have to be undone.

It never flips a decision. An approval that comes after its reversal ended by "not found" is live after all,
and undone again; a reversal that ended by a definite answer stays closed, unless the day's list of its
destination shows it live and two people have it undone once more. While the undoing goes on, its number and
amount are what an ordinary cancel needs.
Promise: tests/spec/test_late.py. Stories: docs/flows/net_cancel.md, docs/flows/repair.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from payment_core.approval.change import Change, Facts, Path, Wake, pinned_states, transition
from payment_core.approval.heard import with_what_was_heard
from payment_core.approval.lanes import approval_heard
from payment_core.approval.model import OPEN_ATTEMPTS, Sale, Step, allows
from payment_core.approval.outcome import Approved, InDoubt, Outcome
from payment_core.approval.ports import Drivers, DriverUnavailableError, Sales
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand

NOT_FOUND_AFTER_HORIZON: Final = "not found after horizon"


@dataclass(frozen=True)
class Listed:
    """An approval as a destination's list has it."""

    approval_number: str
    amount_won: int


def late_news(sale: Sale, index: int, outcome: Outcome, hand: Hand) -> Change | None:
    """The write that a late answer calls for; ``None`` where it changes nothing.

    Where another destination decided the sale meanwhile, the list of this one tells what it keeps (kept.py).

    Args:
        sale: As it stands, decided by another hand.
        index: Which attempt the answer is about.
        outcome: What came of its authorisation.
        hand: Who heard it.
    """
    if not isinstance(outcome, Approved | InDoubt) or not (heard := approval_heard(index, outcome)):
        return None
    state, attempt = sale.attempt_states()[index], sale.attempts[index]
    if state in OPEN_ATTEMPTS and any(getattr(attempt, path[1]) != one for path, one in heard.items()):
        return with_what_was_heard(_noted(sale, heard, hand), sale, index, hand)
    if _ended_by_not_found(sale) and allows(Step.LATE_APPROVAL, sale.decision, sale.attempt_states(), index):
        return _raised_again(sale, index, outcome, heard, hand)
    return None


def undo_listed(
    sale: Sale,
    index: int,
    listed: Listed,
    wish: Mapping[str, str],
    *,
    sales: Sales,
    drivers: Drivers,
    hand: Hand,
) -> Sale | None:
    """Undo once more what is undone here and stands live in the list of its destination.

    Args:
        sale: As it was read.
        index: The attempt that the list is about.
        listed: What the list says of it.
        wish: Who wants it, who checked that, why, and in which case; its history says so.
        sales: The truth.
        drivers: Starts the recovery.
        hand: Who acts.

    Returns:
        The sale, being undone; ``None`` where it does not stand so.
    """
    if not allows(Step.LATE_APPROVAL, sale.decision, sale.attempt_states(), index):
        return None
    said: dict[Path, object] = {
        (f"a{index}", "approval_number"): listed.approval_number,
        (f"a{index}", "approved_won"): listed.amount_won,
    }
    change = transition(
        Step.LATE_APPROVAL,
        sale,
        hand,
        index=index,
        wake=Wake("net_cancel", hand.now_ms()),
        facts=Facts(sets=said, evidence={"approval_number": listed.approval_number, **wish}),
    )
    written = sales.apply(change)
    if not written.won:
        return None
    with suppress(DriverUnavailableError):  # the wakers see the same sale
        drivers.start_net_cancel(sale.sale_id, index, sale.attempts[index].run)
    return written.sale


def _ended_by_not_found(sale: Sale) -> bool:
    ended_by = [entry for entry in sale.history if entry.step is Step.REVERSAL_CONFIRMED]
    return bool(ended_by) and ended_by[-1].evidence.get("reason") == NOT_FOUND_AFTER_HORIZON


def _noted(sale: Sale, heard: dict[Path, object], hand: Hand) -> Change:
    """Keep it for whoever undoes the attempt."""
    write_id = hand.new_id()
    sets = {**heard, ("write_id",): write_id}
    return Change(sale.sale_id, step=None, write_id=write_id, seen=pinned_states(sale), sets=sets)


def _raised_again(
    sale: Sale, index: int, said: Approved | InDoubt, heard: dict[Path, object], hand: Hand
) -> Change:
    evidence = {"approval_number": said.approval_number, "code": said.response_code}
    return transition(
        Step.LATE_APPROVAL,
        sale,
        hand,
        index=index,
        wake=Wake("net_cancel", hand.now_ms()),
        facts=Facts(sets=heard, evidence=evidence),
    )
