"""Router: the issuer first where contracted, then shares; the same sale is always routed alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.refusal import Refusal
from payment_core.kernel.tender import Tender
from payment_core.routing.plan import Destination, Plan, Terms
from payment_core.routing.van_router import (
    NOT_TAKEN,
    Asked,
    ChequesNotTakenError,
    Choice,
    NoDestinationError,
    TenderNotTakenError,
    candidates,
    choose,
    require_taken,
)

RELAY, VAN_OWNED = NetCancelMode.RELAY, NetCancelMode.VAN_OWNED
ALL_CARDS = ("400000", "411111", "555555", "378282")
KNOWN = {
    **{name: Destination(name, False, ALL_CARDS, RELAY) for name in ("hangang", "namsan")},  # noqa: FBT003 -- is_issuer
    "gyeongbok": Destination("gyeongbok", is_issuer=False, serves_bins=("411111",), net_cancel_mode=RELAY),
    "bada": Destination("bada", is_issuer=True, serves_bins=("555555",), net_cancel_mode=RELAY),
}
SHARES = {"hangang": 6_000, "namsan": 3_000, "gyeongbok": 1_000}
SALES = [f"1002-10020001-1-20261120-{sequence}" for sequence in range(20_000)]
BY_SHARE = "route 1002: share 100 % of contract, drawn by the sale's id"
ITS_CARD, ANOTHER_CARD = "555555", "411111"


def a_plan(vans: dict[str, int] | None = None, *direct: str) -> Plan:
    return Plan("1002", (Terms("", SHARES if vans is None else vans, direct),))


def routed(
    plan: Plan,
    sale: str = SALES[0],
    bin_digits: str = ANOTHER_CARD,
    *,
    tried: tuple[str, ...] = (),
    down: tuple[str, ...] = (),
) -> Choice:
    return choose(plan, KNOWN, Asked(sale, "20261120", bin_digits, tried, open_breakers=down))


def taking(*tenders: Tender, names: tuple[str, ...]) -> dict[str, Destination]:
    """The known destinations, of which some take these tenders beside cards."""
    more = frozenset({Tender.CARD, *tenders})
    return {name: replace(one, tenders=more if name in names else one.tenders) for name, one in KNOWN.items()}


class TestTenders:
    """A tender goes only to who takes it; cards go to everybody."""

    def test_a_tender_is_drawn_among_those_who_take_it(self) -> None:
        known, sales = taking(Tender.UNIONPAY, names=("namsan", "gyeongbok")), SALES[:200]

        chosen = {
            choose(a_plan(), known, Asked(sale, "20261120", ANOTHER_CARD, tender=Tender.UNIONPAY)).destination
            for sale in sales
        }

        assert chosen == {"namsan", "gyeongbok"}

    def test_who_does_not_take_it_is_told_last_and_why(self) -> None:
        known = taking(Tender.UNIONPAY, names=("namsan",))
        asked = Asked(SALES[0], "20261120", ANOTHER_CARD, tender=Tender.UNIONPAY)

        assert [one.passed_over for one in candidates(a_plan(), known, asked)] == ["", *[NOT_TAKEN] * 2]
        assert choose(a_plan(), known, asked).spare == ""

    def test_a_route_on_which_nobody_takes_it_refuses_before_anything_is_claimed(self) -> None:
        known = taking(Tender.UNIONPAY, names=("bada",))

        require_taken(a_plan(None, "bada"), known, "20261120", Tender.UNIONPAY)
        require_taken(a_plan(), known, "20261120", Tender.CARD)
        with pytest.raises(TenderNotTakenError):
            require_taken(a_plan(), known, "20261120", Tender.UNIONPAY)


def all_routed(plan: Plan) -> dict[str, str]:
    return {sale: routed(plan, sale).destination for sale in SALES}


class TestShares:
    """Among VANs, contracts decide, and the sale's own id draws."""

    def test_shares_of_contract_are_met(self) -> None:
        counted = Counter(all_routed(a_plan()).values())

        for name, share in SHARES.items():
            assert abs(counted[name] - len(SALES) * share // 10_000) < 300, name

    def test_a_retry_is_routed_alike(self) -> None:
        assert all_routed(a_plan()) == all_routed(a_plan(dict(reversed(SHARES.items()))))

    def test_taking_a_destination_out_moves_only_its_own_sales(self) -> None:
        before = all_routed(a_plan())
        after = all_routed(a_plan({name: share for name, share in SHARES.items() if name != "namsan"}))

        assert all(after[sale] == name for sale, name in before.items() if name != "namsan")

    def test_a_van_that_serves_no_such_card_is_passed_over(self) -> None:
        plan = a_plan({"gyeongbok": 9_999, "hangang": 1})

        assert (routed(plan).destination, routed(plan, bin_digits=ITS_CARD).destination) == (
            "gyeongbok",
            "hangang",
        )

    def test_the_next_best_is_named_and_is_chosen_once_the_first_was_tried(self) -> None:
        for sale in SALES[:200]:
            first = routed(a_plan(), sale)

            second = routed(a_plan(), sale, tried=(first.destination,))

            assert second.destination == first.spare
            assert second.spare not in {first.destination, second.destination}

    def test_the_last_destination_has_no_spare_and_after_it_there_is_none(self) -> None:
        last = routed(a_plan(), tried=("hangang", "namsan"))

        assert (last.destination, last.spare) == ("gyeongbok", "")
        with pytest.raises(NoDestinationError, match="route 1002"):
            routed(a_plan(), tried=tuple(SHARES))


class TestDirect:
    """직승인: a card's own issuer first, where the merchant has its contract."""

    def test_the_issuer_of_the_card_is_first_and_a_van_its_spare(self) -> None:
        for sale in SALES[:200]:
            choice = routed(a_plan(None, "bada"), sale, ITS_CARD)

            assert choice.destination == "bada"
            assert choice.spare in {"hangang", "namsan"}

    def test_without_the_contract_it_goes_to_a_van(self) -> None:
        assert routed(a_plan(), bin_digits=ITS_CARD).destination in {"hangang", "namsan"}

    def test_another_issuers_card_goes_to_a_van(self) -> None:
        assert routed(a_plan(None, "bada")).destination in SHARES

    def test_after_the_issuer_only_a_van_that_serves_its_cards_is_asked(self) -> None:
        for sale in SALES[:200]:
            choice = routed(a_plan(None, "bada"), sale, ITS_CARD, tried=("bada",))

            assert choice.destination in {"hangang", "namsan"}

    def test_where_no_van_serves_its_cards_the_sale_is_not_diverted(self) -> None:
        plan = a_plan({"gyeongbok": 10_000}, "bada")

        assert routed(plan, bin_digits=ITS_CARD).spare == ""
        with pytest.raises(NoDestinationError):
            routed(plan, bin_digits=ITS_CARD, tried=("bada",))


class TestHealth:
    """A destination whose breaker is open takes no sale; contracts stay what they are."""

    def test_an_open_destination_is_passed_over_and_moves_only_its_own_sales(self) -> None:
        for sale in SALES[:200]:
            healthy = routed(a_plan(), sale)

            without = routed(a_plan(), sale, down=("hangang",))

            assert without.destination == (
                healthy.spare if healthy.destination == "hangang" else healthy.destination
            )
            assert without.spare != "hangang"

    def test_an_issuer_that_is_open_leaves_its_cards_to_the_vans(self) -> None:
        assert routed(a_plan(None, "bada"), bin_digits=ITS_CARD, down=("bada",)).destination in SHARES

    def test_a_breaker_does_not_hold_where_there_is_nowhere_to_divert_to(self) -> None:
        assert routed(a_plan({"hangang": 10_000}), down=("hangang",)).destination == "hangang"

    def test_all_open_is_no_destination(self) -> None:
        with pytest.raises(NoDestinationError):
            routed(a_plan(), down=tuple(SHARES))

    def test_an_open_breaker_makes_nobody_a_single_van(self) -> None:
        assert routed(a_plan(), down=("namsan", "gyeongbok")).net_cancel_mode is RELAY


def test_the_choice_says_who_undoes() -> None:
    assert routed(a_plan({"hangang": 10_000})).net_cancel_mode is VAN_OWNED
    assert routed(a_plan()).net_cancel_mode is RELAY


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        (
            routed(a_plan({"hangang": 10_000})),
            BY_SHARE,
        ),
        (
            routed(a_plan(None, "bada"), bin_digits=ITS_CARD),
            "route 1002: bada issued this card and is contracted directly",
        ),
        (
            routed(a_plan({"hangang": 10_000}, "bada"), bin_digits=ITS_CARD, down=("bada",)),
            f"{BY_SHARE}; passed over: bada (its breaker is open)",
        ),
        (
            routed(a_plan({"hangang": 10_000}, "bada"), bin_digits=ITS_CARD, tried=("bada",)),
            f"{BY_SHARE}; passed over: bada (tried before)",
        ),
    ],
)
def test_the_reason_is_a_sentence(choice: Choice, why: str) -> None:
    assert choice.why == why


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (NoDestinationError("1002"), "no destination of route 1002 can take a sale now"),
        (TenderNotTakenError(Tender.POINTS, "1002"), "no destination of route 1002 takes points"),
        (ChequesNotTakenError("1002"), "no destination of route 1002 can be asked about a cheque"),
    ],
    ids=["nobody now", "nobody for this tender", "nobody for cheques"],
)
def test_a_refusal_says_what_this_route_cannot_do(refusal: Refusal, sentence: str) -> None:
    assert str(refusal) == sentence


def test_candidates_are_told_best_first_with_what_speaks_against_them() -> None:
    told = candidates(a_plan(None, "bada"), KNOWN, Asked(SALES[0], "20261120", ITS_CARD, ["bada"]))

    assert (told[0].destination.name, told[0].passed_over) == ("bada", "tried before")
    assert (told[-1].destination.name, told[-1].passed_over) == ("gyeongbok", "does not serve this card")
    assert told[1].score > told[2].score
