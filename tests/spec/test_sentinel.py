"""The sentinel: money that is late on its way to the bank is seen, the most of it first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.settlement.close import row_of
from payment_core.settlement.model import RowKind, RowState
from payment_core.settlement.sentinel import Awaited, overdue_of, watch
from tests.spec.clearing import DAY, PAYMENT_DAY, TERMS, sold

ROW = row_of(
    sold(1), "b", DAY, TERMS["haneul"], ()
)  # claim by the 20th, capture by the 23rd, deposit by the 24th
TABLE = """
TO_CLAIM    20261120  20261121  CLAIM
CLAIMED     20261123  20261124  CAPTURE
HELD        20261123  20261124  CAPTURE
RETURNED    20261123  20261124  DECISION
UNASSIGNED  20261123  20261124  DECISION
CAPTURED    20261124  20261125  DEPOSIT
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_a_row_is_late_the_day_after_the_last_day_of_what_it_waits_for(line: str) -> None:
    state, last, late, awaited = line.split()
    row = replace(ROW, state=RowState(state))

    assert overdue_of(row, last) is None
    found = overdue_of(row, late)
    assert found is not None
    assert (found.awaited, found.due, found.days, found.won) == (awaited, last, 1, 11_000)


@pytest.mark.parametrize("state", [RowState.PAID, RowState.RECLAIMED, RowState.GIVEN_UP])
def test_what_is_over_is_never_late(state: RowState) -> None:
    assert overdue_of(replace(ROW, state=state), "20301231") is None


def test_a_deposit_is_late_by_the_date_that_its_file_named() -> None:
    row = replace(ROW, state=RowState.CAPTURED, payment_date="20261130")

    assert overdue_of(row, "20261130") is None
    assert overdue_of(row, "20261203") is not None


def test_the_board_ranks_by_won_and_then_by_age_and_adds_up_by_whom_it_waits_for() -> None:
    small = replace(ROW, amount_won=500, state=RowState.CAPTURED, payment_date=PAYMENT_DAY)
    old = replace(ROW, sale_id="old", deadlines=replace(ROW.deadlines, claim_by=DAY))
    refund = replace(ROW, kind=RowKind.REFUND, cancel_id="7")
    paid = replace(ROW, state=RowState.PAID)

    board = watch([small, refund, ROW, paid, old], "20261201")

    assert [one.row for one in board.overdue] == [old, ROW, small, refund]
    assert board.won == 22_500
    assert board.won_by == {(Awaited.CLAIM, "hangang"): 22_000, (Awaited.DEPOSIT, "haneul"): 500}


def test_where_nothing_is_late_the_board_is_empty() -> None:
    assert watch([ROW], DAY).overdue == ()


def test_what_a_destination_does_not_answer_is_its_own_and_what_people_leave_is_the_acquirers() -> None:
    rows = [replace(ROW, state=RowState.CLAIMED), replace(ROW, state=RowState.UNASSIGNED)]

    assert watch(rows, "20261201").won_by == {
        (Awaited.CAPTURE, "hangang"): 11_000,
        (Awaited.DECISION, "haneul"): 11_000,
    }
