"""Kept: what a destination lists live that it said was undone, of a sale that came to its end elsewhere.

Another destination approved the sale, or declined it, so that it keeps its standing whatever becomes of this.
Its history alone says that the attempt is undone once more, how far that is, and how it ended. Two people
begin it (by_hand.py), and then it is an undoing like any other (net_cancel.py), at the attempt's own
destination and by its own numbers. A sale that came to nothing is opened again instead (late.py).
Promise: tests/spec/test_kept.py. Story: docs/flows/repair.md. Decision: docs/adr/0064.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from payment_core.approval.change import Change, Facts, Path, Wake, pinned_states, transition
from payment_core.approval.late import Listed
from payment_core.approval.model import OPEN_ATTEMPTS, AttemptState, Entry, Sale, Step, allows
from payment_core.kernel.hand import Hand

HOW_FAR: Final = {
    Step.KEPT_THERE: AttemptState.REVERSING,
    Step.KEPT_REFUSED: AttemptState.MANUAL,
    Step.KEPT_UNDONE: AttemptState.REVERSED,
}
STILL_LISTED: Final = "it knows no such sale, and lists it"


def is_kept(sale: Sale, index: int) -> bool:
    """Whether its destination keeps what is to be undone, and has not undone it yet."""
    told = _told_of(sale, index)
    is_closed = sale.attempt_states()[index] is AttemptState.REVERSED
    return is_closed and bool(told) and told[-1].step is not Step.KEPT_UNDONE


def state_of_undoing(sale: Sale, index: int) -> AttemptState:
    """How an attempt stands for whoever undoes it: one that is kept as if its sale had come to nothing."""
    told = _told_of(sale, index)
    return HOW_FAR[told[-1].step] if told and is_kept(sale, index) else sale.attempt_states()[index]


def undone_at_ms(sale: Sale, index: int) -> int:
    """When the last undoing of an attempt was confirmed; 0 where it is under way, or never was."""
    if state_of_undoing(sale, index) in OPEN_ATTEMPTS:
        return 0
    closed = [
        entry.at_ms
        for before, entry in pairwise(sale.history)
        if entry.attempts[index] is AttemptState.REVERSED is not before.attempts[index]
    ]
    kept = [entry.at_ms for entry in _told_of(sale, index) if entry.step is Step.KEPT_UNDONE]
    return max([*closed, *kept], default=0)


def may_begin(sale: Sale, index: int) -> bool:
    """Whether it may be undone once more: not where its destination is the one that approved the sale."""
    states, attempts = sale.attempt_states(), sale.attempts
    approved = {one.destination for one in attempts if one.state is AttemptState.APPROVED}
    may = allows(Step.KEPT_THERE, sale.decision, states, index)
    return may and attempts[index].destination not in approved


def begin(sale: Sale, index: int, listed: Listed, wish: Mapping[str, str], hand: Hand) -> Change:
    """Write down what is kept, and take the next name of its undoing.

    Args:
        sale: As it was read.
        index: The attempt that the list is about.
        listed: What the list says of it.
        wish: Who wants it, who checked that, why, and in which case.
        hand: Who acts.
    """
    name = f"a{index}"
    sets: dict[Path, object] = {
        (name, "approval_number"): listed.approval_number,
        (name, "approved_won"): listed.amount_won,
        (name, "run"): sale.attempts[index].run + 1,
    }
    told = {"approval_number": listed.approval_number, "amount_won": str(listed.amount_won), **wish}
    return kept_step(Step.KEPT_THERE, sale, index, hand, Facts(sets=sets, evidence=told))


def kept_step(step: Step, sale: Sale, index: int, hand: Hand, facts: Facts) -> Change:
    """Write a line about what is kept; whoever the sale waits for, it goes on waiting for.

    It moves no state that another hand could miss: so it counts as a try, and of two hands one writes it.
    """
    seen, sets = _counted(sale, index)
    told = {"attempt": f"a{index}", "destination": sale.attempts[index].destination, **facts.evidence}
    return transition(
        step,
        sale,
        hand,
        index=index,
        wake=Wake(sale.owner, sale.next_action_at_ms),
        facts=Facts({**facts.sets, **sets}, facts.removes, {**facts.seen, **seen}, told),
    )


def kept_try(sale: Sale, index: int, hand: Hand, more: Mapping[Path, object]) -> Change:
    """Write down that one more telegram about what is kept went out without a definite answer."""
    write_id = hand.new_id()
    seen, sets = _counted(sale, index)
    return Change(
        sale.sale_id,
        step=None,
        write_id=write_id,
        seen={**pinned_states(sale), **seen},
        sets={**more, **sets, ("write_id",): write_id},
    )


def _counted(sale: Sale, index: int) -> tuple[dict[Path, str | int | None], dict[Path, object]]:
    """One more try, on the condition that nobody made another meanwhile."""
    path, tries = (f"a{index}", "tries"), sale.attempts[index].tries
    return {path: tries or None}, {path: tries + 1}


def _told_of(sale: Sale, index: int) -> list[Entry]:
    return [one for one in sale.history if one.step in HOW_FAR and one.evidence["attempt"] == f"a{index}"]
