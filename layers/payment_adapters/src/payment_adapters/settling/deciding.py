"""What people decide about a row that came back: written at once, and carried out by whoever hears of it.

The decision is the intent. It is carried out where it is made, and again from the table's stream, so that a
process that dies between the two leaves nothing undone.
Two people want it, by the case of the row's break (payment_adapters/settling/mending.py).
Rule: payment_core/settlement/decide.py. Promise: tests/handlers/test_deciding.py.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from payment_adapters.settling import wired
from payment_core.approval.model import SaleId
from payment_core.kernel.korean_time import korean_time
from payment_core.settlement.calendar import as_date
from payment_core.settlement.decide import DECISIONS, carry_out, decide
from payment_core.settlement.model import NEXT, ClaimRow, RowState, Step, allows
from payment_core.settlement.ports import RowMovedError
from payment_core.settlement.settlement_day import MerchantDay, Stage

CARRIED_OUT: Final = frozenset({RowState.RECLAIMED, RowState.GIVEN_UP})
_BEHIND_A_SALE: Final = re.compile(r"[/~]")


class NoSuchRowError(Exception):
    """Nobody claims anything by this name."""

    def __init__(self, row_id: str) -> None:
        """Name what was looked for."""
        super().__init__(f"there is no claim row {row_id}")
        self.row_id = row_id


class NotToBeDecidedError(Exception):
    """The row did not come back, or was decided about otherwise; nothing was written."""

    def __init__(self, row: ClaimRow, step: Step) -> None:
        """Name the row, how it stands, and who decided if somebody did."""
        by = f", decided by {row.decided_by} on {row.decided_on}" if row.decided_by else ""
        super().__init__(f"{row.row_id} is {row.state}{by}: {step} is not possible")
        self.row = row
        self.step = step


REFUSALS: Final = (NoSuchRowError, NotToBeDecidedError, RowMovedError)


def decided(row_id: str, step: Step, *, who: str, why: str, now_ms: int) -> ClaimRow:
    """Decide about a row, or carry out once more what the same person decided before.

    Args:
        row_id: Its name.
        step: Claim again, give up, or leave undecided.
        who: The person.
        why: In their words.
        now_ms: Wall clock.

    Raises:
        NoSuchRowError: as it says.
        NotToBeDecidedError: as it says.
        RowMovedError: another hand came first; look again.
        StoreUnavailableError: run it again.
    """
    row = row_of(row_id)
    if step not in DECISIONS:
        raise NotToBeDecidedError(row, step)
    is_done = (row.state, row.decided_by, row.decided_why) == (NEXT[step].to, who, why)
    if not is_done:
        if not allows(step, row.state):
            raise NotToBeDecidedError(row, step)
        day = open_day(row.merchant, f"{korean_time(now_ms):%Y%m%d}")
        row = decide(row, step, who=who, why=why, today=day, rows=wired.rows(row.merchant))
    carry_out_again(row)
    return row


def carry_out_again(row: ClaimRow) -> None:
    """Do what follows from a decision; nothing where it was done, or where nothing follows."""
    if row.state in CARRIED_OUT:
        carry_out(
            row,
            MerchantDay(row.merchant, open_day(row.merchant, row.decided_on)).batch,
            wired.terms()[row.acquirer],
            wired.holidays(row.decided_on),
            rows=wired.rows(row.merchant),
            books=wired.books(row.merchant),
        )


def row_of(row_id: str) -> ClaimRow:
    """A row by its name, as it stands.

    Raises:
        NoSuchRowError: as it says.
    """
    try:
        sale_id = SaleId.parse(_BEHIND_A_SALE.split(row_id)[0])
    except ValueError:
        raise NoSuchRowError(row_id) from None
    of_date = wired.rows(sale_id.merchant).of_date(sale_id.business_date)
    found = next((row for row in of_date if row.row_id == row_id), None)
    if found is None:
        raise NoSuchRowError(row_id)
    return found


def open_day(merchant: str, first: str) -> str:
    """The first date, this one or a later, that is not closed: its claim files take what is claimed again."""
    day = as_date(first)
    while (known := wired.days().read(merchant, f"{day:%Y%m%d}")) and Stage.CLOSE in known.done:
        day += timedelta(days=1)
    return f"{day:%Y%m%d}"
