"""The journal of a terminal's business date, as the terminal delivers it: numbers, amounts and states.

It comes in parts, and again whenever it grew: its revision is how many lines it had then. The newest revision
of which every part is here is the journal. There is no room in it for a card.
Door: functions/gateway. Promise: tests/spec/test_journal.py. Story: docs/flows/pos_journal.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.pos_journal import JournalCancel, JournalSale

MOST_ROWS: Final = 200  # of one part: its body stays below the 16 KiB that the gateway reads
MOST_PARTS: Final = 200


class What(StrEnum):
    """What a number was used for."""

    APPROVE = "approve"
    CANCEL = "cancel"


class Shown(StrEnum):
    """How it ended as the shop saw it: the first four for a sale, UNKNOWN and the last two for a cancel."""

    APPROVED = "APPROVED"
    NOT_APPROVED = "NOT_APPROVED"
    UNDONE = "UNDONE"
    UNKNOWN = "UNKNOWN"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Row:
    """One number of the terminal.

    Attributes:
        amount_won: ``None`` for a cancel of all that remained.
        sale_id: Of a cancel, the sale it is about; empty for a sale, whose id its number makes.
    """

    what: What
    sequence: int
    shown: Shown
    amount_won: int | None
    sale_id: str = ""


@dataclass(frozen=True)
class Part:
    """One part of one revision.

    Attributes:
        terminal: Merchant, terminal and epoch as a sale's id begins: ``1001-10010001-1``.
        business_date: YYYYMMDD, of every number in it.
        part: From 1 to `parts`.
    """

    terminal: str
    business_date: str
    revision: int
    part: int
    parts: int
    rows: tuple[Row, ...]

    @property
    def journal_id(self) -> str:
        """Its name, and the Idempotency-Key it is delivered under."""
        return f"{self.terminal}-{self.business_date}-{self.revision}-{self.part}"

    @property
    def digest(self) -> str:
        """SHA-256 over all it says: two parts of one name that say the same are one."""
        return hashlib.sha256(json.dumps([self.parts, *map(astuple, self.rows)]).encode()).hexdigest()


@dataclass(frozen=True)
class Journal:
    """One whole revision."""

    terminal: str
    business_date: str
    rows: tuple[Row, ...]

    def sales(self) -> list[JournalSale]:
        """What it says of sales."""
        return [
            JournalSale(self._id(row), row.shown is Shown.APPROVED, row.amount_won or 0)
            for row in self.rows
            if row.what is What.APPROVE
        ]

    def cancels(self) -> list[JournalCancel]:
        """What it says of cancels."""
        return [
            JournalCancel(self._id(row), row.sale_id, row.shown is Shown.DONE, row.amount_won)
            for row in self.rows
            if row.what is What.CANCEL
        ]

    def _id(self, row: Row) -> str:
        return f"{self.terminal}-{self.business_date}-{row.sequence}"


def whole(parts: Iterable[Part]) -> Journal | None:
    """The newest revision of which every part is here; ``None`` where none is whole."""
    revisions: dict[int, dict[int, Part]] = {}
    for one in parts:
        revisions.setdefault(one.revision, {})[one.part] = one
    for _, found in sorted(revisions.items(), reverse=True):
        first = found.get(1)
        if first is not None and len(found) == first.parts:
            rows = tuple(row for _, part in sorted(found.items()) for row in part.rows)
            return Journal(first.terminal, first.business_date, rows)
    return None
