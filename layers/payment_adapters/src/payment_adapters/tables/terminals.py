"""The terminals table: one item per terminal and epoch, written only over the version that was seen."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import terminal_item_key
from payment_adapters.terminals.key_ids import Terminal
from payment_adapters.terminals.record import TerminalRecord
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONDITION_FAILED: Final = "ConditionalCheckFailedException"
NOT_OURS_TO_WRITE: Final = frozenset({"version", "blocked"})  # the version is counted; a person blocks


@dataclass(frozen=True)
class DynamoTerminals:
    """The terminals table."""

    client: DynamoDBClient
    table: str

    def read(self, terminal: Terminal) -> TerminalRecord:
        """Read what is known of a terminal, strongly consistent; without an item, the record of a new one.

        Raises:
            StoreUnavailableError: the table gave no answer.
        """
        try:
            answer = self.client.get_item(TableName=self.table, Key=_wire_key(terminal), ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        item = answer.get("Item")
        return TerminalRecord.from_plain(from_wire(item)) if item else TerminalRecord()

    def write(self, terminal: Terminal, record: TerminalRecord) -> TerminalRecord | None:
        """Write a record over the version it was made from; ``None`` if another writer came first.

        Raises:
            StoreUnavailableError: the table gave no answer; the record may be written or not.
        """
        said = {name: value for name, value in asdict(record).items() if name not in NOT_OURS_TO_WRITE}
        sets = [f"#{name} = :{name}" for name in said]
        seen = "#version = :seen" if record.version else "attribute_not_exists(#version)"
        values = {f":{name}": to_wire(_plain(value)) for name, value in said.items()}
        values[":next"] = to_wire(record.version + 1)
        if record.version:
            values[":seen"] = to_wire(record.version)
        try:
            self.client.update_item(
                TableName=self.table,
                Key=_wire_key(terminal),
                ConditionExpression=seen,
                UpdateExpression=f"SET {', '.join(sets)}, #version = :next",
                ExpressionAttributeNames={f"#{name}": name for name in (*said, "version")},
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED:
                return None
            raise StoreUnavailableError(str(error)) from error
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        return replace(record, version=record.version + 1)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _wire_key(terminal: Terminal) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in terminal_item_key(terminal).items()}
