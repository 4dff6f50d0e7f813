"""What waits for a settlement file: the core's ``ClaimQueue`` on the payments table and its sparse index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import (
    CLAIM_QUEUE_INDEX,
    claim_queue,
    enlisted_in,
    enlisted_key,
    sale_id_of,
)
from payment_adapters.tables.writes import put_once, wire_key
from payment_core.approval.model import SaleId
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DynamoClaimQueue:
    """The payments table, as far as settlement reads it."""

    client: DynamoDBClient
    table: str

    def waiting(self, merchant: str, last_day: str) -> Iterator[SaleId]:
        """Read the index, a page at a time; what is claimed meanwhile leaves it behind the reader."""
        pages = self._pages(
            IndexName=CLAIM_QUEUE_INDEX,
            KeyConditionExpression="claim_queue = :queue AND claim_day <= :last",
            ExpressionAttributeValues={":queue": to_wire(claim_queue(merchant)), ":last": to_wire(last_day)},
        )
        return (sale_id_of(item["PK"]) for item in pages)

    def enlist(self, batch: str, sale_id: SaleId) -> None:
        """Put the note, once."""
        note = {
            "TableName": self.table,
            "Item": wire_key(enlisted_key(batch, sale_id)),
            "ConditionExpression": "attribute_not_exists(PK)",
        }
        put_once(self.client, note)

    def enlisted(self, batch: str) -> Iterator[SaleId]:
        """Read one partition, strongly consistent."""
        pages = self._pages(
            ConsistentRead=True,
            KeyConditionExpression="PK = :batch",
            ExpressionAttributeValues={":batch": to_wire(enlisted_in(batch))},
        )
        return (SaleId.parse(item["SK"]) for item in pages)

    def _pages(self, **query: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 -- words of a query
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **query):
                yield from (from_wire(item) for item in page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
