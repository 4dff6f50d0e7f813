"""Statements: a merchant reads row by row what was sold, given back, kept and paid, and sums that agree."""

from __future__ import annotations

from dataclasses import replace

from payment_core.settlement.decide import carry_out, decide
from payment_core.settlement.model import RowState, Step
from payment_core.settlement.rows import Outcome
from payment_core.settlement.statement import Totals, cells, statement
from tests.spec.clearing import DAY, NEXT_DAY, PAYMENT_DAY, TERMS, Clearing, sold, told


def a_day() -> Clearing:
    clearing = Clearing()
    rows = clearing.claimed(
        sold(1), sold(2, 5_000), sold(3, 9_000), sold(4, 2_500, acquirer="sol"), sold(5, 700)
    )
    (refund,) = clearing.claimed(sold(2, 5_000, refund="7"), day=NEXT_DAY)
    clearing.comes(told(rows[0]), told(rows[1]), told(rows[2], Outcome.RETURNED), told(rows[3]), told(refund))
    return clearing


def test_a_statement_has_a_line_for_each_row_and_sums_that_agree_with_them() -> None:
    told_day = statement("1001", DAY, a_day().rows.kept.values())

    assert [(row.amount_won, row.fee_won, row.net_won, row.state) for row in told_day.rows] == [
        (11_000, 44, 10_956, RowState.CAPTURED),
        (5_000, 20, 4_980, RowState.CAPTURED),
        (-5_000, -20, -4_980, RowState.CAPTURED),
        (9_000, 0, 0, RowState.RETURNED),
        (2_500, 10, 2_490, RowState.CAPTURED),
        (700, 0, 0, RowState.CLAIMED),
    ]
    assert told_day.totals == Totals(6, 18_500, 5_000, 54, 0, 9_700)
    assert told_day.totals.net_won == sum(row.net_won for row in told_day.rows) == 13_446


def test_each_acquirer_has_sums_of_its_own() -> None:
    told_day = statement("1001", DAY, a_day().rows.kept.values())

    assert [(name, one.gross_won) for name, one in told_day.by_acquirer] == [
        ("haneul", 16_000),
        ("sol", 2_500),
    ]
    for field in ("rows", "gross_won", "refund_won", "fee_won", "paid_won", "open_won", "net_won"):
        by_acquirer = [getattr(one, field) for _, one in told_day.by_acquirer]
        assert sum(by_acquirer) == getattr(told_day.totals, field)


def test_what_the_bank_has_paid_is_said() -> None:
    rows = [
        replace(row, state=RowState.PAID) if row.state is RowState.CAPTURED else row
        for row in a_day().rows.kept.values()
    ]

    assert statement("1001", DAY, rows).totals.paid_won == 13_446


def test_a_row_that_was_claimed_again_counts_once() -> None:
    clearing = a_day()
    returned = next(row for row in clearing.rows.kept.values() if row.state is RowState.RETURNED)
    old = decide(returned, Step.RECLAIM, who="kim", why="again", today=NEXT_DAY, rows=clearing.rows)
    carry_out(old, f"1001-{NEXT_DAY}", TERMS["haneul"], (), rows=clearing.rows, books=clearing.books)

    assert statement("1001", DAY, clearing.rows.kept.values()).totals.open_won == 9_700


def test_what_was_given_up_is_open_no_more() -> None:
    rows = [
        replace(row, state=RowState.GIVEN_UP) if row.state is RowState.RETURNED else row
        for row in a_day().rows.kept.values()
    ]

    assert statement("1001", DAY, rows).totals.open_won == 700


def test_a_month_is_a_statement_like_a_day_and_others_rows_are_nobodys_business() -> None:
    rows = list(a_day().rows.kept.values())

    assert statement("1001", "202611", rows).rows == statement("1001", DAY, rows).rows
    assert statement("1001", "202612", rows).rows == ()
    assert statement("1002", DAY, rows).totals == Totals(0, 0, 0, 0, 0, 0)


def test_a_table_of_it_has_a_head_and_no_whole_card_number() -> None:
    head, *lines = cells(statement("1001", DAY, a_day().rows.kept.values()))

    assert {len(one) for one in (head, *lines)} == {15}
    assert " ".join(map(str, head[:8])) == "매출일자 구분 매입사 카드번호 카드구분 승인번호 할부 금액"
    assert " ".join(map(str, head[8:])) == "부가세 수수료 입금액 지급예정일 상태 반송코드 반송사유"
    assert lines[2] == (
        *(DAY, "REFUND", "haneul", "411111******1111", "CREDIT", "30000002", 0, -5_000, -454, -20, -4_980),
        *(PAYMENT_DAY, "CAPTURED", "", ""),
    )
    assert lines[0][7:9] == (11_000, 1_000)
    assert lines[3][12:] == ("RETURNED", "31", "유효기간 오류")
