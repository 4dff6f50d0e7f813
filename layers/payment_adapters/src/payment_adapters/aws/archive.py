"""The archive in S3: ``events/<Korean day>/<chunk>.jsonl.gz``, the same bytes when written again."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from payment_core.projection.archive import Chunk, Record, chunks_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EVENTS: Final = "events/"
COMPRESSION_LEVEL: Final = 6


@dataclass(frozen=True)
class S3Archive:
    """One bucket."""

    client: S3Client
    bucket: str

    def keep(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Write what Lambda delivers of the stream; what fails is delivered again as a whole."""
        for chunk in chunks_of([_record(one) for one in records]):
            self.write(chunk)

    def write(self, chunk: Chunk) -> None:
        """Write one chunk, or write it again."""
        text = "".join(f"{line}\n" for line in chunk.lines)
        self.client.put_object(
            Bucket=self.bucket,
            Key=f"{EVENTS}{chunk.korean_day}/{chunk.name}.jsonl.gz",
            Body=gzip.compress(text.encode(), COMPRESSION_LEVEL, mtime=0),
            ContentType="application/x-ndjson",
            ContentEncoding="gzip",
        )

    def days(self) -> list[str]:
        """Every Korean day that has something, oldest first."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=EVENTS, Delimiter="/"
        )
        folders = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())]
        return sorted(folder.removeprefix(EVENTS).rstrip("/") for folder in folders)

    def lines(self, korean_day: str) -> Iterator[str]:
        """Every line of a day, chunk by chunk; one that was delivered in two cuts comes twice."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=f"{EVENTS}{korean_day}/"
        )
        for page in pages:
            for one in page.get("Contents", ()):
                body = self.client.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read()
                yield from gzip.decompress(body).decode().splitlines()


def _record(told: Mapping[str, Any]) -> Record:
    """Read one record as Lambda delivers it; bytes that are no text are kept as well as they can be."""
    of_stream = told["kinesis"]
    return Record(
        shard=told["eventID"].partition(":")[0],
        number=of_stream["sequenceNumber"],
        arrived_at_ms=int(of_stream["approximateArrivalTimestamp"] * 1_000),
        text=base64.b64decode(of_stream["data"]).decode(errors="backslashreplace"),
    )
