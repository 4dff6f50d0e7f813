"""The projection: the event stream becomes models that are made for reading. None of them is truth.

Rule: payment_core/projection/project.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters import read_side, wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.event_stream import events_of
from payment_adapters.wiring import Invocation
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.known import ANSWERS, done_by_destinations
from payment_core.projection.project import project


def handler(event: dict[str, Any], _context: Invocation) -> dict[str, Any]:
    """Take in every record; one that cannot be read comes again, with what follows it: it changes nothing."""
    events, unreadable = events_of(event["Records"])
    moves = [one for one in events if isinstance(one, SaleMovedV2)]
    project(moves, read_side.models())
    now_ms = wiring.now_ms()
    metrics.spread("ProjectionLag", [max(0, now_ms - one.at_ms) for one in moves])
    for (destination, outcome), took_ms in done_by_destinations(moves).items():
        metrics.count("Outcomes", len(took_ms), destination=destination, outcome=outcome)
        if outcome in ANSWERS:
            metrics.spread("AnswerTime", took_ms, destination=destination)
    return {"batchItemFailures": [{"itemIdentifier": number} for number in unreadable]}
