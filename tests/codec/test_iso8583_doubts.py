"""What is generated for a bitmap refuses what an element refuses, and carries all that it carries.

Only telegrams whose bitmap was met several times go through it: the first sale of a day and the thousandth
must be treated alike.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest

from telegram_codec import EUC_KR, DecodeError, EncodeError
from telegram_codec.fields import (
    code,
    constant,
    digits,
    hex_octets,
    hhmmss,
    left_digits,
    mmdd,
    number,
    octets,
    text,
    won,
)
from telegram_codec.iso8583 import (
    IsoTelegram,
    MonthDayTime,
    ll_digits,
    ll_pan,
    ll_track_2,
    lll_octets,
    lll_text,
    mmddhhmmss,
    optional,
)
from telegram_codec.iso8583_rows import decode_elements, encode_elements
from telegram_codec.moments import MonthDay
from tests.codec.test_iso8583_plans import functions_for


class Sale(IsoTelegram, mti="0200", bitmap="hex", digits="ascii", charset=EUC_KR):
    """One element of each way of writing, and a constant."""

    card_number: str | None = optional(ll_pan(2, 19))
    processing_code: str | None = optional(digits(3, 6))
    amount_won: int | None = optional(won(4, 12))
    fee_won: int | None = optional(won(5, 6, pad=" "))
    transmitted: MonthDayTime | None = optional(mmddhhmmss(7, 10))
    local_time: time | None = optional(hhmmss(12, 6))
    local_day: MonthDay | None = optional(mmdd(13, 4))
    card_sequence: int | None = optional(number(23, 3))
    track_2: str | None = optional(ll_track_2(35, 37))
    response_code: str | None = optional(code(39, 2))
    terminal_id: str | None = optional(left_digits(41, 8))
    branch: str | None = optional(left_digits(42, 6, at_least=2))
    city: str | None = optional(text(43, 8))
    name: str | None = optional(text(44, 8, at_least=2))
    remark: str | None = optional(lll_text(48, 20))
    currency: str = constant(49, 3, "392")
    pin_block: bytes | None = optional(octets(52, 8))
    chip_data: bytes | None = optional(lll_octets(55, 20))
    seal: bytes | None = optional(hex_octets(60, 8))
    account: str | None = optional(ll_digits(102, 28, at_least=0))


class PackedSale(Sale, mti="0200", bitmap="binary", digits="bcd"):
    """The same with two digits to a byte."""


SALE = Sale(
    card_number="4111111111111111",
    processing_code="990000",
    amount_won=55_000,
    fee_won=550,
    transmitted=MonthDayTime(MonthDay(3, 2), time(12, 30, 45)),
    local_time=time(12, 30, 45),
    local_day=MonthDay(3, 2),
    card_sequence=987,
    track_2="4111111111111111=2812",
    response_code="0A",
    terminal_id="1002",
    branch="47",
    city="한강",
    name="분식",
    remark="창가",
    pin_block=bytes.fromhex("c0ffee00c0ffee99"),
    chip_data=bytes.fromhex("9f2608"),
    seal=bytes.fromhex("00ff1a2b"),
    account="100200",
)
PACKED_SALE = PackedSale(**{row.name: getattr(SALE, row.name) for row in Sale.layout.rows if row.given})
both_sales = pytest.mark.parametrize("sale", [SALE, PACKED_SALE], ids=["digits", "packed digits"])


def only(made: type[Sale], field: str, value: object) -> Sale:
    """A sale of this one element and what is always there."""
    values: dict[str, Any] = {field: value} if made.layout.row(field).given else {}
    return made(**values)


def alone(sale: Sale, field: str) -> Sale:
    """One element of `sale` and what is always there."""
    return only(type(sale), field, getattr(sale, field))


@both_sales
def test_elements_of_all_kinds_stand_behind_each_other(sale: Sale) -> None:
    encode, decode = functions_for(sale)
    wire = encode_elements(sale)

    assert encode(sale) == wire
    assert decode(type(sale), wire) == sale
    assert decode(type(sale), wire[:-1]) is None
    assert decode(type(sale), wire + b"0") is None


@both_sales
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card_number", "4000000002"),
        ("card_number", "378282246310005"),
        ("card_number", "4111111111111111" + "222"),
        ("amount_won", 0),
        ("amount_won", 10**12 - 1),
        ("fee_won", 0),
        ("fee_won", 999_999),
        ("transmitted", MonthDayTime(MonthDay(12, 31), time(23, 59, 59))),
        ("local_time", time(0, 0)),
        ("local_day", MonthDay(2, 29)),
        ("card_sequence", 0),
        ("track_2", "=" * 37),
        ("terminal_id", "10020030"),
        ("terminal_id", "1"),
        ("branch", "471100"),
        ("city", ""),
        ("city", "한강분식"),
        ("city", "{a}'~\"\\"),
        ("name", "ab"),
        ("remark", ""),
        ("remark", "한강분식 한강분식  "),
        ("pin_block", b"{}'\"\\\n\x00\xff"),
        ("chip_data", b""),
        ("chip_data", b"{}'\"\\\n\x00\xff" * 2 + b"last"),
        ("account", ""),
        ("account", "1" * 27),
    ],
)
def test_what_an_element_can_just_carry_is_carried(sale: Sale, field: str, value: object) -> None:
    telegram = only(type(sale), field, value)
    encode, decode = functions_for(telegram)

    wire = encode_elements(telegram)

    assert encode(telegram) == wire
    assert decode(type(telegram), wire) == telegram
    assert decode_elements(type(telegram), wire) == telegram


@both_sales
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card_number", "4111x11111111111"),
        ("card_number", "1" * 20),
        ("card_number", "1" * 9),
        ("processing_code", "99000x"),
        ("processing_code", "9900"),
        ("amount_won", 10**12),
        ("amount_won", -1),
        ("amount_won", True),
        ("fee_won", 10**6),
        ("fee_won", -1),
        ("transmitted", (MonthDay(3, 2), time(12, 30, 45))),
        ("transmitted", MonthDayTime(MonthDay(2, 30), time(12, 30, 45))),
        ("transmitted", MonthDayTime(MonthDay(3, 2), time(12, 30, 45, 1))),
        ("local_time", time(12, 30, 45, 1)),
        ("local_time", time(12, 30, 45, tzinfo=UTC)),
        ("local_time", datetime(2026, 3, 2, 12, 30, 45)),  # noqa: DTZ001 - it is the type that is wrong
        ("local_day", (3, 2)),
        ("local_day", MonthDay(3.0, 2)),  # type: ignore[arg-type]  # it is what is wrong
        ("local_day", MonthDay(2, 30)),
        ("card_sequence", 1_000),
        ("track_2", "41111111111111D28"),
        ("response_code", "0-"),
        ("response_code", "0"),
        ("response_code", "가"),
        ("terminal_id", "100200301"),
        ("terminal_id", "1002x"),
        ("terminal_id", ""),
        ("branch", "4"),
        ("city", "nine byte"),
        ("city", "Seoul "),
        ("city", "two\nline"),
        ("name", "a"),
        ("remark", "x" * 21),
        ("remark", "two\nlines"),
        ("pin_block", bytes(7)),
        ("pin_block", bytearray(8)),
        ("chip_data", bytes(21)),
        ("chip_data", bytearray(3)),
        ("seal", bytes(3)),
        ("account", "1002-3"),
        ("account", "1" * 29),
    ],
)
def test_what_an_element_cannot_carry_is_never_written(sale: Sale, field: str, value: object) -> None:
    encode, _ = functions_for(alone(sale, field))
    telegram = only(type(sale), field, value)

    assert encode(telegram) is None
    with pytest.raises(EncodeError, match=rf"\.{field}: "):
        encode_elements(telegram)


def with_element(sale: Sale, field: str, raw: bytes) -> bytes:
    """The bytes of `sale` with others in the place of one element."""
    wire = encode_elements(sale)
    places = dict(zip((row.name for row in sale.layout.rows), sale.spans(wire), strict=True))
    start, end = places[field]
    return wire[:start] + raw + wire[end:]


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("kind", b"0210"),
        ("card_number", b"164111x11111111111"),
        ("card_number", b"20" + b"1" * 20),
        ("card_number", b"09" + b"1" * 9),
        ("processing_code", b"99000x"),
        ("amount_won", b"00000005500x"),
        ("amount_won", b"+00000055000"),
        ("fee_won", b"000550"),
        ("fee_won", b"   55x"),
        ("transmitted", b"0302240000"),
        ("transmitted", b"0230123045"),
        ("transmitted", b"03021230 5"),
        ("local_time", b"240000"),
        ("local_time", b"12304x"),
        ("local_day", b"0230"),
        ("local_day", b"03x2"),
        ("card_sequence", b"98x"),
        ("track_2", b"1741111111111111D28"),
        ("response_code", b"0-"),
        ("response_code", b"\xb0\xa1"),
        ("terminal_id", b"10 2    "),
        ("terminal_id", b"        "),
        ("branch", b"4     "),
        ("city", b"two\nline"),
        ("city", b"Seoul  \xc7"),
        ("name", b"a       "),
        ("remark", b"003a\x00b"),
        ("remark", b"021" + b"x" * 21),
        ("currency", b"410"),
        ("chip_data", b"021" + bytes(21)),
        ("seal", b"00FF1A2B"),
        ("account", b"041-02"),
        ("account", b"29" + b"1" * 29),
        ("account", b"061002000"),
        ("account", b"06"),
    ],
)
def test_bytes_that_an_element_refuses_are_never_read(field: str, raw: bytes) -> None:
    sale = alone(SALE, field)
    _, decode = functions_for(sale)
    damaged = with_element(sale, field, raw)

    assert decode(Sale, damaged) is None
    with pytest.raises(DecodeError):
        decode_elements(Sale, damaged)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("kind", "0210"),
        ("card_number", "15 1378282246310005"),
        ("card_number", "16 411111111111111f"),
        ("card_number", "20 11111111111111111111"),
        ("processing_code", "99000a"),
        ("amount_won", "00000005500a"),
        ("transmitted", "0302240000"),
        ("transmitted", "0230123045"),
        ("local_time", "246000"),
        ("local_day", "0230"),
        ("card_sequence", "1987"),
        ("card_sequence", "098a"),
        ("currency", "0410"),
        ("currency", "1392"),
        ("remark", "0021" + "78" * 21),
        ("remark", "001a"),
        ("remark", "1001 78"),
        ("account", "04 12f4"),
        ("account", "06 10020000"),
    ],
)
def test_packed_digits_that_are_none_are_never_read(field: str, raw: str) -> None:
    sale = alone(PACKED_SALE, field)
    _, decode = functions_for(sale)
    damaged = with_element(sale, field, bytes.fromhex(raw))

    assert decode(PackedSale, damaged) is None
    with pytest.raises(DecodeError):
        decode_elements(PackedSale, damaged)


def test_a_count_that_the_paper_does_not_allow_is_none() -> None:
    class Coupon(IsoTelegram, mti="0200"):
        number: str = ll_digits(63, 7, at_least=3)

    encode, decode = functions_for(Coupon(number="123"))
    wires = [b"0200" + b"0000000000000002" + b"%02d" % count + b"1" * count for count in range(10)]
    coupons = [Coupon(number="1" * count) for count in range(10)]

    assert [encode(coupon) for coupon in coupons] == [None] * 3 + wires[3:8] + [None] * 2
    assert [decode(Coupon, wire) for wire in wires] == [None] * 3 + coupons[3:8] + [None] * 2


class Braces(IsoTelegram, mti="0800", bitmap="binary"):
    """The first byte of its bitmap is 0x7b or 0x7d, which are braces in ASCII."""

    second: str = digits(2, 1)
    third: str = digits(3, 1)
    fourth: str = digits(4, 1)
    fifth: str = digits(5, 1)
    sixth: str | None = optional(digits(6, 1))
    seventh: str | None = optional(digits(7, 1))
    eighth: str = digits(8, 1)


@pytest.mark.parametrize(("missing", "first"), [("sixth", b"{"), ("seventh", b"}")])
def test_a_bitmap_that_looks_like_a_brace_is_written_as_it_is(missing: str, first: bytes) -> None:
    values = dict.fromkeys(("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"), "1")
    telegram = Braces(**{**values, missing: None})  # type: ignore[arg-type]  # rows by their names
    encode, decode = functions_for(telegram)
    wire = b"0800" + first + bytes(7) + b"111111"

    assert encode(telegram) == wire
    assert decode(Braces, wire) == telegram
