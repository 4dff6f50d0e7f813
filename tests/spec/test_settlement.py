"""A row on its way to its deposit moves by what files say and people decide; a file counts once, whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.settlement.model import (
    NEXT,
    NEXT_OF_FILE,
    CardKind,
    ClaimRow,
    Deadlines,
    ExpectedDeposit,
    FileKind,
    FileState,
    RowKind,
    RowState,
    SettlementFile,
    Step,
    allows,
    file_moved,
    moved,
)

TABLE = """
claim     TO_CLAIM              -> CLAIMED
capture   CLAIMED               -> CAPTURED
return    CLAIMED HELD          -> RETURNED
hold      CLAIMED               -> HELD
release   HELD                  -> CAPTURED
reclaim   RETURNED UNASSIGNED   -> RECLAIMED
give_up   RETURNED UNASSIGNED   -> GIVEN_UP
leave     RETURNED              -> UNASSIGNED
pay       CAPTURED              -> PAID
"""
FILES = """
RECEIVED        -> CHANGED_RESEND CHECKED DUPLICATE REFUSED
CHECKED         -> APPLIED
APPLIED         ->
REFUSED         ->
DUPLICATE       ->
CHANGED_RESEND  ->
"""


def a_row(kind: RowKind = RowKind.SALE, *, state: RowState = RowState.TO_CLAIM) -> ClaimRow:
    return ClaimRow(
        sale_id="1001-10010001-1-20261119-1",
        cancel_id="" if kind is RowKind.SALE else "7",
        batch="1001-20261119",
        merchant="1001",
        merchant_number="00012345",
        terminal="10010001",
        destination="hangang",
        acquirer="haneul",
        kind=kind,
        card_masked="411111******1111",
        card_kind=CardKind.CREDIT,
        approval_number="30012345",
        sale_date="20261119",
        amount_won=11_000,
        vat_won=1_000,
        installment_months=0,
        deadlines=Deadlines("20261120", "20261124", "20261126"),
        state=state,
    )


def test_a_row_moves_by_this_table_and_no_other_way() -> None:
    written = [line.split("->") for line in TABLE.strip().splitlines()]
    as_text = {before.split()[0]: (set(before.split()[1:]), after.strip()) for before, after in written}

    assert {str(step): (set(rule.came_from), rule.to) for step, rule in NEXT.items()} == as_text


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", RowState)
def test_what_the_table_does_not_allow_is_a_bug_and_moves_nothing(step: Step, state: RowState) -> None:
    row = a_row(state=state)

    if allows(step, state):
        assert moved(row, step) == replace(row, state=NEXT[step].to)
    else:
        with pytest.raises(AssertionError, match=f"{step} is not allowed from {state}"):
            moved(row, step)


def test_a_file_moves_by_this_table_and_a_checked_file_is_only_ever_applied() -> None:
    written = [line.split("->") for line in FILES.strip().splitlines()]

    assert {state: set(after) for state, after in NEXT_OF_FILE.items()} == {
        before.strip(): set(after.split()) for before, after in written
    }


def test_an_applied_file_cannot_be_refused_any_more() -> None:
    came = SettlementFile("ab", "hangang", FileKind.RETURN, "R1", "20261119", 0)
    applied = file_moved(file_moved(came, FileState.CHECKED), FileState.APPLIED)

    with pytest.raises(AssertionError, match="APPLIED is never followed by REFUSED"):
        file_moved(applied, FileState.REFUSED)


def test_a_row_is_called_by_its_sale_its_cancel_and_its_turn() -> None:
    assert a_row().row_id == "1001-10010001-1-20261119-1"
    assert a_row(RowKind.REFUND).row_id == "1001-10010001-1-20261119-1/7"
    assert replace(a_row(), turn=2).row_id == "1001-10010001-1-20261119-1~2"


def test_a_refund_takes_off_what_a_sale_adds() -> None:
    assert a_row().signed_won == 11_000
    assert a_row(RowKind.REFUND).signed_won == -11_000


def test_a_deposit_is_sales_less_refunds_less_fees() -> None:
    deposit = ExpectedDeposit("haneul", "00012345", "20261123", 3, 30_000, 11_000, 285)

    assert deposit.net_won == 18_715
    assert deposit.deposit_id == "20261123/haneul/00012345"
