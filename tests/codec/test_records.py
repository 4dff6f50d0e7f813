"""A settlement file counts as a whole or not at all, and its error names the record and the byte."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_codec import DecodeError, EncodeError
from telegram_codec.columns import columns
from telegram_codec.records import RECORDS_AT_ONCE, RecordError, RecordFile
from telegram_codec.specs import settlement, statement
from tests.codec import examples_of_files
from tests.codec.strategies import briefly

if TYPE_CHECKING:
    from telegram_codec import Telegram

FILES: dict[str, tuple[RecordFile, tuple[Telegram, ...]]] = {
    "transactions": (settlement.TRANSACTIONS, examples_of_files.TRANSACTIONS),
    "claims": (settlement.CLAIMS, examples_of_files.CLAIMS),
    "returns": (settlement.RETURNS, examples_of_files.RETURNS),
    "deposits": (settlement.DEPOSITS, examples_of_files.DEPOSITS),
    "outcomes": (settlement.OUTCOMES, examples_of_files.OUTCOMES),
    "statements": (statement.STATEMENTS, examples_of_files.STATEMENTS),
}
every_file = pytest.mark.parametrize("name", FILES)
CLAIMS = settlement.CLAIMS
START, SALE, CANCEL, TOTAL = examples_of_files.CLAIMS


def wire_of(name: str) -> bytes:
    file, records = FILES[name]
    return b"".join(file.write(records))


def claims_of(*records: Telegram) -> BytesIO:
    """A claim file of these records, right or wrong."""
    return BytesIO(b"".join(record.encode() for record in records))


def changed(record: Telegram, **changes: Any) -> Telegram:  # noqa: ANN401 - any row, by its name
    return replace(record, **changes)


def refusal(stream: BytesIO, file: RecordFile = CLAIMS) -> RecordError:
    with pytest.raises(RecordError) as refused:
        file.check(stream)
    return refused.value


@every_file
def test_what_was_written_is_read(name: str) -> None:
    file, records = FILES[name]

    assert tuple(file.read(BytesIO(wire_of(name)))) == records
    assert file.check(BytesIO(wire_of(name))) == len(records)


@every_file
@pytest.mark.parametrize("line_end", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("last_line_end", [True, False])
def test_a_file_may_have_line_ends_or_none(name: str, line_end: bytes, last_line_end: bool) -> None:  # noqa: FBT001 - a case of the test
    file, records = FILES[name]
    lines = line_end.join(record.encode() for record in records) + (line_end if last_line_end else b"")

    assert tuple(file.read(BytesIO(lines))) == records


def test_deposit_files_are_written_in_lines() -> None:
    assert len(wire_of("deposits")) == len(examples_of_files.DEPOSITS) * 152
    assert wire_of("deposits").endswith(b"\r\n")


def test_a_file_may_have_several_sections() -> None:
    records = (*examples_of_files.CLAIMS, *examples_of_files.CLAIMS)

    assert tuple(CLAIMS.read(claims_of(*records))) == records


@every_file
def test_a_file_cut_anywhere_is_refused(name: str) -> None:
    file, _ = FILES[name]
    wire = wire_of(name)
    step = file.record_bytes + len(file.line_end)
    for end in range(len(wire)):
        if (not file.start and end % step == 0) or end == len(wire) - len(file.line_end):
            continue
        if end == len(wire) - 1 and file.line_end:
            continue
        with pytest.raises(RecordError):
            file.check(BytesIO(wire[:end]))


@every_file
@briefly
@given(data=st.data())
def test_a_damaged_file_is_either_read_or_refused_by_a_record_error(name: str, data: st.DataObject) -> None:
    file, _ = FILES[name]
    wire = bytearray(wire_of(name))
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(wire) - 1))
        wire[position : position + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))

    for read in (file.records, lambda stream: columns(file, stream)):
        with suppress(RecordError):
            for _ in read(BytesIO(bytes(wire))):
                pass


@pytest.mark.parametrize(
    ("records", "record", "field", "offset", "rule"),
    [
        ((), 1, "", 0, "a start record"),
        ((START, SALE, CANCEL), 4, "", 450, "a total record"),
        ((SALE, CANCEL, TOTAL), 1, "kind", 0, "a start record, as no section has begun"),
        ((START, START), 2, "kind", 150, "a data or total record, as the section has begun"),
        ((START, CANCEL), 2, "sequence", 152, "the number 1, one more than before"),
        ((START, SALE, SALE), 3, "sequence", 302, "the number 2, one more than before"),
        ((START, SALE, TOTAL), 3, "cancels", 325, "0 records and 0 won, as they add up to"),
        ((TOTAL,), 1, "kind", 0, "a start record, as no section has begun"),
        ((START, SALE, CANCEL, TOTAL, SALE), 5, "kind", 600, "a start record, as no section has begun"),
    ],
)
def test_a_file_in_the_wrong_order_is_refused_where_it_goes_wrong(
    records: tuple[Telegram, ...], record: int, field: str, offset: int, rule: str
) -> None:
    for refused in (refusal(claims_of(*records)), column_refusal(claims_of(*records))):
        assert (refused.record, refused.field, refused.offset, refused.rule) == (record, field, offset, rule)


def column_refusal(stream: BytesIO, file: RecordFile = CLAIMS, *names: str) -> RecordError:
    with pytest.raises(RecordError) as refused:
        list(columns(file, stream, *names))
    return refused.value


@pytest.mark.parametrize("row", ["sales", "cancels", "total"])
@pytest.mark.parametrize(("count", "won"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_a_count_or_sum_that_is_off_by_one_is_refused(row: str, count: int, won: int) -> None:
    stated = getattr(TOTAL, row)
    if stated.count + count < 0:
        count = 2
    wrong = replace(stated, count=stated.count + count, amount_won=stated.amount_won + won)

    refused = refusal(claims_of(START, SALE, CANCEL, changed(TOTAL, **{row: wrong})))

    assert (refused.record, refused.field) == (4, row)
    assert refused.rule == f"{stated.count} records and {stated.amount_won} won, as they add up to"


def test_the_deposit_is_what_was_paid_less_the_fees() -> None:
    *records, total = examples_of_files.RETURNS
    right = [changed(total, deposit_won=deposit) for deposit in (43_647, 43_649)]

    for wrong in right:
        with pytest.raises(EncodeError, match="deposit_won: 2 records and 43648 won"):
            list(settlement.RETURNS.write([*records, wrong]))


def test_a_broken_row_is_named_by_record_and_byte() -> None:
    wire = bytearray(wire_of("claims"))
    wire[150 + 49] = ord("x")

    refused = refusal(BytesIO(wire))

    assert (refused.record, refused.telegram, refused.field) == (2, "settlement.Claim", "amount_won")
    assert (refused.offset, refused.code) == (150 + 49, "telegram.record")
    assert str(refused).startswith("record 2: settlement.Claim.amount_won at byte 199")
    assert isinstance(refused, DecodeError)


def test_a_record_of_an_unknown_kind_is_refused() -> None:
    refused = refusal(BytesIO(wire_of("claims").replace(b"250000002", b"290000002")))

    assert (refused.record, refused.field, refused.rule) == (3, "kind", "one of 10, 20, 25, 30")


def test_nothing_is_given_of_a_file_whose_last_record_is_wrong() -> None:
    stream = claims_of(START, SALE, CANCEL, changed(TOTAL, total=TOTAL.sales))  # type: ignore[attr-defined]  # a ClaimTotal

    with pytest.raises(RecordError):
        next(CLAIMS.read(stream))


def test_a_file_without_start_records_begins_a_section_behind_each_total() -> None:
    outcomes, total = settlement.OUTCOMES, examples_of_files.OUTCOMES[-1]
    twice = (*examples_of_files.OUTCOMES, *examples_of_files.OUTCOMES)

    assert tuple(outcomes.read(claims_of(*twice))) == twice
    assert len(list(columns(outcomes, claims_of(*twice), "amount_won"))) == 2
    assert refusal(claims_of(*twice[:-1]), outcomes).rule == "a total record"
    assert refusal(claims_of(*twice, total), outcomes).field == "paid"


def test_a_card_number_in_the_clear_is_refused_in_either_direction() -> None:
    clear = "5555555555554444"

    with pytest.raises(EncodeError, match="card_number"):
        changed(SALE, card_number=clear).encode()
    wire = wire_of("claims").replace(b"555555******4444", clear.encode())
    refused = refusal(BytesIO(wire))
    assert (refused.record, refused.field) == (2, "card_number")
    assert clear not in str(refused)


def test_a_file_is_read_from_where_its_stream_stands() -> None:
    stream = BytesIO(b"header" + wire_of("claims"))
    stream.seek(6)

    assert tuple(CLAIMS.read(stream)) == examples_of_files.CLAIMS


class Dribble(BytesIO):
    """A stream that gives less than it is asked for and remembers the most it was asked for."""

    asked_bytes = 0

    def __init__(self, wire: bytes, at_once: int) -> None:
        super().__init__(wire)
        self.at_once = at_once

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked_bytes = max(self.asked_bytes, size or 0)
        return super().read(min(size or 0, self.at_once))


@every_file
def test_a_stream_may_give_less_than_it_is_asked_for(name: str) -> None:
    file, records = FILES[name]
    for at_once in (97, file.record_bytes):  # the second stops before a line end
        stream = Dribble(wire_of(name), at_once)

        assert tuple(file.records(stream)) == records
        assert stream.asked_bytes <= 202 * RECORDS_AT_ONCE


def test_only_records_of_the_file_can_be_written() -> None:
    with pytest.raises(EncodeError, match=r"takes no settlement\.Transaction"):
        list(CLAIMS.write([START, *examples_of_files.TRANSACTIONS]))
    with pytest.raises(EncodeError, match="a total record"):
        list(CLAIMS.write([START, SALE]))


@every_file
def test_columns_hold_what_the_records_hold(name: str) -> None:
    file, records = FILES[name]
    data = [record for record in records if type(record) is file.data]

    named = ("approval_number", "terminal_id", "merchant_number")
    row = next(row for row in file.data.layout.rows if row.name in named)

    found = list(columns(file, BytesIO(wire_of(name)), "amount_won", row.name))

    assert list(chain.from_iterable(column["amount_won"].tolist() for column in found)) == [
        record.amount_won  # type: ignore[attr-defined]  # every data record has an amount
        for record in data
    ]
    assert [bytes(value) for column in found for value in column[row.name]] == [
        record.encode()[row.offset : row.end] for record in data
    ]


def test_columns_carry_signs() -> None:
    (found,) = columns(settlement.RETURNS, BytesIO(wire_of("returns")), "fee_won")

    assert found["fee_won"].tolist() == [440, -88, 0]


def test_many_records_come_in_several_batches_with_their_sums_checked() -> None:
    many = RECORDS_AT_ONCE + 3
    claims = [changed(SALE, sequence=number) for number in range(1, many + 1)]
    total = settlement.Sum(count=many, amount_won=many * 55_000)
    nothing = settlement.Sum(count=0, amount_won=0)
    right = claims_of(START, *claims, changed(TOTAL, sales=total, cancels=nothing, total=total))
    wrong = claims_of(START, *claims, TOTAL)

    batches = [column["amount_won"].tolist() for column in columns(CLAIMS, right, "amount_won")]

    assert len(batches) == 2
    assert list(chain.from_iterable(batches)) == [55_000] * many
    assert column_refusal(wrong).rule == f"{many} records and {many * 55_000} won, as they add up to"
    right.seek(0)
    assert CLAIMS.check(right) == many + 2


@pytest.mark.parametrize("piece", [b"00000005500x", b"-00000055000", b"            "])
def test_a_number_that_is_none_is_named_by_the_column_reader_too(piece: bytes) -> None:
    wire = bytearray(wire_of("claims"))
    wire[150 + 49 : 150 + 61] = piece

    refused = column_refusal(BytesIO(wire), CLAIMS, "amount_won")

    assert (refused.record, refused.telegram, refused.field) == (2, "settlement.Claim", "amount_won")
    assert (refused.offset, refused.rule) == (150 + 49, "a number of up to 12 digits, zeros in front")


def test_records_of_one_file_have_one_size_and_different_kinds() -> None:
    with pytest.raises(ValueError, match="has not 150 bytes"):
        RecordFile("mixed", settlement.Claim, start=settlement.ReturnStart)
    with pytest.raises(ValueError, match="has the kind of another record"):
        RecordFile("twins", settlement.Claim, start=settlement.ClaimStart, total=settlement.ClaimStart)
