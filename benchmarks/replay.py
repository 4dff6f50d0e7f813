"""How fast a day is played again from the archive, and in how much memory: `python -m benchmarks.replay`.

The archive lies in the embedded engine's S3, as functions/archive would have written it; its events are of
sales that were claimed, sent and approved. Measured is what payrelay does: read, unpack, spool, fold, hash.
The writes of a replay are not: the engine's tables are no DynamoDB, and what is the same is not written.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from benchmarks.figures import kept
from payment_adapters.aws.archive import S3Archive
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.archive import Chunk
from tools.replay.replay import fold
from tools.replay.spool import Spool
from tools.world.engine.process import Engine

DAY: Final = "20261120"
BUCKET: Final = "archive"
CHUNK_EVENTS: Final = 1_000
STEPS: Final = (
    ("accept", "RECEIVED", "ABSENT"),
    ("intent", "RECEIVED", "INTENT"),
    ("approve", "APPROVED", "APPROVED"),
)
MOST_SECONDS: Final = 600
WHOLE_EVENTS: Final = 1_000_000
NOON_MS: Final = 1_795_143_600_000


def events(count: int) -> Iterator[SaleMovedV2]:
    """So many events of one day: 300 merchants, three events a sale."""
    for number in range(count):
        sale, (step, state, attempt) = number // len(STEPS), STEPS[number % len(STEPS)]
        merchant = 1_001 + sale % 300
        subject = f"{merchant}-{merchant}0001-1-{DAY}-{sale // 300 + 1}"
        is_open = state == "RECEIVED"
        yield SaleMovedV2(
            id=f"{subject}/{number % len(STEPS) + 1}",
            time="2026-11-20T03:00:00.000Z",
            subject=subject,
            version=number % len(STEPS) + 1,
            causation_id=f"{number:016x}",
            step=step,
            by="van_link",
            decision=state,
            attempts=[attempt, "ABSENT"],
            amount_won=1_000 + sale % 100_000,
            cancellable_won=0 if is_open else 1_000 + sale % 100_000,
            card_masked="411111******1111",
            card_token=f"{sale % 50_000:032x}",
            evidence={"destination": "hangang", "trace_number": f"{sale:012d}"},
            tender="card",
            received_at_ms=NOON_MS + sale,
            state=state,
            destination="" if step == "accept" else "hangang",
            approval_number="" if is_open else f"{30_000_000 + sale}",
            took_ms=0 if is_open else 212,
            open_since_ms=NOON_MS + sale if is_open else 0,
            open_won=1_000 + sale % 100_000 if is_open else 0,
        )


def archived(archive: S3Archive, count: int) -> int:
    """Write them as batches of the stream; how many objects."""
    lines: list[str] = []
    objects = 0
    for event in events(count):
        lines.append(json.dumps(vars(event), ensure_ascii=False))
        if len(lines) == CHUNK_EVENTS:
            archive.write(Chunk(DAY, f"shard-0-{objects:08d}", tuple(lines)))
            objects, lines = objects + 1, []
    if lines:
        archive.write(Chunk(DAY, f"shard-0-{objects:08d}", tuple(lines)))
        objects += 1
    return objects


def measure(count: int, archive: S3Archive) -> dict[str, Any]:
    """Play it twice: the second must come to the same hashes."""
    objects = archived(archive, count)
    before_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    hashes, seconds = [], []
    for _ in range(2):
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            began = time.monotonic()
            spool = Spool(Path(folder), DAY)
            spool.fill(archive.lines(DAY))
            digests, _ = fold(spool)
            seconds.append(time.monotonic() - began)
            hashes.append({model: str(digest) for model, digest in digests.items()})
            assert spool.events == count
    assert hashes[0] == hashes[1]
    peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rate = count / max(seconds)
    return {
        "events": count,
        "objects": objects,
        "seconds": [round(one, 2) for one in seconds],
        "events_a_second": round(rate),
        "a_million_takes_seconds": round(WHOLE_EVENTS / rate),
        "memory_before_megabytes": before_kilobytes // 1_024,
        "memory_peak_megabytes": peak_kilobytes // 1_024,
        "hash_of_sales": hashes[0]["sales"],
    }


def table(told: dict[str, Any]) -> str:
    """What is kept, as a table."""
    took = f"{told['events']:,} | {max(told['seconds'])} | **{told['events_a_second']:,}**"
    million = f"{told['a_million_takes_seconds']} s of {MOST_SECONDS}"
    memory = f"{told['memory_before_megabytes']} MB | {told['memory_peak_megabytes']} MB"
    return "\n".join(
        [
            "| events | seconds | events a second | a million takes | memory before | at its peak |",
            "|---|---|---|---|---|---|",
            f"| {took} | {million} | {memory} |",
        ]
    )


def main() -> None:
    """Fill the archive, play it, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=WHOLE_EVENTS)
    count = parser.parse_args().events
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine.start(0, None, Path(folder) / "engine.log") as engine,
    ):
        s3 = boto3.client(
            "s3",
            endpoint_url=engine.endpoint,
            config=Config(s3={"addressing_style": "path"}),
            **engine.credentials,
        )
        s3.create_bucket(
            Bucket=BUCKET,
            CreateBucketConfiguration={"LocationConstraint": engine.credentials["region_name"]},  # type: ignore[typeddict-item]  # the engine's own
        )
        figures = measure(count, S3Archive(s3, BUCKET))
    assert figures["a_million_takes_seconds"] <= MOST_SECONDS, figures
    kept("replay", figures)
    print(table(figures))


if __name__ == "__main__":
    main()
