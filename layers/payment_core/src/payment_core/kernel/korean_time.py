"""Korean time: the business day and every date in a telegram are Seoul's, which has no daylight saving."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

KOREA: Final = timezone(timedelta(hours=9), "KST")


def korean_time(at_ms: int) -> datetime:
    """The moment as a Seoul wall clock shows it."""
    return datetime.fromtimestamp(at_ms // 1000, KOREA)


def business_dates_around(at_ms: int) -> frozenset[str]:
    """Yesterday, today and tomorrow as YYYYMMDD: the dates a POS may claim, whatever its clock says."""
    return _dates_around(korean_time(at_ms).date())


@lru_cache(maxsize=2)
def _dates_around(today: date) -> frozenset[str]:
    return frozenset(f"{today + timedelta(days=days):%Y%m%d}" for days in (-1, 0, 1))
