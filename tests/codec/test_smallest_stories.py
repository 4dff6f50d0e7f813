"""In a telegram of a few bytes a story is told only where it explains more than chance would."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from telegram_codec import EUC_KR, DecodeError, Telegram
from telegram_codec.fields import code, constant, digits, filler, text, yyyymmdd

COUNTRIES: Final = {"KR": "Korea", "JP": "Japan", "US": "United States"}
SERVICES: Final = {"DDC": "by the VAN", "DSC": "with signatures", "EDI": "by files"}


class Price(Telegram, size=7):
    """A currency that is always the same, and a price."""

    currency: str = constant(0, 3, "KRW")
    price: str = digits(3, 4)


class Capture(Telegram, size=7):
    """One of three services, and a serial."""

    service: str = code(0, 3, meanings=SERVICES)
    serial: str = digits(3, 4)


class Landing(Telegram, size=5):
    """One of three countries, and where one may go."""

    country: str = code(0, 2, meanings=COUNTRIES)
    gate: str = text(2, 1)
    hall: str = text(3, 1)
    floor: str = constant(4, 1, "1")


class Badge(Telegram, size=4):
    """A mark and a country."""

    mark: str = text(0, 2)
    country: str = code(2, 2)


class Guest(Telegram, size=14, charset=EUC_KR):
    """A Korean name, a country and a serial."""

    name: str = text(0, 8)
    country: str = code(8, 2, meanings=COUNTRIES)
    serial: str = digits(10, 4)


class Day(Telegram, size=12):
    """A day and a serial."""

    sold_on: date = yyyymmdd(0, 8)
    serial: str = digits(8, 4)


class Order(Telegram, size=16):
    """A constant, and a long number that any digits may be."""

    kind: str = constant(0, 4, "S1AB")
    serial: str = digits(4, 12)


class Spare(Telegram, size=11):
    """A serial between a constant and bytes that nobody should use."""

    kind: str = constant(0, 3, "S12")
    serial: str = digits(3, 4)
    spare: None = filler(7, 4)


class Named(Telegram, size=12):
    """A serial and a name."""

    kind: str = constant(0, 2, "S1")
    serial: str = digits(2, 4)
    name: str = text(6, 6)


class LongName(Telegram, size=42):
    """A name as long as can be looked through, and a serial."""

    name: str = text(0, 38)
    serial: str = digits(38, 4)


def lost_in(name: str) -> str:
    return f"looks shifted by 1 byte to the left since {name}"


@pytest.mark.parametrize(
    ("telegram", "wire", "story"),
    [
        pytest.param(Price, b"RW4711", lost_in("currency"), id="the first sign lost"),
        pytest.param(Price, b"KW4711", lost_in("currency"), id="the middle sign lost"),
        pytest.param(Price, b"KR4711", lost_in("currency"), id="the last sign lost"),
        pytest.param(Price, b"US4711", "", id="not what is left of the constant"),
        pytest.param(Capture, b"EI4711", lost_in("service"), id="a code of the list less one sign"),
        pytest.param(Capture, b"DC4711", lost_in("service"), id="one of two codes less one sign"),
        pytest.param(Capture, b"XY4711", "", id="not what is left of any code"),
        pytest.param(Landing, b"KAB1", lost_in("country"), id="half a code and three signs"),
        pytest.param(
            Badge,
            b" ~ K",
            "looks shifted by 1 byte to the right since mark",
            id="a space typed before a sign",
        ),
        pytest.param(
            Guest,
            "가       KR471".encode("euc-kr"),
            "looks shifted by 1 byte to the right since name",
            id="a name padded by characters, and the end cut",
        ),
        pytest.param(
            Guest,
            "한강   77 KR4711".encode("euc-kr"),
            "looks shifted by 2 bytes to the right since name",
            id="a name padded by characters, and a number behind it",
        ),
        pytest.param(
            Guest,
            "한강abc    KR4".encode("euc-kr"),
            "looks shifted by 3 bytes to the right since name",
            id="three letters typed into a name, and as many lost at the end",
        ),
        pytest.param(
            Guest,
            "한강    777KR4".encode("euc-kr"),
            "looks shifted by 3 bytes to the right since country",
            id="three digits typed before a country, and as many lost at the end",
        ),
        pytest.param(Day, b"02603024711", lost_in("sold_on"), id="a day of this century less one digit"),
        pytest.param(Day, b"99603024711", "", id="no day of this century"),
        pytest.param(Order, b"S1A000000004711", lost_in("kind"), id="most of a constant and any digits"),
        pytest.param(Order, b"XYZ000000004711", "", id="any digits"),
        pytest.param(
            Spare,
            b"S1204711A   ",
            "looks shifted by 1 byte to the right since serial",
            id="a byte too many and a spare that is used a little",
        ),
        pytest.param(Spare, b"S1204711AB  ", "", id="a byte too many and a spare that is used more"),
        pytest.param(Named, b"S14711~~", "looks cut off in name", id="the end is missing"),
        pytest.param(Named, b"XX4711~~", "", id="the end is missing and the begin wrong"),
        pytest.param(
            LongName,
            b"a name of  " + b"x" * 29 + b"4711",
            "looks shifted by 2 bytes to the right since name",
            id="two spaces typed into a long name",
        ),
    ],
)
def test_a_story_is_told_where_it_explains_more_than_chance(
    telegram: type[Telegram], wire: bytes, story: str
) -> None:
    with pytest.raises(DecodeError) as refused:
        telegram.decode(wire)

    assert refused.value.hint == story
