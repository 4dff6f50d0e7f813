"""What the vocabulary of a telegram class has besides for ISO 8583; the rest is that of `fields`.

In both, the first number of a row is its element and the second the most it can hold: digits, or bytes.
"""

from __future__ import annotations

import dataclasses
from typing import Literal, TypeVar, cast

from telegram_codec.fields import Field, _field, _visibility
from telegram_codec.iso8583_kinds import (
    MomentOfYear,
    Prefix,
    VariableDigits,
    VariableOctets,
    VariableText,
    VariableTrack,
)
from telegram_codec.masking import Visibility
from telegram_codec.moments import MonthDayTime

_CARD_NUMBER_DIGITS_AT_LEAST = 10
_LL, _LLL = Prefix(2), Prefix(3)

T = TypeVar("T")


def optional(field: T) -> T | None:
    """The element may be absent: its bit is not set, and None stands for it.

    It is no field specifier of IsoType, so that type checkers see a default and do not ask for the row.
    """
    return cast("T | None", dataclasses.replace(cast("Field", field), optional=True))


def mmddhhmmss(element: int, size: Literal[10], note: str = "") -> MonthDayTime:
    """A day without its year and a time, in the time zone that the paper says."""
    return _field(MomentOfYear(size), MonthDayTime, element, note)


def ll_digits(
    element: int,
    at_most: int,
    note: str = "",
    *,
    at_least: int = 1,
    default: str | None = None,
    secret: bool = False,
) -> str:
    """Digits that name something, behind their number in two digits."""
    kind = VariableDigits(len("LL") + at_most, _LL, at_least, at_most)
    return _field(kind, str, element, note, default=default, visibility=_visibility(secret=secret))


def ll_pan(element: int, at_most: int, note: str = "") -> str:
    """A card number in the clear: 10 or more digits, shown as first 6 and last 4 only."""
    kind = VariableDigits(len("LL") + at_most, _LL, _CARD_NUMBER_DIGITS_AT_LEAST, at_most)
    return _field(kind, str, element, note, visibility=Visibility.CARD)


def ll_track_2(element: int, at_most: Literal[37], note: str = "") -> str:
    """Track 2 as it stands on the stripe: always secret."""
    kind = VariableTrack(len("LL") + at_most, _LL, _CARD_NUMBER_DIGITS_AT_LEAST, at_most)
    return _field(kind, str, element, note, visibility=Visibility.SECRET)


def ll_text(
    element: int,
    at_most: int,
    note: str = "",
    *,
    at_least: int = 0,
    default: str | None = None,
    secret: bool = False,
) -> str:
    """Text behind the number of its bytes in two digits."""
    kind = VariableText(len("LL") + at_most, _LL, at_least, at_most)
    return _field(kind, str, element, note, default=default, visibility=_visibility(secret=secret))


def lll_text(
    element: int,
    at_most: int,
    note: str = "",
    *,
    at_least: int = 0,
    default: str | None = None,
    secret: bool = False,
) -> str:
    """Text behind the number of its bytes in three digits."""
    kind = VariableText(len("LLL") + at_most, _LLL, at_least, at_most)
    return _field(kind, str, element, note, default=default, visibility=_visibility(secret=secret))


def lll_octets(
    element: int, at_most: int, note: str = "", *, at_least: int = 0, secret: bool = False
) -> bytes:
    """Bytes that are no text, behind their number in three digits."""
    kind = VariableOctets(len("LLL") + at_most, _LLL, at_least, at_most)
    return _field(kind, bytes, element, note, visibility=_visibility(secret=secret))
