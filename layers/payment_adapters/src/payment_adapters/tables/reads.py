"""Reads: many items by their keys at once, strongly consistent, until each was read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue
from payment_adapters.tables.writes import wire_key
from payment_core.approval.ports import StoreUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_READ: Final = 100  # keys of one BatchGetItem
READ_PAUSES_SECONDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # in one call, whatever it reads


def read_many(
    client: DynamoDBClient, table: str, keys: Sequence[Mapping[str, str]]
) -> list[Mapping[str, AttributeValue]]:
    """Read the items under these keys, in any order; one that does not exist is left out.

    Raises:
        StoreUnavailableError: no answer, or too little of one.
    """
    waiting: list[Any] = [wire_key(key) for key in keys]
    pauses = iter(READ_PAUSES_SECONDS)
    found: list[Mapping[str, AttributeValue]] = []
    try:
        while waiting:
            asked: Any = {"Keys": waiting[:BATCH_READ], "ConsistentRead": True}
            answer = client.batch_get_item(RequestItems={table: asked})
            found += answer["Responses"].get(table, ())
            unread: Any = answer["UnprocessedKeys"]
            left = unread.get(table, {}).get("Keys", [])
            waiting = [*left, *waiting[BATCH_READ:]]
            if left:
                time.sleep(next(pauses))
    except (ClientError, BotoCoreError, StopIteration) as error:
        raise StoreUnavailableError(str(error) or "the table reads too little at once") from error
    return found
