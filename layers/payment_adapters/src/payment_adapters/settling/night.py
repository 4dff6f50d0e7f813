"""The night: the payments table read once more for the ledger, and the day of each merchant that sold begun.

The feed tells of sales within seconds, and a stream may be lost. So each night every sale of the last days is
booked again from the table itself: what the ledger has is not written, what it lacks is. What is cancelled
later than that was claimed before, and the close of the day that takes its refund reads the sale again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.files.plan import settled_merchant
from payment_adapters.settling.booking import approved_at, book
from payment_adapters.settling.driving import DayDriver
from payment_adapters.tables.items import sale_from_wire, to_wire
from payment_adapters.tables.ledger import DynamoLedger
from payment_adapters.tables.settlement_days import DynamoDays
from payment_core.approval.model import Sale
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.ports import Postings
from payment_core.ledger.trial_balance import differences
from payment_core.settlement.settlement_day import MerchantDay

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROVED_AFTER_DAYS: Final = 2
LOOKS_BACK_DAYS: Final = 5  # longer than anything waits for its claim


@dataclass
class Swept:
    """What one sweep came to: sales read, and the business dates of each merchant that sold."""

    sales: int = 0
    postings: int = 0
    dates: frozenset[tuple[str, str]] = frozenset()


def sweep(sales: Iterator[Sale], ledger: Postings) -> Swept:
    """Book every sale, and tell whose days there are."""
    swept, dates = Swept(), set[tuple[str, str]]()
    for sale in sales:
        swept.sales += 1
        swept.postings += book([sale], ledger)
        if approved_at(sale):
            dates.add((sale.sale_id.merchant, sale.sale_id.business_date))
    swept.dates = frozenset(dates)
    return swept


def unproved_won(ledger: DynamoLedger, now_ms: int) -> int:
    """By how many won balances differ from their entries, added up anew; of the day before yesterday.

    Everything of that date was folded long ago, and every index knows it.
    """
    date = f"{korean_time(now_ms) - timedelta(days=PROVED_AFTER_DAYS):%Y%m%d}"
    wrong = differences(ledger.balances(date), ledger.of(date))
    return sum(max(one.debit_won, one.credit_won, 1) for one in wrong)


def begin(dates: frozenset[tuple[str, str]], *, days: DynamoDays, driver: DayDriver, now_ms: int) -> int:
    """Begin each day that is over, and see to every day that is not done; how many workflows run now."""
    today = f"{korean_time(now_ms):%Y%m%d}"
    agreed = {merchant for merchant, _ in dates if settled_merchant(merchant) is not None}
    dates = frozenset(one for one in dates if one[0] in agreed)  # who settles by itself has no day here
    for merchant, business_date in sorted(dates):
        if business_date < today and days.read(merchant, business_date) is None:
            days.move(None, MerchantDay(merchant, business_date, version=1, since_ms=now_ms))
    waiting = {day.batch: day for day in days.open_days()}
    for merchant, business_date in sorted(dates):  # the index may not have what was written just now
        day = days.read(merchant, business_date)
        if day is not None and not day.is_over:
            waiting[day.batch] = day
    return sum(driver.start(day, days) for day in waiting.values())


def sales_since(client: DynamoDBClient, table: str, now_ms: int) -> Iterator[Sale]:
    """Every sale that came in the last days: the whole table is read, and most of it left where it is."""
    since_ms = now_ms - int(timedelta(days=LOOKS_BACK_DAYS).total_seconds()) * 1_000
    try:
        for page in client.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="SK = :state AND received_at_ms >= :since",
            ExpressionAttributeValues={":state": to_wire("STATE"), ":since": to_wire(since_ms)},
        ):
            yield from map(sale_from_wire, page["Items"])
    except (ClientError, BotoCoreError) as error:
        raise StoreUnavailableError(str(error)) from error
