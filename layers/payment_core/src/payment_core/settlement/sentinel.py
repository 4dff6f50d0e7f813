"""The sentinel (미매입 감시): money that is late on its way to the bank, the most of it first.

Each row has three deadlines by the calendar of its acquirer. The one that counts is of the step it has not
taken: a claim that has not left, a capture of which nobody heard, a deposit that no bank line shows. What
came back, or is held, is late from the day it must have been bought: nobody pays it while nobody decides.
Promise: tests/spec/test_sentinel.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.calendar import as_date
from payment_core.settlement.model import ClaimRow, RowKind, RowState


class Awaited(StrEnum):
    """What a row waits for."""

    CLAIM = "CLAIM"
    CAPTURE = "CAPTURE"
    DECISION = "DECISION"  # of people, about what came back
    DEPOSIT = "DEPOSIT"


AWAITED: Final[Mapping[RowState, Awaited]] = {
    RowState.TO_CLAIM: Awaited.CLAIM,
    RowState.CLAIMED: Awaited.CAPTURE,
    RowState.HELD: Awaited.CAPTURE,
    RowState.RETURNED: Awaited.DECISION,
    RowState.UNASSIGNED: Awaited.DECISION,
    RowState.CAPTURED: Awaited.DEPOSIT,
}


@dataclass(frozen=True)
class Overdue:
    """A row that is late.

    Attributes:
        due: YYYYMMDD, the last day on which it would not have been.
        days: Days of the calendar since.
        won: What is at risk: of a sale its amount; 0 of a refund, which costs its acquirer, not the merchant.
    """

    row: ClaimRow
    awaited: Awaited
    due: str
    days: int
    won: int


@dataclass(frozen=True)
class Board:
    """What is late, and what it comes to.

    Attributes:
        overdue: The most won first; of equal won the oldest.
        won_by: By what is awaited and from whom: a destination for claims and captures, else an acquirer.
    """

    overdue: tuple[Overdue, ...]
    won_by: Mapping[tuple[Awaited, str], int]

    @property
    def won(self) -> int:
        """All that is at risk."""
        return sum(one.won for one in self.overdue)


def overdue_of(row: ClaimRow, today: str) -> Overdue | None:
    """Whether a row is late on a day YYYYMMDD; ``None`` also where nothing is awaited any more."""
    awaited = AWAITED.get(row.state)
    if awaited is None:
        return None
    by = row.deadlines
    due = {
        Awaited.CLAIM: by.claim_by,
        Awaited.CAPTURE: by.capture_by,
        Awaited.DECISION: by.capture_by,
        Awaited.DEPOSIT: row.payment_date or by.deposit_by,
    }[awaited]
    if today <= due:
        return None
    days = (as_date(today) - as_date(due)).days
    return Overdue(row, awaited, due, days, row.amount_won if row.kind is RowKind.SALE else 0)


def watch(rows: Iterable[ClaimRow], today: str) -> Board:
    """Rank what is late."""
    late = [one for one in (overdue_of(row, today) for row in rows) if one]
    late.sort(key=lambda one: (-one.won, one.due, one.row.row_id))
    won_by: dict[tuple[Awaited, str], int] = {}
    for one in late:
        is_on_its_way = one.awaited in {Awaited.CLAIM, Awaited.CAPTURE}
        place = (one.awaited, one.row.destination if is_on_its_way else one.row.acquirer)
        won_by[place] = won_by.get(place, 0) + one.won
    return Board(tuple(late), won_by)
