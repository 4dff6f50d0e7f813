"""What if: a month's approvals drawn again by another contract: what each VAN would have had, and its price.

The same router draws them, one after the other, with the counts of the draws before; no breaker is open and
no answer is lost, so what is compared is contracts and nothing else.
Read by functions/console. Promise: tests/spec/test_what_if.py. Story: docs/flows/van_router.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from payment_core.kernel.tender import Tender
from payment_core.routing.plan import Destination, Plan, Terms
from payment_core.routing.van_router import Asked, NoDestinationError, choose

NOBODY = ""


@dataclass(frozen=True)
class Sold:
    """One approval of the past: what the router would be asked with, and its amount."""

    sale: str
    business_date: str
    bin_digits: str
    amount_won: int
    tender: Tender = Tender.CARD


@dataclass(frozen=True)
class Had:
    """What one destination has of some approvals; `fee_won` is what they cost there."""

    approvals: int
    won: int
    fee_won: int


def replayed(
    terms: Terms, known: Mapping[str, Destination], sales: Iterable[Sold], fees_won: Mapping[str, int]
) -> dict[str, Had]:
    """Draw every sale again by these terms; what nobody of them takes is under ``NOBODY``.

    Args:
        terms: The contract to be tried, as if it had held from the first day.
        known: All destinations, by name.
        sales: In the order in which they came.
        fees_won: What each destination takes for one approval.
    """
    plan = Plan("what if", (terms,))
    counted: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for sale in sales:
        asked = Asked(sale.sale, sale.business_date, sale.bin_digits, approvals=counted, tender=sale.tender)
        try:
            name = choose(plan, known, asked).destination
        except NoDestinationError:
            name = NOBODY
        counted[name] += 1
        won[name] += sale.amount_won
    return had(counted, won, fees_won)


def had(counted: Mapping[str, int], won: Mapping[str, int], fees_won: Mapping[str, int]) -> dict[str, Had]:
    """What each destination has, with its price."""
    return {
        name: Had(number, won[name], number * fees_won.get(name, 0))
        for name, number in sorted(counted.items())
    }
