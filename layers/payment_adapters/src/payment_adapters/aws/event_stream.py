"""The event stream as a consumer reads it: the events that publishing.py wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from payment_core.events.breaker import (
    CLOSED,
    HALF_OPEN,
    OPENED,
    BreakerClosedV1,
    BreakerHalfOpenV1,
    BreakerOpenedV1,
)
from payment_core.events.case import CLOSED as CASE_CLOSED
from payment_core.events.case import ESCALATED as CASE_ESCALATED
from payment_core.events.case import OPENED as CASE_OPENED
from payment_core.events.case import CaseClosedV1, CaseEscalatedV1, CaseOpenedV1
from payment_core.events.difference import FOUND, SETTLED, DifferenceFoundV1, DifferenceSettledV1
from payment_core.events.sale_moved import TYPE, SaleMovedV1

Event = SaleMovedV1 | BreakerOpenedV1 | DifferenceFoundV1 | CaseOpenedV1  # and what is derived from it
KNOWN: Final[Mapping[str, type[Any]]] = {
    TYPE: SaleMovedV1,
    OPENED: BreakerOpenedV1,
    HALF_OPEN: BreakerHalfOpenV1,
    CLOSED: BreakerClosedV1,
    FOUND: DifferenceFoundV1,
    SETTLED: DifferenceSettledV1,
    CASE_OPENED: CaseOpenedV1,
    CASE_ESCALATED: CaseEscalatedV1,
    CASE_CLOSED: CaseClosedV1,
}


class UnreadableEventError(Exception):
    """A record of the stream is no event of a version that this consumer knows."""

    def __init__(self, reason: str) -> None:
        """Say why, without the record's words."""
        super().__init__(f"no event: {reason}")
        self.reason = reason


def event_from(record: str) -> Event:
    """Read one record of the stream.

    Raises:
        UnreadableEventError: it is no JSON, of no known type, or has other attributes than its version.
    """
    try:
        words = json.loads(record)
        known = KNOWN[words["type"]]
    except (ValueError, TypeError, KeyError) as unreadable:
        raise UnreadableEventError(f"{type(unreadable).__name__} while looking for its type") from unreadable
    try:
        event: Event = known(**words)
    except TypeError as unreadable:
        raise UnreadableEventError(f"other attributes than {known.__name__}") from unreadable
    return event
