"""Differences in the rows of a list: each strikes one place that a seed chooses, always the same.

Menu: tools/simulators/settlement/menu.py. Those of whole files: tools/simulators/settlement/spoiling.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from tools.simulators.books import Fate
from tools.simulators.settlement.menu import LIST, MENU, Difference, NothingToChangeError
from tools.simulators.settlement.terms import merchant_of
from tools.simulators.settlement.view import Entry, View, date_of

UNKNOWN_NUMBER: Final = "39999999"


def seen(view: View, difference: Difference | None, merchant: str, day: str, chance: Random) -> View:
    """A party's books as it has them all day: an approval that it forgot is in none of its files."""
    if difference is not Difference.APPROVAL_WITHOUT_LIVE:
        return view
    numbers = {one.approval_number for one in view.known() if one.is_live}
    live = [one for one in view.listed(merchant, day) if not one.is_cancel and one.approval_number in numbers]
    if not live:
        raise NothingToChangeError(difference, view.party, day)
    return replace(view, forgotten=frozenset({chance.choice(live).approval_number}))


def listed(view: View, difference: Difference | None, merchant: str, day: str, chance: Random) -> list[Entry]:
    """A party's list of a merchant's day, with the difference in it."""
    entries = view.listed(merchant, day)
    if difference is None or MENU[difference].strikes != LIST:
        return entries
    if difference is Difference.LIVE_WITHOUT_APPROVAL:
        gone = [
            one
            for one in view.known()
            if (one.fate, date_of(one)) == (Fate.NET_CANCELLED, day)
            and merchant_of(one.key.terminal) == merchant
        ]
        if not gone:
            raise NothingToChangeError(difference, view.party, day)
        one = chance.choice(gone)
        return [*entries, view.entry(one, one.at, is_cancel=False, amount_won=one.amount_won)]
    return struck(entries, difference, view.party, day, chance)


def struck(entries: list[Entry], difference: Difference, party: str, day: str, chance: Random) -> list[Entry]:
    """A list with a difference in one of its rows.

    Raises:
        NothingToChangeError: it has no row that this could strike.
    """
    cancelled = {entry.approval_number for entry in entries if entry.is_cancel}
    of_cancels = difference is Difference.APPROVED_THERE
    places = [
        place
        for place, entry in enumerate(entries)
        if entry.is_cancel == of_cancels and (of_cancels or entry.approval_number not in cancelled)
    ]
    if not places:
        raise NothingToChangeError(difference, party, day)
    place = chance.choice(places)
    return [*entries[:place], *_instead(difference, entries[place]), *entries[place + 1 :]]


def _instead(difference: Difference, entry: Entry) -> list[Entry]:
    match difference:
        case Difference.ROW_MISSING | Difference.APPROVED_THERE:
            return []
        case Difference.ROW_EXTRA:
            return [entry, replace(entry, approval_number=UNKNOWN_NUMBER)]
        case Difference.AMOUNT_OFF_BY_ONE:
            return [replace(entry, amount_won=entry.amount_won + 1)]
        case Difference.DATE_ACROSS_MIDNIGHT:
            return [replace(entry, date=_next(entry.date), time="000005")]
        case Difference.DUPLICATE_ROW:
            return [entry, entry]
        case Difference.CANCELLED_THERE:
            return [entry, replace(entry, is_cancel=True, time="235959")]
        case _:
            return [replace(entry, merchant_number="9999999")]


def _next(day: str) -> str:
    return f"{date(int(day[:4]), int(day[4:6]), int(day[6:])) + timedelta(days=1):%Y%m%d}"
