"""Where a file is wrong and what kind of trouble that is, told by record and byte of the whole file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from telegram_codec import Telegram
from telegram_codec.fields import constant, digits, number
from telegram_codec.records import RecordError, RecordFile, Trouble
from telegram_codec.specs import settlement
from tests.codec import examples_of_files

if TYPE_CHECKING:
    from typing import BinaryIO

LINE = 152  # bytes of a deposit with its line end
RECORD = 150  # bytes of a claim, which has none
START, SALE, CANCEL, TOTAL = examples_of_files.CLAIMS
EVERY_KIND = ", ".join(["52", *settlement.RETURN_KINDS, "53"])


class Slow(BytesIO):
    """A stream that gives less than a record at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 97))


def deposits(offset: int, instead: bytes) -> bytes:
    """The deposit file with other bytes in a place."""
    return with_bytes(b"".join(settlement.DEPOSITS.write(examples_of_files.DEPOSITS)), offset, instead)


def with_bytes(wire: bytes, offset: int, instead: bytes) -> bytes:
    return wire[:offset] + instead + wire[offset + len(instead) :]


def refusal(file: RecordFile, stream: BinaryIO) -> RecordError:
    with pytest.raises(RecordError) as refused:
        file.check(stream)
    return refused.value


@pytest.mark.parametrize(
    ("offset", "instead", "record", "found", "rule"),
    [
        (2 * LINE + 151, b" ", 3, "_", "the line end b'\\r\\n' as before"),
        (2 * LINE, b"99", 3, "##", f"one of {EVERY_KIND}"),
        (5 * LINE, b"5", 6, "1 bytes", "150 bytes"),
        (5 * LINE, b"53\r\n", 6, "4 bytes", "150 bytes"),
    ],
    ids=["a line that ends otherwise", "a kind of no file", "a byte too many", "a line too short"],
)
@pytest.mark.parametrize("stream", [BytesIO, Slow])
def test_a_fault_is_told_by_its_place_in_the_file(
    stream: type[BytesIO], offset: int, instead: bytes, record: int, found: str, rule: str
) -> None:
    refused = refusal(settlement.DEPOSITS, stream(deposits(offset, instead)))

    assert (refused.record, refused.offset) == (record, offset)
    assert (refused.found, refused.rule) == (found, rule)


@pytest.mark.parametrize(
    ("records", "place", "instead", "trouble"),
    [
        pytest.param((START, SALE), 2 * RECORD, b"20", Trouble.SIZE, id="a piece of a record"),
        pytest.param((START, SALE), RECORD, b"29", Trouble.KIND, id="a kind of no file"),
        pytest.param((START, SALE), RECORD + 49, b"x", Trouble.ROW, id="a letter in an amount"),
        pytest.param((START, SALE), RECORD + 49, b"\xb0\xa1", Trouble.ROW, id="Korean in an amount"),
        pytest.param((START, SALE), RECORD + 100, b"\x01", Trouble.ROW, id="a control character in a text"),
        pytest.param((START, SALE), RECORD + 100, b"a\xb0 ", Trouble.TEXT, id="half a syllable in a text"),
        pytest.param((START, CANCEL), 0, b"", Trouble.ORDER, id="a number left out"),
        pytest.param((START, SALE), 0, b"", Trouble.ORDER, id="no total"),
        pytest.param((START, SALE, TOTAL), 0, b"", Trouble.TOTAL, id="a total of more than there is"),
    ],
)
def test_programs_are_told_what_kind_of_trouble_a_file_is_in(
    records: tuple[Telegram, ...], place: int, instead: bytes, trouble: Trouble
) -> None:
    wire = with_bytes(b"".join(record.encode() for record in records), place, instead)

    assert refusal(settlement.CLAIMS, BytesIO(wire)).trouble is trouble


def test_another_line_end_is_trouble_with_the_size() -> None:
    wire = deposits(3 * LINE - 2, b"\n\n")

    assert refusal(settlement.DEPOSITS, BytesIO(wire)).trouble is Trouble.SIZE


def test_what_is_missing_is_missing_at_the_end_of_the_file() -> None:
    refused = refusal(settlement.CLAIMS, BytesIO(START.encode() + SALE.encode()))

    assert (refused.record, refused.offset) == (3, 2 * RECORD)
    assert (refused.found, refused.rule) == ("the end of the file", "a total record")


def test_a_kind_that_stands_behind_other_rows_is_refused_at_its_own_byte() -> None:
    class Item(Telegram, size=6):
        serial: str = digits(0, 4)
        kind: str = constant(4, 2, "IT")

    class Total(Telegram, size=6):
        count: int = number(0, 4)
        kind: str = constant(4, 2, "TO")

    refused = refusal(RecordFile("items", Item, total=Total), BytesIO(b"0001IT0002XX"))

    assert (refused.record, refused.offset, refused.rule) == (2, 6 + 4, "one of IT, TO")
