"""Choose a destination by contract share: the same sale always gets the same answer.

Weighted rendezvous hashing: each destination draws a number from the sale's own id, scaled by its share,
and the highest wins. Taking one destination away moves only the sales that were its own.
Door: functions/van_router. Promise: tests/spec/test_van_router.py. Story: docs/flows/van_router.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from payment_core.kernel.refusal import Refusal

WHOLE_BASIS_POINTS = 10_000


class NoDestinationError(Refusal):
    """No destination of the route may take a sale now."""

    code: ClassVar[str] = "no-destination"
    http_status: ClassVar[int] = 503

    def __init__(self, route: str) -> None:
        """Name the route."""
        super().__init__(f"no destination of route {route} can take a sale now")
        self.route = route


@dataclass(frozen=True)
class Choice:
    """A destination, and the sentence an operator reads when asking why.

    Attributes:
        spare: The next best, should this one hold nothing; empty if there is none.
    """

    destination: str
    why: str
    spare: str


def choose(
    route: str, shares_basis_points: Mapping[str, int], sale: str, *, tried: Collection[str] = ()
) -> Choice:
    """Pick the destination of one sale.

    Args:
        route: The route's name, for the reason.
        shares_basis_points: Destination → contract share; all shares sum to 10,000.
        sale: The sale id.
        tried: Destinations that were tried before and are passed over.

    Raises:
        NoDestinationError: no destination that was not tried has a share.
    """
    scores = {
        name: _score(sale, name, share)
        for name, share in shares_basis_points.items()
        if share > 0 and name not in tried
    }
    ranked = sorted(scores, key=lambda name: scores[name], reverse=True)
    if not ranked:
        raise NoDestinationError(route)
    destination, spare = (*ranked, "")[:2]
    share = shares_basis_points[destination]
    after = f", after {' and '.join(tried)}" if tried else ""
    why = f"route {route}: share {share / 100:g} % of contract, drawn by the sale's id{after}"
    return Choice(destination, why, spare)


def _score(sale: str, destination: str, share: int) -> float:
    digest = hashlib.sha256(f"{sale}|{destination}".encode()).digest()
    drawn = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 1)  # in (0, 1), both ends excluded
    return share / -math.log(drawn)
