"""Totals of a date, read from read_models; the core's ``Totals``. Written by known_sales.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.destinations import destination
from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import totals_of_day, totals_of_merchant, works_of_day
from payment_core.kernel.open_ages import Money
from payment_core.projection.approvals import ReadModelsUnavailableError
from payment_core.projection.known import ANSWERS
from payment_core.projection.totals import Health, Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class DynamoTotals:
    """The counts; parts of one count are added up here, and what came back to nothing is left out."""

    client: DynamoDBClient
    table: str

    def of_day(self, business_date: str, merchant: str = "") -> dict[Place, Money]:
        """Read one partition."""
        partition = totals_of_merchant(business_date, merchant) if merchant else totals_of_day(business_date)
        sales, won = Counter[Place](), Counter[Place]()
        for item in self._items(partition):
            place = Place(*item["SK"].split("#")[:2])
            sales[place] += item["sales"]
            won[place] += item["won"]
        return {place: Money(count, won[place]) for place, count in sorted(sales.items()) if count}

    def health(self, business_date: str) -> dict[str, Health]:
        """Read one partition."""
        times: defaultdict[str, Counter[str]] = defaultdict(Counter)
        took_ms = Counter[str]()
        for item in self._items(works_of_day(business_date)):
            name, outcome, _ = item["SK"].split("#")
            times[name][outcome] += item["times"]
            took_ms[name] += item["took_ms"]
        return {
            name: Health(
                **counted,
                answer_ms=_mean(took_ms[name], counted),
                fee_won=counted["approved"] * destination(name).fee_won,
            )
            for name, counted in sorted(times.items())
        }

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


def _mean(took_ms: int, counted: Counter[str]) -> int:
    answers = sum(counted[one] for one in ANSWERS)
    return took_ms // answers if answers else 0
