"""The router: which destination takes a sale.

Rules: payment_core/routing/van_router.py and plan.py. Called by workflows/approval.asl.json.
Story: docs/flows/van_router.md.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from payment_adapters import read_side, wiring
from payment_adapters.merchants import known_destinations, merchant
from payment_adapters.tables import breakers  # noqa: F401 -- no first sale waits for them
from payment_adapters.wiring import Invocation
from payment_core.approval.model import SaleId
from payment_core.kernel.tender import Tender
from payment_core.routing.van_router import Asked, choose


class Unrouted(TypedDict):
    """What the workflow passes in; ``bin`` is the first six digits of the card.

    A workflow that was started before a deployment names no tender: it carries a card.
    """

    sale_id: str
    tender: NotRequired[str]
    bin: str
    tried: list[str]


class Routed(TypedDict):
    """What the workflow chooses the sender by, and hands on to it."""

    destination: str
    why: str
    spare: str
    net_cancel_mode: str
    tried: list[str]


def handler(event: Unrouted, _context: Invocation) -> Routed:
    """Choose by the merchant's plan and month so far, past what was tried and what a breaker holds open."""
    sale_id = SaleId.parse(event["sale_id"])
    plan = merchant(sale_id.merchant).plan
    since = plan.counts_since(sale_id.business_date)
    asked = Asked(
        event["sale_id"],
        sale_id.business_date,
        event["bin"],
        tried=event["tried"],
        open_breakers=wiring.open_destinations(),
        approvals=read_side.known_approvals().since(sale_id.merchant, since),
        tender=Tender(event.get("tender", Tender.CARD)),
    )
    choice = choose(plan, known_destinations(), asked)
    return {
        "destination": choice.destination,
        "why": choice.why,
        "spare": choice.spare,
        "net_cancel_mode": str(choice.net_cancel_mode),
        "tried": [*event["tried"], choice.destination],
    }
