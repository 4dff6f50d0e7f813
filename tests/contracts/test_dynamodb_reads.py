"""What DynamoDB promises of reading: order, pages, sparse indexes, and a stream in the order of each item."""

from __future__ import annotations

from typing import Final

from tests.contracts.desk import Desk, Item, n, s
from tests.contracts.targets import Row, code_of, rows

INDEX: Final = "open-money"


def days(it: Desk) -> Desk:
    """Four items."""
    for sort in ("B#1", "A#10", "A#2", "A#1"):
        it.having(sort)
    return it


def in_index(it: Desk, until: int, **words: object) -> object:
    """The items of this test in the index up to a number, in its order."""
    condition = "open_bucket = :bucket AND next_action_at_ms <= :until"
    return it.found(condition, bucket=s(it.partition), until=n(until), IndexName=INDEX, **words)


def in_bucket(it: Desk, **sorts: int) -> Desk:
    """Items with a number in the index."""
    for sort, number in sorts.items():
        it.having(sort, open_bucket=s(it.partition), next_action_at_ms=n(number))
    return it


def left(it: Desk) -> object:
    """An item whose attribute of the index was removed is no longer in it."""
    in_bucket(it, a=1, b=2)
    it.client.update_item(**it.update("REMOVE next_action_at_ms", "a"))
    return in_index(it, 10)


def paged(it: Desk, **words: object) -> object:
    """Page after page of two."""
    asked = {
        "TableName": it.table,
        "KeyConditionExpression": "PK = :p",
        "ExpressionAttributeValues": {":p": s(it.partition)},
        "Limit": 2,
        **words,
    }
    pages = it.client.get_paginator("query").paginate(**asked)
    return [[one["SK"]["S"] for one in page["Items"]] for page in pages][:2]


OF_INDEX: Final = {"IndexName": INDEX, "KeyConditionExpression": "open_bucket = :p"}


@rows(
    Row("in the order of sort keys", lambda it: days(it).sorts(), ["A#1", "A#10", "A#2", "B#1"]),
    Row("from one on", lambda it: days(it).sorts("PK = :p AND SK >= :s", s=s("A#2")), ["A#2", "B#1"]),
    Row(
        "by a prefix",
        lambda it: days(it).sorts("PK = :p AND begins_with(SK, :s)", s=s("A#1")),
        ["A#1", "A#10"],
    ),
    Row("not more than asked for", lambda it: days(it).sorts(Limit=1), ["A#1"]),
    Row(
        "an index page by page",
        lambda it: paged(in_bucket(it, a=10, b=8, c=9, d=7), **OF_INDEX),
        [["d", "b"], ["c", "a"]],
    ),
    Row("page by page", lambda it: paged(days(it)), [["A#1", "A#10"], ["A#2", "B#1"]]),
    Row("an empty partition", lambda it: it.sorts(), []),
    Row(
        "an index in the order of its numbers",
        lambda it: in_index(in_bucket(it, a=10, b=9, c=100), 99),
        ["b", "a"],
    ),
    Row("an index without what has left it", left, ["b"]),
    Row(
        "an index has no consistent reads",
        lambda it: in_index(it, 1, ConsistentRead=True),
        "ValidationException",
    ),
    Row("no index of another name", lambda it: it.sorts(IndexName="closed-money"), "ValidationException"),
    Row(
        "no attribute that is no key",
        lambda it: it.sorts("PK = :p AND won = :v", v=n(1)),
        "ValidationException",
    ),
)
def test_a_query_reads(desk: Desk, row: Row) -> None:
    assert row.does(desk) == row.expected(desk.target)


def changed(it: Desk) -> object:
    """An item that comes, changes, and is written as it is."""
    it.having("A", won=n(1))
    it.client.update_item(**it.update("SET won = :v", "A", v=n(2)))
    it.client.update_item(**it.update("SET won = :v", "A", v=n(2)))
    return it.changes()


def refused(it: Desk) -> object:
    """Writes that were not made."""
    it.having("A", won=n(1))
    code_of(lambda: it.client.put_item(**it.put("A")))
    it.transact({"Put": it.put("B")}, {"Put": it.put("A")})
    return it.changes()


def together(it: Desk) -> object:
    """A transaction: one record for each item."""
    it.transact({"Put": it.put("A")}, {"Put": it.put("B")})
    return sorted(it.changes(), key=lambda one: one[1])


def in_turn(it: Desk) -> object:
    """Many changes of two items, in the order of each."""
    for number in range(5):
        for sort in ("A", "B"):
            it.having(sort, won=n(number))
    return [[after["won"] for _, sort, _, after in it.changes() if sort == one] for one in ("A", "B")]


INSERTED: Final[Item] = {"won": n(1)}


@rows(
    Row(
        "every change with what was before",
        changed,
        [("INSERT", "A", {}, INSERTED), ("MODIFY", "A", INSERTED, {"won": n(2)})],
    ),
    Row("nothing that was refused", refused, [("INSERT", "A", {}, INSERTED)]),
    Row("each item of a transaction", together, [("INSERT", "A", {}, {}), ("INSERT", "B", {}, {})]),
    Row("each item in its order", in_turn, [[n(number) for number in range(5)]] * 2),
)
def test_a_stream_tells(desk: Desk, row: Row) -> None:
    assert row.does(desk) == row.expected(desk.target)
