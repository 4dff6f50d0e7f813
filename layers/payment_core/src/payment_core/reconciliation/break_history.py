"""What is kept of a break from run to run: who changed it, when and why. Only a comparison closes it.

A person or a repair may say that something is under way; the next run that does not find the break closes it,
and one that finds it again opens it again.
Promise: tests/spec/test_breaks.py. Story: docs/flows/matching.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.breaks import Break

COMPARISON: Final = "comparison"  # the actor of what a run changes


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
    """

    found: Break
    state: BreakState
    version: int
    reason: str
    actor: str
    found_at_ms: int
    at_ms: int

    @property
    def break_id(self) -> str:
        """The break's."""
        return self.found.break_id


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
        elif old.state is BreakState.CLOSED:
            again = f"found again by {run}"
            version = old.version + 1
            yield old, BreakVersion(one, BreakState.OPEN, version, again, COMPARISON, now_ms, now_ms)
        elif _moved(old.found, one):
            yield old, _next(old, old.state, f"changed in {run}", COMPARISON, now_ms, one)
    for name, old in standing.items():
        if name not in fresh and old.state is not BreakState.CLOSED:
            yield old, _next(old, BreakState.CLOSED, f"not found by {run}", COMPARISON, now_ms, old.found)


def begin_repair(one: BreakVersion, *, actor: str, reason: str, now_ms: int) -> BreakVersion | None:
    """Say who mends it and why; it stands until the next comparison. ``None`` if nothing is left to mend."""
    if BreakState.REPAIRING not in NEXT[one.state]:
        return None
    return _next(one, BreakState.REPAIRING, reason, actor, now_ms, one.found)


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
