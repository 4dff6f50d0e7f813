"""Dates and times of a telegram: Korean local time, written in digits.

Two-digit years mean 2000-2099; a paper that means another century needs another form here.
A day without its year stays without: which year it is depends on when the telegram was sent.
"""

# ruff: noqa: D102 - what the methods of every kind do is said once, by Kind

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Literal, NamedTuple

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Kind

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset

_CENTURY = range(2000, 2100)
_LEAP_YEAR = 2000  # has every day of the calendar
_MONTHS = range(1, 13)


class MonthDay(NamedTuple):
    """A day of the calendar in a year that the telegram does not tell."""

    month: int
    day: int


class MonthDayTime(NamedTuple):
    """A day and time of a year that the telegram does not tell."""

    day: MonthDay
    time: time


class YearMonth(NamedTuple):
    """A month; `year` in four digits."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A calendar day, YYYYMMDD or YYMMDD."""

    form: Literal["YYYYMMDD", "YYMMDD"]

    @property
    def rule(self) -> str:
        return f"a calendar day as {self.form}"

    @property
    def natural_size(self) -> int:
        return len(self.form)

    def write(self, value: object, _charset: Charset, /) -> bytes:
        if type(value) is not date:
            raise UnfitError(f"takes a date, not {type(value).__name__}")
        if self.form == "YYMMDD" and value.year not in _CENTURY:
            raise UnfitError(f"a year of {_CENTURY.start} to {_CENTURY.stop - 1}")
        return f"{value.year:04d}{value.month:02d}{value.day:02d}"[-self.size :].encode("ascii")

    def read(self, raw: bytes, _charset: Charset, /) -> date:
        day: date | None = None
        if raw.isdigit():
            year = int(raw[:-4]) + (_CENTURY.start if self.form == "YYMMDD" else 0)
            try:
                day = date(year, int(raw[-4:-2]), int(raw[-2:]))
            except ValueError:
                day = None
        if day is None:
            raise UnfitError(self.rule)
        return day


@dataclass(frozen=True, slots=True)
class Time(Kind):
    """A time of day to the second, HHMMSS."""

    @property
    def rule(self) -> str:
        return "a time of day as HHMMSS"

    @property
    def natural_size(self) -> int:
        return len("HHMMSS")

    def write(self, value: object, _charset: Charset, /) -> bytes:
        if type(value) is not time:
            raise UnfitError(f"takes a time, not {type(value).__name__}")
        if value.microsecond or value.tzinfo is not None:
            raise UnfitError("a local time without fractions of a second")
        return f"{value.hour:02d}{value.minute:02d}{value.second:02d}".encode("ascii")

    def read(self, raw: bytes, _charset: Charset, /) -> time:
        moment: time | None = None
        if raw.isdigit():
            try:
                moment = time(int(raw[:2]), int(raw[2:4]), int(raw[4:]))
            except ValueError:
                moment = None
        if moment is None:
            raise UnfitError(self.rule)
        return moment


@dataclass(frozen=True, slots=True)
class DayOfYear(Kind):
    """A day without its year, MMDD."""

    @property
    def rule(self) -> str:
        return "a day of the calendar as MMDD"

    @property
    def natural_size(self) -> int:
        return len("MMDD")

    def write(self, value: object, _charset: Charset, /) -> bytes:
        if type(value) is not MonthDay:
            raise UnfitError(f"takes a MonthDay, not {type(value).__name__}")
        data = _two_digits(value.month) + _two_digits(value.day)
        self.read(data, _charset)
        return data

    def read(self, raw: bytes, _charset: Charset, /) -> MonthDay:
        day: date | None = None
        if len(raw) == self.natural_size and raw.isdigit():
            try:
                day = date(_LEAP_YEAR, int(raw[:2]), int(raw[2:]))
            except ValueError:
                day = None
        if day is None:
            raise UnfitError(self.rule)
        return MonthDay(day.month, day.day)


@dataclass(frozen=True, slots=True)
class Month(Kind):
    """A month of 2000-2099, YYMM or MMYY; card expiries are written either way."""

    form: Literal["YYMM", "MMYY"]

    @property
    def rule(self) -> str:
        return f"a month as {self.form}"

    @property
    def natural_size(self) -> int:
        return len(self.form)

    def write(self, value: object, _charset: Charset, /) -> bytes:
        if type(value) is not YearMonth:
            raise UnfitError(f"takes a YearMonth, not {type(value).__name__}")
        if value.year not in _CENTURY:
            raise UnfitError(f"a year of {_CENTURY.start} to {_CENTURY.stop - 1}")
        year, month = _two_digits(value.year - _CENTURY.start), _two_digits(value.month)
        data = year + month if self.form == "YYMM" else month + year
        self.read(data, _charset)
        return data

    def read(self, raw: bytes, _charset: Charset, /) -> YearMonth:
        year, month = (raw[:2], raw[2:]) if self.form == "YYMM" else (raw[2:], raw[:2])
        if len(raw) != self.natural_size or not raw.isdigit() or int(month) not in _MONTHS:
            raise UnfitError(self.rule)
        return YearMonth(_CENTURY.start + int(year), int(month))


def _two_digits(number: object) -> bytes:
    """Two digits of a number in 0-99, and what no rule accepts for anything else."""
    fits = type(number) is int and 0 <= number < len(_CENTURY)
    return f"{number:02d}".encode("ascii") if fits else b"??"
