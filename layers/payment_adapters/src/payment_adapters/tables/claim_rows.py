"""Claim rows in the settlement table: put once, then moved from the state that was seen; none is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.reads import read_many
from payment_adapters.tables.settlement_keys import (
    BATCH_INDEX,
    OPEN_SETTLEMENT_INDEX,
    open_settlement,
    row_key,
    rows_of,
)
from payment_adapters.tables.writes import CONDITION_FAILED, put_once, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.settlement.model import CardKind, ClaimRow, Deadlines, RowKind, RowState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROWS: Final = "ROWS"
# Which deadline an open row has to meet next; a state that is not here asks for nothing any more.
_DUE: Final = {
    RowState.TO_CLAIM: "claim_by",
    RowState.CLAIMED: "capture_by",
    RowState.HELD: "capture_by",
    RowState.RETURNED: "capture_by",
    RowState.UNASSIGNED: "capture_by",
    RowState.CAPTURED: "deposit_by",
}


@dataclass(frozen=True)
class DynamoClaimRows:
    """The settlement table, as far as rows are concerned."""

    client: DynamoDBClient
    table: str

    def put(self, row: ClaimRow) -> bool:
        """Put a row down; ``False`` where it stands already."""
        item = {name: to_wire(value) for name, value in {**row_key(row.row_id), **_plain(row)}.items()}
        return put_once(
            self.client,
            {"TableName": self.table, "Item": item, "ConditionExpression": "attribute_not_exists(PK)"},
        )

    def move(self, seen: ClaimRow, becomes: ClaimRow) -> bool:
        """Write over what was seen, if it still stands so; ``False`` if not."""
        said = _plain(becomes)
        removed = [name for name in ("open_bucket", "due_day") if name not in said]
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        values |= {":seen_state": to_wire(str(seen.state)), ":seen_file": to_wire(seen.file_id)}
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(row_key(becomes.row_id)),
                ConditionExpression="#state = :seen_state AND #file_id = :seen_file",
                UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in said)}"
                + (f" REMOVE {', '.join(removed)}" if removed else ""),
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

    def read(self, row_ids: Sequence[str]) -> list[ClaimRow]:
        """Read rows as they stand, strongly consistent, in their order; one that does not exist is left out."""
        items = read_many(self.client, self.table, [row_key(one) for one in row_ids])
        found = {one.row_id: one for one in map(claim_row_from_wire, items)}
        return [found[one] for one in row_ids if one in found]

    def of_date(self, merchant: str, sale_date: str) -> Iterator[ClaimRow]:
        """Every row of a merchant's sale date, strongly consistent."""
        return self._query(
            KeyConditionExpression="PK = :rows",
            ExpressionAttributeValues={":rows": to_wire(rows_of(merchant, sale_date))},
            ConsistentRead=True,
        )

    def of_batch(self, batch: str) -> Iterator[ClaimRow]:
        """Every row of a batch, in the order of their ids; what was put a moment ago may be missing."""
        return self._query(
            IndexName=BATCH_INDEX,
            KeyConditionExpression="#batch = :batch",
            ExpressionAttributeNames={"#batch": "batch"},
            ExpressionAttributeValues={":batch": to_wire(batch)},
        )

    def due(self, korean_date: str) -> Iterator[ClaimRow]:
        """Every open row whose next deadline is before this date, the oldest first."""
        return self._query(
            IndexName=OPEN_SETTLEMENT_INDEX,
            KeyConditionExpression="open_bucket = :open AND due_day < :date",
            ExpressionAttributeValues={
                ":open": to_wire(open_settlement(ROWS)),
                ":date": to_wire(korean_date),
            },
        )

    def _query(self, **words: Any) -> Iterator[ClaimRow]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(claim_row_from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def is_claim_row(item: Mapping[str, AttributeValue]) -> bool:
    """Whether an item of the table is a row."""
    return "sale_date" in item


def claim_row_from_wire(item: Mapping[str, AttributeValue]) -> ClaimRow:
    """Read a row's item, from the table, an index or the stream."""
    plain = from_wire(item)
    said = {name: plain[name] for name in ClaimRow.__match_args__}
    return ClaimRow(
        **{
            **said,
            "kind": RowKind(said["kind"]),
            "card_kind": CardKind(said["card_kind"]),
            "state": RowState(said["state"]),
            "deadlines": Deadlines(**said["deadlines"]),
        }
    )


def _plain(row: ClaimRow) -> dict[str, object]:
    """What an item says; an open row is in the index under its next deadline."""
    said: dict[str, object] = asdict(row)
    deadline = _DUE.get(row.state)
    if deadline is None:
        return said
    due_day = str(getattr(row.deadlines, deadline))
    return {**said, "open_bucket": open_settlement(ROWS), "due_day": due_day}
