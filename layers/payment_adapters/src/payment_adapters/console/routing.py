"""The page of routes: a merchant's contract, what a month came to, and what another would have come to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from payment_adapters import read_side
from payment_adapters.console.asking import Asked
from payment_adapters.console.rendering import page
from payment_adapters.destinations import destinations
from payment_adapters.http.response import Response
from payment_adapters.merchants import known_destinations, merchant
from payment_core.kernel.korean_time import KOREA, korean_time
from payment_core.kernel.tender import Tender
from payment_core.projection.known import Known
from payment_core.projection.search import Query, Search
from payment_core.routing.plan import Terms
from payment_core.routing.shares import WHOLE_BASIS_POINTS
from payment_core.routing.what_if import Had, Sold, had, replayed

MERCHANT: Final = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)
MONTH: Final = re.compile(r"(20[0-9]{2})-?(0[1-9]|1[0-2])", re.ASCII)
PERCENT: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
SALES_AT_MOST: Final = 2_000
STANDS: Final = frozenset({"APPROVED", "CANCELLING", "CANCELLED"})


@dataclass(frozen=True)
class Row:
    """One destination: its share of contract in hundredths, what it had, and what it would have had."""

    name: str
    is_van: bool
    share: int
    had: Had
    would: Had | None


@dataclass(frozen=True)
class Compared:
    """A month by contract, as it was and as it would have been; `is_whole` if no sale is missing."""

    rows: Sequence[Row]
    is_whole: bool

    def approvals(self) -> int:
        """All of the month."""
        return sum(row.had.approvals for row in self.rows)

    def fee_won(self) -> int:
        """What they cost."""
        return sum(row.had.fee_won for row in self.rows)

    def would_fee_won(self) -> int:
        """What they would have cost."""
        return sum(row.would.fee_won for row in self.rows if row.would)


def routing_page(asked: Asked) -> Response:
    """Show a merchant's month, and draw it again by the shares that the form says."""
    query = asked.request.query
    said = query.get("merchant", "").strip()
    shop = said if MERCHANT.fullmatch(said) else "1001"
    month = month_of(query.get("month", ""), asked.hand.now_ms())
    terms = merchant(shop).plan.on(f"{month}01")
    vans = [name for name, one in known_destinations().items() if not one.is_issuer]
    tried = shares_in(query, vans)
    view = compared(shop, month, terms, tried, read_side.search())
    return page(
        "routing.html",
        asked.frame,
        view=view,
        shop=shop,
        month=f"{month[:4]}-{month[4:]}",
        tried=tried or terms.vans,
        is_tried=tried is not None,
        is_refused=tried is None and any(name in query for name in vans),
    )


def compared(
    shop: str, month: str, terms: Terms, tried: Mapping[str, int] | None, search: Search
) -> Compared:
    """Read a month's approvals, and draw them again where other shares are to be tried."""
    found, is_whole = _approved(shop, month, search)
    fees = {one.profile.name: one.fee_won for one in destinations()}
    counted, won = _counted(found)
    have = had(counted, won, fees)
    again: Mapping[str, Had] = {}
    if tried is not None:
        contract = Terms("", tried, terms.direct, terms.net_cancel_mode)
        again = replayed(contract, known_destinations(), map(_sold, reversed(found)), fees)
    vans = [name for name, one in known_destinations().items() if not one.is_issuer]
    names = dict.fromkeys([*terms.direct, *terms.vans, *vans, *have, *again])
    nothing = Had(0, 0, 0)
    rows = [
        Row(
            name,
            name in vans,
            terms.vans.get(name, 0) * 100 // WHOLE_BASIS_POINTS,
            have.get(name, nothing),
            again.get(name, nothing) if tried is not None else None,
        )
        for name in names
    ]
    return Compared(rows, is_whole)


def shares_in(query: Mapping[str, str], vans: Sequence[str]) -> dict[str, int] | None:
    """The shares that a form says, in basis points; ``None`` unless they are whole hundredths of a whole."""
    said = {name: query.get(name, "").strip() for name in vans}
    if not all(PERCENT.fullmatch(text) for text in said.values()):
        return None
    shares = {name: int(text) * 100 for name, text in said.items() if int(text)}
    return shares if sum(shares.values()) == WHOLE_BASIS_POINTS else None


def month_of(text: str, now_ms: int) -> str:
    """YYYYMM, as a form says it; this one, in Korea, for anything else."""
    found = MONTH.fullmatch(text)
    return found[1] + found[2] if found else f"{korean_time(now_ms):%Y%m}"


def _approved(shop: str, month: str, search: Search) -> tuple[list[Known], bool]:
    """The newest approvals of a month, at most so many sales; whether that is all of them."""
    first = datetime(int(month[:4]), int(month[4:]), 1, tzinfo=KOREA)
    after = (first + timedelta(days=31)).replace(day=1)
    query = Query(merchant=shop, from_ms=_ms(first), until_ms=_ms(after) - 1)
    found = search.find(query, limit=SALES_AT_MOST)
    approved = [one for one in found.hits if one.state in STANDS and one.business_date.startswith(month)]
    return approved, not found.cursor


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000


def _counted(sales: Sequence[Known]) -> tuple[dict[str, int], dict[str, int]]:
    counted: dict[str, int] = {}
    won: dict[str, int] = {}
    for one in sales:
        counted[one.destination] = counted.get(one.destination, 0) + 1
        won[one.destination] = won.get(one.destination, 0) + one.amount_won
    return counted, won


def _sold(known: Known) -> Sold:
    """What the router is asked with: a masked card keeps the six digits that tell its issuer."""
    bin_digits = known.card_masked[:6] if known.card_masked[:6].isdigit() else ""
    return Sold(known.sale_id, known.business_date, bin_digits, known.amount_won, Tender(known.tender))
