"""What a stream consumer reads: the shards of a Kinesis stream, or the one shard of a table's stream.

Not a patch of its own: `stream_consumers` stands on it. Records have the shape of the Lambda event. Reads
take the write lock: a transaction is seen whole, and nothing is consumed that the journal does not hold yet.

The fields of a Kinesis event record follow ministack's `_poll_kinesis`:
Copyright (c) 2026 MiniStack Contributors. SPDX-License-Identifier: MIT
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Protocol

from tools.world.engine import stock
from tools.world.engine.patches.dynamodb_lock import WRITE_LOCK

Record = dict[str, Any]

_TABLE_SHARD = "shardId-00000000000000000000-00000000"


class Source(Protocol):
    """One shard that can be read from a sequence number on."""

    shard: str
    notice_key: str  # where the notice about a discarded batch describes it

    def read_after(self, position: str, limit: int) -> list[Record]:
        """Up to `limit` records later than `position`; an empty position is before all of them."""
        ...

    def newest(self) -> str:
        """The sequence number of the last record, or an empty position."""
        ...


def sequence_number(record: Record) -> str:
    """The position of a record in its shard; fixed width, so it sorts as text."""
    return str(
        record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"]
    )


def written_at(record: Record) -> float:
    """When a record was written, in seconds since the epoch."""
    if "kinesis" in record:
        return float(record["kinesis"]["approximateArrivalTimestamp"])
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


@dataclass
class _TableSource:
    key: tuple[str, str, str]  # account, region, table
    shard: str = _TABLE_SHARD
    notice_key: str = "DDBStreamBatchInfo"

    def _records(self) -> list[Record]:
        return stock.dynamodb._stream_records.get_scoped(*self.key) or []

    def read_after(self, position: str, limit: int) -> list[Record]:
        with WRITE_LOCK:
            records = self._records()
            start = bisect_right(records, position, key=sequence_number)
            return records[start : start + limit]

    def newest(self) -> str:
        records = self._records()
        return sequence_number(records[-1]) if records else ""


@dataclass
class _KinesisSource:
    key: tuple[str, str, str]  # account, region, stream
    stream_arn: str
    shard: str
    notice_key: str = "KinesisBatchInfo"

    def _records(self) -> list[dict[str, Any]]:
        stream = stock.kinesis._streams.get_scoped(*self.key)
        return stream["shards"][self.shard]["records"] if stream and self.shard in stream["shards"] else []

    def read_after(self, position: str, limit: int) -> list[Record]:
        with WRITE_LOCK:
            records = self._records()
            start = bisect_right(records, position, key=lambda entry: str(entry["SequenceNumber"]))
            return [self._event_record(entry) for entry in records[start : start + limit]]

    def newest(self) -> str:
        records = self._records()
        return str(records[-1]["SequenceNumber"]) if records else ""

    def _event_record(self, entry: dict[str, Any]) -> Record:
        account, region, _stream = self.key
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": entry["PartitionKey"],
                "sequenceNumber": entry["SequenceNumber"],
                "data": _as_base64(entry["Data"]),
                "approximateArrivalTimestamp": entry["ApproximateArrivalTimestamp"],
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{self.shard}:{entry['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": f"arn:aws:iam::{account}:role/lambda-role",
            "awsRegion": region,
            "eventSourceARN": self.stream_arn,
        }


def _as_base64(data: object) -> str:
    """Record data as the event carries it; in-process writers leave bytes or plain text in the store."""
    if isinstance(data, bytes):
        return base64.b64encode(data).decode()
    text = str(data)
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return base64.b64encode(text.encode()).decode()
    return text


def open_source(mapping_key: tuple[str, str, str], source_arn: str) -> list[Source]:
    """The shards behind an event source; none when it is a queue, or is gone, or was made anew."""
    account, region, _mapping = mapping_key
    service, resource = source_arn.split(":")[2], source_arn.split(":", 5)[5]
    if service == "dynamodb":
        name = resource.split("/")[1]
        table = stock.dynamodb._tables.get_scoped(account, region, name)
        is_current = table is not None and table.get("LatestStreamArn") == source_arn
        return [_TableSource((account, region, name))] if is_current else []
    if service == "kinesis":
        name = resource.removeprefix("stream/")
        stream = stock.kinesis._streams.get_scoped(account, region, name)
        return [
            _KinesisSource((account, region, name), source_arn, shard)
            for shard in (stream or {"shards": {}})["shards"]
        ]
    return []
