"""Apply: what a file says of our rows counts whole and once, whatever is killed while it is applied."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from payment_core.ledger.model import AccountKind
from payment_core.settlement.apply import apply
from payment_core.settlement.decide import carry_out, decide
from payment_core.settlement.model import ClaimRow, FileKind, FileState, RowState, SettlementFile, Step
from payment_core.settlement.ports import Move, RowMovedError
from payment_core.settlement.return_file import ReturnFile
from payment_core.settlement.rows import Outcome, ReturnedRow
from tests.fakes.settlement import PowerCutError
from tests.spec.clearing import DAY, NEXT_DAY, PAYMENT_DAY, TERMS, Clearing, notices_of, sold, told

FOUR = (Outcome.PAID, Outcome.RETURNED, Outcome.HELD, Outcome.PAID)


def four_claims() -> tuple[Clearing, list[ClaimRow]]:
    clearing = Clearing()
    lines = (sold(1), sold(2, 4_000), sold(3, 7_000), sold(4, 2_500, acquirer="sol", merchant_number="9"))
    return clearing, clearing.claimed(*lines)


def told_four(rows: list[ClaimRow]) -> list[ReturnedRow]:
    return [told(row, outcome) for row, outcome in zip(rows, FOUR, strict=True)]


def test_each_row_becomes_what_the_file_says_of_it() -> None:
    clearing, rows = four_claims()

    file = clearing.comes(*told_four(rows))

    assert file.state is FileState.APPLIED
    assert clearing.states() == [
        RowState.CAPTURED,
        RowState.RETURNED,
        RowState.HELD,
        RowState.CAPTURED,
    ]
    paid, returned, held, _ = [clearing.row(row) for row in rows]
    assert (paid.fee_won, paid.payment_date, paid.file_id) == (44, PAYMENT_DAY, "f1")
    assert (returned.return_code, returned.return_reason) == ("31", "유효기간 오류")
    assert (held.was_held, held.fee_won, held.payment_date) == (True, 0, "")


def test_a_file_says_what_it_came_to_and_its_sum_is_that_of_its_postings() -> None:
    clearing, rows = four_claims()

    file = clearing.comes(*told_four(rows))

    assert (file.records, file.amount_won, file.fee_won, file.deposit_won) == (4, 24_500, 54, 13_446)
    booked = [one for one in clearing.postings.kept.values() if one.about.startswith("f1/")]
    assert sum(one.won for one in booked) == 24_500
    assert clearing.won(AccountKind.DUE) == file.deposit_won
    assert clearing.won(AccountKind.ACQUIRER_FEE) == file.fee_won
    assert clearing.balance.holds


def test_a_million_rows_would_be_a_handful_of_postings() -> None:
    clearing = Clearing()
    rows = clearing.claimed(*(sold(number) for number in range(1, 40)))
    before = len(clearing.postings.kept)

    clearing.comes(*map(told, rows))

    assert len(clearing.postings.kept) == before + 1


@pytest.mark.parametrize(
    ("first", "then", "state", "kind"),
    [
        (Outcome.HELD, Outcome.RELEASED, RowState.CAPTURED, AccountKind.DUE),
        (Outcome.HELD, Outcome.PAID, RowState.CAPTURED, AccountKind.DUE),  # bought without a word of release
        (Outcome.HELD, Outcome.RETURNED, RowState.RETURNED, AccountKind.SUSPENSE),
    ],
)
def test_what_was_held_is_released_or_returned_by_a_later_file(
    first: Outcome, then: Outcome, state: RowState, kind: AccountKind
) -> None:
    clearing = Clearing()
    (row,) = clearing.claimed(sold(1))
    clearing.comes(told(row, first), file_id="f1")

    clearing.comes(told(row, then), file_id="f2")

    assert clearing.row(row).state is state
    assert clearing.won(AccountKind.HELD) == clearing.won(AccountKind.RECEIVABLE) == 0
    assert clearing.won(kind) == (11_000 if kind is AccountKind.SUSPENSE else 10_956)


def test_a_refund_is_taken_off_with_the_fee_of_its_sale() -> None:
    clearing = Clearing()
    (sale,) = clearing.claimed(sold(1))
    (refund,) = clearing.claimed(sold(1, 11_000, refund="7"), day=NEXT_DAY)

    file = clearing.comes(told(sale), told(refund))

    assert (file.amount_won, file.fee_won, file.deposit_won) == (0, 0, 0)
    assert clearing.won(AccountKind.DUE) == clearing.won(AccountKind.ACQUIRER_FEE) == 0


def test_a_file_that_is_applied_changes_nothing_when_it_comes_again() -> None:
    clearing, rows = four_claims()
    file = clearing.comes(*told_four(rows))
    before, booked = dict(clearing.rows.kept), dict(clearing.postings.kept)

    assert clearing.comes(*told_four(rows)) == file
    assert (clearing.rows.kept, clearing.postings.kept) == (before, booked)


def test_what_was_captured_cannot_be_captured_by_another_file() -> None:
    clearing, rows = four_claims()
    clearing.comes(*told_four(rows))

    assert clearing.comes(told(rows[0]), file_id="f2").refusal == "row-not-open"


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_an_application_that_is_killed_before_any_write_and_run_again_gives_the_same_books(
    at_once: int,
) -> None:
    whole, rows = four_claims()
    whole.comes(*told_four(rows))
    killed = 0
    for writes in range(20):
        clearing, rows = four_claims()
        clearing.power.writes = writes
        try:
            clearing.comes(*told_four(rows), at_once=at_once)
        except PowerCutError:
            killed += 1
        clearing.power.writes = None

        assert clearing.comes(*told_four(rows), at_once=at_once).state is FileState.APPLIED
        assert clearing.rows.kept == whole.rows.kept
        assert clearing.postings.kept == whole.postings.kept
        assert clearing.files.kept == whole.files.kept
    assert killed == 11  # it came, was checked, four rows, four movements, was applied


def test_equal_refunds_are_told_apart_the_same_way_after_a_kill() -> None:
    for writes in range(7):
        clearing = Clearing()
        clearing.claimed(sold(1))
        rows = clearing.claimed(sold(1, 4_000, refund="7"), sold(1, 4_000, refund="8"), day=NEXT_DAY)
        records = [told(rows[0], Outcome.RETURNED, mark=False), told(rows[1], mark=False)]
        clearing.power.writes = writes
        with pytest.raises(PowerCutError):
            clearing.comes(*records, at_once=1)
        clearing.power.writes = None
        if writes == 6:  # everything but the last word was written
            assert clearing.files.kept["f1"].state is FileState.CHECKED

        assert clearing.comes(*records, at_once=1).state is FileState.APPLIED
        assert [clearing.row(row).state for row in rows] == [RowState.RETURNED, RowState.CAPTURED]


def test_a_row_that_another_hand_moved_after_the_check_stops_it_and_the_file_stays_checked() -> None:
    clearing, rows = four_claims()
    clearing.power.writes = 2
    with pytest.raises(PowerCutError):
        clearing.comes(*told_four(rows))
    clearing.power.writes = None
    clearing.rows.move([Move(rows[0], replace(rows[0], state=RowState.RETURNED, file_id="f9"))])

    with pytest.raises(RowMovedError, match="is RETURNED, and is told PAID"):
        clearing.comes(*told_four(rows))

    assert clearing.files.kept["f1"].state is FileState.CHECKED


def test_a_refused_file_stays_refused() -> None:
    clearing, rows = four_claims()
    wrong = replace(told(rows[0]), amount_won=1)
    refused = clearing.comes(wrong)

    assert clearing.comes(wrong) == refused


def test_what_a_file_moves_is_booked_under_its_section_and_what_it_is() -> None:
    clearing, rows = four_claims()
    (refund,) = clearing.claimed(sold(1, 4_000, refund="7"), day=NEXT_DAY)

    clearing.comes(*told_four(rows), told(refund))

    section = f"f1/haneul/00012345/{PAYMENT_DAY}"
    assert {key for key in clearing.postings.kept if "/f1/" in key} == {
        f"capture/{section}",
        f"capture/{section}/refunds",
        f"hold/{section}",
        f"return/{section}",
        f"capture/f1/sol/9/{PAYMENT_DAY}",
    }
    assert {key for key in clearing.postings.kept if key.startswith("claim/")} == {
        "claim/claim-hangang-20261119/haneul/00012345",
        "claim/claim-hangang-20261119/sol/9",
        "claim/claim-hangang-20261120/haneul/00012345/refunds",
    }
    assert (clearing.files.kept["f1"].amount_won, clearing.files.kept["f1"].deposit_won) == (20_500, 9_462)


def test_a_row_that_was_held_returned_and_claimed_again_leaves_nothing_held() -> None:
    clearing = Clearing()
    (row,) = clearing.claimed(sold(1))
    clearing.comes(told(row, Outcome.HELD), file_id="f1")
    clearing.comes(told(row, Outcome.RETURNED), file_id="f2")
    old = decide(clearing.row(row), Step.RECLAIM, who="kim", why="again", today=NEXT_DAY, rows=clearing.rows)
    carry_out(old, f"1001-{NEXT_DAY}", TERMS["haneul"], (), rows=clearing.rows, books=clearing.books)

    assert clearing.won(AccountKind.HELD) == clearing.won(AccountKind.SUSPENSE) == 0
    assert clearing.won(AccountKind.APPROVED) == 11_000


@pytest.mark.parametrize("writes", [2, 4, None])
def test_of_two_runs_at_once_both_end_with_the_one_application(writes: int | None) -> None:
    clearing, rows = four_claims()
    records = [replace(one, row=place) for place, one in enumerate(told_four(rows), 1)]
    seen = SettlementFile("f1", "hangang", FileKind.RETURN, "Rf1", DAY, 0)
    clearing.files.move(None, seen)
    clearing.power.writes = writes and writes - 1
    with suppress(PowerCutError):
        clearing.comes(*records)  # the other run, which is ahead: it has checked, or moved some, or ended
    clearing.power.writes = None

    file = apply(
        ReturnFile(seen, notices_of(records), lambda: records),
        files=clearing.files,
        rows=clearing.rows,
        books=clearing.books,
        reasons={},
    )

    assert file == clearing.files.kept["f1"]
    assert file.state is FileState.APPLIED
    assert clearing.won(AccountKind.DUE) == file.deposit_won == 13_446
