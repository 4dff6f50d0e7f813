"""A return file is true to its last record, or nothing of it counts: each way to be wrong has a code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from payment_core.settlement.model import ClaimRow, FileState, RowKind, RowState
from payment_core.settlement.refusals import IN_ORDER
from payment_core.settlement.return_file import UNLISTED
from payment_core.settlement.rows import Outcome, ReturnedRow
from tests.spec.clearing import DAY, NEXT_DAY, Clearing, notices_of, sold, told

Records = Callable[[list[ClaimRow]], list[ReturnedRow]]

WRONG: dict[str, tuple[Records, str]] = {
    "reason-contradicts": (
        lambda rows: [told(rows[0], reason="31")],
        "record 1: PAID with reason '31'",
    ),
    "fee-contradicts": (
        lambda rows: [told(rows[0], Outcome.RETURNED, fee_won=44)],
        "record 1: RETURNED costs 44 won",
    ),
    "unknown-record": (
        lambda rows: [told(rows[0]), replace(told(rows[1], mark=False), approval_number="99999999")],
        f"record 2: no row of ours is approval 99999999 of {DAY}, 4,000 won",
    ),
    "record-differs": (
        lambda rows: [replace(told(rows[0]), amount_won=11_001)],
        f"record 1: says something else of {sold(1).sale_id} than was claimed",
    ),
    "amount-differs": (
        lambda rows: [replace(told(rows[0], mark=False), amount_won=11_001)],
        "record 1: 11,001 won; claimed: 11,000 won",
    ),
    "duplicate-record": (
        lambda rows: [told(rows[0]), told(rows[1]), told(rows[0], mark=False)],
        f"record 3: {sold(1).sale_id} stands in a record before it",
    ),
    "row-not-open": (
        lambda rows: [told(rows[0], Outcome.RELEASED)],
        f"record 1: {sold(1).sale_id} is CLAIMED, and is told RELEASED",
    ),
}


def two_claims() -> tuple[Clearing, list[ClaimRow]]:
    clearing = Clearing()
    return clearing, clearing.claimed(sold(1), sold(2, 4_000))


@pytest.mark.parametrize("code", WRONG)
def test_one_wrong_record_refuses_the_whole_file_and_nothing_is_posted(code: str) -> None:
    clearing, rows = two_claims()
    build, facts = WRONG[code]
    before, booked = dict(clearing.rows.kept), dict(clearing.postings.kept)

    file = clearing.comes(*build(rows))

    assert (file.state, file.refusal, file.facts) == (FileState.REFUSED, code, facts)
    assert (clearing.rows.kept, clearing.postings.kept) == (before, booked)


def test_rows_of_two_sales_that_both_fit_are_never_guessed() -> None:
    clearing = Clearing()
    twin = replace(sold(2), approval_number=sold(1).approval_number)
    rows = clearing.claimed(sold(1), twin)

    file = clearing.comes(told(rows[0], mark=False))

    assert (file.refusal, file.facts) == (
        "ambiguous-record",
        f"record 1: fits {sold(1).sale_id}, {sold(2).sale_id}",
    )


def test_two_refunds_of_one_sale_and_amount_are_taken_in_order() -> None:
    clearing = Clearing()
    clearing.claimed(sold(1))
    rows = clearing.claimed(sold(1, 4_000, refund="7"), sold(1, 4_000, refund="8"), day=NEXT_DAY)

    file = clearing.comes(*(told(row, mark=False) for row in rows))

    assert file.state is FileState.APPLIED
    assert [clearing.row(row).state for row in rows] == [RowState.CAPTURED] * 2


def test_a_total_that_is_not_the_sum_of_its_rows_refuses_the_file() -> None:
    clearing, rows = two_claims()
    (right,) = notices_of([told(row) for row in rows])
    wrong = [
        replace(right, **{name: getattr(right, name) + 1})
        for name in ("paid_count", "gross_won", "refund_won", "fee_won", "deposit_won")
    ]

    files = [
        clearing.comes(*map(told, rows), file_id=f"f{place}", notices=[one])
        for place, one in enumerate(wrong)
    ]

    assert {(file.state, file.refusal) for file in files} == {(FileState.REFUSED, "sums-differ")}
    assert files[3].facts == ("fees of haneul/00012345/20261124: the total says 61, its rows 60")


def test_a_file_that_was_cut_off_has_rows_without_a_total_or_a_total_without_its_rows() -> None:
    clearing, rows = two_claims()
    notices = notices_of([told(row) for row in rows])

    without_total = clearing.comes(*map(told, rows), file_id="f1", notices=[])
    without_row = clearing.comes(told(rows[0]), file_id="f2", notices=notices)

    assert [without_total.refusal, without_row.refusal] == ["section-unknown", "sums-differ"]


def test_a_van_cannot_return_what_was_claimed_at_another() -> None:
    clearing, rows = two_claims()

    file = clearing.comes(told(rows[0]), counterparty="namsan")

    assert (file.refusal, file.facts[:30]) == ("unknown-record", "record 1: no row of ours has t")


def test_an_approval_number_is_compared_without_its_blanks_and_with_its_zeros() -> None:
    clearing = Clearing()
    (row,) = clearing.claimed(replace(sold(1), approval_number="00123456"))

    assert (
        clearing.comes(replace(told(row, mark=False), approval_number="123456")).refusal == "unknown-record"
    )
    assert clearing.comes(told(row, mark=False), file_id="f2").state is FileState.APPLIED


def test_a_file_of_a_family_without_our_mark_is_found_by_what_both_sides_know() -> None:
    clearing, rows = two_claims()

    file = clearing.comes(*(told(row, mark=False) for row in rows))

    assert file.state is FileState.APPLIED


def test_a_family_without_a_place_for_a_terminal_says_nothing_of_it() -> None:
    clearing, rows = two_claims()

    file = clearing.comes(*(replace(told(row, mark=False), terminal="") for row in rows))

    assert file.state is FileState.APPLIED


def test_a_code_that_nobody_listed_is_kept_and_asked_about() -> None:
    clearing, rows = two_claims()

    clearing.comes(told(rows[0], Outcome.RETURNED, reason="Z9"))

    row = clearing.row(rows[0])
    assert (row.return_code, row.return_reason) == ("Z9", UNLISTED.korean)


def test_a_refused_file_may_come_again_corrected() -> None:
    clearing, rows = two_claims()
    clearing.comes(replace(told(rows[0]), amount_won=1), file_id="f1")

    assert clearing.comes(*map(told, rows), file_id="f2").state is FileState.APPLIED


def test_a_refund_that_costs_a_fee_contradicts_itself() -> None:
    clearing = Clearing()
    clearing.claimed(sold(1))
    (refund,) = clearing.claimed(sold(1, 4_000, refund="7"), day=NEXT_DAY)

    assert refund.kind is RowKind.REFUND
    assert clearing.comes(told(refund, fee_won=16)).refusal == "fee-contradicts"


def test_every_code_of_a_refusal_is_its_own() -> None:
    codes = [one.code for one in IN_ORDER]

    assert len(set(codes)) == len(codes)
    assert set(WRONG) | {"ambiguous-record", "section-unknown", "sums-differ"} == set(codes)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": RowKind.REFUND, "fee_won": -44},
        {"sale_date": "20261118"},
        {"approval_number": "30000009"},
        {"card_masked": "555555******4444"},
        {"terminal": "10010002"},
        {"acquirer": "sol"},
        {"merchant_number": "00099999"},
    ],
)
def test_a_record_that_differs_in_one_thing_is_about_no_row_of_ours(other: dict[str, Any]) -> None:
    clearing, rows = two_claims()
    unmarked = replace(told(rows[0], mark=False), **other)
    marked = replace(told(rows[0]), **other)

    assert clearing.comes(unmarked).refusal == "unknown-record"
    assert clearing.comes(marked, file_id="f2").refusal in {"record-differs", "unknown-record"}


def test_refunds_of_one_sale_are_told_apart_by_their_amounts() -> None:
    clearing = Clearing()
    clearing.claimed(sold(1))
    rows = clearing.claimed(sold(1, 4_000, refund="7"), sold(1, 5_000, refund="8"), day=NEXT_DAY)

    file = clearing.comes(told(rows[1], mark=False))
    assert (file.state, clearing.row(rows[1]).state) == (FileState.APPLIED, RowState.CAPTURED)

    other = replace(told(rows[0], mark=False), amount_won=3_000)
    assert clearing.comes(other, file_id="f2").facts == "record 1: 3,000 won; claimed: 4,000, 5,000 won"


@pytest.mark.parametrize(("refund", "fee_won"), [("", -1), ("7", 1)])
def test_a_fee_has_the_sign_of_its_kind_and_may_be_nothing(refund: str, fee_won: int) -> None:
    clearing = Clearing()
    rows = clearing.claimed(sold(1))
    rows = clearing.claimed(sold(1, 4_000, refund=refund), day=NEXT_DAY) if refund else rows

    assert clearing.comes(told(rows[0], fee_won=fee_won)).refusal == "fee-contradicts"
    assert clearing.comes(told(rows[0], fee_won=0), file_id="f2").state is FileState.APPLIED


def test_a_sum_that_differs_is_named() -> None:
    clearing, rows = two_claims()
    (right,) = notices_of([told(row) for row in rows])
    wrong = {
        "rows": replace(right, paid_count=3),
        "sales": replace(right, gross_won=1),
        "refunds": replace(right, refund_won=1),
        "fees": replace(right, fee_won=1),
        "deposit": replace(right, deposit_won=1),
    }

    for what, notice in wrong.items():
        file = clearing.comes(*map(told, rows), file_id=what, notices=[notice])
        assert file.facts.startswith(f"{what} of haneul/00012345/20261124: the total says")
