"""What can be wrong with a counterparty's files: a menu, one sentence each, as faults of a line are.

A difference strikes one file of a day, at a place that a seed chooses; the same seed strikes the same place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from payment_core.settlement.model import FileKind
from tools.simulators.books import Fate
from tools.simulators.settlement.view import Entry, View

ANSWER: Final = (FileKind.RETURN, FileKind.DEPOSIT)
LIST: Final = (FileKind.TRANSACTIONS,)
BANK: Final = (FileKind.BANK,)
UNKNOWN_NUMBER: Final = "39999999"


class Difference(StrEnum):
    """One thing that is otherwise than in our books, or than in the contract."""

    ROW_MISSING = "row_missing"
    ROW_EXTRA = "row_extra"
    AMOUNT_OFF_BY_ONE = "amount_off_by_one"
    DATE_ACROSS_MIDNIGHT = "date_across_midnight"
    DUPLICATE_ROW = "duplicate_row"
    CANCELLED_THERE = "cancelled_there"
    APPROVED_THERE = "approved_there"
    LIVE_WITHOUT_APPROVAL = "live_without_approval"
    APPROVAL_WITHOUT_LIVE = "approval_without_live"
    OTHER_MERCHANT_NUMBER = "other_merchant_number"
    FEE_DIFFERS = "fee_differs"
    DEPOSIT_SHORT = "deposit_short"
    DEPOSIT_OVER = "deposit_over"
    DEPOSIT_MISSING = "deposit_missing"
    TRUNCATED_FILE = "truncated_file"
    WRONG_TRAILER = "wrong_trailer"
    CHANGED_RESEND = "changed_resend"
    DUPLICATE_FILE = "duplicate_file"
    LATE_FILE = "late_file"
    WRONG_ENCODING = "wrong_encoding"
    UNKNOWN_RECORD = "unknown_record"


@dataclass(frozen=True)
class Dish:
    """What a difference is, and which kinds of file it strikes."""

    sentence: str
    strikes: tuple[FileKind, ...]


MENU: Final[Mapping[Difference, Dish]] = {
    Difference.ROW_MISSING: Dish("a sale stands on no list, and is paid all the same", LIST),
    Difference.ROW_EXTRA: Dish("a sale of a number that nobody gave", LIST),
    Difference.AMOUNT_OFF_BY_ONE: Dish("a sale is one won more", LIST),
    Difference.DATE_ACROSS_MIDNIGHT: Dish("a sale is of the next day, five seconds after midnight", LIST),
    Difference.DUPLICATE_ROW: Dish("a sale stands there twice", LIST),
    Difference.CANCELLED_THERE: Dish("a sale was cancelled there, and only there", LIST),
    Difference.APPROVED_THERE: Dish("a sale that was cancelled is live there", LIST),
    Difference.LIVE_WITHOUT_APPROVAL: Dish("a sale that was net-cancelled is live there", LIST),
    Difference.APPROVAL_WITHOUT_LIVE: Dish(
        "nobody there knows an approved sale: no list, no money", LIST + ANSWER
    ),
    Difference.OTHER_MERCHANT_NUMBER: Dish("a sale is another merchant number's", LIST),
    Difference.FEE_DIFFERS: Dish("a row costs ten won more than agreed; totals count it", ANSWER),
    Difference.DEPOSIT_SHORT: Dish("an acquirer pays 1,000 won too little", BANK),
    Difference.DEPOSIT_OVER: Dish("an acquirer pays 1,000 won too much", BANK),
    Difference.DEPOSIT_MISSING: Dish("an acquirer does not pay", BANK),
    Difference.TRUNCATED_FILE: Dish("the end of a file is missing", ANSWER),
    Difference.WRONG_TRAILER: Dish("a total is one won more than its records", ANSWER),
    Difference.CHANGED_RESEND: Dish("another file under the name of one that was there", ANSWER),
    Difference.DUPLICATE_FILE: Dish("the same file once more", ANSWER),
    Difference.LATE_FILE: Dish("the file is withheld until this is run without it", ANSWER),
    Difference.WRONG_ENCODING: Dish("the file is UTF-8", ANSWER),
    Difference.UNKNOWN_RECORD: Dish("a record has a code that no layout knows", ANSWER),
}


class NothingToChangeError(Exception):
    """A difference has nothing to strike in a party's day, such as a cancel where none was."""

    code = "NOTHING_TO_CHANGE"

    def __init__(self, difference: Difference, party: str, day: str) -> None:
        """Name them."""
        super().__init__(
            f"{party} has nothing on {day} that {difference} could strike: {MENU[difference].sentence}."
        )
        self.difference, self.party, self.day = difference, party, day


def seen(view: View, difference: Difference | None, merchant: str, day: str, chance: Random) -> View:
    """A party's books, as it will have them all day: an approval that it does not know is in no file of it."""
    if difference is not Difference.APPROVAL_WITHOUT_LIVE:
        return view
    live = [entry for entry in view.listed(merchant, day) if not entry.is_cancel]
    if not live:
        raise NothingToChangeError(difference, view.party, day)
    return replace(view, forgotten=frozenset({chance.choice(live).approval_number}))


def listed(view: View, difference: Difference | None, merchant: str, day: str, chance: Random) -> list[Entry]:
    """A party's list of a merchant's day, with the difference in it."""
    entries = view.listed(merchant, day)
    if difference is None or MENU[difference].strikes != LIST:
        return entries
    if difference is Difference.LIVE_WITHOUT_APPROVAL:
        gone = [one for one in view.known() if one.fate is Fate.NET_CANCELLED and one.key.date == day]
        if not gone:
            raise NothingToChangeError(difference, view.party, day)
        one = chance.choice(gone)
        return [*entries, view.entry(one, one.at, is_cancel=False, amount_won=one.amount_won)]
    cancelled = {entry.approval_number for entry in entries if entry.is_cancel}
    of_cancels = difference is Difference.APPROVED_THERE
    places = [
        place
        for place, entry in enumerate(entries)
        if entry.is_cancel == of_cancels and (of_cancels or entry.approval_number not in cancelled)
    ]
    if not places:
        raise NothingToChangeError(difference, view.party, day)
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
    from datetime import date, timedelta

    return f"{date(int(day[:4]), int(day[4:6]), int(day[6:])) + timedelta(days=1):%Y%m%d}"
