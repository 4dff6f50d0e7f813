"""Days that count (영업일): when a row must be claimed, captured and paid, by the calendar of its acquirer.

Standard terms pay within two business days of the day a slip was received (D+2); in practice the acquirer
decides: one counts Saturdays, one counts every day. Holidays come from outside, substitutes among them.
Promise: tests/spec/test_calendar.py. Holidays: payment_adapters/calendars.py.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import Deadlines

SATURDAY: Final = 5
SUNDAY: Final = 6


class Counts(StrEnum):
    """Which days an acquirer counts."""

    BUSINESS = "BUSINESS"  # Monday to Friday, holidays not
    BUSINESS_AND_SATURDAY = "BUSINESS_AND_SATURDAY"
    EVERY_DAY = "EVERY_DAY"


@dataclass(frozen=True)
class Terms:
    """An acquirer's days; each is counted after the day of the step before.

    Attributes:
        claim_days: From the sale to its claim.
        capture_days: From the claim to the file that says what became of it.
        payment_days: From the claim, the day the slip was received, to the deposit.
    """

    claim_days: int = 1
    capture_days: int = 1
    payment_days: int = 2
    counts: Counts = Counts.BUSINESS


def is_counted(day: date, counts: Counts, holidays: Collection[str]) -> bool:
    """Whether an acquirer counts this day.

    Args:
        day: Any day.
        counts: Which it counts.
        holidays: YYYYMMDD; a holiday that falls on a Saturday is one.
    """
    if counts is Counts.EVERY_DAY:
        return True
    last = SATURDAY if counts is Counts.BUSINESS_AND_SATURDAY else SATURDAY - 1
    return day.weekday() <= last and f"{day:%Y%m%d}" not in holidays


def days_after(day: str, days: int, counts: Counts, holidays: Collection[str]) -> str:
    """The day on which the `days`-th counted day after a day falls; a day itself is never counted.

    Args:
        day: YYYYMMDD, a holiday or not.
        days: At least 0; 0 is the day itself.
        counts: Which days count.
        holidays: YYYYMMDD.
    """
    reached = as_date(day)
    for _ in range(days):
        reached += timedelta(days=1)
        while not is_counted(reached, counts, holidays):
            reached += timedelta(days=1)
    return f"{reached:%Y%m%d}"


def deadlines(day: str, terms: Terms, holidays: Collection[str]) -> Deadlines:
    """By when what was sold, or given back, on a day must be claimed, captured and paid."""
    claim_by = days_after(day, terms.claim_days, terms.counts, holidays)
    return Deadlines(
        claim_by,
        days_after(claim_by, terms.capture_days, terms.counts, holidays),
        days_after(claim_by, terms.payment_days, terms.counts, holidays),
    )


def as_date(day: str) -> date:
    """A date YYYYMMDD as a date.

    Raises:
        ValueError: it is none.
    """
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))
