"""What the adapters ask of DynamoDB: reads, writes on conditions, and transactions of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from tools.lab.aws.calls import Answer, Line, NotProvidedError
from tools.lab.aws.database import NOTHING, Database, DynamoErrors, Kind, Words, Write, cancelled, shape_of
from tools.lab.aws.expressions import ExpressionError
from tools.lab.aws.refusals import InConflict, Refuses, invalid, refused
from tools.lab.aws.tables import KeyRefusedError, Table
from tools.lab.aws.values import Item, Values

PAGE_ITEMS: Final = 1_000  # AWS cuts at 1 MB
TRANSACTION_ITEMS: Final = 100
BATCH_ITEMS: Final = 100
TOKEN_LIFE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class DynamoClient:
    """The client; every operation has boto3's words and answers."""

    line: Line
    database: Database
    exceptions: type[DynamoErrors] = DynamoErrors

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = False) -> dict[str, Any]:
        """Read one item."""

        def read() -> dict[str, Any]:
            table = self.database.table("GetItem", TableName)
            try:
                item = table.get(table.only_key_of(Key), consistent=ConsistentRead)
            except KeyRefusedError as error:
                raise invalid("GetItem", str(error)) from error
            return {} if item is None else {"Item": item}

        return self.line.call("GetItem", TableName, read)

    def batch_get_item(self, *, RequestItems: Mapping[str, Words]) -> dict[str, Any]:
        """Read many items of one table, in no promised order; some may be left for another call."""
        ((name, asked),) = RequestItems.items()
        _only(asked, "Keys", "ConsistentRead")

        def read(refuses: Refuses) -> dict[str, Any]:
            table = self.database.table("BatchGetItem", name)
            if len(asked["Keys"]) > BATCH_ITEMS:
                raise invalid("BatchGetItem", f"Too many items requested: at most {BATCH_ITEMS}")
            unread = [key for place, key in enumerate(asked["Keys"]) if refuses(place)]
            try:
                found = [
                    table.get(table.only_key_of(key), consistent=asked.get("ConsistentRead", False))
                    for key in asked["Keys"]
                    if key not in unread
                ]
            except KeyRefusedError as error:
                raise invalid("BatchGetItem", str(error)) from error
            return {
                "Responses": {name: [item for item in found if item is not None]},
                "UnprocessedKeys": {name: {**asked, "Keys": unread}} if unread else {},
            }

        return self.line.call_in_parts("BatchGetItem", name, read)

    def put_item(self, *, TableName: str, **words: Any) -> dict[str, Any]:  # noqa: ANN401 -- DynamoDB's words
        """Write a whole item."""
        _only(words, "Item", "ConditionExpression")
        words["TableName"] = TableName

        def put() -> dict[str, Any]:
            self.database.write("PutItem", self.database.read("PutItem", "Put", words))
            return {}

        return self._written("PutItem", TableName, put)

    def update_item(
        self,
        *,
        TableName: str,
        ReturnValues: str = "NONE",
        **words: Any,  # noqa: ANN401 -- DynamoDB's words
    ) -> dict[str, Any]:
        """Change an item, or make it."""
        _only(words, "Key", "UpdateExpression", "ConditionExpression")
        if ReturnValues not in {"NONE", "ALL_NEW"}:
            raise NotProvidedError(f"ReturnValues={ReturnValues}")
        words["TableName"] = TableName

        def update() -> dict[str, Any]:
            made = self.database.write("UpdateItem", self.database.read("UpdateItem", "Update", words))
            return {"Attributes": made} if ReturnValues == "ALL_NEW" else {}

        return self._written("UpdateItem", TableName, update)

    def transact_write_items(
        self, *, TransactItems: Sequence[Mapping[Kind, Words]], ClientRequestToken: str = ""
    ) -> dict[str, Any]:
        """Make all writes or none; sent again by the SDK, or with a token that is known, it is made once."""
        told = [next(iter(item.items())) for item in TransactItems]
        resource = told[0][1]["TableName"]
        was_made = False

        def write_all() -> dict[str, Any]:
            nonlocal was_made
            if not was_made and not self._is_known(ClientRequestToken, TransactItems):
                self.database.write_all(self._writes(told))
                if ClientRequestToken:
                    self.database.tokens[ClientRequestToken] = self.database.clock.now(), TransactItems
            was_made = True
            return {}

        return self._written("TransactWriteItems", resource, write_all, len(told))

    def query(
        self,
        *,
        TableName: str,
        IndexName: str = "",
        Limit: int = PAGE_ITEMS,
        ConsistentRead: bool = False,
        ExclusiveStartKey: Item | None = None,
        **words: Any,  # noqa: ANN401 -- DynamoDB's words
    ) -> dict[str, Any]:
        """Read one partition in its order, or a part of it."""
        _only(words, "KeyConditionExpression", "FilterExpression")

        def read() -> dict[str, Any]:
            table = self.database.table("Query", TableName)
            if IndexName and ConsistentRead:
                raise invalid("Query", "Consistent reads are not supported on global secondary indexes")
            try:
                found = _found(table, IndexName, words, consistent=ConsistentRead)
                if ExclusiveStartKey:
                    place = table.place_of(ExclusiveStartKey, IndexName)
                    found = [item for item in found if table.place_of(item, IndexName) > place]
            except (ExpressionError, KeyRefusedError) as error:
                raise invalid("Query", str(error)) from error
            page = found[: min(Limit, PAGE_ITEMS)]
            given = _kept(page, words)
            answer: dict[str, Any] = {"Items": given, "Count": len(given), "ScannedCount": len(page)}
            if len(page) == min(Limit, PAGE_ITEMS):
                answer["LastEvaluatedKey"] = {name: page[-1][name] for name in _keys(table, IndexName)}
            return answer

        return self.line.call("Query", TableName, read)

    def scan(self, *, TableName: str, **words: Any) -> dict[str, Any]:  # noqa: ANN401 -- DynamoDB's words
        """Read a whole table, in no promised order; one page, however long."""
        _only(words, "FilterExpression")

        def read() -> dict[str, Any]:
            items = list(self.database.table("Scan", TableName).items)
            try:
                given = _kept(items, words)
            except ExpressionError as error:
                raise invalid("Scan", str(error)) from error
            return {"Items": given, "Count": len(given), "ScannedCount": len(items)}

        return self.line.call("Scan", TableName, read)

    def get_paginator(self, operation: Literal["query", "scan"]) -> Pages:
        """Pages of a query or of a whole table."""
        asked = {"query": self.query, "scan": self.scan}
        if operation not in asked:
            raise NotProvidedError(f"pages of {operation}")
        return Pages(asked[operation])

    def _written(
        self, operation: str, resource: str, write: Callable[[], Answer], items: int | None = None
    ) -> Answer:
        try:
            return self.line.call(operation, resource, write)
        except InConflict as conflict:
            if items is None:
                raise refused("TransactionConflictException", operation, "Transaction is ongoing") from None
            reasons: list[dict[str, Any]] = [{"Code": "None"} for _ in range(items)]
            reasons[conflict.place] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing"}
            raise cancelled(reasons) from None

    def _writes(self, told: Sequence[tuple[Kind, Words]]) -> list[Write]:
        if len(told) > TRANSACTION_ITEMS:
            raise invalid("TransactWriteItems", f"at most {TRANSACTION_ITEMS} items")
        writes = [self.database.read("TransactWriteItems", kind, words) for kind, words in told]
        if len({(write.table.name, write.key) for write in writes}) < len(writes):
            raise invalid(
                "TransactWriteItems", "Transaction request cannot include multiple operations on one item"
            )
        return writes

    def _is_known(self, token: str, items: Sequence[Any]) -> bool:
        if not token or token not in self.database.tokens:
            return False
        made_at, made = self.database.tokens[token]
        if self.database.clock.now() - made_at > TOKEN_LIFE:
            return False
        if made != items:
            raise refused(
                "IdempotentParameterMismatchException",
                "TransactWriteItems",
                "The token was used for other items",
            )
        return True


