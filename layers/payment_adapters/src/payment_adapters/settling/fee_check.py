"""Fees of a day's rows against contracts and the law's classes: what is not as it should be is a break.

The file stays the truth; a break goes when another look finds the fee as agreed.
Rule: payment_core/settlement/fees.py. Promise: tests/handlers/test_settlement_day.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from payment_adapters.agreements import agreements
from payment_adapters.files.plan import settled_merchant
from payment_adapters.settling import wired
from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.settlement.calendar import as_date
from payment_core.settlement.fees import NO_CLASS, fee_differences
from payment_core.settlement.model import ClaimRow

RUN: Final = "settlement"


def check_fees_again(batch: str, now_ms: int) -> int:
    """The same for a batch as it stands now: a later file said something of its rows."""
    return check_fees(batch, list(wired.rows(batch.partition("-")[0]).of_batch(batch)), now_ms)


def check_fees(batch: str, rows: Iterable[ClaimRow], now_ms: int) -> int:
    """Hold the fees of a batch's rows against what its merchant should pay; how many differ.

    Args:
        batch: Of one merchant's day, ``1001-20261124``.
        rows: All of it.
        now_ms: Wall clock.
    """
    contracts = {name: one.fees for name, one in agreements().items()}
    agreed = settled_merchant(batch.partition("-")[0])
    law = agreed.law if agreed else NO_CLASS
    found = [
        Break(
            BreakKind.FEE,
            one.row.row_id,
            (place,),
            (place,),
            one.expected_won,
            one.told_won,
            as_date(one.row.sale_date).toordinal(),
        )
        for place, one in enumerate(fee_differences(rows, contracts, law), 1)
    ]
    wired.breaks().compared(f"{batch}/FEES", found, run=RUN, now_ms=now_ms)
    return len(found)
