"""The journals table: what terminals delivered, part by part, put once and never replaced.

A journal is no money: losing one lets a day be compared later or not at all, and changes no sale. Hence the
expiry here, and none on a sale. Implements the core's ``Journals`` port.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import (
    RECEIVED_INDEX,
    journal_key,
    parts_of_journal,
    received_buckets,
    received_key,
)
from payment_adapters.tables.writes import CONDITION_FAILED
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.journal import Part, Row, Shown, What
from payment_core.reconciliation.ports import Kept

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIFE_SECONDS: Final = 400 * 86_400  # beyond a year in which a shop may ask


@dataclass(frozen=True)
class DynamoJournals:
    """The table; its reads are strongly consistent but for the index."""

    client: DynamoDBClient
    table: str

    def keep(self, part: Part, at_ms: int) -> Kept:
        """Put a part down; if one stands there, read what it says."""
        day = Day(part.business_date, part.terminal)
        item = {
            **journal_key(day, part.revision, part.part),
            **received_key(day, f"{korean_time(at_ms):%Y%m%d}"),
            "parts": part.parts,
            "rows": json.dumps([astuple(row) for row in part.rows]),
            "digest": part.digest,
            "received_at_ms": at_ms,
            "gone_at": at_ms // 1_000 + LIFE_SECONDS,
        }
        try:
            self.client.put_item(
                TableName=self.table,
                Item={name: to_wire(value) for name, value in item.items()},
                ConditionExpression="attribute_not_exists(PK)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != CONDITION_FAILED:
                raise StoreUnavailableError(str(error)) from error
            standing: Any = error.response.get("Item")
            return Kept(from_wire(standing)["digest"], was_here=True)
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        return Kept(part.digest, was_here=False)

    def parts(self, day: Day) -> list[Part]:
        """Read one partition."""
        items = self._query(
            KeyConditionExpression="PK = :journal",
            ExpressionAttributeValues={":journal": to_wire(parts_of_journal(day))},
            ConsistentRead=True,
        )
        return [_part(day, item) for item in items]

    def received(self, korean_day: str) -> list[Day]:
        """Read the day's buckets of the index."""
        found = {
            item["received_day"]
            for bucket in received_buckets(korean_day)
            for item in self._query(
                IndexName=RECEIVED_INDEX,
                KeyConditionExpression="received_bucket = :bucket",
                ExpressionAttributeValues={":bucket": to_wire(bucket)},
            )
        }
        return sorted(map(Day.parse, found))

    def _query(self, **words: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _part(day: Day, item: dict[str, Any]) -> Part:
    revision, part = map(int, item["SK"].split("#"))
    rows = tuple(
        Row(What(what), sequence, Shown(shown), amount_won, sale_id)
        for what, sequence, shown, amount_won, sale_id in json.loads(item["rows"])
    )
    return Part(day.terminal, day.business_date, revision, part, item["parts"], rows)
