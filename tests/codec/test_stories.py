"""Of a garbled telegram the likeliest story is told: in which row it began, by how many bytes, which way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Final

import pytest

from telegram_codec import EUC_KR, DecodeError, Telegram
from telegram_codec.fields import (
    blank,
    code,
    constant,
    digits,
    filler,
    hex_octets,
    hhmmss,
    left_digits,
    text,
    won,
    yyyymmdd,
)

SERVICES: Final = {"DDC": "by the VAN", "DSC": "with signatures", "EDI": "by files"}
SIGNATURE: Final = b"000a141e28323c46505a646e78828c96a0aab4bec8d2"
ENTRIES: Final = {"10": "keyed", "20": "swiped", "30": "chip", "40": "tapped"}


class Slip(Telegram, size=199, charset=EUC_KR):
    """What a till prints, and a row of most kinds; behind each stands something that shows a shift."""

    kind: str = constant(0, 4, "0210")
    serial: str = digits(4, 6)
    sold_on: date = yyyymmdd(10, 8)
    sold_at: time = hhmmss(18, 6)
    shop: str = text(24, 16)
    scope: str = code(40, 1, meanings={"F": "full", "P": "partial"})
    amount_won: int = won(41, 9)
    currency: str = constant(50, 3, "KRW")
    spare: None = filler(53, 6)
    vat_won: int = won(59, 9, pad=" ")
    approval_number: str = left_digits(68, 8, at_least=6, may_be_blank=True)
    service: str = code(76, 3, meanings=SERVICES)
    issuer: str = code(79, 4, may_be_blank=True)
    reserved: None = blank(83, 3)
    remark: str = text(86, 44)
    signature: bytes = hex_octets(130, 44)
    entry: str = code(174, 2, meanings=ENTRIES, default="30")
    card: str = left_digits(176, 19, at_least=10)
    till: str = text(195, 4, default="T-01")


class ClosedSlip(Slip, size=206):
    """The same with something behind the till that tells."""

    spare_at_the_end: None = filler(199, 5)
    end: str = constant(204, 2, "ED")


KOREAN: Final = ClosedSlip(
    serial="004711",
    sold_on=date(2026, 3, 2),
    sold_at=time(12, 30, 45),
    shop="한강분식",
    scope="F",
    amount_won=55_000,
    vat_won=5_000,
    approval_number="30012345",
    service="EDI",
    issuer="0031",
    remark="table 9",
    signature=bytes.fromhex(SIGNATURE.decode()),
    card="4111111111111111",
)
ENGLISH: Final = replace(
    KOREAN,
    shop="HAN RIVER DINER",
    scope="P",
    amount_won=123_456_789,
    vat_won=0,
    approval_number="",
    remark="영수증 없음, two guests at the window",
    entry="40",
    till="T-07",
)
SPARSE: Final = replace(
    KOREAN,
    sold_at=time(1, 2, 3),
    shop="cafe",
    amount_won=1_000,
    approval_number="123456",
    issuer="HN01",
    remark="",
    card="5555555555554444",
    till="",
)
OPEN: Final = Slip(**{row.name: getattr(KOREAN, row.name) for row in Slip.layout.rows if row.given})


def told(slip: Telegram, wire: bytes) -> str:
    """What the error for `wire` guesses."""
    with pytest.raises(DecodeError) as refused:
        type(slip).decode(wire)
    return refused.value.hint


def garbled(slip: Telegram, name: str, instead: bytes) -> bytes:
    """The slip with other bytes in one row: all behind it is shifted by what they are too many or too few."""
    wire, row = slip.encode(), slip.layout.row(name)
    return wire[: row.offset] + instead + wire[row.end :]


def shift(slip: Telegram, name: str, instead: bytes) -> str:
    """The story of that."""
    surplus = len(instead) - slip.layout.row(name).size
    size = "1 byte" if abs(surplus) == 1 else f"{abs(surplus)} bytes"
    return f"looks shifted by {size} to the {'right' if surplus > 0 else 'left'} since {name}"


@pytest.mark.parametrize(
    ("slip", "name", "instead"),
    [
        pytest.param(KOREAN, "sold_on", b"2260302", id="a digit lost in a date"),
        pytest.param(OPEN, "sold_on", b"2002", id="half a date"),
        pytest.param(SPARSE, "scope", b"F7", id="a digit typed behind a code"),
        pytest.param(OPEN, "scope", "가나다라마".encode(), id="Korean text in UTF-8 where a code was"),
        pytest.param(KOREAN, "amount_won", b"000055000A", id="a letter behind an amount"),
        pytest.param(ENGLISH, "amount_won", b"123456000789", id="three zeros typed into an amount"),
        pytest.param(OPEN, "spare", b"     ~~ ", id="a spare two bytes too long and used"),
        pytest.param(KOREAN, "approval_number", b"300345", id="an approval number without padding"),
        pytest.param(OPEN, "issuer", b"003", id="a digit lost of a code that no list holds"),
        pytest.param(SPARSE, "issuer", "가   ".encode(), id="a code of characters instead of bytes"),
        pytest.param(ENGLISH, "shop", b" RIVER DINER ", id="three letters lost of a name"),
        pytest.param(ENGLISH, "signature", SIGNATURE[:38] + SIGNATURE[40:], id="two hex digits lost"),
        pytest.param(OPEN, "signature", SIGNATURE[:38] + SIGNATURE[41:], id="three hex digits lost"),
        pytest.param(KOREAN, "signature", SIGNATURE + b"AAAA", id="letters behind a signature"),
        pytest.param(OPEN, "signature", SIGNATURE + b"~~~~", id="signs behind a signature"),
        pytest.param(KOREAN, "entry", b"AA30", id="letters before a code of a list"),
        pytest.param(SPARSE, "entry", b"~~30", id="signs before a code of a list"),
        pytest.param(SPARSE, "card", b"5555555555000554444   ", id="three zeros typed into a card number"),
        pytest.param(KOREAN, "card", b"4111111111111111".ljust(40), id="a card number padded to 40 bytes"),
        pytest.param(KOREAN, "till", b"T01", id="a sign lost of the last name"),
        pytest.param(SPARSE, "till", b"    ~", id="a sign behind a name that is empty"),
    ],
)
def test_what_grew_or_shrank_is_told_by_its_row(slip: Telegram, name: str, instead: bytes) -> None:
    assert told(slip, garbled(slip, name, instead)) == shift(slip, name, instead)


@pytest.mark.parametrize(
    ("slip", "name", "instead"),
    [
        pytest.param(OPEN, "kind", b"02A10", id="a letter in the first row"),
        pytest.param(ENGLISH, "serial", b"00711", id="a digit lost of the serial"),
        pytest.param(KOREAN, "sold_at", b"045", id="half a time"),
        pytest.param(KOREAN, "spare", b"   ~~~~   ", id="a spare four bytes too long and used"),
        pytest.param(SPARSE, "approval_number", b"123456".ljust(28), id="twenty spaces too many"),
        pytest.param(KOREAN, "issuer", b"0031AA", id="letters behind a code that no list holds"),
        pytest.param(OPEN, "remark", b"table 9".ljust(43) + b"7777 ", id="a number far behind a text"),
        pytest.param(SPARSE, "remark", b"\xb0".rjust(39).ljust(45), id="half a syllable in an empty text"),
        pytest.param(KOREAN, "till", b"T-   01", id="three spaces typed into a name"),
        pytest.param(KOREAN, "till", b"T-0  1", id="two spaces typed into a name"),
        pytest.param(SPARSE, "till", b"  0  ", id="a digit typed into an empty name"),
        pytest.param(KOREAN, "spare_at_the_end", b"  7   ", id="a digit typed into the last spare"),
        pytest.param(KOREAN, "spare_at_the_end", b" ~    ", id="a sign typed into the last spare"),
    ],
)
def test_it_is_told_too_where_the_end_was_cut_or_filled_up(slip: Telegram, name: str, instead: bytes) -> None:
    size = slip.layout.size
    wire = garbled(slip, name, instead)[:size].ljust(size)

    assert told(slip, wire) == shift(slip, name, instead)


def test_where_the_end_was_cut_no_shift_of_more_than_twenty_bytes_is_looked_for() -> None:
    size = KOREAN.layout.size
    twenty, one_more = (b"004711" + b"A" * surplus for surplus in (20, 21))

    assert told(KOREAN, garbled(KOREAN, "serial", twenty)[:size]) == shift(KOREAN, "serial", twenty)
    assert told(KOREAN, garbled(KOREAN, "serial", one_more)[:size]) == ""


@pytest.mark.parametrize(
    ("slip", "name", "other"),
    [(KOREAN, "sold_on", "sold_at"), (SPARSE, "spare_at_the_end", "end")],
)
def test_rows_in_each_others_place_are_both_told(slip: Telegram, name: str, other: str) -> None:
    wire = slip.encode()
    first, second = slip.layout.row(name), slip.layout.row(other)
    swapped = b"".join(
        (
            wire[: first.offset],
            wire[second.offset : second.end],
            wire[first.end : second.offset],
            wire[first.offset : first.end],
            wire[second.end :],
        )
    )

    assert told(slip, swapped) == f"{name} and {other} look swapped"


@pytest.mark.parametrize(
    ("kept", "name"), [(1, "kind"), (23, "sold_at"), (24, "shop"), (199, "spare_at_the_end"), (205, "end")]
)
def test_a_slip_that_ends_early_is_told_by_the_first_row_that_is_not_whole(kept: int, name: str) -> None:
    assert told(KOREAN, KOREAN.encode()[:kept]) == f"looks cut off in {name}"
