"""Writes: a change as DynamoDB's words, and a put that never replaces anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import to_wire
from payment_adapters.tables.keys import claim_queue, open_bucket, sale_key
from payment_core.approval.change import Change, Path
from payment_core.approval.item import entry_to_plain
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONDITION_FAILED: Final = "ConditionalCheckFailedException"
TEXTS_KEPT: Final = 256  # a cancel's has its number in them; all others are a few dozen


def wire_key(key: Mapping[str, str]) -> dict[str, Any]:
    """Write a key in DynamoDB's form."""
    return {name: to_wire(value) for name, value in key.items()}


def update_of(change: Change, table: str) -> dict[str, Any]:
    """The update that makes a change on its condition, as both a single write and a transaction take it."""
    sets, removes = _with_indexes(change)
    seen = tuple((path, value is None) for path, value in change.seen.items())
    texts = _texts(seen, tuple(sets), removes, appends=change.entry is not None)
    given = [*(value for value in change.seen.values() if value is not None), *sets.values()]
    if change.entry is not None:
        given += [[], [entry_to_plain(change.entry)]]
    return {
        "TableName": table,
        "Key": wire_key(sale_key(change.sale_id)),
        "ConditionExpression": texts.condition,
        "UpdateExpression": texts.update,
        "ExpressionAttributeNames": dict(texts.names),
        "ExpressionAttributeValues": dict(zip(texts.values, map(to_wire, given), strict=True)),
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


def _with_indexes(change: Change) -> tuple[dict[Path, object], tuple[Path, ...]]:
    """What is set and removed; what is in an index goes in and out with the attribute it follows."""
    sets, removes = dict(change.sets), change.removes
    if ("next_action_at_ms",) in change.sets:
        sets["open_bucket",] = open_bucket(change.sale_id)
    if ("claim_day",) in change.sets:
        sets["claim_queue",] = claim_queue(change.sale_id.merchant)
    if ("claim_day",) in removes:
        removes = (*removes, ("claim_queue",))
    return sets, removes


@dataclass(frozen=True)
class _Texts:
    """The texts of one update: every part of a path gets a name, so no reserved word can bite."""

    condition: str
    update: str
    names: Mapping[str, str]
    values: tuple[str, ...]


@lru_cache(maxsize=TEXTS_KEPT)
def _texts(
    seen: tuple[tuple[Path, bool], ...], sets: tuple[Path, ...], removes: tuple[Path, ...], *, appends: bool
) -> _Texts:
    """Write the texts of an update; there are few, because a step always says the same of other values.

    Args:
        seen: Every path of the condition, and whether it must still be absent.
        sets: The paths that are set.
        removes: The paths that are removed.
        appends: Whether history gets one more line.
    """
    names: dict[str, str] = {}
    values: list[str] = []

    def named(path: Path) -> str:
        names.update((f"#{part.replace('-', '_')}", part) for part in path)
        return ".".join(f"#{part.replace('-', '_')}" for part in path)

    def given() -> str:
        values.append(f":v{len(values)}")
        return values[-1]

    condition = " AND ".join(
        f"attribute_not_exists({named(path)})" if is_absent else f"{named(path)} = {given()}"
        for path, is_absent in seen
    )
    said = [f"{named(path)} = {given()}" for path in sets]
    if appends:
        history = named(("history",))
        said.append(f"{history} = list_append(if_not_exists({history}, {given()}), {given()})")
    removed = ", ".join(map(named, removes))
    update = f"SET {', '.join(said)}" + (f" REMOVE {removed}" if removed else "")
    return _Texts(condition, update, names, tuple(values))
