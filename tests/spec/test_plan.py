"""Plans: terms change on their day, and who undoes an unknown is a matter of contract."""

from __future__ import annotations

import pytest

from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.routing.plan import Destination, Plan, Terms

RELAY, VAN_OWNED = NetCancelMode.RELAY, NetCancelMode.VAN_OWNED
HANGANG = Destination("hangang", is_issuer=False, serves_bins=("411111",), net_cancel_mode=RELAY)
HANEUL = Destination("haneul", is_issuer=True, serves_bins=("411111",), net_cancel_mode=RELAY)


def undone_by_itself(destination: Destination) -> Destination:
    return Destination(destination.name, destination.is_issuer, destination.serves_bins, VAN_OWNED)


@pytest.mark.parametrize(
    ("business_date", "van"), [("20261231", "hangang"), ("20270101", "namsan"), ("20270301", "gyeongbok")]
)
def test_terms_hold_from_their_day_to_the_next(business_date: str, van: str) -> None:
    plan = Plan(
        "1002",
        (
            Terms("", {"hangang": 10_000}),
            Terms("20270101", {"namsan": 10_000}),
            Terms("20270301", {"gyeongbok": 10_000}),
        ),
    )

    assert list(plan.on(business_date).vans) == [van]


def test_shares_are_counted_from_the_months_first_day_or_from_that_of_terms_that_began_within_it() -> None:
    plan = Plan("1002", (Terms("", {"hangang": 10_000}), Terms("20261115", {"namsan": 10_000})))

    dates = ["20261031", "20261114", "20261115", "20261130", "20261201"]

    assert [plan.counts_since(date) for date in dates] == [
        "20261001",
        "20261101",
        "20261115",
        "20261115",
        "20261201",
    ]


class TestWhoUndoes:
    """D1: a single VAN undoes by itself unless configured otherwise."""

    def test_a_single_van_does_by_rule(self) -> None:
        assert Terms("", {"hangang": 10_000}).net_cancel_mode_of(HANGANG) is VAN_OWNED

    def test_payrelay_does_for_a_single_van_where_that_was_configured(self) -> None:
        terms = Terms("", {"hangang": 10_000}, net_cancel_mode=RELAY)

        assert terms.net_cancel_mode_of(HANGANG) is RELAY

    def test_payrelay_does_where_there_are_several_vans(self) -> None:
        assert Terms("", {"hangang": 9_000, "namsan": 1_000}).net_cancel_mode_of(HANGANG) is RELAY

    def test_an_issuer_beside_it_makes_no_second_van(self) -> None:
        assert Terms("", {"hangang": 10_000}, direct=("haneul",)).net_cancel_mode_of(HANGANG) is VAN_OWNED

    @pytest.mark.parametrize("configured", [None, RELAY, VAN_OWNED])
    def test_an_issuers_own_contract_decides_for_it(self, configured: NetCancelMode | None) -> None:
        terms = Terms("", {"hangang": 10_000}, ("haneul",), configured)

        assert terms.net_cancel_mode_of(HANEUL) is RELAY
        assert terms.net_cancel_mode_of(undone_by_itself(HANEUL)) is VAN_OWNED

    def test_a_van_that_cannot_be_net_cancelled_stays_so_on_every_route(self) -> None:
        terms = Terms("", {"hangang": 5_000, "namsan": 5_000}, net_cancel_mode=RELAY)

        assert terms.net_cancel_mode_of(undone_by_itself(HANGANG)) is VAN_OWNED


def test_a_van_without_a_list_takes_every_card_and_an_issuer_without_one_takes_none() -> None:
    assert Destination("hangang", is_issuer=False, serves_bins=(), net_cancel_mode=RELAY).serves("378282")
    assert not Destination("haneul", is_issuer=True, serves_bins=(), net_cancel_mode=RELAY).serves("378282")
