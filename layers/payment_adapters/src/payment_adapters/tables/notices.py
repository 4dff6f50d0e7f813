"""What each channel heard last of each alarm, in the marks table; the core's ``Book`` port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import notice_key
from payment_adapters.tables.writes import put_once
from payment_core.alarms.model import Heard, State
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIFE_SECONDS: Final = 400 * 86_400  # what still rings after a year is told again


@dataclass(frozen=True)
class DynamoBook:
    """One item per channel and alarm."""

    client: DynamoDBClient
    table: str

    def heard(self, channel: str, alarm: str) -> Heard | None:
        """Read it, strongly consistent."""
        key = {name: to_wire(value) for name, value in notice_key(channel, alarm).items()}
        try:
            found = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        if "Item" not in found:
            return None
        item = from_wire(found["Item"])
        return Heard(State(item["state"]), item["at_ms"])

    def keep(self, channel: str, alarm: str, heard: Heard) -> None:
        """Put it over what stood there, if that is older."""
        item = {
            **notice_key(channel, alarm),
            "state": str(heard.now),
            "at_ms": heard.at_ms,
            "gone_at": heard.at_ms // 1_000 + LIFE_SECONDS,
        }
        put = {
            "TableName": self.table,
            "Item": {name: to_wire(value) for name, value in item.items()},
            "ConditionExpression": "attribute_not_exists(PK) OR at_ms < :at_ms",
            "ExpressionAttributeValues": {":at_ms": to_wire(heard.at_ms)},
        }
        put_once(self.client, put)
