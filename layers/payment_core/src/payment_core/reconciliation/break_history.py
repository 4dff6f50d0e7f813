"""What is kept of a break from run to run: who changed it, when and why. Only a comparison closes it.

A repair says that something is under way; the next run that does not find the break closes it, and one that
finds it again opens it again. What two people entered into the books, or decided of rows that fit several
ways, accounts for a difference that will always be there: the next run closes that too, and opens it again
as soon as it says another amount.
Promise: tests/spec/test_breaks.py. Story: docs/flows/matching.md. Decision: docs/adr/0055.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.breaks import Break, Repair

COMPARISON: Final = "comparison"  # the actor of what a run changes
ACCOUNTS: Final = frozenset({Repair.ADJUST_ENTRY, Repair.DECIDE})  # what they leave, no list ever shows


class BreakState(StrEnum):
    """Where a break stands."""

    OPEN = "OPEN"
    REPAIRING = "REPAIRING"
    CLOSED = "CLOSED"


NEXT: Final = {
    BreakState.OPEN: {BreakState.REPAIRING, BreakState.CLOSED},
    BreakState.REPAIRING: {BreakState.REPAIRING, BreakState.CLOSED},
    BreakState.CLOSED: {BreakState.OPEN},
}


@dataclass(frozen=True)
class BreakVersion:
    """One version of one break.

    Attributes:
        version: From 1, one more at each change.
        reason: Why it became so, in the actor's words.
        actor: Who made it so: a person, a repair, or ``comparison``.
        found_at_ms: When it came up; again, after it was closed.
        at_ms: When this version was written.
        repair: What is under way; ``None`` before.
        evidence: Where it can be read: a posting's key, a row's name, a case.
    """

    found: Break
    state: BreakState
    version: int
    reason: str
    actor: str
    found_at_ms: int
    at_ms: int
    repair: Repair | None = None
    evidence: str = ""

    @property
    def break_id(self) -> str:
        """The break's."""
        return self.found.break_id

    def accounts_for(self, found: Break) -> bool:
        """Whether what people entered or decided is all that a run still finds."""
        return self.repair in ACCOUNTS and bool(self.evidence) and not _moved(self.found, found)


def changes(
    kept: Iterable[BreakVersion], found: Iterable[Break], *, run: str, now_ms: int
) -> Iterator[tuple[BreakVersion | None, BreakVersion]]:
    """What one comparison changes: what stands and what it becomes; nothing for what is as it was."""
    standing = {one.break_id: one for one in kept}
    fresh = {one.break_id: one for one in found}
    for name, one in fresh.items():
        old = standing.get(name)
        if old is None:
            yield None, BreakVersion(one, BreakState.OPEN, 1, f"found by {run}", COMPARISON, now_ms, now_ms)
        elif old.accounts_for(one):
            if old.state is not BreakState.CLOSED:
                yield (
                    old,
                    _next(
                        old, BreakState.CLOSED, f"accounted for by {old.evidence}", COMPARISON, now_ms, one
                    ),
                )
        elif old.state is BreakState.CLOSED:
            again = f"found again by {run}"
            version = old.version + 1
            yield old, BreakVersion(one, BreakState.OPEN, version, again, COMPARISON, now_ms, now_ms)
        elif _moved(old.found, one):
            becomes = _next(old, old.state, f"changed in {run}", COMPARISON, now_ms, one)
            yield old, replace(becomes, evidence="" if old.repair in ACCOUNTS else old.evidence)
    for name, old in standing.items():
        if name not in fresh and old.state is not BreakState.CLOSED:
            yield old, _next(old, BreakState.CLOSED, f"not found by {run}", COMPARISON, now_ms, old.found)


def begin_repair(
    one: BreakVersion, repair: Repair, *, actor: str, reason: str, evidence: str, now_ms: int
) -> BreakVersion | None:
    """Say what mends it, who and why; it stands until the next comparison. ``None`` if nothing is to mend.

    Args:
        one: As it stands.
        repair: What was begun.
        actor: Who had it done.
        reason: Why, in their words.
        evidence: Where it can be read.
        now_ms: Wall clock.
    """
    if BreakState.REPAIRING not in NEXT[one.state]:
        return None
    begun = _next(one, BreakState.REPAIRING, reason, actor, now_ms, one.found)
    return replace(begun, repair=repair, evidence=evidence)


def _moved(old: Break, new: Break) -> bool:
    """Whether another run says another thing of it; where its rows lie in a file is not another thing."""
    return (old.our_won, old.their_won) != (new.our_won, new.their_won)


def _next(
    old: BreakVersion, state: BreakState, reason: str, actor: str, now_ms: int, found: Break
) -> BreakVersion:
    return replace(
        old,
        found=found,
        state=state,
        version=old.version + 1,
        reason=reason,
        actor=actor,
        at_ms=now_ms,
    )
