"""Merchants' settlement days, in the settlement table; the core's ``Days`` port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.settlement_keys import (
    OPEN_SETTLEMENT_INDEX,
    day_of_merchant_key,
    days_of,
    open_settlement,
)
from payment_adapters.tables.writes import CONDITION_FAILED, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.settlement.settlement_day import MerchantDay, Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAYS: Final = "DAYS"


@dataclass(frozen=True)
class DynamoDays:
    """The settlement table, as far as days are concerned."""

    client: DynamoDBClient
    table: str

    def read(self, merchant: str, business_date: str) -> MerchantDay | None:
        """Read one item, strongly consistent."""
        key = day_of_merchant_key(merchant, business_date)
        try:
            answer = self.client.get_item(TableName=self.table, Key=wire_key(key), ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        item = answer.get("Item")
        return _day(from_wire(item)) if item else None

    def move(self, seen: MerchantDay | None, becomes: MerchantDay) -> bool:
        """Write over the version that was seen; a day that is over leaves the index."""
        said: dict[str, object] = {
            "merchant": becomes.merchant,
            "business_date": becomes.business_date,
            "done": [str(one) for one in becomes.done],
            "facts": dict(becomes.facts or {}),
            "waits_for": list(becomes.waits_for),
            "run": becomes.run,
            "version": becomes.version,
            "since_ms": becomes.since_ms,
        }
        if not becomes.is_over:
            said |= {"open_bucket": open_settlement(DAYS), "due_day": becomes.business_date}
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        if seen is not None:
            values[":seen"] = to_wire(seen.version)
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(day_of_merchant_key(becomes.merchant, becomes.business_date)),
                ConditionExpression="attribute_not_exists(PK)" if seen is None else "#version = :seen",
                UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in said)}"
                + (" REMOVE open_bucket, due_day" if becomes.is_over else ""),
                ExpressionAttributeNames={f"#{name}": name for name in said},
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED:
                return False
            raise StoreUnavailableError(str(error)) from error
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        return True

    def of_date(self, business_date: str) -> list[MerchantDay]:
        """Every merchant's day of a date, strongly consistent."""
        return list(
            self._query(
                KeyConditionExpression="PK = :days",
                ExpressionAttributeValues={":days": to_wire(days_of(business_date))},
                ConsistentRead=True,
            )
        )

    def open_days(self) -> list[MerchantDay]:
        """Every day that is not over, the oldest first; by the index, which lags a little."""
        return list(
            self._query(
                IndexName=OPEN_SETTLEMENT_INDEX,
                KeyConditionExpression="open_bucket = :open",
                ExpressionAttributeValues={":open": to_wire(open_settlement(DAYS))},
            )
        )

    def _query(self, **words: Any) -> Iterator[MerchantDay]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from (_day(from_wire(item)) for item in page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _day(plain: Mapping[str, Any]) -> MerchantDay:
    return MerchantDay(
        merchant=plain["merchant"],
        business_date=plain["business_date"],
        done=tuple(map(Stage, plain["done"])),
        facts=plain["facts"],
        waits_for=tuple(plain["waits_for"]),
        run=plain["run"],
        version=plain["version"],
        since_ms=plain["since_ms"],
    )
