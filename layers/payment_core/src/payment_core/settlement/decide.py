"""Decide: what people do about a row that came back: claim it again, give it up, or leave it undecided.

The decision is written first, with who and why; what follows from it is done from what was written, however
often. A row that is claimed again becomes a new one, named by the old and its turn: nobody can make two.
Promise: tests/spec/test_decide.py. Decision: docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from payment_core.settlement.calendar import Terms, deadlines
from payment_core.settlement.model import ClaimRow, Deadlines, RowState, Step, moved
from payment_core.settlement.ports import Books, Move, Movement, Rows

DECISIONS: Final = frozenset({Step.RECLAIM, Step.GIVE_UP, Step.LEAVE})


def decide(row: ClaimRow, step: Step, *, who: str, why: str, today: str, rows: Rows) -> ClaimRow:
    """Write what somebody decided.

    Args:
        row: As they saw it.
        step: One of `DECISIONS` that ``NEXT`` allows.
        who: The person.
        why: In their words.
        today: Korean date YYYYMMDD.
        rows: Where it stands.

    Raises:
        RowMovedError: it is not as they saw it any more.
    """
    assert step in DECISIONS, f"{step} is not a person's"  # noqa: S101 -- a bug
    decided = moved(row, step, decided_by=who, decided_why=why, decided_on=today)
    rows.move([Move(row, decided)])
    return decided


def carry_out(
    row: ClaimRow, batch: str, terms: Terms, holidays: Collection[str], *, rows: Rows, books: Books
) -> None:
    """Do what follows from a decision; doing it twice is as good as once.

    Args:
        row: One that was decided about.
        batch: Of a day that is not closed: its claim files have not been written.
        terms: Of the row's acquirer.
        holidays: YYYYMMDD.
        rows: Where the new row goes.
        books: What is not owed any more, or owed again.
    """
    if row.state is RowState.RECLAIMED:
        rows.put([again(row, batch, deadlines(row.decided_on, terms, holidays))])
        books.book(_movement(row, Step.RECLAIM))
    elif row.state is RowState.GIVEN_UP:
        books.book(_movement(row, Step.GIVE_UP))


def again(row: ClaimRow, batch: str, by: Deadlines) -> ClaimRow:
    """The row that claims the same once more."""
    return ClaimRow(
        sale_id=row.sale_id,
        cancel_id=row.cancel_id,
        turn=row.turn + 1,
        batch=batch,
        merchant=row.merchant,
        merchant_number=row.merchant_number,
        terminal=row.terminal,
        destination=row.destination,
        acquirer=row.acquirer,
        kind=row.kind,
        card_masked=row.card_masked,
        card_kind=row.card_kind,
        approval_number=row.approval_number,
        sale_date=row.sale_date,
        amount_won=row.amount_won,
        vat_won=row.vat_won,
        installment_months=row.installment_months,
        deadlines=by,
    )


def _movement(row: ClaimRow, step: Step) -> Movement:
    return Movement(
        step,
        row.row_id,
        row.decided_on,
        row.merchant,
        row.acquirer,
        row.merchant_number,
        row.kind,
        row.was_held,
        1,
        row.amount_won,
    )
