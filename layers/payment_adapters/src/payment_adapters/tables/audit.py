"""The audit table: what people did in the console; the core's ``AuditLog`` port. Items are only ever put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import audit_key, audit_of_day
from payment_adapters.tables.writes import put_once
from payment_core.approval.ports import StoreUnavailableError
from payment_core.console.audit import AuditUnavailableError, Deed, Entry
from payment_core.kernel.korean_time import korean_time

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DynamoAuditLog:
    """One item per line, in its day's partition."""

    client: DynamoDBClient
    table: str

    def add(self, entry: Entry) -> None:
        """Put it there, once."""
        key = audit_key(f"{korean_time(entry.at_ms):%Y%m%d}", entry.at_ms, entry.id)
        item = {**key, **asdict(entry), "deed": str(entry.deed)}
        put = {
            "TableName": self.table,
            "Item": {name: to_wire(value) for name, value in item.items()},
            "ConditionExpression": "attribute_not_exists(PK)",
        }
        try:
            put_once(self.client, put)
        except StoreUnavailableError as error:
            raise AuditUnavailableError(str(error)) from error

    def of_day(self, korean_day: str, at_most: int) -> Sequence[Entry]:
        """Read the day's partition from its end."""
        try:
            answer = self.client.query(
                TableName=self.table,
                KeyConditionExpression="PK = :day",
                ExpressionAttributeValues={":day": to_wire(audit_of_day(korean_day))},
                ScanIndexForward=False,
                ConsistentRead=True,
                Limit=at_most,
            )
        except (ClientError, BotoCoreError) as error:
            raise AuditUnavailableError(str(error)) from error
        items = map(from_wire, answer["Items"])
        return [
            Entry(**{name: item[name] for name in Entry.__match_args__} | {"deed": Deed(item["deed"])})
            for item in items
        ]
