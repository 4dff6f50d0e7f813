"""Days on which Korean banks are closed, substitute holidays (대체공휴일) included, as a library knows them.

Rule: payment_core/settlement/calendar.py. Promise: tests/adapters/test_calendars.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache


def bank_holidays(years: Iterable[int], more: Collection[str] = ()) -> frozenset[str]:
    """Every day of some years, YYYYMMDD, that is a public holiday or one of banks.

    Args:
        years: Those that dates may fall in: a December's deposit is January's.
        more: Days that were decreed after the library was written (임시공휴일).
    """
    return frozenset(more).union(*(_of(year) for year in years))


@lru_cache
def _of(year: int) -> frozenset[str]:
    from holidays import country_holidays  # noqa: PLC0415 -- half a second that only settlement's functions need

    days = country_holidays("KR", years=[year], categories=("public", "bank"))
    return frozenset(f"{day:%Y%m%d}" for day in days)
