"""The steps of a sharded comparison on a bucket: what the doors of functions/matching do.

    plan    how many records, which shards, which partitions
    cut     one shard of a file → its pieces
    join    the pieces of one partition → a part
    merge   all parts → report.json and breaks.csv

Every step writes the same bytes under the same key however often it runs.
Door: functions/matching. Story: docs/flows/matching.md.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

from payment_adapters.aws import clients
from payment_adapters.matching.report import Part, merged
from payment_adapters.matching.rows import InputError
from payment_adapters.matching.shards import (
    OURS,
    THEIRS,
    Shard,
    cut_shard,
    join_partition,
    layout_of,
    shards_of,
)
from payment_adapters.matching.spec import Spec, parse_spec
from payment_adapters.settings import setting
from payment_core.kernel.language import Language

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SHARD_BYTES: Final = 128 * 1024 * 1024  # its pieces and columns fit a sandbox of 2 GB
PARTITION_ROWS: Final = 2_000_000  # of both sides
MOST_PARTITIONS: Final = 256


@dataclass(frozen=True)
class Job:
    """One comparison.

    Attributes:
        run: Names it; everything it writes lies under ``runs/{run}/``.
        ours: Key of our file; theirs and the spec likewise.
    """

    run: str
    ours: str
    theirs: str
    spec: str

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Self:
        """Read what a workflow was started with."""
        return cls(told["run"], told["ours"], told["theirs"], told["spec"])

    def key_of(self, side: str) -> str:
        """The file of a side."""
        return self.ours if side == OURS else self.theirs

    def pieces(self, partition: int, side: str) -> str:
        """Where the pieces of a partition lie."""
        return f"runs/{self.run}/pieces/{partition:03}/{side}/"

    def parts(self) -> str:
        """Where the parts lie."""
        return f"runs/{self.run}/parts/"

    def report(self, name: str) -> str:
        """Where the report lies."""
        return f"runs/{self.run}/{name}"


@cache
def matching_bucket() -> MatchingBucket:
    """The bucket of this stack."""
    return MatchingBucket(clients.s3(), setting("MATCHING_BUCKET"))


@dataclass(frozen=True)
class MatchingBucket:
    """The steps, on one bucket."""

    client: S3Client
    name: str

    def plan(self, job: Job) -> dict[str, list[Any]]:
        """Shards of both files, and the partitions.

        Raises:
            InputError: a file does not end with a record.
        """
        spec, shards, rows = self._spec(job), [], 0
        for side in (OURS, THEIRS):
            size = self.client.head_object(Bucket=self.name, Key=job.key_of(side))["ContentLength"]
            count, rest = divmod(size, layout_of(spec, side).record_bytes)
            if rest:
                raise InputError(job.key_of(side), count + 1, rest, "the file ends inside a record")
            rows += count
            shards += [one._asdict() for one in shards_of(side, count, -(-size // SHARD_BYTES)) if count]
        partitions = min(MOST_PARTITIONS, 1 << (max(1, rows // PARTITION_ROWS) - 1).bit_length())
        return {"shards": shards, "partitions": [{"partition": number} for number in range(partitions)]}

    def cut(self, job: Job, told: Mapping[str, Any], partitions: int) -> None:
        """Cut one shard: one range of the file is read, and one piece written for each partition."""
        spec, shard = self._spec(job), Shard(told["side"], told["first"], told["last"])
        first, last = shard.byte_range(layout_of(spec, shard.side))
        data = self._read(job.key_of(shard.side), f"bytes={first}-{last - 1}")
        for number, piece in enumerate(cut_shard(data, shard, spec, partitions)):
            self._write(f"{job.pieces(number, shard.side)}{shard.first:012}", piece)

    def join(self, job: Job, partition: int) -> None:
        """Join one partition.

        Raises:
            InputError: a row of it cannot be read.
        """
        ours, theirs = (self._all_under(job.pieces(partition, side)) for side in (OURS, THEIRS))
        part = join_partition(ours, theirs, self._spec(job))
        text = "".join(f"{line}\n" for line in part.lines())
        self._write(f"{job.parts()}{partition:03}.jsonl", text.encode())

    def merge(self, job: Job) -> dict[str, Any]:
        """Put the parts together; tells the counters."""
        parts = (one.decode().splitlines() for one in self._all_under(job.parts()))
        report = merged(Part.of_lines(iter(lines)) for lines in parts)
        table = io.StringIO()
        report.write_csv(table, Language.KOREAN)
        words = report.tally.words()
        self._write(job.report("breaks.csv"), table.getvalue().encode())
        self._write(job.report("report.json"), json.dumps(words).encode())
        return words

    def _spec(self, job: Job) -> Spec:
        return parse_spec(self._read(job.spec).decode(), job.spec)

    def _read(self, key: str, byte_range: str = "bytes=0-") -> bytes:
        return self.client.get_object(Bucket=self.name, Key=key, Range=byte_range)["Body"].read()

    def _write(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=data)

    def _all_under(self, prefix: str) -> Iterator[bytes]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            for one in page.get("Contents", ()):
                yield self._read(one["Key"])
