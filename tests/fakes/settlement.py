"""Settlement's world in memory: the same promises as the tables, and a power that fails before any write."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_core.ledger.post import Lines, Side, deposit, happened, post
from payment_core.settlement.model import RowKind
from payment_core.settlement.ports import RowMovedError
from tests.fakes.ledger import InMemoryPostings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_core.settlement.model import ClaimRow, SettlementFile
    from payment_core.settlement.ports import Move, Movement, Paid, Taken
    from payment_core.settlement.rows import ReturnedRow


class PowerCutError(BaseException):
    """The process died; nothing in our code may catch it."""


@dataclass
class Power:
    """Lets so many writes happen, and then none; without a number, all."""

    writes: int | None = None

    def spend(self) -> None:
        """Called before each write."""
        if self.writes is None:
            return
        if self.writes == 0:
            raise PowerCutError
        self.writes -= 1


@dataclass
class InMemoryRows:
    """Claim rows by their names."""

    power: Power = field(default_factory=Power)
    kept: dict[str, ClaimRow] = field(default_factory=dict)
    known: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, rows: Sequence[ClaimRow]) -> None:
        """Write those whose names are free."""
        for row in rows:
            if row.row_id not in self.kept:
                self.power.spend()
                self.kept[row.row_id] = row
                self.known[row.sale_date, row.approval_number].append(row.row_id)

    def of_batch(self, batch: str) -> list[ClaimRow]:
        """The rows of a batch in the order of their names."""
        return [self.kept[name] for name in sorted(self.kept) if self.kept[name].batch == batch]

    def matching(self, records: Sequence[ReturnedRow]) -> list[list[ClaimRow]]:
        """Every row of a record's sale date and approval number."""
        return [
            [self.kept[name] for name in self.known.get((one.sale_date, one.approval_number), [])]
            for one in records
        ]

    def move(self, moves: Sequence[Move]) -> None:
        """Write each over what was seen."""
        for one in moves:
            stands = self.kept.get(one.seen.row_id)
            if stands == one.becomes:
                continue
            if stands != one.seen:
                raise RowMovedError(one.seen.row_id)
            self.power.spend()
            self.kept[one.seen.row_id] = one.becomes


@dataclass
class InMemoryFiles:
    """Files by their ids."""

    power: Power = field(default_factory=Power)
    kept: dict[str, SettlementFile] = field(default_factory=dict)

    def read(self, file_id: str) -> SettlementFile | None:
        """One of them."""
        return self.kept.get(file_id)

    def move(self, seen: SettlementFile | None, becomes: SettlementFile) -> bool:
        """Write over what was seen."""
        if self.kept.get(becomes.file_id) != seen:
            return False
        self.power.spend()
        self.kept[becomes.file_id] = becomes
        return True


@dataclass
class InMemoryBooks:
    """The ledger's own rules over postings in memory."""

    power: Power = field(default_factory=Power)
    postings: InMemoryPostings = field(default_factory=InMemoryPostings)

    def book(self, movement: Movement) -> None:
        """Book what a step moved."""
        side = Side(movement.merchant, movement.acquirer, movement.merchant_number)
        is_refund = movement.kind is RowKind.REFUND
        lines = Lines(movement.name, movement.business_date, side, movement.amount_won, is_refund)
        posting = happened(movement.step, lines, was_held=movement.was_held, fee_won=movement.fee_won)
        self.power.spend()
        post(posting, postings=self.postings)

    def deposit(self, paid: Paid) -> None:
        """Book a line of the bank."""
        line = paid.line
        shares = {Side("", one.acquirer, one.merchant_number): won for one, won in paid.shares}
        self.power.spend()
        posting = deposit(
            line.line_id,
            line.paid_date,
            f"{line.bank} {line.account}",
            line.amount_won,
            shares,
            line.acquirer,
        )
        post(posting, postings=self.postings)


@dataclass
class InMemoryClaims:
    """What sales have waiting, by business date, and which batch took it."""

    power: Power = field(default_factory=Power)
    waiting: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    batches: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))

    def sold(self, taken: Taken, day: str) -> None:
        """Something waits from a day on."""
        self.waiting[day].append(taken)

    def take(self, merchant: str, last_day: str, batch: str) -> None:
        """Take what waits from a day and those before."""
        for day in sorted(self.waiting):
            for one in [one for one in self.waiting[day] if one.merchant == merchant and day <= last_day]:
                self.power.spend()
                self.waiting[day].remove(one)
                self.batches[batch].append(one)

    def taken(self, batch: str) -> list[Taken]:
        """What the batch holds."""
        return sorted(self.batches[batch], key=lambda one: (one.sale_id, one.cancel_id))
