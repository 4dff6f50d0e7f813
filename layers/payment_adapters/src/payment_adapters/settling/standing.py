"""What stands of rows and deposits that a person must see, as breaks: found by a look at what was written.

A row that came back or is held is a break until it is captured or decided about; a deposit that is short,
over or missing is one until the bank agrees. Each is a comparison of its own: it opens and closes by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from payment_adapters.tables.breaks import DynamoBreaks
from payment_adapters.tables.items import AttributeValue, from_wire
from payment_adapters.tables.row_pages import is_row_page, row_page_from_wire
from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.settlement.model import ClaimRow, DepositState, RowState

RUN: Final = "settlement"
OF_ROW: Final = {
    RowState.RETURNED: BreakKind.RETURNED,
    RowState.UNASSIGNED: BreakKind.RETURNED,
    RowState.HELD: BreakKind.HELD,
}
OF_DEPOSIT: Final = {
    DepositState.SHORT: BreakKind.DEPOSIT_SHORT,
    DepositState.OVER: BreakKind.DEPOSIT_OVER,
    DepositState.MISSING: BreakKind.DEPOSIT_MISSING,
}


def see(
    item: Mapping[str, AttributeValue],
    before: Mapping[str, AttributeValue] | None,
    breaks: DynamoBreaks,
    now_ms: int,
) -> None:
    """Look at an item of the settlement table, and open or close its breaks; nothing for what has none.

    Args:
        item: As it was written.
        before: As it stood before that; ``None`` where it is new.
        breaks: Where they stand.
        now_ms: Wall clock.
    """
    if is_row_page(item):
        known = row_page_from_wire(before).rows if before else {}
        moved = [row for name, row in row_page_from_wire(item).rows.items() if row != known.get(name)]
        _see_rows(moved, breaks, now_ms)
        for row in moved:
            _carry_out(row)
    elif "paid_won" in item:
        see_deposit(from_wire(item), breaks, now_ms)


def see_row(row: ClaimRow, breaks: DynamoBreaks, now_ms: int) -> None:
    """Open or close what a row's state means; of one that never came back there is nothing to look for."""
    if row.state not in OF_ROW and not (row.return_code or row.was_held):
        return
    kind = OF_ROW.get(row.state)
    found = [_break(kind, row.row_id, row.signed_won, 0, row.sale_date)] if kind else []
    breaks.compared(f"{row.merchant}/ROW/{row.row_id}", found, run=RUN, now_ms=now_ms)


def _carry_out(row: ClaimRow) -> None:
    """What people decided is done, also where whoever wrote it down was stopped."""
    if row.decided_by:
        from payment_adapters.settling.deciding import carry_out_again  # noqa: PLC0415 -- seldom

        carry_out_again(row)


def see_deposit(said: Mapping[str, Any], breaks: DynamoBreaks, now_ms: int) -> None:
    """Open or close what the bank said of a deposit."""
    kind = OF_DEPOSIT.get(DepositState(said["state"]))
    name = f"{said['payment_date']}/{said['acquirer']}/{said['merchant_number']}"
    found = [_break(kind, name, said["net_won"], said["paid_won"], said["payment_date"])] if kind else []
    breaks.compared(f"{said['merchant']}/DEPOSIT/{name}", found, run=RUN, now_ms=now_ms)


def see_all(
    rows: Iterable[ClaimRow], deposits: Iterable[Mapping[str, Any]], breaks: DynamoBreaks, now_ms: int
) -> None:
    """Look at everything that is open: the stream may have been lost."""
    _see_rows(rows, breaks, now_ms)
    for one in deposits:
        see_deposit(one, breaks, now_ms)


def _see_rows(rows: Iterable[ClaimRow], breaks: DynamoBreaks, now_ms: int) -> None:
    """Look at rows, and at the fees of batches whose day was over when one of them was released."""
    released = set()
    for row in rows:
        see_row(row, breaks, now_ms)
        if row.was_held and row.state is RowState.CAPTURED:
            released.add(row.batch)
    for batch in sorted(released):
        from payment_adapters.settling.fee_check import check_fees_again  # noqa: PLC0415 -- seldom

        check_fees_again(batch, now_ms)


def _break(kind: BreakKind, name: str, our_won: int, their_won: int, day: str) -> Break:
    ordinal = date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal()
    return Break(kind, name, (1,), (), our_won, their_won, ordinal)
