"""The sale table: one conditional update per change, strongly consistent reads, nothing else.

Implements the core's ``Sales`` and ``OpenMoney`` ports (payment_core/approval/ports.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters import trace
from payment_adapters.tables.items import AttributeValue, from_wire, sale_from_wire, to_wire
from payment_adapters.tables.keys import (
    OPEN_MONEY_INDEX,
    evidence_key,
    evidence_of,
    open_buckets,
    sale_id_of,
    sale_key,
)
from payment_adapters.tables.reads import read_many
from payment_adapters.tables.writes import CONDITION_FAILED, put_once, update_of, wire_key
from payment_core.approval.change import Change
from payment_core.approval.model import Decision, Sale, SaleId
from payment_core.approval.outcome import Trail
from payment_core.approval.ports import StoreUnavailableError, Written
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DynamoSales:
    """The payments table."""

    client: DynamoDBClient
    table: str

    def apply(self, change: Change) -> Written:
        """Write on the condition that everything seen still stands."""
        try:
            answer = self.client.update_item(
                **update_of(change, self.table),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != CONDITION_FAILED:
                raise StoreUnavailableError(str(error)) from error
            standing: Any = error.response.get("Item")
            return stands_in_the_way(change, standing)
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        trace.written(change)
        return Written(won=True, sale=sale_from_wire(answer["Attributes"]))

    def read(self, sale_id: SaleId) -> Sale | None:
        """Read the sale, strongly consistent."""
        try:
            answer = self.client.get_item(
                TableName=self.table, Key=wire_key(sale_key(sale_id)), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        item = answer.get("Item")
        return sale_from_wire(item) if item else None

    def read_all(self, sale_ids: Sequence[SaleId]) -> list[Sale]:
        """Read many, strongly consistent, in their order; one that does not exist is left out."""
        items = read_many(self.client, self.table, [sale_key(one) for one in sale_ids])
        found = {sale.sale_id: sale for sale in map(sale_from_wire, items)}
        return [found[one] for one in sale_ids if one in found]

    def keep_evidence(self, sale_id: SaleId, name: str, trail: Trail) -> None:
        """Append one exchange; the same exchange written twice is one item."""
        if not trail.carried:
            return
        item = {**evidence_key(sale_id, trail.started_at_ms, name), "name": name, **trail.words()}
        put_once(
            self.client,
            {
                "TableName": self.table,
                "Item": {attribute: to_wire(value) for attribute, value in item.items()},
                "ConditionExpression": "attribute_not_exists(PK)",
            },
        )

    def evidence(self, sale_id: SaleId) -> list[tuple[str, Trail]]:
        """Every exchange of a sale, in time order, with the name it was kept under."""
        partition, prefix = evidence_of(sale_id)
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
            ExpressionAttributeValues={":partition": to_wire(partition), ":prefix": to_wire(prefix)},
        )
        found = [from_wire(item) for page in pages for item in page["Items"]]
        return [(one["name"], Trail(**{word: one[word] for word in Trail().words()})) for one in found]

    def due(self, now_ms: int, limit: int) -> list[SaleId]:
        """Open sales whose next action is due, from every bucket of the sparse index."""
        found: list[tuple[int, SaleId]] = []
        for bucket in open_buckets():
            answer = self.client.query(
                TableName=self.table,
                IndexName=OPEN_MONEY_INDEX,
                KeyConditionExpression="open_bucket = :bucket AND next_action_at_ms <= :now",
                ExpressionAttributeValues={":bucket": to_wire(bucket), ":now": to_wire(now_ms)},
                Limit=limit,
            )
            items = (from_wire(item) for item in answer["Items"])
            found += [(item["next_action_at_ms"], sale_id_of(item["PK"])) for item in items]
        return [sale_id for _, sale_id in sorted(found)[:limit]]


def stands_in_the_way(change: Change, item: Mapping[str, AttributeValue] | None) -> Written:
    """Tell a lost condition from our own write that was delivered twice and had won before."""
    if not item:
        return Written(won=False, sale=Sale(change.sale_id, Decision.ABSENT))
    plain = from_wire(item)
    sale = sale_from_wire(item)
    ours = plain["write_id"] == change.write_id or any(
        entry.write_id == change.write_id for entry in sale.history
    )
    return Written(won=ours, sale=sale)
