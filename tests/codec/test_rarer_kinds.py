"""Ways of writing that only some papers use: signs, bytes that are no text, months, groups, counted text."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from telegram_codec import EUC_KR, DecodeError, EncodeError, LayoutError, Row, Telegram, describe
from telegram_codec.errors import UnfitError
from telegram_codec.fields import (
    constant,
    counted_text,
    digits,
    hex_octets,
    left_number,
    mmdd,
    mmyy,
    nested,
    number,
    octets,
    own_length,
    packed_digits,
    pan,
    repeated,
    signed_won,
    text,
    yymm,
)
from telegram_codec.moments import MonthDay, YearMonth
from telegram_codec.rows import decode_rows, encode_rows
from tests.codec.strategies import briefly, telegrams


class Line(Telegram, size=5):
    """What is nested."""

    mark: str = constant(0, 1, "L")
    count: int = number(1, 4)


class Rare(Telegram, size=85, charset=EUC_KR):
    """One row of each rarer kind."""

    length_bytes: int = own_length(0, 4, counts_itself=True)
    fee_won: int = signed_won(4, 6)
    line_count: int = left_number(10, 4)
    day: MonthDay = mmdd(14, 4)
    claimed: YearMonth = yymm(18, 4)
    expiry: YearMonth = mmyy(22, 4, secret=True)
    track: str = counted_text(26, 12, prefix=2)
    signature: bytes = hex_octets(38, 8)
    terminal: str = packed_digits(46, 4)
    key: bytes = octets(50, 4)
    one: Line = nested(54, 5, Line)
    lines: tuple[Line, ...] = repeated(59, 15, Line)
    name: str = text(74, 11, at_least=2)


RARE = Rare(
    fee_won=-88,
    line_count=12,
    day=MonthDay(2, 29),
    claimed=YearMonth(2026, 3),
    expiry=YearMonth(2028, 12),
    track="40=28 ",
    signature=b"\x00\xff\x1a\x2b",
    terminal="10020030",
    key=b"\x00 \xff\r",
    one=Line(count=7),
    lines=(Line(count=1), Line(count=2)),
    name="한강",
)
RARE_BYTES = (
    b"0085-0008812  02292603122806"
    b"40=28     00ff1a2b\x10\x02\x00\x30\x00 \xff\rL0007L0001L0002     "
    + "한강".encode("euc-kr")
    + b"       "
)


def test_the_rarer_kinds_read_and_write() -> None:
    assert RARE.encode() == RARE_BYTES
    assert Rare.decode(RARE_BYTES) == RARE


@briefly
@given(telegrams(Rare))
def test_generated_functions_and_rows_say_the_same_of_rarer_kinds(rare: Rare) -> None:
    wire = encode_rows(rare)

    assert Rare.compiled().encode(rare) in {wire, None}
    assert Rare.compiled().decode(Rare, wire) in {rare, None}
    assert decode_rows(Rare, wire) == rare


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("fee_won", -100_000, "a number of up to 6 digits, zeros in front, or - and 5 digits"),
        ("fee_won", 1_000_000, "a number of up to 6 digits, zeros in front, or - and 5 digits"),
        pytest.param(
            "fee_won",
            10**5_000,  # more digits than Python turns into text
            "a number of up to 6 digits, zeros in front, or - and 5 digits",
            id="five thousand digits",
        ),
        ("fee_won", "-88", "takes a whole number, not str"),
        ("line_count", 10_000, "a number of up to 4 digits"),
        ("line_count", -1, "a number of 0 or more"),
        ("day", MonthDay(2, 30), "a day of the calendar as MMDD"),
        ("day", MonthDay(100, 1), "a day of the calendar as MMDD"),
        ("day", date(2026, 3, 2), "takes a MonthDay, not date"),
        ("claimed", YearMonth(1999, 12), "a year of 2000 to 2099"),
        ("claimed", YearMonth(2026, 13), "a month as YYMM"),
        ("expiry", YearMonth(2026, 0), "a month as MMYY"),
        ("expiry", (2026, 1), "takes a YearMonth, not tuple"),
        ("track", "12345678901", "needs 11 bytes in EUC-KR, the field has 10"),
        ("signature", b"\x00" * 5, "8 lower-case hex digits"),
        ("signature", "00ff1a2b", "takes bytes, not str"),
        ("terminal", "1002003", "exactly 8 digits, two to a byte"),
        ("terminal", "1002003a", "exactly 8 digits, two to a byte"),
        ("key", b"abc", "4 bytes"),
        ("one", RARE, "takes a Line, not Rare"),
        ("one", Line(count=10_000), "count: a number of up to 4 digits"),
        ("lines", [Line(count=1)], "takes a tuple, not list"),
        ("lines", (Line(count=1),) * 4, "at most 3 times Line, not 4"),
        ("lines", (Line(count=-1),), "count: a number of 0 or more"),
        ("name", "a", "text of 2 to 11 bytes, spaces behind"),
    ],
)
def test_a_value_that_a_rarer_kind_cannot_carry_is_refused(field: str, value: object, reason: str) -> None:
    changes: dict[str, Any] = {field: value}

    with pytest.raises(EncodeError) as refused:
        replace(RARE, **changes).encode()

    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("offset", "wire", "field", "rule"),
    [
        (0, b"0081", "length_bytes", "the constant '0085'"),
        (4, b"-00000", "fee_won", "a number of up to 6 digits, zeros in front, or - and 5 digits"),
        (4, b"--0088", "fee_won", "a number of up to 6 digits, zeros in front, or - and 5 digits"),
        (4, b"+00088", "fee_won", "a number of up to 6 digits, zeros in front, or - and 5 digits"),
        (4, b"   -88", "fee_won", "a number of up to 6 digits, zeros in front, or - and 5 digits"),
        (10, b"012 ", "line_count", "a number of up to 4 digits, spaces behind"),
        (10, b" 12 ", "line_count", "a number of up to 4 digits, spaces behind"),
        (10, b"    ", "line_count", "a number of up to 4 digits, spaces behind"),
        (14, b"0230", "day", "a day of the calendar as MMDD"),
        (18, b"2613", "claimed", "a month as YYMM"),
        (22, b"0028", "expiry", "a month as MMYY"),
        (26, b"11", "track", "2 digits of length, then as many bytes of text, spaces behind"),
        (26, b"05", "track", "2 digits of length, then as many bytes of text, spaces behind"),
        (26, b" 6", "track", "2 digits of length, then as many bytes of text, spaces behind"),
        (38, b"00FF1A2B", "signature", "8 lower-case hex digits"),
        (38, b"00ff1a2 ", "signature", "8 lower-case hex digits"),
        (46, b"\x1a", "terminal", "exactly 8 digits, two to a byte"),
        (54, b"M", "one", "mark: the constant 'L'"),
        (59, b"     ", "lines", "Line behind each other, spaces behind the last"),
        (60, b"x", "lines", "count: a number of up to 4 digits, zeros in front"),
        (74, b" " * 11, "name", "text of 2 to 11 bytes, spaces behind"),
    ],
)
def test_bytes_that_a_rarer_kind_would_not_have_written_are_refused(
    offset: int, wire: bytes, field: str, rule: str
) -> None:
    damaged = RARE_BYTES[:offset] + wire + RARE_BYTES[offset + len(wire) :]
    if field == "track" and wire == b"05":
        damaged = damaged.replace(b"40=28 ", b"40=28x")

    with pytest.raises(DecodeError) as refused:
        Rare.decode(damaged)

    assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize("row", [row for row in Rare.layout.rows if row.given], ids=lambda row: str(row.name))
def test_bytes_that_end_within_a_row_are_refused_by_its_kind_or_read(row: Row) -> None:
    raw = RARE_BYTES[row.offset : row.end]

    for end in range(row.size):
        with suppress(UnfitError):
            row.kind.read(raw[:end], EUC_KR)


def test_a_hex_row_of_an_odd_width_holds_nothing() -> None:
    class Odd(Telegram, size=3):
        signature: bytes = hex_octets(0, 3)

    with pytest.raises(DecodeError):
        Odd.decode(b"00f")


def test_the_viewer_shows_bytes_that_are_no_text_as_hex_digits() -> None:
    rows = {row.field: row for row in describe(RARE)}

    assert rows["key"].raw == "0020ff0d"
    assert rows["terminal"][3:5] == ("10020030", "'10020030'")
    assert rows["expiry"][3:5] == ("****", "<secret>")
    assert rows["one"].value == "test_rarer_kinds.Line(count=7)"


def test_bytes_that_happen_to_spell_letters_are_still_hex_digits() -> None:
    rows = {row.field: row.raw for row in describe(replace(RARE, terminal="41424344", key=b"ABCD"))}

    assert (rows["terminal"], rows["key"]) == ("41424344", "41424344")
    assert rows["signature"] == "00ff1a2b"


def test_a_group_ends_with_its_last_item() -> None:
    empty = replace(RARE, lines=())

    assert empty.encode()[59:74] == b" " * 15
    assert Rare.decode(empty.encode()).lines == ()


def test_an_item_that_could_be_nothing_but_spaces_is_not_written() -> None:
    class Remark(Telegram, size=2):
        words: str = text(0, 2)

    class Remarks(Telegram, size=4):
        remarks: tuple[Remark, ...] = repeated(0, 4, Remark)

    assert Remarks(remarks=(Remark(words="a"),)).encode() == b"a   "
    assert Remarks.decode(b"~ a ").remarks == (Remark(words="~"), Remark(words="a"))
    assert Remarks.decode(b"a ~ ").remarks == (Remark(words="a"), Remark(words="~"))
    with pytest.raises(EncodeError, match="a Remark of nothing but spaces"):
        Remarks(remarks=(Remark(words=""), Remark(words="a"))).encode()


def test_a_group_must_fill_its_row_exactly() -> None:
    with pytest.raises(LayoutError, match="takes 5 bytes"):

        class Short(Telegram, size=9):
            lines: tuple[Line, ...] = repeated(0, 9, Line)


def test_what_must_be_hidden_cannot_be_nested() -> None:
    class Card(Telegram, size=20):
        card_number: str = pan(0, 20)

    with pytest.raises(LayoutError, match="may not be hidden"):
        nested(0, 20, Card)
    with pytest.raises(LayoutError, match="may not be hidden"):
        repeated(0, 40, Card)


def test_a_length_may_count_itself() -> None:
    class Head(Telegram, size=8):
        length_bytes: int = own_length(0, 4, counts_itself=True)
        serial: str = digits(4, 4)

    assert Head(serial="4711").encode() == b"00084711"
