"""Project: take events into every read model. A new model is one line here.

Door: functions/projection. Promise: tests/spec/test_projection.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.approvals import Approvals, count_approval
from payment_core.projection.days import Days, note_day
from payment_core.projection.known import KnownSales


def project(events: Sequence[SaleMovedV2], *, approvals: Approvals, days: Days, known: KnownSales) -> int:
    """Take them in, as often and in whatever order they come; how many approvals were counted."""
    for event in events:
        note_day(event, days)
    known.take_in(events)
    return sum(count_approval(event, approvals) for event in events)
