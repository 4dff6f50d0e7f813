"""What a party has of one merchant's day, by its own books: sales, cancels, and what it could pay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from telegram_codec.masking import masked_card_number
from tools.simulators.books import Authorisation, Fate
from tools.simulators.settlement.terms import acquirer_of, merchant_of

WIDEST_CARD = 19
SHOWN_FIRST, SHOWN_LAST = 6, 4


def date_of(one: Authorisation) -> str:
    """The business date of a sale, YYYYMMDD; a party whose telegrams name none goes by its own clock."""
    return one.key.date or one.at[:10].replace("-", "")


def card_in_files(number: str) -> str:
    """A number of a card, or of what pays like one, as a file has room for it."""
    masked = masked_card_number(number)
    if len(masked) <= WIDEST_CARD:
        return masked
    hidden = WIDEST_CARD - SHOWN_FIRST - SHOWN_LAST
    return masked[:SHOWN_FIRST] + "*" * hidden + masked[-SHOWN_LAST:]


@dataclass(frozen=True)
class Entry:
    """One sale, or one cancel of a sale.

    Attributes:
        date, time: YYYYMMDD and HHMMSS, of the sale or of the cancel.
        sale_date: Of the sale.
    """

    is_cancel: bool
    terminal: str
    card: str
    acquirer: str
    date: str
    time: str
    sale_date: str
    installment_months: int
    amount_won: int
    approval_number: str
    merchant_number: str = ""


@dataclass(frozen=True)
class View:
    """A party's books, as they are or as a difference has them.

    Attributes:
        forgotten: Approval numbers that it never gave, as it says.
    """

    party: str
    authorisations: tuple[Authorisation, ...]
    forgotten: frozenset[str] = frozenset()

    @classmethod
    def of(cls, party: str, books: Iterable[Authorisation]) -> View:
        """Everything that settlement is about: no cash receipt, nothing that was declined."""
        paid = (one for one in books if one.approval_number and not one.receipt_kind)
        return cls(party, tuple(replace(one, card=card_in_files(one.card)) for one in paid))

    def known(self) -> Iterator[Authorisation]:
        """What it says it has."""
        return (one for one in self.authorisations if one.approval_number not in self.forgotten)

    def listed(self, merchant: str, day: str) -> list[Entry]:
        """A merchant's day, in the order in which it happened; what was net-cancelled was never there."""
        entries: list[Entry] = []
        for one in self.known():
            if merchant_of(one.key.terminal) != merchant or one.fate is Fate.NET_CANCELLED:
                continue
            if date_of(one) == day:
                entries.append(self.entry(one, one.at, is_cancel=False, amount_won=one.amount_won))
            for serial, amount_won in one.cancels.items():
                at = one.cancelled_at.get(serial, "")
                if at.replace("-", "").startswith(day):
                    entries.append(self.entry(one, at, is_cancel=True, amount_won=amount_won))
        return sorted(entries, key=lambda entry: (entry.date, entry.time, entry.is_cancel))

    def entry(self, one: Authorisation, at: str, *, is_cancel: bool, amount_won: int) -> Entry:
        """One of its books as a line of a list; `at` is ISO, Korean time."""
        return Entry(
            is_cancel=is_cancel,
            terminal=one.key.terminal,
            card=one.card,
            acquirer=acquirer_of(self.party, one.card),
            date=at[:10].replace("-", "") if is_cancel else date_of(one),
            time=at[11:19].replace(":", ""),
            sale_date=date_of(one),
            installment_months=one.installment_months,
            amount_won=amount_won,
            approval_number=one.approval_number,
        )

    def find(self, approval_number: str, sale_date: str) -> Authorisation | None:
        """What it gave this number on that day."""
        return next(
            (
                one
                for one in self.known()
                if (one.approval_number, date_of(one)) == (approval_number, sale_date)
            ),
            None,
        )
