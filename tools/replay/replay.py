"""The replay of one date: what the archive comes to, what the tables hold, and making them the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from payment_adapters.aws.archive import S3Archive
from payment_adapters.tables.day_models import (
    DayModels,
    Digest,
    Item,
    count_items,
    day_items,
    digests,
    sale_item,
)
from payment_adapters.tables.items import to_wire
from payment_adapters.tables.keys import (
    approvals_of_month,
    told_key,
    totals_of_day,
    totals_of_merchant,
    works_of_day,
)
from payment_adapters.tables.known_sales import DynamoKnownSales
from payment_adapters.tables.search import item_of
from payment_core.projection.replay import Day, Replayed, first_korean_day
from tools.replay.spool import Spool

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_WRITE: Final = 25

Digests = Mapping[str, Digest]


class ArchiveLacksError(Exception):
    """The tables know of the date what the archive does not: a replay would forget it."""

    def __init__(self, business_date: str, sales: int) -> None:
        """Say how many sales, and the way on."""
        super().__init__(
            f"The archive lacks events of {sales:,} sales of {business_date} that the read models know. "
            "Nothing was written. `payrelay redrive archive` fetches what the stream still has; "
            "`payrelay projection rebuild` makes the models from the payments table."
        )
        self.business_date, self.sales = business_date, sales


@dataclass(frozen=True)
class Tables:
    """Where the read models lie."""

    client: DynamoDBClient
    search: str
    read_models: str

    def of(self, business_date: str) -> DayModels:
        """A date's models."""
        return DayModels(self.client, self.search, self.read_models, business_date)

    def digests(self, business_date: str, merchants: Iterable[str]) -> Digests:
        """Hash what they hold of a date now."""
        found, models = digests(), self.of(business_date)
        for known in models.sales():
            found["sales"].add(sale_item(known))
        for model, item in models.others(merchants):
            found[model].add(item)
        return found


@dataclass(frozen=True)
class Report:
    """What a replay found.

    Attributes:
        before, archived, after: Hashes: of the tables, of what the archive comes to, of the tables then.
    """

    events: int
    unreadable: int
    before: Digests
    archived: Digests
    after: Digests

    @property
    def is_same(self) -> bool:
        """Whether the tables are now what the archive comes to."""
        return self.after == self.archived


def replay(business_date: str, archive: S3Archive, tables: Tables) -> Report:
    """Make a date's read models again, and write those that differ.

    Raises:
        ArchiveLacksError: the tables know more.
    """
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        spool = Spool(Path(folder), business_date)
        first = first_korean_day(business_date)
        spool.fill(line for day in archive.days() if day >= first for line in archive.lines(day))
        archived, day = fold(spool)
        merchants = {one.merchant for one in day.sums.sales} | {merchant for merchant, _ in day.approvals}
        before = tables.digests(business_date, merchants)
        if before == archived:
            return Report(spool.events, spool.unreadable, before, archived, before)
        _require_all(spool, before, tables)
        _write(spool, day, merchants, tables)
        after = tables.digests(business_date, merchants)
        return Report(spool.events, spool.unreadable, before, archived, after)


def fold(spool: Spool) -> tuple[Digests, Day]:
    """Hash what a spool comes to."""
    found, day, terminals = digests(), Day(spool.business_date), set[str]()
    for sales in spool.fold(day):
        for one in sales:
            if one.known is not None:
                found["sales"].add(sale_item(one.known))
            for model, item in day_items(one, spool.business_date):
                if model == "terminals" and item["SK"] in terminals:
                    continue
                terminals |= {item["SK"]} if model == "terminals" else set()
                found[model].add(item)
    for model, item in count_items(day):
        found[model].add(item)
    return found, day


def _require_all(spool: Spool, before: Digests, tables: Tables) -> None:
    """Insist that the archive knows every sale of the tables, and every event of it."""
    reader = DynamoKnownSales(tables.client, tables.search, tables.read_models)
    found, lacking = 0, 0
    for sales in spool.fold(Day(spool.business_date)):
        ours = {one.sale_id: one.known for one in sales if one.known is not None}
        there = reader.read(list(ours))
        found += len(there)
        lacking += sum(bool(one.versions & ~ours[one.sale_id].versions) for one in there.values())
    lacking += before["sales"].items - found
    if lacking:
        raise ArchiveLacksError(spool.business_date, lacking)


def _write(spool: Spool, day: Day, merchants: Iterable[str], tables: Tables) -> None:
    """Write all models of the date as the archive has them."""
    for sales in spool.fold(Day(spool.business_date)):
        _put(tables, tables.search, (item_of(one.known) for one in sales if one.known is not None))
        _put(tables, tables.read_models, map(_wire, _items_of(sales, spool.business_date)))
    counts = [item for _, item in count_items(day)]
    kept = {(item["PK"], item["SK"]) for item in counts}
    partitions = [totals_of_day(day.business_date), works_of_day(day.business_date)]
    partitions += [totals_of_merchant(day.business_date, merchant) for merchant in sorted(merchants)]
    models = tables.of(day.business_date)
    old = [item for partition in partitions for item in models.parts(partition)]
    for merchant in sorted(merchants):
        month, _ = approvals_of_month(merchant, day.business_date)
        old += [one for one in models.parts(month) if one["SK"].startswith(f"{day.business_date}#")]
    gone = ({"PK": one["PK"], "SK": one["SK"]} for one in old if (one["PK"], one["SK"]) not in kept)
    _send(tables, tables.read_models, ({"DeleteRequest": {"Key": _wire(key)}} for key in gone))
    _put(tables, tables.read_models, map(_wire, counts))


def _items_of(sales: Iterable[Replayed], business_date: str) -> Iterator[Item]:
    """What sales add to the models of days and terminals, and the marks of their approvals, each once."""
    items = [item for one in sales for _, item in day_items(one, business_date)]
    items += [{**told_key(approval.event)} for one in sales for approval in one.approvals]
    yield from {(item["PK"], item["SK"]): item for item in items}.values()


def _wire(item: Item) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in item.items()}


def _put(tables: Tables, table: str, items: Iterable[dict[str, Any]]) -> None:
    _send(tables, table, ({"PutRequest": {"Item": item}} for item in items))


def _send(tables: Tables, table: str, requests: Iterable[dict[str, Any]]) -> None:
    """Write in batches; what a table does not take at once is sent again with the next."""
    left: list[Any] = []
    for request in requests:
        left.append(request)
        if len(left) >= BATCH_WRITE:
            left = _sent(tables, table, left)
    while left:
        left = _sent(tables, table, left)


def _sent(tables: Tables, table: str, requests: list[Any]) -> list[Any]:
    answer = tables.client.batch_write_item(RequestItems={table: requests[:BATCH_WRITE]})
    unwritten: list[Any] = answer["UnprocessedItems"].get(table, [])
    return [*unwritten, *requests[BATCH_WRITE:]]
