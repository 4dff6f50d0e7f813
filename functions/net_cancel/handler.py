"""One attempt to undo an approval whose answer never came (망취소).

Rule: payment_core/approval/net_cancel.py. Called by workflows/net_cancel.asl.json until it is closed, and
once, in line, by workflows/approval.asl.json. Promise: tests/spec/test_net_cancel.py.
Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, NotRequired, TypedDict

from payment_adapters import wiring
from payment_adapters.networks import link, measured  # noqa: F401 -- no first undoing waits for them
from payment_adapters.wiring import Invocation
from payment_core.approval.model import SaleId
from payment_core.approval.net_cancel import Reach, undo

IN_LINE_LIMIT_MS = 4_000  # of the 5 s that the approval workflow's task has: the answer must still get out


class Asked(TypedDict):
    """What both workflows pass in."""

    sale_id: str
    attempt: int
    in_line: bool
    busy: NotRequired[bool]


def handler(event: Asked, context: Invocation) -> dict[str, Any]:
    """Undo once, and tell where it stands."""
    sale_id = SaleId.parse(event["sale_id"])
    undoing = undo(
        sale_id,
        event["attempt"],
        in_line=event["in_line"],
        busy=event.get("busy", False),
        sales=wiring.sales(),
        reach=Reach(wiring.link, wiring.profile, partial(wiring.opened_customer, sale_id)),
        hand=wiring.hand("net_cancel", context, limit_ms=IN_LINE_LIMIT_MS if event["in_line"] else None),
    )
    wiring.report_errors()
    answer = undoing.sale.answer
    return {
        "closed": undoing.closed,
        "wait_seconds": undoing.wait_seconds,
        "fail_over": undoing.fail_over,
        "answer": asdict(answer) if answer else None,
    }
