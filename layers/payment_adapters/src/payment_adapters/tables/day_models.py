"""The read models of one business date as items: as the tables hold them, and as a replay comes to them.

Counts that lie in parts are one item here, and what came back to nothing is none; so equal models are equal
items, and the sum of their hashes is equal whatever their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import (
    approvals_key,
    approvals_of_month,
    cancel_day_key,
    day_key,
    sales_of_day,
    terminal_of_date_key,
    terminals_of_date,
    totals_of_day,
    totals_of_merchant,
    works_of_day,
)
from payment_adapters.tables.known_sales import counts_of
from payment_adapters.tables.search import DynamoSearch, item_of
from payment_core.approval.model import SaleId
from payment_core.kernel.korean_time import KOREA
from payment_core.projection.known import Known
from payment_core.projection.replay import Day, Replayed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MODELS: Final = ("sales", "totals", "works", "approvals", "days", "terminals")
ALL_BITS: Final = (1 << 256) - 1
ONE_PART: Final = "0"

Item = dict[str, Any]  # plain, with its key


@dataclass
class Digest:
    """A hash of items in whatever order, and how many there were."""

    items: int = 0
    total: int = 0

    def add(self, item: Mapping[str, Any]) -> None:
        """Take one in."""
        text = json.dumps(item, sort_keys=True, ensure_ascii=False)
        self.items += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")) & ALL_BITS

    def __str__(self) -> str:
        return f"{self.total:064x}"


def digests() -> dict[str, Digest]:
    """One for each model, of nothing so far."""
    return {model: Digest() for model in MODELS}


def sale_item(known: Known) -> Item:
    """A sale as its item."""
    return from_wire(item_of(known))


def day_items(one: Replayed, business_date: str) -> Iterator[tuple[str, Item]]:
    """What a sale adds to the models of days and terminals; terminals come more than once."""
    sale_id = SaleId.parse(one.sale_id)
    if one.known is not None and one.known.versions & 1:  # its first event puts it there
        yield "days", {**day_key(sale_id), "sale_id": one.sale_id}
        yield "terminals", {**terminal_of_date_key(sale_id)}
    for cancel in one.cancels:
        _, _, sequence = cancel.partition("-")
        named = replace(sale_id, business_date=business_date, sequence=int(sequence))
        yield "days", {**cancel_day_key(named), "sale_id": one.sale_id}
        yield "terminals", {**terminal_of_date_key(named)}


def count_items(day: Day) -> Iterator[tuple[str, Item]]:
    """A day's counts as items, each in one part."""
    for key, words in counts_of(day.sums, ONE_PART):
        model = "works" if key["PK"] == works_of_day(day.business_date) else "totals"
        yield model, {**key, **words}
    for (merchant, destination), approvals in day.approvals.items():
        key = approvals_key(merchant, day.business_date, destination)
        won = day.approved_won[merchant, destination]
        yield "approvals", {**key, "destination": destination, "approvals": approvals, "won": won}


@dataclass(frozen=True)
class DayModels:
    """The models of a date as the tables hold them now."""

    client: DynamoDBClient
    search_table: str
    read_models_table: str
    business_date: str
    _merchants: set[str] = field(default_factory=set)

    def sales(self) -> Iterator[Known]:
        """Every sale of the date: it came on that day in Korea, or on the day before or after."""
        noon = datetime.strptime(self.business_date, "%Y%m%d").replace(hour=12, tzinfo=KOREA)
        from_ms, until_ms = (int((noon + timedelta(days=days)).timestamp() * 1_000) for days in (-1.5, 2.5))
        for known in DynamoSearch(self.client, self.search_table).between(from_ms, until_ms):
            if known.business_date == self.business_date:
                self._merchants.add(known.merchant)
                yield known

    def others(self, merchants: Iterable[str]) -> Iterator[tuple[str, Item]]:
        """Every other item, of these merchants and of those that `sales` told."""
        yield from (("totals", item) for item in self._counts(totals_of_day(self.business_date)))
        for merchant in sorted({*merchants, *self._merchants}):
            whose = totals_of_merchant(self.business_date, merchant)
            yield from (("totals", item) for item in self._counts(whose))
            partition, first = approvals_of_month(merchant, self.business_date)
            found = self._items(partition, f"{first}#")
            yield from (("approvals", item) for item in found)
        yield from (("works", item) for item in self._counts(works_of_day(self.business_date)))
        for bucket in terminals_of_date(self.business_date):
            for terminal in self._items(bucket):
                yield "terminals", terminal
                days = self._items(sales_of_day(terminal["SK"], self.business_date))
                yield from (("days", item) for item in days)

    def parts(self, partition: str) -> list[Item]:
        """The items of a partition as they lie there, in parts."""
        return list(self._items(partition))

    def _counts(self, partition: str) -> list[Item]:
        """Counts, their parts added up."""
        found: dict[str, Item] = {}
        for item in self._items(partition):
            parts = item["SK"].split("#")
            sort = "#".join([*parts[:2], ONE_PART]) if len(parts) > 2 else item["SK"]  # noqa: PLR2004 -- two and a part
            one = found.setdefault(sort, {"PK": partition, "SK": sort})
            for name, value in item.items():
                if name not in {"PK", "SK"}:
                    one[name] = one.get(name, 0) + value
        return [one for one in found.values() if any(one[name] for name in one.keys() - {"PK", "SK"})]

    def _items(self, partition: str, prefix: str = "") -> Iterator[Item]:
        more = {":prefix": to_wire(prefix)} if prefix else {}
        pages = self.client.get_paginator("query").paginate(
            TableName=self.read_models_table,
            KeyConditionExpression="PK = :partition" + (" AND begins_with(SK, :prefix)" if prefix else ""),
            ExpressionAttributeValues={":partition": to_wire(partition), **more},
            ConsistentRead=True,
        )
        yield from (from_wire(item) for page in pages for item in page["Items"])
