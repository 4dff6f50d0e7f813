"""Router: shares of contract decide, the same sale is always routed alike."""

from __future__ import annotations

from collections import Counter

import pytest

from payment_core.routing.van_router import NoDestinationError, choose

SHARES = {"hangang": 6_000, "namsan": 3_000, "gyeongbok": 1_000}
SALES = [f"1001-10010001-1-20261120-{sequence}" for sequence in range(20_000)]


def _routed(shares: dict[str, int]) -> dict[str, str]:
    return {sale: choose("default", shares, sale).destination for sale in SALES}


def test_shares_of_contract_are_met() -> None:
    counted = Counter(_routed(SHARES).values())

    for name, share in SHARES.items():
        assert abs(counted[name] - len(SALES) * share // 10_000) < 300, name


def test_a_retry_is_routed_alike() -> None:
    assert _routed(SHARES) == _routed(dict(reversed(SHARES.items())))


def test_taking_a_destination_out_moves_only_its_own_sales() -> None:
    before = _routed(SHARES)
    after = _routed({name: share for name, share in SHARES.items() if name != "namsan"})

    assert all(after[sale] == name for sale, name in before.items() if name != "namsan")


def test_a_destination_without_a_share_gets_nothing() -> None:
    assert set(_routed({"hangang": 10_000, "namsan": 0}).values()) == {"hangang"}


def test_a_route_without_destinations_is_refused() -> None:
    with pytest.raises(NoDestinationError, match="route default"):
        choose("default", {}, "a sale")


def test_the_next_best_is_named_and_is_chosen_once_the_first_was_tried() -> None:
    for sale in SALES[:200]:
        first = choose("default", SHARES, sale)

        second = choose("default", SHARES, sale, tried=[first.destination])

        assert second.destination == first.spare
        assert second.spare not in {first.destination, second.destination}


def test_the_last_destination_has_no_spare_and_after_it_there_is_none() -> None:
    last = choose("default", SHARES, "a sale", tried=["hangang", "namsan"])

    assert (last.destination, last.spare) == ("gyeongbok", "")
    assert last.why.endswith("after hangang and namsan")
    with pytest.raises(NoDestinationError):
        choose("default", SHARES, "a sale", tried=list(SHARES))


def test_the_reason_is_a_sentence() -> None:
    choice = choose("default", {"hangang": 10_000}, "a sale")

    assert choice.why == "route default: share 100 % of contract, drawn by the sale's id"
