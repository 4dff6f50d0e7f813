"""Writes on conditions, one by one or all or nothing: what DynamoDB does beneath its operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from botocore.exceptions import ClientError

from tools.lab.aws.calls import Clock
from tools.lab.aws.expressions import ExpressionError
from tools.lab.aws.refusals import invalid, refused
from tools.lab.aws.shapes import Shape, shape
from tools.lab.aws.tables import Key, KeyRefusedError, Table
from tools.lab.aws.values import Item, Values

NOTHING: Final[Item] = {}
NO_REASON: Final[dict[str, Any]] = {"Code": "None"}
FAILED: Final = "The conditional request failed"

Words = Mapping[str, Any]
Kind = Literal["Put", "Update", "Delete", "ConditionCheck"]


class TransactionCanceledException(ClientError):  # noqa: N818 -- as boto3 names it
    """Nothing of it was written."""


class DynamoErrors:
    """What ``client.exceptions`` has of DynamoDB."""

    TransactionCanceledException = TransactionCanceledException


@dataclass(slots=True)
class Write:
    """One write, read and ready: its condition, and what it makes of the item that stands there."""

    table: Table
    key: Key
    shape: Shape
    values: Values
    shows_item: bool
    made: Callable[[Item | None], Item]
    only_checks: bool = False
    deletes: bool = False

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
            said = shape_of(words, values)
            if kind == "Put":
                key, made = table.key_of(words["Item"]), _whole(words["Item"])
            else:
                key, made = table.only_key_of(words["Key"]), _updated(table, words["Key"], said, values)
        except (ExpressionError, KeyRefusedError) as error:
            raise invalid(operation, str(error)) from error
        shows_item = words.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return Write(
            table,
            key,
            said,
            values,
            shows_item,
            made,
            only_checks=kind == "ConditionCheck",
            deletes=kind == "Delete",
        )

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
            if write.deletes:
                write.table.delete(write.key)
            elif not write.only_checks:
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


def shape_of(words: Words, values: Values) -> Shape:
    """The compiled expressions of a call.

    Raises:
        ExpressionError: AWS would refuse them.
    """
    names: Mapping[str, str] = words.get("ExpressionAttributeNames", {})
    said = shape(
        tuple(names.items()),
        words.get("ConditionExpression", ""),
        words.get("UpdateExpression", ""),
        words.get("KeyConditionExpression", ""),
        words.get("FilterExpression", ""),
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
