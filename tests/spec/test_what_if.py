"""What another contract would have come to: the same sales, drawn again, and what they would have cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender
from payment_core.routing.plan import Destination, Terms
from payment_core.routing.what_if import NOBODY, Had, Sold, replayed

RELAY: Final = NetCancelMode.RELAY
KNOWN: Final = {
    "hangang": Destination("hangang", is_issuer=False, serves_bins=(), net_cancel_mode=RELAY),
    "namsan": Destination("namsan", is_issuer=False, serves_bins=(), net_cancel_mode=RELAY),
    "sol": Destination("sol", is_issuer=True, serves_bins=("555555",), net_cancel_mode=RELAY),
}
FEES: Final = {"hangang": 55, "namsan": 40, "sol": 10}


def a_month(sales: int = 1_000, card: str = "411111") -> list[Sold]:
    return [
        Sold(f"1001-10010001-1-20261120-{number}", "20261120", card, 1_000) for number in range(1, sales + 1)
    ]


def the_vans(**shares: int) -> Terms:
    return Terms("", shares)


def parts(found: Mapping[str, Had]) -> dict[str, int]:
    return {name: one.approvals for name, one in found.items()}


def test_a_month_drawn_by_another_contract_ends_at_its_shares() -> None:
    found = replayed(the_vans(hangang=7_000, namsan=3_000), KNOWN, a_month(), FEES)

    assert sum(parts(found).values()) == 1_000
    assert abs(found["hangang"].approvals - 700) <= 5


def test_what_each_would_have_cost_is_its_fee_for_each_approval() -> None:
    found = replayed(the_vans(hangang=5_000, namsan=5_000), KNOWN, a_month(100), FEES)

    assert {name: one.fee_won for name, one in found.items()} == {
        name: one.approvals * FEES[name] for name, one in found.items()
    }
    assert sum(one.won for one in found.values()) == 100_000


def test_an_issuer_that_would_be_contracted_directly_takes_its_own_cards() -> None:
    terms = Terms("", {"hangang": 10_000}, direct=("sol",))
    found = replayed(terms, KNOWN, a_month(10, "555555") + a_month(5), FEES)

    assert parts(found) == {"sol": 10, "hangang": 5}


def test_what_nobody_would_have_taken_is_told_and_costs_nothing() -> None:
    receipt = Sold("1001-10010001-1-20261120-1", "20261120", "", 1_000, Tender.CASH_RECEIPT)
    found = replayed(the_vans(hangang=10_000), KNOWN, [receipt], FEES)

    assert found == {NOBODY: Had(1, 1_000, 0)}


def test_the_same_month_by_the_same_contract_is_the_same_again() -> None:
    terms = the_vans(hangang=4_000, namsan=6_000)

    assert replayed(terms, KNOWN, a_month(200), FEES) == replayed(terms, KNOWN, a_month(200), FEES)
