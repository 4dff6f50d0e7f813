"""By hand: what people may do to a sale that does not end by itself: have it tried now, or prove its end.

Two of them wanted it (payment_core/cases). Here it is a write like any other, on the condition that the sale
stands as it was seen; nothing else of a sale is writable by people (row 15 of the protocol). What a
destination keeps of a sale that ended otherwise they may have undone there, beside the sale (kept.py).
Promise: tests/spec/test_by_hand.py, tests/spec/test_kept.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from payment_core.approval.change import Change, Facts, Path, Wake, given_up, transition
from payment_core.approval.heard import with_what_was_heard
from payment_core.approval.kept import begin, is_kept, may_begin
from payment_core.approval.lanes import Lane, can_fill_cancel, may_be_told
from payment_core.approval.late import Listed
from payment_core.approval.model import CancelState, Decision, Sale, SaleId, Step, allows
from payment_core.approval.ports import Drivers, Profile, Sales
from payment_core.approval.sweeper import drive_net_cancel, next_run
from payment_core.kernel.hand import Hand


@dataclass(frozen=True)
class Known:
    """What people know of an approval: its number at the destination, and its won."""

    approval_number: str
    approved_won: int


@dataclass(frozen=True)
class Proof:
    """The signed word of two people of what became of it.

    Attributes:
        actor: Who says so.
        checker: Who checked it, another person.
        reason: Why they close it.
        proof: Where it can be read: a letter, a line of a file, a name and an hour.
        case: Where the story is told.
    """

    actor: str
    checker: str
    reason: str
    proof: str
    case: str


def may_be_proved(sale: Sale, index: int) -> bool:
    """Whether a proof may close this attempt: a destination refused to, and a person was called."""
    return allows(Step.REVERSAL_PROVED, sale.decision, sale.attempt_states(), index)


def cancel_may_be_proved(sale: Sale, cancel_id: str) -> bool:
    """Whether a proof may close this cancel: what its destination says does not end it (docs/adr/0042)."""
    return cancel_id == sale.open_cancel and sale.cancels[cancel_id].state is CancelState.MANUAL


def cancel_may_be_disproved(sale: Sale, cancel_id: str) -> bool:
    """Whether the proof may be that nothing went back: nobody has said that anything did."""
    return cancel_may_be_proved(sale, cancel_id) and sale.cancels[cancel_id].taken_back_won is None


def have_tried(
    sale: Sale,
    index: int,
    lane: Lane,
    *,
    known: Known | None,
    profile: Profile,
    sales: Sales,
    drivers: Drivers,
    hand: Hand,
) -> Sale | None:
    """Have an attempt's undoing tried now, by this lane, in an execution of its own.

    Args:
        sale: As it was read.
        index: Which attempt.
        lane: By which telegram.
        known: For a cancel: what the sale does not know itself; nothing that it knows is replaced.
        profile: What the contract with its destination says.
        sales: The truth.
        drivers: Starts the recovery.
        hand: Who acts.

    Returns:
        The sale, due now; ``None`` where the protocol does not take it, or the sale moved meanwhile.
    """
    attempt = sale.attempts[index]
    known = known or Known(attempt.approval_number, attempt.approved_won)
    if attempt.approved_won not in {0, known.approved_won}:
        return None
    knows = replace(attempt, approval_number=known.approval_number, approved_won=known.approved_won)
    if lane not in may_be_told(knows, profile, can_fill=can_fill_cancel(sale)):
        return None
    name = f"a{index}"
    change = next_run(sale, (name, "run"), attempt.run, hand)
    heard: dict[Path, object] = {(name, word): value for word, value in vars(known).items() if value}
    due: dict[Path, object] = {(name, "told_lane"): str(lane), ("next_action_at_ms",): hand.now_ms()}
    seen: dict[Path, str | int | None] = {(name, "approved_won"): attempt.approved_won or None}
    wanted = replace(change, seen={**change.seen, **seen}, sets={**change.sets, **due, **heard})
    written = sales.apply(with_what_was_heard(wanted, sale, index, hand))
    if not written.won:
        return None
    drivers.start_net_cancel(sale.sale_id, index, attempt.run + 1)
    return written.sale


def undo_kept(
    sale: Sale,
    index: int,
    listed: Listed,
    wish: Mapping[str, str],
    *,
    sales: Sales,
    drivers: Drivers,
    hand: Hand,
) -> Sale | None:
    """Have undone once more what the list of an attempt's destination shows live; the sale stays as it is.

    Args:
        sale: As it was read.
        index: The attempt that the list is about.
        listed: What the list says of it.
        wish: Who wants it, who checked that, why, and in which case; its history says so.
        sales: The truth.
        drivers: Starts the undoing.
        hand: Who acts.

    Returns:
        The sale; ``None`` where it does not stand so, or is approved at that very destination.

    Raises:
        DriverUnavailableError: it is written down, and perhaps nobody does it yet; do this again.
    """
    if not is_kept(sale, index):
        if not may_begin(sale, index):
            return None
        written = sales.apply(begin(sale, index, listed, wish, hand))
        if not written.won:
            return None
        sale = written.sale
    drive_net_cancel(sale, index, sales=sales, drivers=drivers, hand=hand)
    return sale


def have_cancel_tried(sale: Sale, *, sales: Sales, drivers: Drivers, hand: Hand) -> Sale | None:
    """Have the open cancel of a sale sent again now; ``None`` where none is repeated, or the sale moved."""
    if sale.decision is not Decision.CANCELLING or cancel_may_be_proved(sale, sale.open_cancel):
        return None
    run = sale.cancels[sale.open_cancel].run
    written = sales.apply(next_run(sale, ("cancels", sale.open_cancel, "run"), run, hand))
    if not written.won:
        return None
    drivers.start_cancel(written.sale, run + 1)
    return written.sale


def close_with_proof(sale_id: SaleId, index: int, proof: Proof, *, sales: Sales, hand: Hand) -> Sale | None:
    """Close an attempt that a destination refused to undo; ``None`` where it does not stand so any more."""
    sale = sales.read(sale_id)
    while sale is not None and may_be_proved(sale, index):
        written = sales.apply(_proved(sale, index, proof, hand))
        if written.won:
            return written.sale
        sale = written.sale
    return None


def _proved(sale: Sale, index: int, proof: Proof, hand: Hand) -> Change:
    return transition(
        Step.REVERSAL_PROVED,
        sale,
        hand,
        index=index,
        wake=Wake(sale.owner, max(sale.next_action_at_ms, hand.now_ms())),
        facts=Facts(evidence=dict(vars(proof))),
    )


def close_cancel_with_proof(
    sale_id: SaleId, cancel_id: str, proof: Proof, *, is_done: bool, sales: Sales, hand: Hand
) -> Sale | None:
    """Close a cancel that a person owns, as done as it was asked or as one of which nothing went back.

    Returns:
        The sale; ``None`` where the cancel does not stand so, or may not end so.
    """
    may = cancel_may_be_proved if is_done else cancel_may_be_disproved
    sale = sales.read(sale_id)
    while sale is not None and may(sale, cancel_id):
        written = sales.apply(_cancel_proved(sale, cancel_id, proof, hand, is_done=is_done))
        if written.won:
            return written.sale
        sale = written.sale
    return None


def _cancel_proved(sale: Sale, cancel_id: str, proof: Proof, hand: Hand, *, is_done: bool) -> Change:
    path = ("cancels", cancel_id)
    step = Step.CANCEL_PART_DONE if sale.cancellable_won else Step.CANCEL_DONE
    return transition(
        step if is_done else Step.CANCEL_REFUSED,
        sale,
        hand,
        facts=Facts(
            seen={(*path, "state"): str(CancelState.MANUAL)},
            sets={
                (*path, "state"): str(CancelState.DONE if is_done else CancelState.REFUSED),
                **({} if is_done else given_up(sale, cancel_id)),
            },
            removes=(("open_cancel",), (*path, "sealed_customer")),
            evidence={"cancel": cancel_id, **vars(proof)},
        ),
    )
