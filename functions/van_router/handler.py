"""The router: which destination takes a sale.

Rule: payment_core/routing/van_router.py. Called by workflows/approval.asl.json.
Story: docs/flows/van_router.md.
"""

from __future__ import annotations

from typing import TypedDict

from payment_adapters import wiring
from payment_adapters.destinations import destinations
from payment_adapters.wiring import Invocation
from payment_core.routing.van_router import choose

ROUTE = "default"


class Asked(TypedDict):
    """What the workflow passes in."""

    sale_id: str
    tried: list[str]


class Routed(TypedDict):
    """What the workflow chooses the sender by."""

    destination: str
    why: str
    spare: str
    tried: list[str]


def handler(event: Asked, _context: Invocation) -> Routed:
    """Choose by contract share, past what was tried and what a breaker holds open."""
    vans = [one for one in destinations() if one.kind == "van"]
    open_now = wiring.open_destinations()
    shares = {van.profile.name: van.share_basis_points for van in vans if van.profile.name not in open_now}
    choice = choose(ROUTE, shares, event["sale_id"], tried=event["tried"])
    return {
        "destination": choice.destination,
        "why": choice.why,
        "spare": choice.spare,
        "tried": [*event["tried"], choice.destination],
    }
