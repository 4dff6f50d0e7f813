"""Archive: every event kept for ever, by the Korean day it happened on, in the order it was delivered.

A chunk is named by what is in it, so that a batch that comes again writes the same bytes in the same place.
Door: functions/archive. Promise: tests/spec/test_archive.py. Story: docs/flows/archive.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from payment_core.kernel.korean_time import KOREA, korean_time


@dataclass(frozen=True)
class Record:
    """One record of the event stream.

    Attributes:
        number: Its place in its shard.
        arrived_at_ms: When the stream took it.
        text: What it holds, an event or not.
    """

    shard: str
    number: str
    arrived_at_ms: int
    text: str


@dataclass(frozen=True)
class Chunk:
    """Some records of one day; one line each.

    Attributes:
        korean_day: YYYYMMDD.
    """

    korean_day: str
    name: str
    lines: tuple[str, ...]


def chunks_of(records: Sequence[Record]) -> list[Chunk]:
    """Sort a batch by day; what is no event lies on the day it arrived."""
    by_day: dict[str, list[Record]] = {}
    for record in records:
        by_day.setdefault(day_of(record), []).append(record)
    return [
        Chunk(day, f"{these[0].shard}-{these[0].number}-{these[-1].number}", tuple(map(_line, these)))
        for day, these in by_day.items()
    ]


def day_of(record: Record) -> str:
    """The Korean day that an event happened on, else the day it arrived."""
    try:
        told = json.loads(record.text)["time"]
        happened = datetime.strptime(f"{told}+0000", "%Y-%m-%dT%H:%M:%S.%fZ%z")
    except (ValueError, TypeError, KeyError):
        return f"{korean_time(record.arrived_at_ms):%Y%m%d}"
    return f"{happened.astimezone(KOREA):%Y%m%d}"


def _line(record: Record) -> str:
    """The record as one line: its own text, or that as a JSON string where it would be more than a line."""
    return record.text if record.text.isprintable() else json.dumps(record.text)
