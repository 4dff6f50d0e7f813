"""What can be wrong with a counterparty's files: a menu, one sentence each, as faults of a line are.

Written out in docs/reference/differences.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from payment_adapters.files.outcomes import FileOutcome
from payment_core.reconciliation.breaks import BreakKind
from payment_core.settlement.model import FileKind

ANSWER: Final = (FileKind.RETURN, FileKind.DEPOSIT)
LIST: Final = (FileKind.TRANSACTIONS,)
BANK: Final = (FileKind.BANK,)


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
    """What a difference is, which kinds of file it strikes, and as what it is found.

    Attributes:
        found_as: A break's kind, or what becomes of the file; empty where nobody finds a difference. What was
            undone at one destination, never told by a number, and approved at the next is only missing.
    """

    sentence: str
    strikes: tuple[FileKind, ...]
    found_as: tuple[BreakKind | FileOutcome, ...]


MENU: Final[Mapping[Difference, Dish]] = {
    Difference.ROW_MISSING: Dish(
        "a sale stands on no list, and is paid all the same", LIST, (BreakKind.MISSING_THERE,)
    ),
    Difference.ROW_EXTRA: Dish("a sale of a number that nobody gave", LIST, (BreakKind.MISSING_HERE,)),
    Difference.AMOUNT_OFF_BY_ONE: Dish("a sale is one won more", LIST, (BreakKind.AMOUNT,)),
    Difference.DATE_ACROSS_MIDNIGHT: Dish("a sale is of the next day, five seconds after midnight", LIST, ()),
    Difference.DUPLICATE_ROW: Dish("a sale stands there twice", LIST, (BreakKind.DUPLICATE_THERE,)),
    Difference.CANCELLED_THERE: Dish(
        "a sale was cancelled there, and only there", LIST, (BreakKind.CANCEL_MISSING_HERE,)
    ),
    Difference.APPROVED_THERE: Dish(
        "a sale that was cancelled is live there", LIST, (BreakKind.CANCEL_MISSING_THERE,)
    ),
    Difference.LIVE_WITHOUT_APPROVAL: Dish(
        "a sale that was net-cancelled is live there",
        LIST,
        (BreakKind.LIVE_WITHOUT_APPROVAL, BreakKind.CHARGED_TWICE, BreakKind.MISSING_HERE),
    ),
    Difference.APPROVAL_WITHOUT_LIVE: Dish(
        "nobody there knows an approved sale: no list, no money", LIST + ANSWER, (BreakKind.MISSING_THERE,)
    ),
    Difference.OTHER_MERCHANT_NUMBER: Dish(
        "a sale is another merchant number's", LIST, (BreakKind.MERCHANT_NUMBER,)
    ),
    Difference.FEE_DIFFERS: Dish(
        "a row costs ten won more than agreed; totals count it", ANSWER, (BreakKind.FEE,)
    ),
    Difference.DEPOSIT_SHORT: Dish("an acquirer pays 1,000 won too little", BANK, (BreakKind.DEPOSIT_SHORT,)),
    Difference.DEPOSIT_OVER: Dish("an acquirer pays 1,000 won too much", BANK, (BreakKind.DEPOSIT_OVER,)),
    Difference.DEPOSIT_MISSING: Dish("an acquirer does not pay", BANK, (BreakKind.DEPOSIT_MISSING,)),
    Difference.TRUNCATED_FILE: Dish("the end of a file is missing", ANSWER, (FileOutcome.TRUNCATED,)),
    Difference.WRONG_TRAILER: Dish(
        "a total is one won more than its records", ANSWER, (FileOutcome.TOTALS_DIFFER,)
    ),
    Difference.CHANGED_RESEND: Dish(
        "another file under the name of one that was there", ANSWER, (FileOutcome.CHANGED,)
    ),
    Difference.DUPLICATE_FILE: Dish("the same file once more", ANSWER, (FileOutcome.DUPLICATE,)),
    Difference.LATE_FILE: Dish(
        "the file is withheld until this is run without it", ANSWER, (FileOutcome.LATE,)
    ),
    Difference.WRONG_ENCODING: Dish("the file is UTF-8", ANSWER, (FileOutcome.ENCODING,)),
    Difference.UNKNOWN_RECORD: Dish(
        "a record has a code that no layout knows", ANSWER, (FileOutcome.UNKNOWN_RECORD,)
    ),
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
