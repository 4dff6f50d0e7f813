"""Expected deposits: what an acquirer will pay is what it captured less its fees, per number and date."""

from __future__ import annotations

from dataclasses import replace

from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.model import ExpectedDeposit
from payment_core.settlement.rows import Outcome
from tests.spec.clearing import NEXT_DAY, PAYMENT_DAY, Clearing, sold, told


def test_what_is_captured_is_expected_on_its_date_less_refunds_and_fees() -> None:
    clearing = Clearing()
    sales = clearing.claimed(sold(1), sold(2, 5_000), sold(3, 9_000), sold(4, 2_500, acquirer="sol"))
    (refund,) = clearing.claimed(sold(2, 5_000, refund="7"), day=NEXT_DAY)
    later = replace(told(sales[1]), payment_date="20261125")
    clearing.comes(told(sales[0]), later, told(sales[2], Outcome.HELD), told(sales[3]), told(refund))

    deposits = expected_deposits(clearing.rows.kept.values())

    assert deposits == [
        ExpectedDeposit("haneul", "00012345", PAYMENT_DAY, 2, 11_000, 5_000, 24),
        ExpectedDeposit("sol", "00012345", PAYMENT_DAY, 1, 2_500, 0, 10),
        ExpectedDeposit("haneul", "00012345", "20261125", 1, 5_000, 0, 20),
    ]
    assert [one.net_won for one in deposits] == [5_976, 2_490, 4_980]


def test_the_deposits_of_a_file_are_what_its_totals_say() -> None:
    clearing = Clearing()
    rows = clearing.claimed(*(sold(number, 1_000 * number) for number in range(1, 6)))

    file = clearing.comes(*map(told, rows))

    assert sum(one.net_won for one in expected_deposits(clearing.rows.kept.values())) == file.deposit_won
