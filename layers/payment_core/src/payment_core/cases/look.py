"""Look: hold the truth against what is kept, and open, follow or close cases until both say the same.

Called for every event that may matter, in any order and as often as it comes, and once a minute for all that
is open: whoever looks reads the truth, so that an event only says where to look.
Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from payment_core.cases.find import kind_of, proposed
from payment_core.cases.model import (
    DEADLINES_MS,
    HIGHEST_LEVEL,
    OWNERS,
    Case,
    Kind,
    State,
    Step,
    moved,
)
from payment_core.cases.ports import Cases, Part, Stand
from payment_core.kernel.hand import Hand

ORDERS: Final = frozenset({Step.PROPOSE, Step.ORDER, Step.REFUSE, Step.APPROVE, Step.EXECUTE})


def look(parts: Iterable[Part], cases: Cases, hand: Hand) -> list[Case]:
    """Bring the cases of these parts up to date; those that were written.

    Where another hand wrote first, the next look sees what that came to.
    """
    written = []
    for part in parts:
        kept = cases.read(part.case_id)
        becomes = seen(part, kept, hand)
        if becomes is not None and cases.move(kept, becomes):
            written.append(becomes)
    return written


def seen(part: Part, kept: Case | None, hand: Hand) -> Case | None:
    """What a case becomes by what stands now; ``None`` where that is no news."""
    kind = kind_of(part, hand.now_ms())
    if kept is None or not kept.is_open:
        return _opened(part, kind, kept, hand) if kind else None
    if part.stand is Stand.ENDED:
        return moved(Step.CLOSE, replace(kept, proposal=None), hand, dict(part.evidence))
    return _followed(part, kind or kept.kind, kept, hand)


def _opened(part: Part, kind: Kind, kept: Case | None, hand: Hand) -> Case:
    now_ms = hand.now_ms()
    action, why = proposed(kind, part)
    fresh = Case(
        about=part.about,
        part=part.part,
        kind=kind,
        state=State.ABSENT,
        version=0,
        opened_at_ms=now_ms,
        deadline_at_ms=now_ms + DEADLINES_MS[kind],
        since_ms=part.since_ms,
        won=part.won,
        destination=part.destination,
        evidence=part.evidence,
        may=part.may,
        action=action,
        why=why,
    )
    if kept is not None:  # it was closed, and comes up again: its history goes on
        fresh = replace(fresh, state=kept.state, version=kept.version, history=kept.history)
    return moved(Step.OPEN, fresh, hand, {"kind": kind, **part.evidence})


def _followed(part: Part, kind: Kind, kept: Case, hand: Hand) -> Case | None:
    action, why = proposed(kind, part)
    now = replace(
        kept,
        kind=kind,
        since_ms=part.since_ms,
        won=part.won,
        destination=part.destination,
        evidence=part.evidence,
        may=part.may,
        action=action,
        why=why,
        deadline_at_ms=min(kept.deadline_at_ms, kept.opened_at_ms + DEADLINES_MS[kind]),
    )
    return None if now == kept else moved(Step.SEE, now, hand, {"kind": kind, **part.evidence})


def escalated(case: Case, hand: Hand) -> Case | None:
    """Call the next level when half of the time is over, and the highest at the deadline; nothing else."""
    now_ms = hand.now_ms()
    half_ms = (case.deadline_at_ms - case.opened_at_ms) // 2
    due = HIGHEST_LEVEL if now_ms >= case.deadline_at_ms else 2 if case.age_ms(now_ms) >= half_ms else 1
    if not case.is_open or due <= case.level:
        return None
    words = {"level": str(due), "owner": OWNERS[due]}
    return moved(Step.ESCALATE, replace(case, level=due), hand, words)
