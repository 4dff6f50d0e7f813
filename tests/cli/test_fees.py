"""`payrelay fees`: a month of VANs against their contracts, from what the read side counted."""

from __future__ import annotations

import pytest
import typer

from payment_core.routing.what_if import Had
from tools.cli.fees import report, shares_told


def test_a_months_cost_is_that_of_the_contracts_in_the_files_of_vans() -> None:
    had = {"hangang": Had(120, 1_000_000, 0), "namsan": Had(80, 900_000, 0), "bada": Had(0, 0, 0)}

    told = report("202611", had, {"hangang": 5_000, "namsan": 5_000})

    assert [(one.use.van, one.more_approvals, one.cost_won) for one in told] == [
        ("hangang", 20, 120 * 80),
        ("namsan", -20, 80 * 70),
    ]


def test_a_contract_that_changes_with_the_year_is_counted_by_tiers_and_has_a_least() -> None:
    (told,) = report("202701", {"hangang": Had(120_000, 10**9, 0)}, {"hangang": 10_000})

    assert (told.fee_won, told.made_up_won) == (100_000 * 80 + 20_000 * 72, 0)
    assert report("202701", {"hangang": Had(1, 10, 0)}, {"hangang": 10_000})[0].cost_won == 500_000


@pytest.mark.parametrize(
    "told", [["hangang"], ["hangang=9999"], ["hangang=5000", "hangang=5000"], ["HAN=10000"]]
)
def test_shares_that_are_no_whole_are_refused(told: list[str]) -> None:
    with pytest.raises(typer.BadParameter):
        shares_told(told)


def test_shares_are_basis_points() -> None:
    assert shares_told(["hangang=6000", "namsan=4000"]) == {"hangang": 6_000, "namsan": 4_000}
    assert shares_told(None) is None
