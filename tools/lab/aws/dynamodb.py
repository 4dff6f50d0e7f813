"""What the adapters ask of DynamoDB: reads, writes on conditions, and transactions of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from botocore.exceptions import ClientError

from tools.lab.aws.calls import Answer, Clock, Line, NotProvidedError
from tools.lab.aws.expressions import ExpressionError
from tools.lab.aws.refusals import InConflict, invalid, refused
from tools.lab.aws.shapes import Shape, shape
from tools.lab.aws.tables import Key, KeyRefusedError, Table
from tools.lab.aws.values import Item, Values

PAGE_ITEMS: Final = 1_000  # AWS cuts at 1 MB
TRANSACTION_ITEMS: Final = 100
TOKEN_LIFE: Final = timedelta(minutes=10)
NOTHING: Final[Item] = {}
NO_REASON: Final[dict[str, Any]] = {"Code": "None"}
FAILED: Final = "The conditional request failed"

Words = Mapping[str, Any]
Kind = Literal["Put", "Update", "ConditionCheck"]


class TransactionCanceledException(ClientError):  # noqa: N818 -- as boto3 names it
    """Nothing of it was written."""


class DynamoErrors:
    """What ``client.exceptions`` has of DynamoDB."""

    TransactionCanceledException = TransactionCanceledException


@dataclass(frozen=True)
class Write:
    """One write, read and ready: its condition, and what it makes of the item that stands there."""

    table: Table
    key: Key
    shape: Shape
    values: Values
    shows_item: bool
    made: Callable[[Item | None], Item]
    only_checks: bool

    def finds(self) -> Item | None:
        """What stands there now."""
        return self.table.get(self.key)

    def holds(self, item: Item | None) -> bool:
        """Whether its condition holds of that."""
        return self.shape.holds is None or self.shape.holds(item or NOTHING, self.values)

    def shown(self, item: Item | None) -> dict[str, Item]:
        """What its refusal shows of that."""
        return {"Item": item} if self.shows_item and item is not None else {}


@dataclass
class Database:
    """The tables of the account, and the tokens of its transactions of the last ten minutes."""

    clock: Clock
    tables: Mapping[str, Table]
    tokens: dict[str, tuple[datetime, Sequence[Any]]] = field(default_factory=dict)

    def table(self, operation: str, name: str) -> Table:
        """A table by its name."""
        if name not in self.tables:
            raise refused("ResourceNotFoundException", operation, "Requested resource not found")
        return self.tables[name]

    def read(self, operation: str, kind: Kind, words: Words) -> Write:
        """Read the words of one write.

        Raises:
            ClientError: AWS would refuse them, whatever stands there.
        """
        table = self.table(operation, words["TableName"])
        values: Values = words.get("ExpressionAttributeValues", NOTHING)
        try:
            said = _shape(words, values)
            if kind == "Put":
                key, made = table.key_of(words["Item"]), _whole(words["Item"])
            else:
                key, made = table.only_key_of(words["Key"]), _updated(table, words["Key"], said, values)
        except (ExpressionError, KeyRefusedError) as error:
            raise invalid(operation, str(error)) from error
        shows_item = words.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return Write(table, key, said, values, shows_item, made, only_checks=kind == "ConditionCheck")

    def write(self, operation: str, write: Write) -> Item:
        """Make one write, and show what stands there then.

        Raises:
            ClientError: its condition does not hold, or it cannot be made of what stands there.
        """
        try:
            item = write.finds()
            if not write.holds(item):
                raise refused("ConditionalCheckFailedException", operation, FAILED, more=write.shown(item))
            made = write.made(item)
            write.table.write(write.key, made)
        except (ExpressionError, KeyRefusedError) as error:
            raise invalid(operation, str(error)) from error
        return made

    def write_all(self, writes: Sequence[Write]) -> None:
        """Make all writes or none.

        Raises:
            TransactionCanceledException: with one reason for each.
        """
        made = [_made(write) for write in writes]
        if any(reason is not NO_REASON for reason, _ in made):
            raise cancelled([reason for reason, _ in made])
        for write, (_, item) in zip(writes, made, strict=True):
            if not write.only_checks:
                write.table.write(write.key, item)


def cancelled(reasons: list[dict[str, Any]]) -> ClientError:
    """The answer to a transaction of which nothing was written."""
    told = ", ".join(reason["Code"] for reason in reasons)
    return refused(
        "TransactionCanceledException",
        "TransactWriteItems",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{told}]",
        kind=TransactionCanceledException,
        more={"CancellationReasons": reasons},
    )


def _made(write: Write) -> tuple[dict[str, Any], Item]:
    """The reason why a part of a transaction cannot be written, and what it would write."""
    item = write.finds()
    try:
        if not write.holds(item):
            return {"Code": "ConditionalCheckFailed", "Message": FAILED, **write.shown(item)}, NOTHING
        made = write.made(item)
        write.table.check(made)
    except (ExpressionError, KeyRefusedError) as error:
        return {"Code": "ValidationError", "Message": str(error)}, NOTHING
    return NO_REASON, made


def _shape(words: Words, values: Values) -> Shape:
    names: Mapping[str, str] = words.get("ExpressionAttributeNames", {})
    said = shape(
        tuple(names.items()),
        words.get("ConditionExpression", ""),
        words.get("UpdateExpression", ""),
        words.get("KeyConditionExpression", ""),
    )
    if values.keys() != said.values:
        odd = sorted(values.keys() ^ said.values)
        raise ExpressionError(
            f"ExpressionAttributeValues: not defined, or unused in expressions: keys: {odd}"
        )
    return said


def _whole(item: Item) -> Callable[[Item | None], Item]:
    return lambda _old: item


def _updated(table: Table, key: Item, said: Shape, values: Values) -> Callable[[Item | None], Item]:
    for name in (table.partition, table.sort):
        if name in said.heads:
            raise ExpressionError(f"Cannot update attribute {name}. This attribute is part of the key")

    def updated(old: Item | None) -> Item:
        item = old or key
        return said.change(item, values) if said.change else item

    return updated


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
        _only(words, "KeyConditionExpression")

        def read() -> dict[str, Any]:
            table = self.database.table("Query", TableName)
            if IndexName and ConsistentRead:
                raise invalid("Query", "Consistent reads are not supported on global secondary indexes")
            if IndexName and ExclusiveStartKey:
                raise NotProvidedError("the second page of an index")
            try:
                found = _found(table, IndexName, words, consistent=ConsistentRead)
                start = table.key_of(ExclusiveStartKey)[1] if ExclusiveStartKey else ""
            except (ExpressionError, KeyRefusedError) as error:
                raise invalid("Query", str(error)) from error
            if start:
                found = [item for item in found if item[table.sort]["S"] > start]
            page = found[: min(Limit, PAGE_ITEMS)]
            answer: dict[str, Any] = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
            if len(page) == min(Limit, PAGE_ITEMS):
                answer["LastEvaluatedKey"] = {name: page[-1][name] for name in _keys(table, IndexName)}
            return answer

        return self.line.call("Query", TableName, read)

    def get_paginator(self, operation: Literal["query"]) -> QueryPages:
        """Pages of a query."""
        if operation != "query":
            raise NotProvidedError(f"pages of {operation}")
        return QueryPages(self)

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
class QueryPages:
    """Every page of a query, asked for one after the other."""

    client: DynamoClient

    def paginate(self, **words: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- DynamoDB's words
        """Ask for them as they are wanted."""
        start: dict[str, Any] = {}
        while True:
            page = self.client.query(**words, **start)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


EXPRESSED: Final = frozenset(
    {"ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"}
)


def _only(words: Words, *known: str) -> None:
    if odd := sorted(words.keys() - EXPRESSED - frozenset(known)):
        raise NotProvidedError(f"the words {', '.join(odd)}")


def _keys(table: Table, index_name: str) -> tuple[str, ...]:
    own = (table.partition, table.sort) if table.sort else (table.partition,)
    return table.indexes[index_name].shown if index_name else own


def _found(table: Table, index_name: str, words: Words, *, consistent: bool) -> list[Item]:
    """The items of a key condition."""
    values: Values = words.get("ExpressionAttributeValues", NOTHING)
    said = _shape(words, values)
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
