"""What each stage of a day does, on tables and files; the order and the once are settlement_day.py's.

Each may be stopped anywhere and run again from its start. One that lacks a file says which, and changes
nothing that it would not change again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from payment_adapters.settling import wired
from payment_adapters.settling.booking import book
from payment_adapters.settling.bridges import ClaimsOfSales
from payment_core.kernel.hand import Hand
from payment_core.settlement.close import close
from payment_core.settlement.settlement_day import Done, MerchantDay, Outcome, Stage

Work = Callable[[str, str, Hand], Outcome]


def work_of(stage: Stage) -> Work:
    """Who does a stage."""
    return WORK[stage]


def _close(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Take what waits into the day's batch, make its rows, and book each of its sales once more."""
    batch = MerchantDay(merchant, business_date).batch
    queue, sales = wired.claim_queue(), wired.sales()
    closed = close(
        merchant,
        business_date,
        batch,
        claims=ClaimsOfSales(sales, queue, hand),
        rows=wired.rows(merchant),
        terms=wired.terms(),
        holidays=wired.holidays(business_date),
    )
    postings = book(sales.read_all(list(queue.enlisted(batch))), wired.ledger())
    return Done(
        {
            "sales": closed.sales,
            "refunds": closed.refunds,
            "sale_won": closed.sale_won,
            "refund_won": closed.refund_won,
            "postings": postings,
        }
    )


WORK: Final[Mapping[Stage, Work]] = {Stage.CLOSE: _close}
