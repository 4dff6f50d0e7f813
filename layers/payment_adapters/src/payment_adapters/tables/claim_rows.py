"""Claim rows in the settlement table: put once, then moved from what was seen; none is ever deleted.

They lie in pages (row_pages.py): by sale date and approval number, so that what one chunk of a return file is
about is a few items beside each other. A page is written whole, on the condition that nobody wrote it since
it was read; whoever comes second reads it again, and looks at the rows themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, to_wire
from payment_adapters.tables.keys import Key
from payment_adapters.tables.reads import read_many
from payment_adapters.tables.row_pages import RowPage, cuts_of, due_day, row_page_from_wire
from payment_adapters.tables.settlement_keys import (
    OPEN_SETTLEMENT_INDEX,
    batch_mark_key,
    open_rows,
    open_rows_buckets,
    page_of_mark,
    pages_of_batch,
    row_cuts_key,
    row_page_key,
    row_pages_between,
    rows_of,
)
from payment_adapters.tables.writes import put_once, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.settlement.model import ClaimRow, RowState
from payment_core.settlement.ports import Move, RowMovedError
from payment_core.settlement.rows import ReturnedRow

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGES_AT_ONCE: Final = 20  # five thousand rows or so, in less than a megabyte
LOOKED_FOR: Final = 2  # leaves, at once
TRIES: Final = 20  # against others who write the same page; each that fails is one of theirs that did not
LAST: Final = 99_999  # place of a page: twenty-five million rows of one merchant's date

Some = TypeVar("Some")
Group = TypeVar("Group", str, int)


@dataclass(frozen=True)
class DynamoClaimRows:
    """One merchant's rows in the settlement table; the core's ``Rows`` port, and who looks at what is due.

    Attributes:
        cut: Where pages are cut, by sale date, as far as it was asked for.
        read: The pages that `matching` read the last time, for the `move` that follows.
    """

    client: DynamoDBClient
    table: str
    merchant: str
    cut: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    read: dict[tuple[str, int], list[RowPage]] = field(default_factory=dict, repr=False, compare=False)

    def put(self, rows: Sequence[ClaimRow]) -> None:
        """Put each down whose name is free; the first rows of a date say where its pages are cut."""
        for sale_date, of_date in _grouped(rows, lambda row: row.sale_date):
            cuts = self._cuts(sale_date)
            if cuts is None:
                cuts = self._cut(sale_date, of_date)
            for place, some in _grouped(of_date, partial(_place, cuts)):
                self._put_on(sale_date, place, some)

    def move(self, moves: Sequence[Move]) -> None:
        """Write each over what was seen; those of one page together."""
        for sale_date, of_date in _grouped(moves, lambda one: one.becomes.sale_date):
            cuts = self._cuts(sale_date) or ()
            for place, some in _grouped(of_date, lambda one: _place(cuts, one.becomes)):  # noqa: B023 -- used at once
                self._move_on(sale_date, place, {one.becomes.row_id: one for one in some})

    def of_batch(self, batch: str) -> Iterator[ClaimRow]:
        """Its rows by sale date and page, strongly consistent."""
        marks = self._query(
            KeyConditionExpression="PK = :batch",
            ExpressionAttributeValues={":batch": to_wire(pages_of_batch(batch))},
            ConsistentRead=True,
        )
        keys = [page_of_mark(self.merchant, mark["SK"]["S"]) for mark in marks]
        return (row for page in self._pages(keys) for row in page.rows.values() if row.batch == batch)

    def matching(self, records: Sequence[ReturnedRow]) -> list[list[ClaimRow]]:
        """Read the pages of each sale date's approval numbers, strongly consistent."""
        found: dict[str, dict[str, list[ClaimRow]]] = {}
        self.read.clear()
        for sale_date, of_date in _grouped(records, lambda one: one.sale_date):
            cuts, by_number = self._cuts(sale_date) or (), defaultdict[str, list[ClaimRow]](list)
            for page in self._leaves(sale_date, sorted({_place(cuts, one) for one in of_date})):
                self.read.setdefault((sale_date, page.place), []).append(page)
                for row in page.rows.values():
                    by_number[row.approval_number].append(row)
            found[sale_date] = by_number
        return [found[one.sale_date].get(one.approval_number, []) for one in records]

    def of_date(self, sale_date: str) -> Iterator[ClaimRow]:
        """Every row of a sale date, strongly consistent."""
        lowest, highest = row_pages_between(0, LAST)
        items = self._query(
            KeyConditionExpression="PK = :rows AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":rows": to_wire(rows_of(self.merchant, sale_date)),
                ":first": to_wire(lowest),
                ":last": to_wire(highest),
            },
            ConsistentRead=True,
        )
        return (row for page in map(row_page_from_wire, items) for row in page.rows.values())

    def open_before(self, korean_date: str) -> Iterator[ClaimRow]:
        """Every merchant's open rows whose next deadline is before this date, page by page."""
        return (
            row
            for bucket in open_rows_buckets()
            for item in self._open(bucket, "due_day < :date", korean_date)
            for row in row_page_from_wire(item).rows.values()
            if (day := due_day(row)) is not None and day < korean_date
        )

    def due(self, korean_date: str) -> list[ClaimRow]:
        """The same, the oldest first."""
        return sorted(self.open_before(korean_date), key=lambda row: (due_day(row) or "", row.row_id))

    def to_be_paid(self, acquirer: str, merchant_number: str, payment_date: str) -> Iterator[ClaimRow]:
        """This merchant's captured rows of one deposit, as they stand; their pages are found by the index."""
        wanted = (RowState.CAPTURED, acquirer, merchant_number, payment_date)
        open_pages = self._open(open_rows(self.merchant), "due_day <= :date", payment_date)
        keys = [
            {"PK": item["PK"]["S"], "SK": item["SK"]["S"]}
            for item in open_pages
            if item["merchant"]["S"] == self.merchant
        ]
        return (
            row
            for page in self._pages(keys)
            for row in page.rows.values()
            if (row.state, row.acquirer, row.merchant_number, row.payment_date) == wanted
        )

    def _cuts(self, sale_date: str) -> tuple[str, ...] | None:
        """Where a date's pages are cut; ``None`` if nobody has said it. Once it is said, it stays."""
        if sale_date not in self.cut:
            found = read_many(self.client, self.table, [row_cuts_key(self.merchant, sale_date)])
            if not found:
                return None
            self.cut[sale_date] = tuple(filter(None, found[0]["cuts"]["S"].split(",")))
        return self.cut[sale_date]

    def _cut(self, sale_date: str, rows: Iterable[ClaimRow]) -> tuple[str, ...]:
        """Say where a date's pages are cut, by these rows; whoever said it first has said it for all."""
        cuts = ",".join(cuts_of(row.approval_number for row in rows))
        said = {**row_cuts_key(self.merchant, sale_date), "cuts": cuts}
        put = {
            "TableName": self.table,
            "Item": wire_key(said),
            "ConditionExpression": "attribute_not_exists(PK)",
        }
        put_once(self.client, put)
        return self._cuts(sale_date) or ()

    def _put_on(self, sale_date: str, place: int, rows: Sequence[ClaimRow]) -> None:
        """Put rows on one page, behind those that are there; a leaf that is full takes no more."""
        tries = iter(range(TRIES))
        while True:
            leaves = self._leaves(sale_date, [place])
            known = {name for leaf in leaves for name in leaf.rows}
            new = {row.row_id: row for row in rows if row.row_id not in known}
            if not new:
                return
            last = leaves[-1] if leaves else RowPage(self.merchant, sale_date, place, leaf=0)
            if not last.room:
                last = RowPage(self.merchant, sale_date, place, leaf=last.leaf + 1)
            if not self._written(last, dict(islice(new.items(), last.room))) and next(tries, None) is None:
                raise StoreUnavailableError(f"too many write page {place} of {sale_date}")

    def _move_on(self, sale_date: str, place: int, moves: Mapping[str, Move]) -> None:
        """Move rows of a page: by what `matching` read of it, and where that is not enough, as it stands."""
        leaves = self.read.pop((sale_date, place), ())
        if leaves and self._all_moved(leaves, moves) is None:
            return
        for _ in range(TRIES):
            leaves = self._leaves(sale_date, [place])
            other = self._all_moved(leaves, moves)
            if other is None:
                return
            if other:
                raise RowMovedError(other)
        raise StoreUnavailableError(f"too many write page {place} of {sale_date}")

    def _all_moved(self, leaves: Sequence[RowPage], moves: Mapping[str, Move]) -> str | None:
        """``None`` once each is as it becomes; a name that is not as it was seen; empty: look again."""
        waiting = dict(moves)
        for leaf in leaves:
            some: dict[str, ClaimRow] = {}
            for name in leaf.rows.keys() & waiting.keys():
                move, stands = waiting.pop(name), leaf.rows[name]
                if (stands.state, stands.file_id) == (move.seen.state, move.seen.file_id):
                    some[name] = move.becomes
                elif stands != move.becomes:
                    return name
            if some and not self._written(leaf, some):
                return ""
        return min(waiting, default=None)

    def _written(self, leaf: RowPage, rows: Mapping[str, ClaimRow]) -> bool:
        """Write a leaf with these rows, if nobody wrote it since; before it, what their batch finds it by."""
        known = {row.batch for row in leaf.rows.values()}
        for batch in sorted({row.batch for row in rows.values()} - known):
            mark = {
                "TableName": self.table,
                "Item": wire_key(batch_mark_key(batch, leaf.sale_date, leaf.place, leaf.leaf)),
                "ConditionExpression": "attribute_not_exists(PK)",
            }
            put_once(self.client, mark)
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": leaf.written(rows).item(),
            "ConditionExpression": "version = :seen" if leaf.version else "attribute_not_exists(PK)",
        }
        if leaf.version:
            put["ExpressionAttributeValues"] = {":seen": to_wire(leaf.version)}
        return put_once(self.client, put)

    def _leaves(self, sale_date: str, places: Sequence[int]) -> list[RowPage]:
        """Pages as they stand; mostly each is one leaf, and one look shows that there is no other."""
        found: list[RowPage] = []
        first = 0
        while places:
            keys = [
                row_page_key(self.merchant, sale_date, place, leaf)
                for place in places
                for leaf in range(first, first + LOOKED_FOR)
            ]
            leaves = list(self._pages(keys))
            found += leaves
            first += LOOKED_FOR
            places = [leaf.place for leaf in leaves if leaf.leaf == first - 1]
        return found

    def _pages(self, keys: Sequence[Key]) -> Iterator[RowPage]:
        """Pages by their keys and in their order, some at a time."""
        for start in range(0, len(keys), PAGES_AT_ONCE):
            items = read_many(self.client, self.table, keys[start : start + PAGES_AT_ONCE])
            yield from map(
                row_page_from_wire, sorted(items, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))
            )

    def _open(self, bucket: str, condition: str, date: str) -> Iterator[Mapping[str, AttributeValue]]:
        return self._query(
            IndexName=OPEN_SETTLEMENT_INDEX,
            KeyConditionExpression=f"open_bucket = :open AND {condition}",
            ExpressionAttributeValues={":open": to_wire(bucket), ":date": to_wire(date)},
        )

    def _query(self, **words: Any) -> Iterator[Mapping[str, AttributeValue]]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from page["Items"]
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _place(cuts: Sequence[str], row: ClaimRow | ReturnedRow) -> int:
    """The page of an approval number: how many cuts are not behind it."""
    return bisect_right(cuts, row.approval_number)


def _grouped(values: Iterable[Some], by: Callable[[Some], Group]) -> list[tuple[Group, list[Some]]]:
    groups = defaultdict[Group, list[Some]](list)
    for value in values:
        groups[by(value)].append(value)
    return list(groups.items())
