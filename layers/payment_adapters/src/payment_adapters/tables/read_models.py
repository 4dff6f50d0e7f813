"""The read_models table: what the events of the stream come to; the core's ``Approvals`` and ``Days``.

Nothing here is truth: all of it can be made again from the payments table (`payrelay projection rebuild`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters import outside
from payment_adapters.aws import metrics
from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import (
    approvals_key,
    approvals_of_month,
    cancel_day_key,
    day_key,
    sales_of_day,
    terminal_of_date_key,
    terminals_of_date,
    told_key,
)
from payment_adapters.tables.writes import put_once, wire_key
from payment_core.approval.model import SaleId
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.projection.approvals import Approval, Approvals, Counted, ReadModelsUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONDITION_FAILED: Final = "ConditionalCheckFailed"
CONFLICT: Final = "TransactionConflict"
CONFLICT_PAUSES_SECONDS: Final = (0.02, 0.05, 0.1, 0.2)
FRESH_MS: Final = 60_000
MERCHANTS_AT_MOST: Final = 1_000
TERMINALS_AT_MOST: Final = 10_000


@dataclass(frozen=True)
class DynamoApprovals:
    """Approvals by merchant, business date and destination, and a mark for each event that was counted."""

    client: DynamoDBClient
    table: str

    def add(self, approval: Approval) -> bool:
        """Count one approval and mark its event, both or neither."""
        items: list[Any] = [{"Put": self._mark(approval)}, {"Update": self._count(approval)}]
        for pause_seconds in (*CONFLICT_PAUSES_SECONDS, None):
            try:
                self.client.transact_write_items(TransactItems=items)
            except self.client.exceptions.TransactionCanceledException as error:
                reasons: list[Any] = error.response["CancellationReasons"]
                if reasons[0]["Code"] == CONDITION_FAILED:
                    return False
                if CONFLICT not in {reason["Code"] for reason in reasons} or pause_seconds is None:
                    raise ReadModelsUnavailableError(str(error)) from error
                outside.pause_seconds(pause_seconds)
            except (ClientError, BotoCoreError) as error:
                raise ReadModelsUnavailableError(str(error)) from error
            else:
                break
        return True

    def since(self, merchant: str, business_date: str) -> Mapping[str, Counted]:
        """Add up the days of a month from one on: at most 31 small items per destination, one query."""
        partition, first = approvals_of_month(merchant, business_date)
        approvals, won = Counter[str](), Counter[str]()
        try:
            pages = self.client.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="PK = :month AND SK >= :first",
                ExpressionAttributeValues={":month": to_wire(partition), ":first": to_wire(first)},
            )
            for item in (from_wire(item) for page in pages for item in page["Items"]):
                approvals[item["destination"]] += item["approvals"]
                won[item["destination"]] += item["won"]
        except (ClientError, BotoCoreError) as error:
            raise ReadModelsUnavailableError(str(error)) from error
        return {name: Counted(count, won[name]) for name, count in approvals.items()}

    def _mark(self, approval: Approval) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "Item": wire_key(told_key(approval.event)),
            "ConditionExpression": "attribute_not_exists(PK)",
        }

    def _count(self, approval: Approval) -> dict[str, Any]:
        key = approvals_key(approval.merchant, approval.business_date, approval.destination)
        return {
            "TableName": self.table,
            "Key": wire_key(key),
            "ConditionExpression": "attribute_not_exists(PK) OR destination = :destination",
            "UpdateExpression": "SET destination = :destination ADD approvals :one, won :won",
            "ExpressionAttributeValues": {
                ":destination": to_wire(approval.destination),
                ":one": to_wire(1),
                ":won": to_wire(approval.amount_won),
            },
        }


@dataclass(frozen=True)
class DynamoDays:
    """The sales of each terminal's day; the core's ``Days`` port."""

    client: DynamoDBClient
    table: str
    _named: set[tuple[str, str]] = field(default_factory=set)  # terminals that this sandbox has put there

    def note(self, sale_id: str) -> None:
        """Put the sale there, once, and its terminal beside it."""
        named = SaleId.parse(sale_id)
        self._name(named)
        self._put({**day_key(named), "sale_id": sale_id})

    def note_cancel(self, sale_id: str, cancel: str) -> None:
        """The same under the cancel's own date and number."""
        business_date, _, sequence = cancel.partition("-")
        named = replace(SaleId.parse(sale_id), business_date=business_date, sequence=int(sequence))
        self._name(named)
        self._put({**cancel_day_key(named), "sale_id": sale_id})

    def sales(self, terminal: str, business_date: str) -> list[str]:
        """Read one partition."""
        items = self._items(sales_of_day(terminal, business_date))
        return list(dict.fromkeys(item["sale_id"] for item in items))

    def terminals(self, business_date: str) -> list[str]:
        """Read the date's buckets."""
        buckets = terminals_of_date(business_date)
        return sorted(item["SK"] for bucket in buckets for item in self._items(bucket))

    def _name(self, named: SaleId) -> None:
        """Put a terminal into its date; one that was put there is there, and none is ever taken out."""
        key = terminal_of_date_key(named)
        terminal = (key["PK"], key["SK"])
        if terminal in self._named:
            return
        self._put({**key})
        if len(self._named) >= TERMINALS_AT_MOST:
            self._named.clear()
        self._named.add(terminal)

    def _put(self, item: Mapping[str, str]) -> None:
        put = {
            "TableName": self.table,
            "Item": {name: to_wire(value) for name, value in item.items()},
            "ConditionExpression": "attribute_not_exists(PK)",
        }
        try:
            put_once(self.client, put)
        except StoreUnavailableError as error:
            raise ReadModelsUnavailableError(str(error)) from error

    def _items(self, partition: str) -> Iterator[dict[str, Any]]:
        try:
            for page in self.client.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="PK = :partition",
                ExpressionAttributeValues={":partition": to_wire(partition)},
            ):
                yield from map(from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise ReadModelsUnavailableError(str(error)) from error


@dataclass
class KnownApprovals:
    """What one sandbox knows of each merchant's month: read at most once a minute, answered or not.

    A model that gives no answer counts as one without counts: sales go by plain shares for that minute.
    """

    approvals: Approvals
    now_ms: Callable[[], int]
    _known: dict[tuple[str, str], tuple[int, Mapping[str, int]]] = field(default_factory=dict)

    def since(self, merchant: str, business_date: str) -> Mapping[str, int]:
        """How many approvals each destination has from a business date on to its month's end."""
        now_ms, asked = self.now_ms(), (merchant, business_date)
        read_at_ms, known = self._known.get(asked, (now_ms - FRESH_MS, {}))
        if now_ms - read_at_ms < FRESH_MS:
            return known
        try:
            counted = self.approvals.since(merchant, business_date)
        except ReadModelsUnavailableError:
            metrics.count("SharesUnavailable")
            counted = {}
        if len(self._known) >= MERCHANTS_AT_MOST:
            self._known.clear()
        self._known[asked] = now_ms, {name: one.approvals for name, one in counted.items()}
        return self._known[asked][1]
