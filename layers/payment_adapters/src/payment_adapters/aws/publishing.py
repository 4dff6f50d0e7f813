"""Publishing: transitions to the event stream in order per sale, and facts to the event bus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from payment_adapters import trace
from payment_core.events.breaker import BreakerOpenedV1
from payment_core.events.case import CaseOpenedV1
from payment_core.events.difference import DifferenceFoundV1
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kinesis import KinesisClient

STREAM_BATCH: Final = 500  # records of one PutRecords
BUS_BATCH: Final = 10  # entries of one PutEvents


Event = SaleMovedV2 | BreakerOpenedV1 | DifferenceFoundV1 | CaseOpenedV1  # and what is derived from it


class NotPublishedError(Exception):
    """Some events were not taken; the batch is delivered again, and consumers know repeats by their id."""

    def __init__(self, where: str, failed: int) -> None:
        """Name the place and how many it refused."""
        super().__init__(f"{where} refused {failed} events")
        self.where = where
        self.failed = failed


@dataclass(frozen=True)
class EventPublisher:
    """The event stream and the event bus."""

    stream_client: KinesisClient
    stream: str
    bus_client: EventBridgeClient
    bus: str

    def publish(self, moves: Sequence[Event]) -> None:
        """Publish in order.

        Raises:
            NotPublishedError: not all were taken.
        """
        for batch in _batches(moves, STREAM_BATCH):
            self._to_stream(batch)
        for batch in _batches([move for move in moves if move.is_fact], BUS_BATCH):
            self._to_bus(batch)

    def _to_stream(self, moves: Sequence[Event]) -> None:
        put = self.stream_client.put_records(
            StreamName=self.stream,
            Records=[{"Data": _written(move).encode(), "PartitionKey": move.subject} for move in moves],
        )
        if failed := put.get("FailedRecordCount", 0):
            raise NotPublishedError("the event stream", failed)
        for move in moves:
            if isinstance(move, SaleMovedV2):
                trace.published(move)

    def _to_bus(self, moves: Sequence[Event]) -> None:
        put = self.bus_client.put_events(
            Entries=[
                {
                    "EventBusName": self.bus,
                    "Source": move.source,
                    "DetailType": move.type,
                    "Detail": _written(move),
                }
                for move in moves
            ]
        )
        if failed := put["FailedEntryCount"]:
            raise NotPublishedError("the event bus", failed)


def _written(move: Event) -> str:
    return json.dumps(vars(move), ensure_ascii=False)


def _batches(moves: Sequence[Event], size: int) -> list[Sequence[Event]]:
    return [moves[start : start + size] for start in range(0, len(moves), size)]