@dataclass(frozen=True)
class Pages:
    """Every page of what is asked for, one after the other."""

    asked: Callable[..., dict[str, Any]]

    def paginate(self, **words: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- DynamoDB's words
        """Ask for them as they are wanted."""
        start: dict[str, Any] = {}
        while True:
            page = self.asked(**words, **start)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


EXPRESSED: Final = frozenset(
    {"ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"}
)


def _only(words: Words, *known: str) -> None:
    odd = [name for name in words if name not in EXPRESSED and name not in known]
    if odd:
        raise NotProvidedError(f"the words {', '.join(sorted(odd))}")


def _keys(table: Table, index_name: str) -> tuple[str, ...]:
    own = (table.partition, table.sort) if table.sort else (table.partition,)
    return table.indexes[index_name].shown if index_name else own


def _found(table: Table, index_name: str, words: Words, *, consistent: bool) -> list[Item]:
    """The items of a key condition."""
    values: Values = words.get("ExpressionAttributeValues", NOTHING)
    said = shape_of(words, values)
    if said.key is None:
        raise ExpressionError(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified"
        )
    if index_name and index_name not in table.indexes:
        raise ExpressionError(f"The table does not have the specified index: {index_name}")
    index = table.indexes[index_name] if index_name else None
    partition, sort = (index.partition, index.sort) if index else (table.partition, table.sort)
    if said.key.partition != (partition,) or said.key.sort not in {None, (sort,)}:
        raise ExpressionError(f"Query condition missed key schema element: {partition}")
    wanted = values[said.key.value]["S"]
    items = index.items(wanted) if index else table.query(wanted, consistent=consistent)
    holds = said.key.holds
    return items if holds is None else [item for item in items if holds(item, values)]


def _kept(items: list[Item], words: Words) -> list[Item]:
    """What a filter lets through; all where there is none."""
    if "FilterExpression" not in words:
        return items
    values: Values = words.get("ExpressionAttributeValues", NOTHING)
    keeps = shape_of(words, values).keeps
    assert keeps is not None, "it has a filter"  # noqa: S101 -- it was read
    return [item for item in items if keeps(item, values)]
