"""``case.opened``, ``case.escalated`` and ``case.closed`` v1: what people must look at. They never change.

A case may open again after it was closed; consumers order and de-duplicate by (subject, version), whose gaps
are what people did in between. Schemas: events/schemas/case.*.v1.json. Examples kept for ever:
events/published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPENED: Final = "payrelay.case.opened.v1"
ESCALATED: Final = "payrelay.case.escalated.v1"
CLOSED: Final = "payrelay.case.closed.v1"


@dataclass(frozen=True)
class CaseOpenedV1:
    """Somebody must look.

    Attributes:
        id: ``subject/version``: the same for every delivery.
        time: RFC 3339, UTC, milliseconds.
        subject: The case: what it is about, and which part of it.
        version: How often the case was written.
        kind: What is the matter, e.g. NET_CANCEL_REFUSED.
        about: The sale's or cancel's id, or terminal and date of a journal.
        destination: Who holds the money; empty where that is no question.
        won: What may be held, or what differs.
        level: Of its owner, 1 to 3.
        owner: Whose turn it is.
        deadline: RFC 3339, UTC; by then it should be closed.
        action: What is proposed; empty where nothing can be done from here.
        sentence: For people, by language: what is the matter and why that helps.
        evidence: What is known of it; of a closed one, what closed it.
    """

    id: str
    time: str
    subject: str
    version: int
    kind: str
    about: str
    destination: str
    won: int
    level: int
    owner: str
    deadline: str
    action: str
    sentence: dict[str, str]
    evidence: dict[str, str]
    type: str = OPENED
    source: str = "payrelay"
    specversion: str = "1.0"

    @property
    def is_fact(self) -> bool:
        """Others react to it, so that it also goes to the event bus."""
        return True


@dataclass(frozen=True)
class CaseEscalatedV1(CaseOpenedV1):
    """It took too long, and somebody else was called; attributes as of an opened one."""

    type: str = ESCALATED


@dataclass(frozen=True)
class CaseClosedV1(CaseOpenedV1):
    """Evidence ended it; attributes as of an opened one."""

    type: str = CLOSED
