"""Settlement files that came and left, in the settlement table.

Implements the core's ``Files`` port, and ``KnownFiles`` of payment_adapters/files/intake.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.settlement_keys import BATCH_INDEX, file_by_id, file_key, files_named, files_of
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
        """Ask the index where it lies, and read it there, strongly consistent."""
        places = self._query(
            IndexName=BATCH_INDEX,
            KeyConditionExpression="#batch = :file",
            ExpressionAttributeNames={"#batch": "batch"},
            ExpressionAttributeValues={":file": to_wire(file_by_id(file_id))},
        )
        found = next(places, None)
        if found is None:
            return None
        same = self.named(found.counterparty, found.name, found.business_date)
        return next((one for one in same if one.file_id == file_id), None)

    def standing(self, file: SettlementFile) -> SettlementFile:
        """The file as it stands, strongly consistent; by its name too: two may send the same bytes."""
        same = self.named(file.counterparty, file.name, file.business_date)
        return next((one for one in same if one.file_id == file.file_id), file)

    def named(self, counterparty: str, name: str, business_date: str) -> list[SettlementFile]:
        """Every file of a name and day, the first first, strongly consistent."""
        partition, prefix = files_named(business_date, counterparty, name)
        found = self._query(
            KeyConditionExpression="PK = :files AND begins_with(SK, :name)",
            ExpressionAttributeValues={":files": to_wire(partition), ":name": to_wire(prefix)},
            ConsistentRead=True,
        )
        return sorted(found, key=lambda one: (one.received_at_ms, one.file_id))

    def move(self, seen: SettlementFile | None, becomes: SettlementFile) -> bool:
        """Write over the state that was seen."""
        said = {**asdict(becomes), "batch": file_by_id(becomes.file_id)}
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        if seen is not None:
            values[":seen"] = to_wire(str(seen.state))
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(_key(becomes)),
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
        """Every file about a business date, the first first, strongly consistent."""
        found = self._query(
            KeyConditionExpression="PK = :files",
            ExpressionAttributeValues={":files": to_wire(files_of(business_date))},
            ConsistentRead=True,
        )
        return sorted(found, key=lambda one: (one.received_at_ms, one.file_id))

    def _query(self, **words: Any) -> Iterator[SettlementFile]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(file_from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _key(file: SettlementFile) -> dict[str, str]:
    return file_key(file.business_date, file.counterparty, file.name, file.file_id)


def file_from_wire(item: Mapping[str, AttributeValue]) -> SettlementFile:
    """Read a file's item, from the table, the index or the stream."""
    plain = from_wire(item)
    said = {name: plain[name] for name in SettlementFile.__match_args__}
    return SettlementFile(**{**said, "kind": FileKind(said["kind"]), "state": FileState(said["state"])})
