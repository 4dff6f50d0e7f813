"""Tell: what the world hears of one write of a case.

Told by functions/outbox. Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_core.cases.model import Case, Step
from payment_core.events import rfc3339
from payment_core.events.case import CaseClosedV1, CaseEscalatedV1, CaseOpenedV1

TOLD: Final[Mapping[Step, type[CaseOpenedV1]]] = {
    Step.OPEN: CaseOpenedV1,
    Step.ESCALATE: CaseEscalatedV1,
    Step.CLOSE: CaseClosedV1,
}


def event_of(case: Case) -> CaseOpenedV1 | None:
    """Tell the last write of a case; ``None`` where it is nobody else's affair."""
    last = case.history[-1]
    kind = TOLD.get(last.step)
    if kind is None:
        return None
    return kind(
        id=f"{case.case_id}/{case.version}",
        time=rfc3339(last.at_ms),
        subject=case.case_id,
        version=case.version,
        kind=str(case.kind),
        about=case.about,
        destination=case.destination,
        won=case.won,
        level=case.level,
        owner=case.owner,
        deadline=rfc3339(case.deadline_at_ms),
        action=str(case.action or ""),
        sentence={str(language): text for language, text in case.why.items()},
        evidence=dict(last.words),
    )
