"""Known sales, written: each sale with what it changes of the counts, in one transaction.

A sale's item is written on the condition that it still is as it was read, so no event is counted twice and
none is lost, whoever writes at once. Implements the core's ``KnownSales``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters import outside
from payment_adapters.tables.items import to_wire
from payment_adapters.tables.keys import (
    Key,
    day_bucket,
    known_key,
    total_of_day_key,
    total_of_merchant_key,
    work_key,
)
from payment_adapters.tables.search import item_of, known_of
from payment_adapters.tables.writes import wire_key
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.approvals import ReadModelsUnavailableError
from payment_core.projection.known import Known, Sums, by_sale, take_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_READ: Final = 100  # keys of one BatchGetItem
MOST_ITEMS: Final = 100  # of one transaction
PAUSES_SECONDS: Final = (0.02, 0.05, 0.1, 0.2, 0.4)

Told = Mapping[str, Sequence[SaleMovedV2]]


@dataclass(frozen=True)
class Step:
    """One sale before and after its events."""

    before: Known | None
    after: Known


@dataclass(frozen=True)
class DynamoKnownSales:
    """The search table and the counts in read_models."""

    client: DynamoDBClient
    search_table: str
    read_models_table: str

    def take_in(self, events: Sequence[SaleMovedV2]) -> None:
        """Read the sales, write what is news; who was quicker elsewhere is read again."""
        waiting: Told = by_sale(events)
        for pause_seconds in (*PAUSES_SECONDS, None):
            waiting = self._taken(waiting)
            if not waiting:
                return
            if pause_seconds is not None:
                outside.pause_seconds(pause_seconds)
        raise ReadModelsUnavailableError(f"{len(waiting)} sales are written by others all the time")

    def _taken(self, waiting: Told) -> Told:
        """Take in as many as nobody is in the way of; what is left."""
        left: dict[str, Sequence[SaleMovedV2]] = {}
        read = self.read(list(waiting))
        for steps, sums in _packed(waiting, read):
            if not self._written(steps, sums):
                left |= {step.after.sale_id: waiting[step.after.sale_id] for step in steps}
        return left

    def read(self, sale_ids: Sequence[str]) -> dict[str, Known]:
        """What is known of these sales, strongly consistent."""
        found: dict[str, Known] = {}
        waiting: list[Any] = [wire_key(known_key(one)) for one in sale_ids]
        try:
            while waiting:
                keys: Any = {"Keys": waiting[:BATCH_READ], "ConsistentRead": True}
                answer = self.client.batch_get_item(RequestItems={self.search_table: keys})
                for one in map(known_of, answer["Responses"].get(self.search_table, ())):
                    found[one.sale_id] = one
                unread: Any = answer["UnprocessedKeys"]
                left = unread.get(self.search_table, {}).get("Keys", [])
                if len(left) == len(keys["Keys"]):
                    raise ReadModelsUnavailableError("the table reads too little at once")
                waiting = [*left, *waiting[BATCH_READ:]]
        except (ClientError, BotoCoreError) as error:
            raise ReadModelsUnavailableError(str(error)) from error
        return found

    def _written(self, steps: Sequence[Step], sums: Sums) -> bool:
        items = [{"Put": self._sale(step)} for step in steps]
        items += [{"Update": one} for one in self._counts(sums, day_bucket(steps[0].after.sale_id))]
        try:
            self.client.transact_write_items(TransactItems=items)  # type: ignore[arg-type]  # wire form
        except self.client.exceptions.TransactionCanceledException:
            return False
        except (ClientError, BotoCoreError) as error:
            raise ReadModelsUnavailableError(str(error)) from error
        return True

    def _sale(self, step: Step) -> dict[str, Any]:
        seen = {":seen": to_wire(f"{step.before.versions:x}")} if step.before else {}
        return {
            "TableName": self.search_table,
            "Item": item_of(step.after),
            "ConditionExpression": "versions = :seen" if seen else "attribute_not_exists(PK)",
            **({"ExpressionAttributeValues": seen} if seen else {}),
        }

    def _counts(self, sums: Sums, bucket: str) -> Iterator[dict[str, Any]]:
        for key, words in counts_of(sums, bucket):
            yield {
                "TableName": self.read_models_table,
                "Key": wire_key(key),
                "ConditionExpression": f"attribute_not_exists(PK) OR attribute_exists(#{next(iter(words))})",
                "UpdateExpression": f"ADD {', '.join(f'#{name} :{name}' for name in words)}",
                "ExpressionAttributeNames": {f"#{name}": name for name in words},
                "ExpressionAttributeValues": {f":{name}": to_wire(value) for name, value in words.items()},
            }


def counts_of(sums: Sums, bucket: str) -> Iterator[tuple[Key, dict[str, int]]]:
    """What some sums add, by the item they add it to."""
    by_key: dict[tuple[str, ...], dict[str, int]] = {}
    for total, sales in sums.sales.items():
        words = {"sales": sales, "won": sums.won[total]}
        for key in (total_of_day_key(total, bucket), total_of_merchant_key(total)):
            _add(by_key.setdefault(tuple(key.values()), {}), words)
    for work, times in sums.works.items():
        words = {"times": times, "took_ms": sums.took_ms[work]}
        _add(by_key.setdefault(tuple(work_key(work, bucket).values()), {}), words)
    for (partition, sort), words in by_key.items():
        if any(words.values()):
            yield {"PK": partition, "SK": sort}, words


def _add(to: dict[str, int], words: Mapping[str, int]) -> None:
    for name, value in words.items():
        to[name] = to.get(name, 0) + value


def _packed(waiting: Told, read: Mapping[str, Known]) -> Iterator[tuple[list[Step], Sums]]:
    """Sales that are news, as many together as a transaction takes."""
    steps: list[Step] = []
    sums = Sums()
    for sale_id, events in waiting.items():
        before = read.get(sale_id)
        after, more = take_in(before, events)
        if after is None or after == before:
            continue
        together = Sums()
        together.add(sums)
        together.add(more)
        if steps and len(steps) + 1 + sum(1 for _ in counts_of(together, "")) > MOST_ITEMS:
            yield steps, sums
            steps, together = [], more
        steps.append(Step(before, after))
        sums = together
    if steps:
        yield steps, sums
