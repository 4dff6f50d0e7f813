"""What settlement needs from the world. A store that gives no answer raises its own error: run it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import (
    BankLine,
    CardKind,
    ClaimRow,
    ExpectedDeposit,
    RowKind,
    SettlementFile,
    Step,
)
from payment_core.settlement.rows import ReturnedRow


@dataclass(frozen=True)
class Taken:
    """One line of a batch, as the sale itself says.

    Attributes:
        cancel_id: Of a refund; empty for the sale.
        sale_date: Of the sale, also for its refund.
        amount_won: What is left to be paid; of a refund, what goes back. Neither has a sign.
    """

    sale_id: str
    cancel_id: str
    merchant: str
    merchant_number: str
    terminal: str
    destination: str
    acquirer: str
    card_masked: str
    card_kind: CardKind
    approval_number: str
    sale_date: str
    amount_won: int
    vat_won: int
    installment_months: int


class Claims(Protocol):
    """The sales, as far as settlement may take them."""

    def take(self, merchant: str, last_day: str, batch: str) -> None:
        """Take what waits from a day and those before; each once, however often this is run."""
        ...

    def taken(self, batch: str) -> Iterable[Taken]:
        """What the batch holds, in an order that stays."""
        ...


@dataclass(frozen=True)
class Move:
    """A row as it was seen, and as it becomes."""

    seen: ClaimRow
    becomes: ClaimRow


class RowMovedError(Exception):
    """Another hand moved a row after it was seen: what was about to happen to it is not written."""

    code = "row-moved"

    def __init__(self, row_id: str) -> None:
        """Name the row."""
        super().__init__(f"{row_id} was moved by another hand; look at both")
        self.row_id = row_id


class Rows(Protocol):
    """Claim rows, strongly consistent."""

    def put(self, rows: Sequence[ClaimRow]) -> None:
        """Write those whose names are free; those that are there stay as they are. A day comes whole."""
        ...

    def of_batch(self, batch: str) -> Iterable[ClaimRow]:
        """The rows of a batch, in an order that stays."""
        ...

    def matching(self, records: Sequence[ReturnedRow]) -> Sequence[Sequence[ClaimRow]]:
        """For each record at least every row of its sale date and approval number; more do no harm."""
        ...

    def move(self, moves: Sequence[Move]) -> None:
        """Write each over what was seen; one that stands already as it becomes is passed over.

        Raises:
            RowMovedError: another hand moved one; others may be written.
        """
        ...


class Files(Protocol):
    """Files that came and left."""

    def read(self, file_id: str) -> SettlementFile | None:
        """One, strongly consistent."""
        ...

    def move(self, seen: SettlementFile | None, becomes: SettlementFile) -> bool:
        """Write over what was seen; ``False`` if another hand came first."""
        ...


@dataclass(frozen=True)
class Movement:
    """Money that a step moved: rows of one kind in one section of a file, or one row.

    Attributes:
        step: What moved them.
        name: Of the section, ``{file_id}/{acquirer}/{merchant_number}/{date}``; of a row, its id.
        business_date: To which it is booked.
        was_held: The acquirer held them before.
        rows: How many.
        amount_won: Their sum, without a sign.
        fee_won: With its sign, as files say it.
    """

    step: Step
    name: str
    business_date: str
    merchant: str
    acquirer: str
    merchant_number: str
    kind: RowKind
    was_held: bool
    rows: int
    amount_won: int
    fee_won: int = 0


@dataclass(frozen=True)
class Paid:
    """A line of a bank statement, and what of it pays which deposit.

    Attributes:
        shares: Deposits and what it pays of each; together the line's amount, or less where it is too much.
    """

    line: BankLine
    shares: tuple[tuple[ExpectedDeposit, int], ...]


class Books(Protocol):
    """The ledger, as far as settlement moves money; booking the same again writes nothing."""

    def book(self, movement: Movement) -> None:
        """Book what a step moved.

        Raises:
            PostingDiffersError: of the ledger: the same is booked with other amounts.
        """
        ...

    def deposit(self, paid: Paid) -> None:
        """Book a line of the bank, as above."""
        ...
