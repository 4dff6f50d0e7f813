"""Settlement files that came and left, in the settlement table; the core's ``Files`` port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.settlement_keys import BATCH_INDEX, file_key, files_of
from payment_adapters.tables.writes import CONDITION_FAILED, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.settlement.model import FileKind, FileState, SettlementFile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DynamoFiles:
    """The settlement table, as far as files are concerned."""

    client: DynamoDBClient
    table: str

    def read(self, file_id: str) -> SettlementFile | None:
        """Read one item, strongly consistent."""
        try:
            answer = self.client.get_item(
                TableName=self.table, Key=wire_key(file_key(file_id)), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        item = answer.get("Item")
        return file_from_wire(item) if item else None

    def move(self, seen: SettlementFile | None, becomes: SettlementFile) -> bool:
        """Write over the state that was seen."""
        said = {**asdict(becomes), "batch": files_of(becomes.business_date)}
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        if seen is not None:
            values[":seen"] = to_wire(str(seen.state))
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(file_key(becomes.file_id)),
                ConditionExpression="attribute_not_exists(PK)" if seen is None else "#state = :seen",
                UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in said)}",
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

    def of_date(self, business_date: str) -> list[SettlementFile]:
        """Every file about a business date, the first first; by the index, which lags a little."""
        found = self._query(
            IndexName=BATCH_INDEX,
            KeyConditionExpression="#batch = :files",
            ExpressionAttributeNames={"#batch": "batch"},
            ExpressionAttributeValues={":files": to_wire(files_of(business_date))},
        )
        return sorted(found, key=lambda one: (one.received_at_ms, one.file_id))

    def _query(self, **words: Any) -> Iterator[SettlementFile]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(file_from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def is_file(item: Mapping[str, AttributeValue]) -> bool:
    """Whether an item of the table is a file."""
    return "counterparty" in item


def file_from_wire(item: Mapping[str, AttributeValue]) -> SettlementFile:
    """Read a file's item, from the table, the index or the stream."""
    plain = from_wire(item)
    said = {name: plain[name] for name in SettlementFile.__match_args__}
    return SettlementFile(**{**said, "kind": FileKind(said["kind"]), "state": FileState(said["state"])})
