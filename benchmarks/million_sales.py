"""A search table that holds a million sales: SQLite behind DynamoDB's words, for what engines cannot hold.

One column and one index for each word that the real table has an index of. A query reads in the index's
order, filters what it has read, and stops at a megabyte, as DynamoDB does; so it takes as many requests.
That it answers as the table does: tests/contracts/test_search.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from payment_adapters.tables.keys import SEARCHED_BY
from payment_adapters.tables.search import item_of
from payment_core.projection.known import Known

PAGE_BYTES: Final = 1_048_576
AT_ONCE: Final = 10_000

Item = dict[str, dict[str, str]]


class MillionSales:
    """What `DynamoSearch` asks of its client."""

    def __init__(self, place: Path) -> None:
        """Make an empty one."""
        self.requests = 0
        self._table = sqlite3.connect(place)
        self._table.execute("PRAGMA journal_mode = OFF")
        self._table.execute("PRAGMA synchronous = OFF")
        columns = ", ".join(f"{name} TEXT" for name in SEARCHED_BY)
        self._table.execute(f"CREATE TABLE sales (PK TEXT PRIMARY KEY, moment TEXT, {columns}, item TEXT)")

    def fill(self, sales: Iterable[Known]) -> int:
        """Put them all in, then make the indexes; how many bytes they have as items."""
        rows = map(_row, sales)
        marks = ", ".join("?" * (3 + len(SEARCHED_BY)))
        while batch := list(islice(rows, AT_ONCE)):
            self._table.executemany(f"INSERT INTO sales VALUES ({marks})", batch)  # noqa: S608 -- marks alone
        for name in SEARCHED_BY:
            self._table.execute(f"CREATE INDEX by_{name} ON sales ({name}, moment)")
        self._table.commit()
        (total,) = self._table.execute("SELECT sum(length(item)) FROM sales").fetchone()
        return int(total)

    def get_item(self, *, TableName: str, Key: Item) -> dict[str, Any]:  # noqa: ARG002, N803 -- boto3's words
        """Read one by its key."""
        self.requests += 1
        found = self._table.execute("SELECT item FROM sales WHERE PK = ?", (Key["PK"]["S"],)).fetchone()
        return {"Item": json.loads(found[0])} if found else {}

    def query(self, *, ExpressionAttributeValues: Item, **words: Any) -> dict[str, Any]:  # noqa: ANN401, N803 -- boto3's words
        """Read an index from its end, a megabyte or a limit of it, and filter that."""
        self.requests += 1
        said = {name: value["S"] for name, value in ExpressionAttributeValues.items()}
        searched_by = words["IndexName"].removeprefix("by-").replace("-", "_")
        until, below = said[":until"], "<="
        if start := words.get("ExclusiveStartKey"):
            until, below = start["moment"]["S"], "<"
        rows = self._table.execute(
            f"SELECT item FROM sales WHERE {searched_by} = ? AND moment >= ? "  # noqa: S608 -- ours
            f"AND moment {below} ? ORDER BY moment DESC",
            (said[":word"], said[":from"], until),
        )
        page, is_cut = _page(rows, words.get("Limit"))
        hits = [one for one in page if _fits(one, said)]
        if not is_cut:
            return {"Items": hits}
        return {
            "Items": hits,
            "LastEvaluatedKey": {name: page[-1][name] for name in ("PK", searched_by, "moment")},
        }


def _page(rows: Iterable[tuple[str]], limit: int | None) -> tuple[list[Item], bool]:
    """What one request reads, and whether it was cut there."""
    page, size = list[Item](), 0
    for (text,) in rows:
        item: Item = json.loads(text)
        page.append(item)
        size += sum(len(name) + len(next(iter(value.values()))) for name, value in item.items())
        if len(page) == limit or size >= PAGE_BYTES:
            return page, True
    return page, False


def _fits(item: Item, said: Mapping[str, str]) -> bool:
    others = (name for name in SEARCHED_BY if f":{name}" in said)
    return all(item.get(name, {}).get("S") == said[f":{name}"] for name in others)


def _row(known: Known) -> tuple[str | None, ...]:
    item = item_of(known)
    words = (item.get(name, {}).get("S") for name in ("PK", "moment", *SEARCHED_BY))
    return (*words, json.dumps(item, ensure_ascii=False))
