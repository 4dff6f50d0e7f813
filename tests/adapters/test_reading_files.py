"""A file of settlement is read in one set of words, or nothing of it counts; the refusal names the place."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pytest

from payment_adapters.files.outcomes import METRICS, FileOutcome, FileRefusedError
from payment_adapters.files.reading import read_file
from payment_core.settlement.model import RowKind
from payment_core.settlement.rows import BankRow, DepositNotice, ListedRow, Outcome, ReturnedRow
from telegram_codec.specs import settlement
from telegram_codec.telegram import Telegram
from tests.adapters.settlement_files import EXAMPLES, addressee, checked, refusal, wire_of
from tests.house.repository import ROOT

every_family = pytest.mark.parametrize("family", EXAMPLES)
every_return = pytest.mark.parametrize("family", ["returns", "deposits", "outcomes"])


def changed(kind: type[Telegram], **rows: Any) -> Any:  # noqa: ANN401 - a change of any record
    """Change the rows of all records of a kind."""
    return lambda record: replace(record, **rows) if isinstance(record, kind) else record


def rows_of(family: str) -> list[Any]:
    return list(checked(family, wire_of(family)).rows())


@every_return
def test_three_families_of_returns_are_read_in_the_same_words(family: str) -> None:
    paid, taken_off, sent_back = rows_of(family)

    assert isinstance(paid, ReturnedRow)
    assert [row.outcome for row in (paid, taken_off, sent_back)] == [
        Outcome.PAID,
        Outcome.PAID,
        Outcome.RETURNED,
    ]
    assert [row.kind for row in (paid, taken_off, sent_back)] == [RowKind.SALE, RowKind.REFUND, RowKind.SALE]
    assert [row.amount_won for row in (paid, taken_off, sent_back)] == [55_000, 11_000, 7_000]
    assert [row.fee_won for row in (paid, taken_off, sent_back)] == [440, -88, 0]
    assert (paid.merchant_number, paid.approval_number) == ("900112233", "30012345")
    assert (paid.sale_date, paid.claim_date, paid.payment_date) == ("20260302", "20260303", "20260304")
    assert (paid.card_masked, sent_back.reason) == ("555555******4444", "31")
    assert paid.acquirer == ("haneul" if family == "returns" else "bada")


def test_what_a_family_has_no_place_for_is_empty() -> None:
    words = {family: rows_of(family)[0] for family in ("returns", "deposits", "outcomes")}

    assert {name: row.mark for name, row in words.items()} == {
        "returns": "table 9",
        "deposits": "",
        "outcomes": "table 9",
    }
    assert {name: row.terminal for name, row in words.items()} == {
        "returns": "1002003004",
        "deposits": "1002003004",
        "outcomes": "",
    }
    assert {name: row.card_kind for name, row in words.items()} == {
        "returns": "CREDIT",
        "deposits": "",
        "outcomes": "",
    }


@every_return
def test_a_return_file_says_what_the_bank_will_show(family: str) -> None:
    found = checked(family, wire_of(family))

    (notice,) = found.notices
    acquirer = "haneul" if family == "returns" else "bada"
    assert notice == DepositNotice(acquirer, "900112233", "20260304", 2, 55_000, 11_000, 352, 43_648)
    assert (found.sums.records, found.sums.amount_won) == (3, 51_000)
    assert (found.sums.fee_won, found.sums.deposit_won) == (352, 43_648)


def test_a_list_has_sales_and_cancels() -> None:
    sale, cancel = rows_of("transactions")

    assert sale == ListedRow(
        row=1,
        kind=RowKind.SALE,
        terminal="1002003004",
        card_masked="555555******4444",
        issuer="bada",
        acquirer="haneul",
        date="20260302",
        time="123045",
        installment_months=3,
        amount_won=55_000,
        approval_number="30012345",
        merchant_number="900112233",
    )
    assert (cancel.kind, cancel.amount_won) == (RowKind.REFUND, 11_000)


def test_a_statement_has_signs_and_may_lack_the_payer() -> None:
    paid_in, taken_off = rows_of("statements")

    assert paid_in == BankRow(2, "20260304", "bada", "900112233", 43_648, "바다카드 매출대금")
    assert (taken_off.acquirer, taken_off.amount_won) == ("", -3_000)


def test_a_code_that_no_contract_lists_stays_as_it_stands() -> None:
    wire = wire_of("transactions", changed(settlement.Transaction, issuer_code="099"))

    assert next(iter(checked("transactions", wire).rows())).issuer == "099"  # type: ignore[union-attr]  # a row of a list


def twice(family: str) -> bytes:
    """The first data record of a return file once more, and totals that count it."""
    sum_of = {"paid": (3, 99_000), "total": (4, 106_000)}
    totals = {
        name: settlement.Sum(count=count, amount_won=won)
        for name, (count, won) in sum_of.items()
        if not (family == "deposits" and name == "total")
    }
    total = settlement.ReturnTotal if family == "returns" else settlement.DepositTotal
    wire = wire_of(family, changed(total, **totals, fee_won=792, deposit_won=98_208))
    step = len(wire) // len(EXAMPLES[family][2])
    return wire[: 2 * step] + wire[step:]


FEW_BYTES = [  # family, what becomes what, and what that is, in which record
    ("deposits", b" \r\n", b"\r\n", FileOutcome.TRUNCATED, 1),
    ("returns", b"43648", b"43649", FileOutcome.TOTALS_DIFFER, 5),
    ("returns", b"0000003", b"0000004", FileOutcome.TOTALS_DIFFER, 5),
    ("outcomes", b"D42", b"D43", FileOutcome.TOTALS_DIFFER, 4),
    ("statements", b"-0000000003000", b"-0000000003001", FileOutcome.TOTALS_DIFFER, 4),
    ("returns", b"45410", b"77410", FileOutcome.UNKNOWN_RECORD, 3),
    ("outcomes", b"D45", b"X45", FileOutcome.UNKNOWN_RECORD, 2),
    ("outcomes", b"D45", b"D99", FileOutcome.ROW_WRONG, 2),
    ("returns", b"20260302", b"20260231", FileOutcome.ROW_WRONG, 1),
    ("transactions", b"555555******4444", b"5555555555554444", FileOutcome.ROW_WRONG, 1),
    ("transactions", "한강".encode("cp949"), b"\xff \xff ", FileOutcome.ENCODING, 1),
    ("deposits", b"1208100001", b"1208100002", FileOutcome.MISADDRESSED, 1),
    ("returns", b"1208100001", b"1208100002", FileOutcome.MISADDRESSED, 1),
    ("returns", b"20260303   ", b"20260302   ", FileOutcome.MISADDRESSED, 1),
    ("outcomes", b"900112233    260304", b"900112234    260304", FileOutcome.MISADDRESSED, 4),
    ("transactions", b"20260302", b"20260228", FileOutcome.MISADDRESSED, 1),
    ("statements", b"701", b"702", FileOutcome.MISADDRESSED, 1),
]
CUT_OFF = [  # family, so many bytes at the start and at the end are missing, in which record that shows
    ("returns", 1_000, 0, 1),
    ("returns", 0, 200, 5),
    ("returns", 200, 0, 1),
    ("returns", 0, 1, 5),
    ("deposits", 0, 200, 4),
    ("outcomes", 0, 152, 4),
    ("statements", 0, 122, 4),
    ("transactions", 0, 1, 2),
]


@pytest.mark.parametrize(("family", "start", "end", "record"), CUT_OFF)
def test_a_file_of_which_a_part_is_missing_is_refused(family: str, start: int, end: int, record: int) -> None:
    wire = wire_of(family)

    refused = refusal(family, wire[start : len(wire) - end])

    assert (refused.outcome, refused.record) == (FileOutcome.TRUNCATED, record), refused


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_in_another_charset_is_called_that(mark: bytes) -> None:
    refused = refusal("transactions", mark + wire_of("transactions").decode("cp949").encode())

    assert refused.outcome is FileOutcome.ENCODING
    assert "the contract says EUC-KR" in refused.facts


@pytest.mark.parametrize(("family", "before", "after", "outcome", "record"), FEW_BYTES)
def test_a_bad_file_is_refused_whole_and_by_its_place(
    family: str, before: bytes, after: bytes, outcome: FileOutcome, record: int
) -> None:
    refused = refusal(family, wire_of(family).replace(before, after))

    assert (refused.outcome, refused.record) == (outcome, record), refused
    assert outcome.is_refusal
    assert "5555" not in str(refused)


@pytest.mark.parametrize("family", ["returns", "deposits"])
def test_a_row_that_stands_twice_is_refused_even_where_the_totals_count_it(family: str) -> None:
    refused = refusal(family, twice(family))

    assert (refused.outcome, refused.record) == (FileOutcome.DUPLICATE_ROW, 3)


def test_a_row_that_stands_twice_in_a_list_is_given_and_found_by_matching() -> None:
    wire = wire_of("transactions")

    assert checked("transactions", wire + wire).sums.records == 4


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(FileRefusedError) as refused:
        read_file(addressee("returns"), "large.dat", BytesIO(wire_of("returns")), largest_bytes=999)

    assert refused.value.outcome is FileOutcome.TOO_LARGE


@every_family
def test_a_mutated_file_is_read_whole_or_refused_and_nothing_else(family: str) -> None:
    chance, wire = Random(20260303), wire_of(family)  # noqa: S311 - the same files every time
    outcomes = set()
    for _ in range(80):
        spoilt = bytearray(wire)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(spoilt))
            spoilt[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        try:
            list(checked(family, bytes(spoilt)).rows())
        except FileRefusedError as refused:
            outcomes.add(refused.outcome)

    assert FileOutcome.TRUNCATED in outcomes
    assert len(outcomes) > 1


def test_every_outcome_has_an_alarm_and_a_page() -> None:
    assert set(METRICS) == set(FileOutcome)
    assert len(set(METRICS.values())) == len(METRICS)
    assert [one for one in FileOutcome if not (ROOT / f"docs/operating/{one}.md").exists()] == []
