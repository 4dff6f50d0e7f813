"""Fees: a contract says what each sale costs from which day on; the file is the truth, and we check it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.settlement.fees import (
    MILLION_WON,
    WHOLE_BASIS_POINTS,
    Contract,
    Fee,
    FeeTerms,
    Flat,
    Preferential,
    Rate,
    Rounding,
    Tier,
    Tiered,
    VanMonth,
    VanUse,
    bound_by_law,
    fee_differences,
    fee_won,
    part_of,
    van_months,
)
from payment_core.settlement.model import CardKind, RowState
from tests.spec.clearing import DAY, NEXT_DAY, Clearing, sold, told

CREDIT, CHECK = CardKind.CREDIT, CardKind.CHECK
TIERS = Tiered((Tier(1_000, 90), Tier(5_000, 75), Tier(0, 60)))


@pytest.mark.parametrize(
    ("million_won", "credit", "check", "before"),
    [
        (300, 4_000, 1_500, 5_000),
        (301, 10_000, 7_500, 11_000),
        (1_000, 11_500, 9_000, 12_500),
        (3_000, 14_500, 11_500, 15_000),
    ],
)
def test_small_merchants_pay_the_rates_of_law_of_their_class_and_year(
    million_won: int, credit: int, check: int, before: int
) -> None:
    fee = Preferential(million_won * MILLION_WON)

    assert fee_won(fee, 1_000_000, CREDIT, "20250101") == credit
    assert fee_won(fee, 1_000_000, CHECK, "20261119") == check
    assert fee_won(fee, 1_000_000, CREDIT, "20241231") == before


def test_above_three_billion_won_a_year_the_law_names_no_rate() -> None:
    assert fee_won(Preferential(3_001 * MILLION_WON), 1_000_000, CREDIT, DAY) is None


@pytest.mark.parametrize(("rounding", "won"), [(Rounding.DOWN, 4), (Rounding.HALF_UP, 5), (Rounding.UP, 5)])
def test_a_contract_says_how_it_rounds(rounding: Rounding, won: int) -> None:
    assert fee_won(Rate(45, 0, rounding), 1_000, CREDIT, DAY) == won  # 4.5 won
    assert part_of(1_000, 40, rounding) == 4


def test_a_part_of_a_won_is_rounded_as_the_contract_says_to_the_last_basis_point() -> None:
    parts = {
        one: [part_of(amount_won, 1, one) for amount_won in (0, 1, 4_999, 5_000, 9_999)] for one in Rounding
    }

    assert parts == {
        Rounding.DOWN: [0, 0, 0, 0, 0],
        Rounding.HALF_UP: [0, 0, 0, 1, 1],
        Rounding.UP: [0, 1, 1, 1, 1],
    }


def test_few_approvals_cost_only_the_first_tier() -> None:
    contracts = {"bada": Contract((FeeTerms("", TIERS),))}

    (report,) = van_months("202611", [VanUse("bada", 10, 99)], {}, contracts)

    assert report.cost_won == 10 * 90


@pytest.mark.parametrize(("nth", "won"), [(1, 90), (1_000, 90), (1_001, 75), (5_001, 60)])
def test_the_more_there_are_the_less_each_costs(nth: int, won: int) -> None:
    assert fee_won(TIERS, 11_000, CREDIT, DAY, nth=nth) == won


def test_terms_hold_from_their_day_on() -> None:
    contract = Contract((FeeTerms("20261120", Flat(70)), FeeTerms("20260101", Flat(80))))

    told_on = [contract.on(day) for day in ("20251231", DAY, NEXT_DAY)]
    assert [one and one.fee for one in told_on] == [None, Flat(80), Flat(70)]


def test_a_fee_that_the_contract_does_not_say_is_shown_and_the_file_stays_the_truth() -> None:
    clearing = Clearing()
    first, second, third = clearing.claimed(sold(1), sold(2), sold(3, acquirer="sol"))
    (refund,) = clearing.claimed(sold(1, 4_000, refund="7"), day=NEXT_DAY)
    clearing.comes(told(first), told(second, fee_won=55), told(third, fee_won=1), told(refund, fee_won=-12))
    contracts = {"haneul": Contract((FeeTerms("", Rate(40, 15)),))}

    found = fee_differences(clearing.rows.kept.values(), contracts)

    assert [(one.told_won, one.expected_won, one.too_much_won) for one in found] == [
        (55, 44, 11),
        (-12, -16, 4),
    ]
    assert fee_differences(clearing.rows.kept.values(), contracts, tolerance_won=11) == []
    assert clearing.row(second).fee_won == 55


def test_a_small_merchant_pays_the_lower_of_law_and_contract_for_each_kind_of_card_from_its_day_on() -> None:
    contract, small = Rate(110, 40, Rounding.UP), Preferential(450 * MILLION_WON)  # by law 1.00 and 0.75 %

    assert bound_by_law(contract, small, DAY) == Rate(100, 40, Rounding.UP)
    assert bound_by_law(contract, small, "20241231") == contract  # 1.10 and 0.85 % then
    assert bound_by_law(contract, None, DAY) == contract
    assert bound_by_law(contract, Preferential(3_001 * MILLION_WON), DAY) == contract
    assert bound_by_law(Flat(70), small, DAY) == Flat(70)


def test_what_a_small_merchant_pays_too_much_is_shown_by_card_and_by_the_class_of_the_sales_day() -> None:
    clearing = Clearing()
    check = replace(sold(2), card_kind=CHECK)
    rows = clearing.claimed(sold(1), check)
    (refund,) = clearing.claimed(sold(1, 4_000, refund="7"), day=NEXT_DAY)
    clearing.comes(told(rows[0], fee_won=44), told(rows[1], fee_won=44), told(refund, fee_won=-16))
    contracts = {"haneul": Contract((FeeTerms("", Rate(40, 40)),))}
    small = Preferential(300 * MILLION_WON)
    bought = list(clearing.rows.kept.values())

    (found,) = fee_differences(bought, contracts, Contract((FeeTerms("", small),)))

    assert (found.row.card_kind, found.too_much_won) == (CHECK, 44 - 16)
    assert fee_differences(bought, contracts, Contract((FeeTerms(NEXT_DAY, small),))) == []


@pytest.mark.parametrize("fee", [Preferential(4_000 * MILLION_WON)])
def test_what_no_contract_speaks_of_is_not_compared(fee: Fee) -> None:
    clearing = Clearing()
    row, waits = clearing.claimed(sold(1), sold(2))
    clearing.comes(told(row))
    contracts = {"haneul": Contract((FeeTerms("", fee),))}
    later = {"haneul": Contract((FeeTerms(NEXT_DAY, Flat(1)),))}

    assert fee_differences(clearing.rows.kept.values(), contracts) == []
    assert fee_differences(clearing.rows.kept.values(), later) == []
    assert fee_differences([clearing.row(waits)], {"haneul": Contract((FeeTerms("", Flat(1)),))}) == []


USES = [VanUse("hangang", 6_000, 90_000_000), VanUse("namsan", 4_000, 50_000_000)]
CONTRACTS = {
    "hangang": Contract((FeeTerms("", TIERS),)),
    "namsan": Contract((FeeTerms("", Rate(50, 50), least_month_won=300_000),)),
}


def test_a_months_report_holds_shares_and_costs_against_contracts() -> None:
    report = van_months("202611", USES, {"hangang": 5_000, "namsan": 4_000, "bada": 1_000}, CONTRACTS)

    assert report == [
        VanMonth(VanUse("bada", 0, 0), 1_000, 0, -1_000, 0, 0),
        VanMonth(USES[0], 5_000, 6_000, 1_000, 90_000 + 300_000 + 60_000, 0),
        VanMonth(USES[1], 4_000, 4_000, 0, 250_000, 50_000),
    ]
    assert [one.cost_won for one in report] == [0, 450_000, 300_000]


def test_a_month_without_approvals_has_no_shares_and_costs_its_least() -> None:
    (only,) = van_months("202611", [], {"namsan": 10_000}, CONTRACTS)

    assert (only.share_basis_points, only.more_approvals, only.cost_won) == (0, 0, 300_000)


@given(st.integers(0, 10**9), st.integers(0, 500), st.sampled_from(Rounding))
def test_a_fee_is_within_a_won_of_its_rate_and_never_more_than_the_amount(
    amount_won: int, basis_points: int, rounding: Rounding
) -> None:
    fee = part_of(amount_won, basis_points, rounding)

    assert abs(fee * WHOLE_BASIS_POINTS - amount_won * basis_points) < WHOLE_BASIS_POINTS
    assert 0 <= fee <= amount_won


def test_a_contract_of_a_van_is_never_the_rate_of_law() -> None:
    contracts = {"namsan": Contract((FeeTerms("", Preferential(1)),))}

    with pytest.raises(AssertionError, match="for acquirers"):
        van_months("202611", USES, {"namsan": 10_000}, contracts)


def test_a_flat_fee_is_the_same_for_each_and_a_month_costs_it_as_often() -> None:
    contracts = {"bada": Contract((FeeTerms("20261115", Flat(70)),))}

    (report,) = van_months("202611", [VanUse("bada", 3, 99)], {}, contracts)

    assert fee_won(Flat(70), 11_000, CHECK, DAY) == 70
    assert (report.cost_won, report.contract_basis_points, report.share_basis_points) == (210, 0, 10_000)


def test_a_months_last_terms_hold_for_it() -> None:
    contract = Contract((FeeTerms("", Flat(1)), FeeTerms("20261130", Flat(2)), FeeTerms("20261201", Flat(3))))

    (report,) = van_months("202611", [VanUse("bada", 1, 99)], {}, {"bada": contract})

    assert report.cost_won == 2


def test_shares_of_contract_are_counted_to_the_nearest_approval() -> None:
    uses = [VanUse("bada", 1, 0), VanUse("sol", 2, 0)]

    assert [one.more_approvals for one in van_months("202611", uses, {"bada": 5_000, "sol": 5_000}, {})] == [
        -1,
        0,
    ]


def test_a_row_that_is_paid_is_checked_like_one_that_is_captured() -> None:
    clearing = Clearing()
    (row,) = clearing.claimed(sold(1))
    clearing.comes(told(row, fee_won=55))
    paid = replace(clearing.row(row), state=RowState.PAID)

    (found,) = fee_differences([paid], {"haneul": Contract((FeeTerms("", Flat(44)),))})
    assert found.too_much_won == 11
