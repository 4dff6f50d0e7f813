"""Choose a destination: the card's own issuer if contracted, else a VAN by contract share.

Weighted rendezvous hashing: each VAN draws a number from the sale's own id, scaled by its share as the month
so far corrects it (shares.py), and the highest wins. Taking one away moves only the sales that were its own.
A sale that goes directly to an issuer can go on only to a VAN that serves this issuer's cards.
Door: functions/van_router. Promise: tests/spec/test_van_router.py. Story: docs/flows/van_router.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import field
from typing import ClassVar, Final

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.refusal import Refusal
from payment_core.kernel.tender import CARDS, Tender
from payment_core.routing.plan import Destination, Plan, Terms
from payment_core.routing.shares import Standing, standings

TRIED: Final = "tried before"
OPEN: Final = "its breaker is open"
NOT_SERVED: Final = "does not serve this card"
NOT_TAKEN: Final = "does not take this tender"
NEVER: Final = (NOT_SERVED, NOT_TAKEN)


class NoDestinationError(Refusal):
    """No destination of the route may take a sale now."""

    code: ClassVar[str] = "no-destination"
    http_status: ClassVar[int] = 503

    def __init__(self, route: str) -> None:
        """Name the route."""
        super().__init__(f"no destination of route {route} can take a sale now")
        self.route = route


class TenderNotTakenError(Refusal):
    """Nobody on the merchant's route takes what the sale is to be paid with."""

    code: ClassVar[str] = "tender-not-taken"
    http_status: ClassVar[int] = 422

    def __init__(self, tender: Tender, route: str) -> None:
        """Name both."""
        super().__init__(f"no destination of route {route} takes {tender}")
        self.tender = tender
        self.route = route


class ChequesNotTakenError(Refusal):
    """Nobody on the merchant's route can be asked about a cheque."""

    code: ClassVar[str] = "cheques-not-taken"
    http_status: ClassVar[int] = 422

    def __init__(self, route: str) -> None:
        """Name the route."""
        super().__init__(f"no destination of route {route} can be asked about a cheque")
        self.route = route


@dataclass(frozen=True)
class Asked:
    """What a sale brings to the router.

    Attributes:
        sale: Its id.
        business_date: YYYYMMDD, of the id.
        bin_digits: The first six digits of its card; of a sale without one, nothing.
        tried: Destinations that were tried before.
        open_breakers: Destinations that take no sales now.
        tender: What it is paid with.
        approvals: VAN → its approvals since the month or the terms began; none where they are not known.
    """

    sale: str
    business_date: str
    bin_digits: str
    tried: Collection[str] = ()
    open_breakers: Collection[str] = ()
    approvals: Mapping[str, int] = field(default_factory=dict)
    tender: Tender = Tender.CARD


@dataclass(frozen=True)
class Candidate:
    """One contracted destination as this sale sees it.

    Attributes:
        standing: Its share, and how far the month is from it; ``None`` for an issuer.
        score: What it drew; 0 for an issuer, which draws nothing.
        passed_over: Why it is; empty if it is not.
    """

    destination: Destination
    standing: Standing | None
    score: float
    passed_over: str


@dataclass(frozen=True)
class Choice:
    """A destination, and the sentence an operator reads when asking why.

    Attributes:
        spare: The next best, should this one hold nothing; empty if there is none.
        net_cancel_mode: Who undoes it, should no clear answer come.
    """

    destination: str
    why: str
    spare: str
    net_cancel_mode: NetCancelMode


def choose(plan: Plan, known: Mapping[str, Destination], asked: Asked) -> Choice:
    """Pick the destination of one sale.

    Args:
        plan: The merchant's.
        known: All destinations, by name.
        asked: The sale.

    Raises:
        NoDestinationError: every contracted destination is passed over.
    """
    ranked = candidates(plan, known, asked)
    left = [one for one in ranked if not one.passed_over]
    if not left:
        raise NoDestinationError(plan.name)
    first = left[0]
    past = ", ".join(f"{one.destination.name} ({one.passed_over})" for one in ranked[: ranked.index(first)])
    why = f"route {plan.name}: {_reason(first)}{f'; passed over: {past}' if past else ''}"
    return Choice(
        first.destination.name,
        why,
        left[1].destination.name if len(left) > 1 else "",
        plan.on(asked.business_date).net_cancel_mode_of(first.destination),
    )


def require_taken(plan: Plan, known: Mapping[str, Destination], business_date: str, tender: Tender) -> None:
    """Insist that somebody on the route takes a tender, whatever breakers say now.

    Raises:
        TenderNotTakenError: nobody does.
    """
    terms = plan.on(business_date)
    if not any(tender in known[name].tenders for name in (*terms.direct, *terms.vans)):
        raise TenderNotTakenError(tender, plan.name)


def require_cheques_taken(plan: Plan, known: Mapping[str, Destination], business_date: str) -> None:
    """Insist that somebody on the route can be asked about a cheque, whatever breakers say now.

    Raises:
        ChequesNotTakenError: nobody can.
    """
    if not any(known[name].takes_cheques for name in plan.on(business_date).vans):
        raise ChequesNotTakenError(plan.name)


def asked_about_cheque(
    cheque: str,
    plan: Plan,
    known: Mapping[str, Destination],
    business_date: str,
    open_breakers: Collection[str],
) -> list[str]:
    """Who is asked about a cheque, in this order: VANs by contract share, drawn by the cheque's own number.

    A breaker diverts here as well, and does not hold where there is nowhere to divert to.
    """
    shares = plan.on(business_date).vans
    drawn = {name: _score(cheque, name, share) for name, share in shares.items() if known[name].takes_cheques}
    ranked = sorted(drawn, key=lambda name: drawn[name], reverse=True)
    return [name for name in ranked if name not in open_breakers] or ranked


def candidates(plan: Plan, known: Mapping[str, Destination], asked: Asked) -> list[Candidate]:
    """Every contracted destination: the issuer, VANs by what they drew, last who never could."""
    terms = plan.on(asked.business_date)
    issuers = [_candidate(known[name], None, terms, asked) for name in terms.direct]
    stand = standings(terms.vans, asked.approvals)
    vans = [_candidate(known[name], standing, terms, asked) for name, standing in stand.items()]
    vans.sort(key=lambda one: one.score, reverse=True)
    return sorted([*issuers, *vans], key=lambda one: one.passed_over in NEVER)


def _candidate(destination: Destination, standing: Standing | None, terms: Terms, asked: Asked) -> Candidate:
    score = _score(asked.sale, destination.name, standing.weight_basis_points) if standing else 0
    only_van = standing is not None and len(terms.vans) == 1
    return Candidate(destination, standing, score, _passed_over(destination, asked, only_van=only_van))


def _passed_over(destination: Destination, asked: Asked, *, only_van: bool) -> str:
    """Why not this one; a breaker diverts, so it does not hold where there is nowhere to divert to."""
    if asked.tender not in destination.tenders:
        return NOT_TAKEN
    if asked.tender in CARDS and not destination.serves(asked.bin_digits):
        return NOT_SERVED
    if destination.name in asked.tried:
        return TRIED
    return OPEN if destination.name in asked.open_breakers and not only_van else ""


def _reason(chosen: Candidate) -> str:
    if chosen.standing is None:
        return f"{chosen.destination.name} issued this card and is contracted directly"
    return f"{chosen.standing}, drawn by the sale's id"


def _score(sale: str, destination: str, weight: int) -> float:
    digest = hashlib.sha256(f"{sale}|{destination}".encode()).digest()
    drawn = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 1)  # in (0, 1), both ends excluded
    return weight / -math.log(drawn)
