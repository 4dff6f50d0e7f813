"""Project: take one event into every read model. A new model is one line here.

Door: functions/projection. Promise: tests/spec/test_projection.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from payment_core.events.sale_moved import SaleMovedV1
from payment_core.projection.approvals import Approvals, count_approval
from payment_core.projection.days import Days, note_day


def project(event: SaleMovedV1, *, approvals: Approvals, days: Days) -> bool:
    """Take it in, as often and in whatever order it comes; whether an approval was counted."""
    note_day(event, days)
    return count_approval(event, approvals)
