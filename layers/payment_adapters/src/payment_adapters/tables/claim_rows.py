"""Claim rows in the settlement table: put once, then moved from what was seen; none is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.reads import read_many
from payment_adapters.tables.settlement_keys import (
    BATCH_INDEX,
    OPEN_SETTLEMENT_INDEX,
    open_rows,
    open_rows_buckets,
    row_key,
    rows_between,
    rows_of,
)
from payment_adapters.tables.writes import CONDITION_FAILED, put_once, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.settlement.model import CardKind, ClaimRow, Deadlines, RowKind, RowState
from payment_core.settlement.ports import Move, RowMovedError
from payment_core.settlement.rows import ReturnedRow

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DynamoClaimRows:
    """One merchant's rows in the settlement table; the core's ``Rows`` port, and who looks at what is due.

    Rows lie by sale date and approval number. A claim file is written in that order and comes back in it, so
    what one chunk of a return file is about is one range of the table.
    """

    client: DynamoDBClient
    table: str
    merchant: str

    def put(self, rows: Sequence[ClaimRow]) -> None:
        """Put each down whose name is free."""
        for row in rows:
            item = {name: to_wire(value) for name, value in {**_key(row), **_plain(row)}.items()}
            put = {
                "TableName": self.table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(PK)",
            }
            put_once(self.client, put)

    def move(self, moves: Sequence[Move]) -> None:
        """Write each over what was seen."""
        for one in moves:
            if not self._moved(one.seen, one.becomes) and self._stands(one.becomes) != one.becomes:
                raise RowMovedError(one.becomes.row_id)

    def of_batch(self, batch: str) -> Iterator[ClaimRow]:
        """Ask the index; what was put a moment ago may be missing: who counts compares with the batch."""
        return self._query(
            IndexName=BATCH_INDEX,
            KeyConditionExpression="#batch = :batch",
            ExpressionAttributeNames={"#batch": "batch"},
            ExpressionAttributeValues={":batch": to_wire(batch)},
        )

    def to_claim(self, batch: str) -> list[ClaimRow]:
        """A batch's rows that are in no claim file, each as it stands; found by the index."""
        standing = (self._stands(one) for one in self.of_batch(batch) if one.state is RowState.TO_CLAIM)
        return [one for one in standing if one is not None and one.state is RowState.TO_CLAIM]

    def matching(self, records: Sequence[ReturnedRow]) -> list[list[ClaimRow]]:
        """Read the range of approval numbers of each sale date, strongly consistent."""
        numbers: dict[str, list[str]] = {}
        for record in records:
            numbers.setdefault(record.sale_date, []).append(record.approval_number)
        found: dict[tuple[str, str], list[ClaimRow]] = {}
        for sale_date, of_date in numbers.items():
            for row in self._between(sale_date, min(of_date), max(of_date)):
                found.setdefault((sale_date, row.approval_number), []).append(row)
        return [found.get((one.sale_date, one.approval_number), []) for one in records]

    def of_date(self, sale_date: str) -> Iterator[ClaimRow]:
        """Every row of a sale date, strongly consistent."""
        return self._query(
            KeyConditionExpression="PK = :rows",
            ExpressionAttributeValues={":rows": to_wire(rows_of(self.merchant, sale_date))},
            ConsistentRead=True,
        )

    def due(self, korean_date: str) -> list[ClaimRow]:
        """Every merchant's open rows whose next deadline is before this date, the oldest first."""
        found = [
            row
            for bucket in open_rows_buckets()
            for row in self._query(
                IndexName=OPEN_SETTLEMENT_INDEX,
                KeyConditionExpression="open_bucket = :open AND due_day < :date",
                ExpressionAttributeValues={":open": to_wire(bucket), ":date": to_wire(korean_date)},
            )
        ]
        return sorted(found, key=lambda row: (_due_day(row) or "", row.row_id))

    def to_be_paid(self, acquirer: str, merchant_number: str, payment_date: str) -> list[ClaimRow]:
        """This merchant's captured rows of one deposit, each as it stands; found by the index."""
        found = self._query(
            IndexName=OPEN_SETTLEMENT_INDEX,
            KeyConditionExpression="open_bucket = :open AND due_day = :date",
            FilterExpression="merchant = :merchant AND acquirer = :acquirer AND merchant_number = :number",
            ExpressionAttributeValues={
                ":open": to_wire(open_rows(self.merchant)),
                ":date": to_wire(payment_date),
                ":merchant": to_wire(self.merchant),
                ":acquirer": to_wire(acquirer),
                ":number": to_wire(merchant_number),
            },
        )
        standing = (self._stands(one) for one in found)
        return [one for one in standing if one is not None and one.state is RowState.CAPTURED]

    def _between(self, sale_date: str, lowest: str, highest: str) -> Iterator[ClaimRow]:
        first, last = rows_between(lowest, highest)
        return self._query(
            KeyConditionExpression="PK = :rows AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":rows": to_wire(rows_of(self.merchant, sale_date)),
                ":first": to_wire(first),
                ":last": to_wire(last),
            },
            ConsistentRead=True,
        )

    def _moved(self, seen: ClaimRow, becomes: ClaimRow) -> bool:
        said = _plain(becomes)
        removed = [name for name in ("open_bucket", "due_day") if name not in said]
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        values |= {":seen_state": to_wire(str(seen.state)), ":seen_file": to_wire(seen.file_id)}
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(_key(becomes)),
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

    def _stands(self, row: ClaimRow) -> ClaimRow | None:
        found = read_many(self.client, self.table, [_key(row)])
        return claim_row_from_wire(found[0]) if found else None

    def _query(self, **words: Any) -> Iterator[ClaimRow]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(claim_row_from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _key(row: ClaimRow) -> dict[str, str]:
    return row_key(row.merchant, row.sale_date, row.approval_number, row.row_id)


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


def _due_day(row: ClaimRow) -> str | None:
    """By when something must happen to it; ``None`` where nothing must any more."""
    match row.state:
        case RowState.TO_CLAIM:
            return row.deadlines.claim_by
        case RowState.CLAIMED | RowState.HELD | RowState.RETURNED | RowState.UNASSIGNED:
            return row.deadlines.capture_by
        case RowState.CAPTURED:
            return row.payment_date
        case _:
            return None


def _plain(row: ClaimRow) -> dict[str, object]:
    """What an item says; an open row is in the index under its next deadline."""
    said: dict[str, object] = asdict(row)
    due_day = _due_day(row)
    return said if due_day is None else {**said, "open_bucket": open_rows(row.merchant), "due_day": due_day}
