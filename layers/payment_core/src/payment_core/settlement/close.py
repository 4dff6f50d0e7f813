"""Close (마감): a merchant's business day becomes one batch, and each line of the batch becomes a claim row.

A sale says itself which batch took it, so it is in exactly one, also when it was in flight at the cut-off,
cancelled late, or dated by a till whose clock is wrong: what is undecided, or dated ahead, waits for the next
day or its own. What is cancelled before its batch is netted, what is cancelled after is a refund of a later.
Rule before: payment_core/approval/claim.py. Promise: tests/spec/test_close.py. Decision: docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.korean_time import korean_time
from payment_core.settlement.calendar import Terms, as_date, deadlines
from payment_core.settlement.model import ClaimRow, RowKind
from payment_core.settlement.ports import Claims, Rows, Taken

CUT_OFF: Final = "0300"  # tills may be a day off; what comes later is in the next batch, whenever that is


@dataclass(frozen=True)
class Closed:
    """What a day came to.

    Attributes:
        sale_won, refund_won: Neither has a sign.
    """

    batch: str
    sales: int
    refunds: int
    sale_won: int
    refund_won: int


def days_to_close(last_closed: str, now_ms: int, cut_off: str = CUT_OFF) -> list[str]:
    """The days that are over and not closed, in the order in which they must be.

    Args:
        last_closed: YYYYMMDD.
        now_ms: Wall clock.
        cut_off: HHMM in Korea, on the day after.
    """
    now = korean_time(now_ms)
    over = now.date() - timedelta(days=1 if f"{now:%H%M}" >= cut_off else 2)
    first = as_date(last_closed) + timedelta(days=1)
    return [f"{first + timedelta(days=days):%Y%m%d}" for days in range((over - first).days + 1)]


def close(
    merchant: str,
    business_date: str,
    batch: str,
    *,
    claims: Claims,
    rows: Rows,
    terms: Mapping[str, Terms],
    holidays: Collection[str],
) -> Closed:
    """Take what waits into the day's batch, and make its rows; run again, it makes none.

    Args:
        merchant: Whose day.
        business_date: YYYYMMDD; the days before it are closed.
        batch: Of this day, and no other.
        claims: The sales.
        rows: Where their rows go.
        terms: By acquirer.
        holidays: YYYYMMDD.

    Raises:
        StoreUnavailableError: run it again.
    """
    claims.take(merchant, business_date, batch)
    made = [
        row_of(one, batch, business_date, terms[one.acquirer], holidays)
        for one in claims.taken(batch)
        if one.amount_won
    ]
    rows.put(made)
    return closed(batch, made)


def row_of(taken: Taken, batch: str, business_date: str, terms: Terms, holidays: Collection[str]) -> ClaimRow:
    """The row of one line. A sale's deadlines run from its own date, a refund's from the day that took it."""
    is_refund = bool(taken.cancel_id)
    return ClaimRow(
        sale_id=taken.sale_id,
        cancel_id=taken.cancel_id,
        batch=batch,
        merchant=taken.merchant,
        merchant_number=taken.merchant_number,
        terminal=taken.terminal,
        destination=taken.destination,
        acquirer=taken.acquirer,
        kind=RowKind.REFUND if is_refund else RowKind.SALE,
        card_masked=taken.card_masked,
        card_kind=taken.card_kind,
        approval_number=taken.approval_number,
        sale_date=taken.sale_date,
        amount_won=taken.amount_won,
        vat_won=taken.vat_won,
        installment_months=taken.installment_months,
        deadlines=deadlines(business_date if is_refund else taken.sale_date, terms, holidays),
    )


def closed(batch: str, rows: Iterable[ClaimRow]) -> Closed:
    """Count a day."""
    sums = {kind: [0, 0] for kind in RowKind}
    for row in rows:
        sums[row.kind][0] += 1
        sums[row.kind][1] += row.amount_won
    (sales, sale_won), (refunds, refund_won) = sums[RowKind.SALE], sums[RowKind.REFUND]
    return Closed(batch, sales, refunds, sale_won, refund_won)
