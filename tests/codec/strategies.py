"""Any telegram of a class, made from its layout alone: a new paper is tested by naming it in TELEGRAMS."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from telegram_codec import EUC_KR, Telegram
from telegram_codec.iso8583_kinds import (
    MomentOfYear,
    Packed,
    VariableDigits,
    VariableOctets,
    VariableText,
    VariableTrack,
)
from telegram_codec.iso8583_layout import ElementRow
from telegram_codec.kinds import (
    Code,
    CountedText,
    Digits,
    Kind,
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
from telegram_codec.specs import (
    bada,
    dongdaemun,
    firm_banking,
    gyeongbok,
    haneul,
    hangang,
    namsan,
    pos,
    settlement,
    sol,
    statement,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from telegram_codec.layout import Row

T = TypeVar("T", bound="Telegram")

# A twentieth of what the profile says: these tests run once per telegram, and there are many telegrams.
briefly = settings(max_examples=max(3, settings().max_examples // 20))

TELEGRAMS: tuple[type[Telegram], ...] = (
    *hangang.REQUESTS.telegrams,
    *hangang.ANSWERS.telegrams,
    *haneul.REQUESTS.telegrams,
    *haneul.ANSWERS.telegrams,
    *namsan.REQUESTS.telegrams,
    *namsan.ANSWERS.telegrams,
    *dongdaemun.REQUESTS.telegrams,
    *dongdaemun.ANSWERS.telegrams,
    *sol.REQUESTS.telegrams,
    *sol.ANSWERS.telegrams,
    *pos.REQUESTS.telegrams,
    *pos.ANSWERS.telegrams,
    *settlement.TRANSACTIONS.telegrams,
    *settlement.CLAIMS.telegrams,
    *settlement.RETURNS.telegrams,
    *settlement.DEPOSITS.telegrams,
    *settlement.OUTCOMES.telegrams,
    *statement.STATEMENTS.telegrams,
    *firm_banking.REQUESTS.telegrams,
    *firm_banking.ANSWERS.telegrams,
    *gyeongbok.REQUESTS.telegrams,
    *gyeongbok.ANSWERS.telegrams,
    *bada.REQUESTS.telegrams,
    *bada.ANSWERS.telegrams,
)
# Those with one size and generated functions.
FIXED_WIDTH = tuple(telegram for telegram in TELEGRAMS if telegram.encode is Telegram.encode)

_DIGITS = "0123456789"
_CODE_LETTERS = _DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KOREAN = "가각한강분식승인거절카드힝ㄱㅏ全角※" + "\N{IDEOGRAPHIC SPACE}\N{FULLWIDTH DIGIT ONE}"
_SIGNS = "".join(map(chr, range(0x20, 0x7F))) + _KOREAN


def telegrams(of: type[T]) -> SearchStrategy[T]:
    """Every value that every given row of `of` can carry."""
    given = {row.name: row_values(row) for row in of.layout.rows if row.given}
    return st.fixed_dictionaries(given).map(lambda values: of(**values))


def row_values(row: Row) -> SearchStrategy[object]:
    """The values of one row."""
    values: SearchStrategy[object] = _values(row.kind)
    return st.none() | values if isinstance(row, ElementRow) and row.optional else values


def _values(kind: Kind) -> SearchStrategy[object]:  # noqa: C901, PLR0911, PLR0912 - one line per kind
    match kind:
        case Text():
            return _fitting_text(kind.size).filter(lambda text: len(EUC_KR.encode(text)) >= kind.at_least)
        case CountedText():
            return _fitting_text(kind.size - kind.prefix)
        case Digits():
            return st.text(_DIGITS, min_size=kind.size, max_size=kind.size)
        case LeftDigits():
            filled = st.text(_DIGITS, min_size=kind.at_least, max_size=kind.size)
            return filled | st.just("") if kind.may_be_blank else filled
        case MaskedDigits():
            return st.from_regex(r"[0-9]{0,6}\*{5,}[0-9]{4}", fullmatch=True).filter(
                lambda signs: len(signs) <= kind.size
            )
        case Code():
            filled = st.text(_CODE_LETTERS, min_size=kind.size, max_size=kind.size)
            if kind.meanings:
                filled = st.sampled_from(sorted(kind.meanings))
            return filled | st.just("") if kind.may_be_blank else filled
        case Number() | LeftNumber():
            return st.integers(0, 10**kind.size - 1)
        case SignedNumber():
            return st.integers(1 - 10 ** (kind.size - 1), 10**kind.size - 1)
        case Octets():
            octets = kind.size if kind.form == "binary" else kind.size // 2
            return st.binary(min_size=octets, max_size=octets)
        case PackedDigits():
            return st.text(_DIGITS, min_size=2 * kind.size, max_size=2 * kind.size)
        case Packed():
            return _values(kind.digits)
        case VariableDigits():
            return st.text(_DIGITS, min_size=kind.at_least, max_size=kind.at_most)
        case VariableTrack():
            return st.text(_DIGITS + "=", min_size=kind.at_least, max_size=kind.at_most)
        case VariableText():
            signs = st.text(_SIGNS, max_size=kind.at_most).filter(lambda text: len(text) >= kind.at_least)
            return signs.filter(lambda text: len(EUC_KR.encode(text)) <= kind.at_most)
        case VariableOctets():
            return st.binary(min_size=kind.at_least, max_size=kind.at_most)
        case MomentOfYear():
            return st.builds(MonthDayTime, _values(DayOfYear(4)), _values(Time(6)))
        case Nested():
            return telegrams(kind.item)
        case Repeated():
            return st.lists(telegrams(kind.item), max_size=kind.at_most).map(tuple)
        case DayOfYear():
            return st.dates().map(lambda day: MonthDay(day.month, day.day))
        case Month():
            return st.builds(YearMonth, st.integers(2000, 2099), st.integers(1, 12))
        case Date():
            return st.dates(
                date(1, 1, 1) if kind.form == "YYYYMMDD" else date(2000, 1, 1), date(2099, 12, 31)
            )
        case Time():
            return st.times().map(lambda moment: time(moment.hour, moment.minute, moment.second))
        case _:
            raise AssertionError(f"no strategy for {kind}")


def _fitting_text(size: int) -> SearchStrategy[str]:
    def cut(signs: str) -> str:
        while len(EUC_KR.encode(signs)) > size:
            signs = signs[:-1]
        return signs.rstrip(" ")

    return st.text(_SIGNS, max_size=size).map(cut)
