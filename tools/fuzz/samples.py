"""Telegrams as a busy shop might send them, made by chance from their layouts alone.

Values are likely rather than extreme: money in round sums, days of these years, names of people and shops.
The extremes are the property tests' affair (tests/codec/strategies.py).
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from telegram_codec.iso8583_kinds import (
    MomentOfYear,
    Packed,
    Variable,
    VariableDigits,
    VariableOctets,
    VariableTrack,
)
from telegram_codec.kinds import (
    Code,
    CountedText,
    Digits,
    LeftDigits,
    LeftNumber,
    MaskedDigits,
    Number,
    SignedNumber,
    Text,
)
from telegram_codec.moments import Date, DayOfYear, Month, MonthDay, MonthDayTime, Time, YearMonth
from telegram_codec.nested import Nested, Repeated
from telegram_codec.octets import Octets, PackedDigits

if TYPE_CHECKING:
    from random import Random

    from telegram_codec import Charset, Telegram
    from telegram_codec.kinds import Kind

T = TypeVar("T", bound="Telegram")

_FIRST_DAY: Final = date(2024, 1, 1)
_DAYS: Final = 1461
_DIGITS: Final = "0123456789"
_LETTERS: Final = _DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KOREAN: Final = "가나다라마바사한강분식하늘은행카드승인거절정상한도초과원거래없음서울부산점김이박최민준서연"
_ASCII: Final = _LETTERS + "abcdefghijklmnopqrstuvwxyz-._/"
_DIFFICULT: Final = (
    "ㄱㅏㅎ\N{IDEOGRAPHIC SPACE}\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH LATIN CAPITAL LETTER A}※全힝"
)


def sample(chance: Random, telegram: type[T]) -> T:
    """One whole telegram; rows that may keep a default or be absent do so every second time."""
    values = {}
    for row in telegram.layout.rows:
        declared = telegram.declared.get(row.name)
        can_be_left_out = declared is not None and not declared.required
        if row.given and not (can_be_left_out and chance.random() < 1 / 2):
            values[row.name] = value_of(chance, row.kind, telegram.layout.charset)
    return telegram(**values)


def value_of(chance: Random, kind: Kind, charset: Charset) -> object:  # noqa: C901, PLR0911, PLR0912 - one answer per kind
    """A value that a row of `kind` can carry."""
    match kind:
        case Text():
            return _text(chance, kind.size, charset, at_least=getattr(kind, "at_least", 0))
        case CountedText():
            return _text(chance, kind.size - kind.prefix, charset)
        case Digits():
            return _signs(chance, _DIGITS, kind.size)
        case PackedDigits():
            return _signs(chance, _DIGITS, 2 * kind.size)
        case LeftDigits():
            return _signs(chance, _DIGITS, chance.randint(kind.at_least, kind.size))
        case MaskedDigits():
            return f"{_signs(chance, _DIGITS, 6)}{'*' * 6}{_signs(chance, _DIGITS, 4)}"
        case Code():
            known = list(kind.meanings)
            return chance.choice(known) if known else _signs(chance, _LETTERS, kind.size)
        case Octets():
            return chance.randbytes(kind.size if kind.form == "binary" else kind.size // 2)
        case Number() | LeftNumber():
            return _amount(chance, kind.size)
        case SignedNumber():
            return chance.choice((1, -1)) * _amount(chance, kind.size - 1)
        case Packed():
            return value_of(chance, kind.digits, charset)
        case Variable():
            return _variable(chance, kind, charset)
        case Nested():
            return sample(chance, kind.item)
        case Repeated():
            return tuple(sample(chance, kind.item) for _ in range(chance.randint(0, kind.at_most)))
        case _:
            return _moment(chance, kind)


def _moment(chance: Random, kind: Kind) -> object:
    day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    at = time(chance.randrange(24), chance.randrange(60), chance.randrange(60))
    match kind:
        case Date():
            return day
        case Time():
            return at
        case DayOfYear():
            return MonthDay(day.month, day.day)
        case Month():
            return YearMonth(day.year, day.month)
        case MomentOfYear():
            return MonthDayTime(MonthDay(day.month, day.day), at)
        case _:
            raise AssertionError(f"no sample for {kind}")


def _variable(chance: Random, kind: Variable, charset: Charset) -> object:
    count = chance.randint(kind.at_least, kind.at_most)
    match kind:
        case VariableDigits() | VariableTrack():
            return _signs(chance, _DIGITS, count)
        case VariableOctets():
            return chance.randbytes(count)
        case _:
            return _text(chance, kind.at_most, charset, at_least=kind.at_least)


def _amount(chance: Random, digits: int) -> int:
    amount = chance.randrange(10 ** chance.randint(0, min(digits, 7)))
    return amount // 100 * 100 if amount >= 1_000 else amount  # noqa: PLR2004 - won above that are round


def _text(chance: Random, size: int, charset: Charset, *, at_least: int = 0) -> str:
    kind_of_text = chance.random()
    if kind_of_text < 1 / 4 or charset.codec == "ascii":
        signs = _signs(chance, _ASCII, chance.randint(0, size))
    elif kind_of_text < 3 / 4:
        signs = _signs(chance, _KOREAN, chance.randint(1, max(1, size // 2)))
    else:
        signs = _signs(chance, _KOREAN + _DIFFICULT + _DIGITS + " ", chance.randint(1, size))
    while len(charset.encode(signs)) > size:
        signs = signs[:-1]
    signs = signs.strip(" ")
    missing = at_least - len(charset.encode(signs))
    return signs + _signs(chance, _LETTERS, missing) if missing > 0 else signs


def _signs(chance: Random, alphabet: str, count: int) -> str:
    return "".join(chance.choices(alphabet, k=count))
