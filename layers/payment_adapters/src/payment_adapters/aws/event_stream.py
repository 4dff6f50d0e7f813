"""The event stream as a consumer reads it: the events that publishing.py wrote."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
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
from payment_core.events.sale_moved import TYPE, TYPE_V1, SaleMovedV1, SaleMovedV2, up_cast

Event = SaleMovedV2 | BreakerOpenedV1 | DifferenceFoundV1 | CaseOpenedV1  # and what is derived from it
KNOWN: Final[Mapping[str, type[Any]]] = {
    TYPE_V1: SaleMovedV1,
    TYPE: SaleMovedV2,
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
    """Read one record of the stream, an older version as the newest.

    Raises:
        UnreadableEventError: it is no JSON, of no known type, or has other attributes than its version.
    """
    try:
        words = json.loads(record)
        known = KNOWN[words["type"]]
    except (ValueError, TypeError, KeyError) as unreadable:
        raise UnreadableEventError(f"{type(unreadable).__name__} while looking for its type") from unreadable
    try:
        event: Event | SaleMovedV1 = known(**words)
    except TypeError as unreadable:
        raise UnreadableEventError(f"other attributes than {known.__name__}") from unreadable
    return up_cast(event) if isinstance(event, SaleMovedV1) else event


def events_of(records: Sequence[Mapping[str, Any]]) -> tuple[list[Event], list[str]]:
    """Read what Lambda delivers of the stream: its events, and the numbers of records that are none."""
    events: list[Event] = []
    unreadable: list[str] = []
    for record in records:
        try:
            events.append(event_from(base64.b64decode(record["kinesis"]["data"]).decode()))
        except (UnreadableEventError, UnicodeDecodeError):
            unreadable.append(record["kinesis"]["sequenceNumber"])
    return events, unreadable
