"""The outbox: the only publisher. An event exists if and only if its write did.

Rule: payment_core/approval/outbox.py. Reads the payments table's stream. Story: docs/flows/outbox.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters import wiring
from payment_adapters.tables.items import sale_from_wire
from payment_adapters.wiring import Invocation
from payment_core.approval.outbox import moves_between


def handler(event: dict[str, Any], _context: Invocation) -> None:
    """Publish every transition of the batch, in order; a failure has the whole batch sent again."""
    changes = [record["dynamodb"] for record in event["Records"]]
    wiring.publisher().publish(
        [
            move
            for change in changes
            for move in moves_between(
                sale_from_wire(change["OldImage"]) if "OldImage" in change else None,
                sale_from_wire(change["NewImage"]),
            )
        ]
    )
