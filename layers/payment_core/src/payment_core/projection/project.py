"""Project: take events into every read model. A new model is one line here.

Door: functions/projection. Promise: tests/spec/test_projection.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.approvals import Approvals, count_approval
from payment_core.projection.days import Days, note_day
from payment_core.projection.known import KnownSales


@dataclass(frozen=True)
class Models:
    """Every read model that is written."""

    approvals: Approvals
    days: Days
    known: KnownSales


def project(events: Sequence[SaleMovedV2], models: Models) -> int:
    """Take them in, as often and in whatever order they come; how many approvals were counted."""
    for event in events:
        note_day(event, models.days)
    models.known.take_in(events)
    return sum(count_approval(event, models.approvals) for event in events)
