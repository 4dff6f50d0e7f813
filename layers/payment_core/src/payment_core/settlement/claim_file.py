"""Claim files (청구): a batch's rows as each destination gets them, and the step that their leaving is.

One file for each VAN and for each issuer that approved directly: who approved claims. What a file holds is
decided by the rows of its batch alone, which never change in what it says of them; so a file that is written
again is the same bytes.
Rule before: payment_core/settlement/close.py. Promise: tests/spec/test_claim_file.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import ClaimRow, RowKind, RowState, Step, moved
from payment_core.settlement.ports import Books, Move, Movement, Rows
from payment_core.settlement.rows import ClaimedRow, mark_of

AT_ONCE = 1_000  # rows that are moved together


@dataclass(frozen=True)
class Sum:
    """How many, and their won without a sign."""

    count: int
    amount_won: int


@dataclass(frozen=True)
class ClaimFile:
    """What one destination is claimed from, for one merchant's day.

    Attributes:
        claim_date: YYYYMMDD, the batch's day.
        sales_from, sales_to: The first and last sale date in it.
        rows: As claim rows, in the order of the file: numbered from 1, without gaps.
    """

    destination: str
    batch: str
    claim_date: str
    sales_from: str
    sales_to: str
    rows: tuple[ClaimRow, ...]

    @property
    def sales(self) -> Sum:
        """What is to be paid."""
        return _sum(self.rows, RowKind.SALE)

    @property
    def refunds(self) -> Sum:
        """What is to be taken off."""
        return _sum(self.rows, RowKind.REFUND)

    @property
    def total_won(self) -> int:
        """Sales less refunds; below 0 where refunds outweigh."""
        return self.sales.amount_won - self.refunds.amount_won

    def records(self) -> Iterator[ClaimedRow]:
        """The data records in their order."""
        return (
            ClaimedRow(
                row.kind,
                row.terminal,
                row.sale_date,
                row.card_masked,
                row.installment_months,
                row.amount_won,
                row.vat_won,
                row.approval_number,
                row.merchant_number,
                mark_of(row.row_id),
            )
            for row in self.rows
        )


def claim_files(batch: str, claim_date: str, rows: Iterable[ClaimRow]) -> list[ClaimFile]:
    """The files of a batch, by destination; none where it holds nothing.

    Args:
        batch: Of one merchant's day.
        claim_date: YYYYMMDD, that day.
        rows: All of the batch, whatever became of them since.
    """
    ordered = sorted(rows, key=_place)
    files = []
    for destination, of_it in groupby(ordered, key=lambda row: row.destination):
        some = tuple(of_it)
        dates = (some[0].sale_date, some[-1].sale_date)
        files.append(ClaimFile(destination, batch, claim_date, *dates, some))
    return files


def claimed(file: ClaimFile, file_id: str, *, rows: Rows, books: Books) -> None:
    """A claim file has left: its rows are claimed, and the acquirers owe them; run again, nothing happens.

    Args:
        file: As it was written.
        file_id: Its SHA-256.
        rows: Each moves on the condition that it still waits.
        books: One movement for each acquirer, merchant number and kind.

    Raises:
        RowMovedError: a row is in another file.
        StoreUnavailableError: run it again.
    """
    moves = [
        Move(row, moved(row, Step.CLAIM, file_id=file_id))
        for row in file.rows
        if row.state is RowState.TO_CLAIM
    ]
    for start in range(0, len(moves), AT_ONCE):
        rows.move(moves[start : start + AT_ONCE])
    for movement in movements(file, file_id):
        books.book(movement)


def movements(file: ClaimFile, file_id: str) -> list[Movement]:
    """What a claim file moves in the books, by acquirer, merchant number and kind."""
    places = sorted({(row.acquirer, row.merchant_number, row.merchant, row.kind) for row in file.rows})
    told = []
    for place in places:
        some = [
            row for row in file.rows if (row.acquirer, row.merchant_number, row.merchant, row.kind) == place
        ]
        acquirer, number, merchant, kind = place
        name = f"{file_id}/{acquirer}/{number}"
        won = sum(row.amount_won for row in some)
        told.append(
            Movement(
                Step.CLAIM,
                name,
                file.claim_date,
                merchant,
                acquirer,
                number,
                kind,
                was_held=False,
                rows=len(some),
                amount_won=won,
            )
        )
    return told


def _sum(rows: Iterable[ClaimRow], kind: RowKind) -> Sum:
    amounts = [row.amount_won for row in rows if row.kind is kind]
    return Sum(len(amounts), sum(amounts))


def _place(row: ClaimRow) -> tuple[str, str, str, str]:
    """Where a row stands in its batch's files; what comes back in this order is found in few reads."""
    return row.destination, row.sale_date, row.approval_number, row.row_id
