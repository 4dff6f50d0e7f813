"""Streams: records in the order they came, per shard, as Lambda hands them to a function."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

from tools.lab.aws.calls import Clock, Line
from tools.lab.aws.deployment import REGION, arn
from tools.lab.aws.refusals import Refuses

THROTTLED: Final = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded"}


@dataclass(frozen=True, slots=True)
class Record:
    """One record; ``words`` is what a function receives."""

    number: str
    at_seconds: float
    words: dict[str, Any]


@dataclass
class Stream:
    """The records of one table or of one Kinesis stream.

    Attributes:
        source: By its logical id.
        life_seconds: How long a record can be read: a day of a table, a week of the event stream.
        shards: One item's or one key's records are all in one; there is no order between shards.
    """

    source: str
    clock: Clock
    life_seconds: int
    shards: tuple[list[Record], ...]
    _count: int = field(default=0)

    @classmethod
    def of(cls, source: str, clock: Clock, life_seconds: int, shards: int) -> Stream:
        """An empty one."""
        return cls(source, clock, life_seconds, tuple([] for _ in range(shards)))

    @property
    def records(self) -> list[Record]:
        """Every record of every shard, in the order they came."""
        return sorted((one for shard in self.shards for one in shard), key=lambda one: one.number)

    def told(self) -> list[dict[str, Any]]:
        """Every record as a function receives it."""
        return [one.words for one in self.records]

    def changed(
        self, key: str, keys: Mapping[str, Any], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
    ) -> Record:
        """Take a change of a table's item."""
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        shard, number, at_seconds = self._next(key)
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": int(at_seconds),
            "Keys": keys,
            "SequenceNumber": number,
            "SizeBytes": 0,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        if new is not None:
            change["NewImage"] = new
        if old is not None:
            change["OldImage"] = old
        words = {
            "eventID": f"{self.source}-{number}",
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": change,
            "eventSourceARN": arn("dynamodb", f"table/{self.source}/stream/1"),
        }
        record = Record(number, at_seconds, words)
        self.shards[shard].append(record)
        return record

    def put(self, key: str, data: bytes) -> dict[str, str]:
        """Take a record of Kinesis; returns what ``PutRecords`` tells of it."""
        shard, number, at_seconds = self._next(key)
        shard_id = f"shardId-{shard:012d}"
        words = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": key,
                "sequenceNumber": number,
                "data": base64.b64encode(data).decode(),
                "approximateArrivalTimestamp": at_seconds,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard_id}:{number}",
            "eventName": "aws:kinesis:record",
            "awsRegion": REGION,
            "eventSourceARN": arn("kinesis", f"stream/{self.source}"),
        }
        self.shards[shard].append(Record(number, at_seconds, words))
        return {"SequenceNumber": number, "ShardId": shard_id}

    def _next(self, key: str) -> tuple[int, str, float]:
        """The shard of a key, the next number of the stream, and the moment."""
        self._count += 1
        shard = crc32(key.encode()) % len(self.shards)
        return shard, f"{self._count:021d}", self.clock.now().timestamp()


@dataclass(frozen=True)
class KinesisClient:
    """What the adapters ask of Kinesis."""

    line: Line
    streams: Mapping[str, Stream]

    def put_records(self, *, StreamName: str, Records: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Put records; some may be refused while others are taken, and those that were not keep no place."""
        stream = self.streams[StreamName]

        def take(refuses: Refuses) -> dict[str, Any]:
            told = [
                THROTTLED if refuses(place) else stream.put(one["PartitionKey"], one["Data"])
                for place, one in enumerate(Records)
            ]
            return {"FailedRecordCount": sum("ErrorCode" in one for one in told), "Records": told}

        return self.line.call_in_parts("PutRecords", StreamName, take)
