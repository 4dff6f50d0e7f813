"""Claim files: who approved is claimed at, each row is in one file, and a file written again is the same."""

from __future__ import annotations

import pytest

from payment_core.ledger.model import AccountKind
from payment_core.settlement.claim_file import Sum, claim_files, claimed
from payment_core.settlement.model import RowKind, RowState
from payment_core.settlement.ports import RowMovedError
from payment_core.settlement.rows import ClaimedRow, mark_of
from tests.fakes.settlement import PowerCutError
from tests.spec.clearing import BATCH, DAY, Clearing, sold


def a_closed_day() -> Clearing:
    clearing = Clearing()
    for one in (
        sold(1),
        sold(2, 5_500, destination="haneul"),
        sold(3, 2_200),
        sold(4, 1_100, acquirer="sol", merchant_number="777"),
        sold(9, 4_400, refund="7", sale_date="20261118"),
    ):
        clearing.claims.sold(one, DAY)
    clearing.close()
    return clearing


def test_each_van_and_each_direct_issuer_gets_a_file_of_what_it_approved() -> None:
    files = claim_files(BATCH, DAY, a_closed_day().rows.of_batch(BATCH))

    assert [(file.destination, len(file.rows)) for file in files] == [("haneul", 1), ("hangang", 4)]


def test_a_file_says_from_when_to_when_and_what_it_comes_to() -> None:
    _, file = claim_files(BATCH, DAY, a_closed_day().rows.of_batch(BATCH))

    assert (file.sales_from, file.sales_to, file.claim_date) == ("20261118", DAY, DAY)
    assert (file.sales, file.refunds, file.total_won) == (Sum(3, 14_300), Sum(1, 4_400), 9_900)
    assert sum(one.amount_won for one in file.records() if one.kind is RowKind.SALE) == file.sales.amount_won


def test_a_record_carries_a_mark_by_which_its_return_is_found_again() -> None:
    file, _ = claim_files(BATCH, DAY, a_closed_day().rows.of_batch(BATCH))
    mark = mark_of(file.rows[0].row_id)

    assert list(file.records()) == [
        ClaimedRow(
            RowKind.SALE,
            "10010001",
            DAY,
            "411111******1111",
            0,
            5_500,
            500,
            "30000002",
            "00012345",
            mark,
        )
    ]
    assert len(mark) == 20


def test_a_batch_without_rows_makes_no_file() -> None:
    assert claim_files(BATCH, DAY, []) == []


def test_what_has_left_is_claimed_and_the_acquirers_owe_it() -> None:
    clearing = a_closed_day()

    clearing.claim()

    assert set(clearing.states()) == {RowState.CLAIMED}
    assert clearing.won(AccountKind.RECEIVABLE) == 11_000 + 5_500 + 2_200 + 1_100 - 4_400
    assert clearing.balance.holds


def test_a_file_written_again_is_the_same_whatever_became_of_its_rows() -> None:
    clearing = a_closed_day()
    before = claim_files(BATCH, DAY, clearing.rows.of_batch(BATCH))
    clearing.claim()
    after = claim_files(BATCH, DAY, clearing.rows.of_batch(BATCH))

    assert [list(file.records()) for file in before] == [list(file.records()) for file in after]


def test_a_row_that_left_in_another_file_stops_it() -> None:
    clearing = a_closed_day()
    (file, _) = claim_files(BATCH, DAY, clearing.rows.of_batch(BATCH))
    clearing.claim()

    with pytest.raises(RowMovedError, match="was moved by another hand"):
        claimed(file, "another", rows=clearing.rows, books=clearing.books)


def test_a_claim_that_is_killed_anywhere_and_run_again_gives_the_same_books() -> None:
    whole = a_closed_day()
    whole.claim()
    for writes in range(9):
        clearing = a_closed_day()
        clearing.power.writes = writes
        with pytest.raises(PowerCutError):
            clearing.claim()
        clearing.power.writes = None
        clearing.claim()

        assert clearing.rows.kept == whole.rows.kept
        assert clearing.postings.kept == whole.postings.kept
