"""Write claim files (청구): start, numbered rows, totals; the same rows are always the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from payment_adapters.files.families import Addressee
from payment_core.settlement.model import RowKind
from payment_core.settlement.rows import ClaimedRow
from telegram_codec.specs import settlement
from telegram_codec.telegram import Telegram

SALE, REFUND = "20", "25"


def claim_file(
    addressee: Addressee, rows: Iterable[ClaimedRow], *, sales_from: str, sales_to: str
) -> Iterator[bytes]:
    """The bytes of a claim file, record by record.

    Args:
        addressee: Who claims, of whom, for which business date.
        rows: In the order of the file.
        sales_from: The first sale date among them, YYYYMMDD.
        sales_to: The last.

    Raises:
        EncodeError: a row says what its place cannot hold; the file is not to leave.
    """
    return addressee.plan.records.write(_records(addressee, rows, sales_from, sales_to))


def _records(
    addressee: Addressee, rows: Iterable[ClaimedRow], sales_from: str, sales_to: str
) -> Iterator[Telegram]:
    yield settlement.ClaimStart(
        claim_date=_date(addressee.business_date),
        business_number=addressee.merchant.business_number,
        van_code=addressee.plan.counterparty.upper()[:10],
        sales_from=_date(sales_from),
        sales_to=_date(sales_to),
    )
    sums = {SALE: [0, 0], REFUND: [0, 0]}
    for sequence, row in enumerate(rows, start=1):
        kind = SALE if row.kind is RowKind.SALE else REFUND
        sums[kind][0] += 1
        sums[kind][1] += row.amount_won
        yield settlement.Claim(
            kind=kind,
            sequence=sequence,
            terminal_id=row.terminal,
            sale_date=_date(row.sale_date),
            card_number=row.card_masked,
            instalment_months=row.installment_months,
            amount_won=row.amount_won,
            vat_won=row.vat_won,
            approval_number=row.approval_number,
            merchant_number=row.merchant_number,
            merchant_use=row.mark,
        )
    (sales, sales_won), (refunds, refunds_won) = sums[SALE], sums[REFUND]
    yield settlement.ClaimTotal(
        sales=settlement.Sum(count=sales, amount_won=sales_won),
        cancels=settlement.Sum(count=refunds, amount_won=-refunds_won),
        total=settlement.Sum(count=sales + refunds, amount_won=sales_won - refunds_won),
    )


def _date(day: str) -> date:
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))
