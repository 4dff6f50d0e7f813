"""Writes: a change as DynamoDB's words, and a put that never replaces anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import to_wire
from payment_adapters.tables.keys import claim_queue, open_bucket, sale_key
from payment_core.approval.change import Change
from payment_core.approval.item import entry_to_plain
from payment_core.approval.ports import StoreUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONDITION_FAILED: Final = "ConditionalCheckFailedException"


def wire_key(key: Mapping[str, str]) -> dict[str, Any]:
    """Write a key in DynamoDB's form."""
    return {name: to_wire(value) for name, value in key.items()}


def update_of(change: Change, table: str) -> dict[str, Any]:
    """The update that makes a change on its condition, as both a single write and a transaction take it."""
    expression = _Expression()
    return {
        "TableName": table,
        "Key": wire_key(sale_key(change.sale_id)),
        "ConditionExpression": expression.seen(change.seen),
        "UpdateExpression": expression.update(change),
        "ExpressionAttributeNames": expression.names,
        "ExpressionAttributeValues": expression.values,
    }


def put_once(client: DynamoDBClient, put: dict[str, Any]) -> bool:
    """Put on a condition, mostly that it is not there yet; whether the condition held.

    Raises:
        StoreUnavailableError: it is not known whether it is there now.
    """
    try:
        client.put_item(**put)
    except ClientError as error:
        if error.response["Error"]["Code"] != CONDITION_FAILED:
            raise StoreUnavailableError(str(error)) from error
        return False
    except BotoCoreError as error:
        raise StoreUnavailableError(str(error)) from error
    return True


class _Expression:
    """Names and values of one update: every part of a path gets a name, so no reserved word can bite."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def seen(self, seen: Mapping[tuple[str, ...], str | int | None]) -> str:
        """Say that every attribute seen still has its value, or is still absent."""
        return " AND ".join(
            f"attribute_not_exists({self._path(path)})"
            if value is None
            else f"{self._path(path)} = {self._value(value)}"
            for path, value in seen.items()
        )

    def update(self, change: Change) -> str:
        """Say what is set, appended to history, and removed; what is in an index goes in and out with it."""
        sets = [f"{self._path(path)} = {self._value(value)}" for path, value in change.sets.items()]
        if ("next_action_at_ms",) in change.sets:
            sets.append(f"{self._path(('open_bucket',))} = {self._value(open_bucket(change.sale_id))}")
        if ("claim_day",) in change.sets:
            sets.append(
                f"{self._path(('claim_queue',))} = {self._value(claim_queue(change.sale_id.merchant))}"
            )
        if change.entry is not None:
            history, none = self._path(("history",)), self._value([])
            entries = self._value([entry_to_plain(change.entry)])
            sets.append(f"{history} = list_append(if_not_exists({history}, {none}), {entries})")
        removes = [*change.removes, *([("claim_queue",)] if ("claim_day",) in change.removes else [])]
        removed = ", ".join(self._path(path) for path in removes)
        return f"SET {', '.join(sets)}" + (f" REMOVE {removed}" if removed else "")

    def _path(self, path: tuple[str, ...]) -> str:
        for part in path:
            self.names[f"#{part.replace('-', '_')}"] = part
        return ".".join(f"#{part.replace('-', '_')}" for part in path)

    def _value(self, value: object) -> str:
        name = f":v{len(self.values)}"
        self.values[name] = to_wire(value)
        return name
