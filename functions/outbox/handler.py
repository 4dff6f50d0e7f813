"""The outbox: the only publisher. An event exists if and only if its write did.

Rules: payment_core/approval/outbox.py, payment_core/routing/failover.py and, of journals and cases,
payment_core/reconciliation/findings.py and payment_core/cases/tell.py. Reads the streams of four tables.
Story: docs/flows/outbox.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from payment_adapters import wiring
from payment_adapters.aws.publishing import Event
from payment_adapters.tables.breakers import breaker_from_wire, is_breaker
from payment_adapters.tables.cases import case_from_wire, is_case
from payment_adapters.tables.findings import finding_from_wire, is_finding
from payment_adapters.tables.items import sale_from_wire
from payment_adapters.wiring import Invocation
from payment_core.approval.outbox import moves_between
from payment_core.cases.tell import event_of as event_of_case
from payment_core.reconciliation.findings import event_of
from payment_core.routing.failover import events_between


def handler(event: dict[str, Any], _context: Invocation) -> None:
    """Publish every transition of the batch, in order; a failure has the whole batch sent again."""
    changes = [record["dynamodb"] for record in event["Records"]]
    wiring.publisher().publish([told for change in changes for told in _told_by(change)])


def _told_by(change: dict[str, Any]) -> Sequence[Event]:
    old, new = change.get("OldImage"), change["NewImage"]
    if is_breaker(new):
        return events_between(breaker_from_wire(old) if old else None, breaker_from_wire(new))
    if is_case(new):
        told = event_of_case(case_from_wire(new))
        return [told] if told else []
    if is_finding(new):
        return [event_of(finding_from_wire(new))]
    return moves_between(sale_from_wire(old) if old else None, sale_from_wire(new))
