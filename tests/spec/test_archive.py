"""Archive: every event lies on the day it happened on, and a batch that comes again writes the same."""

from __future__ import annotations

import json

from payment_core.projection.archive import Record, chunks_of

LATE_MS = 1_795_186_800_000  # 2026-11-21 00:00:00 in Korea


def a_record(number: int, text: str, arrived_at_ms: int = LATE_MS) -> Record:
    return Record("shard-0", f"{number:03d}", arrived_at_ms, text)


def an_event(time: str) -> str:
    return json.dumps({"id": f"sale/{time}", "time": time})


BATCH = [
    a_record(1, an_event("2026-11-20T14:59:59.999Z")),
    a_record(2, an_event("2026-11-20T15:00:00.000Z")),
    a_record(3, an_event("2026-11-20T14:59:58.000Z")),
]


def test_an_event_lies_on_the_korean_day_it_happened_on_in_the_order_it_came() -> None:
    chunks = chunks_of(BATCH)

    assert [(one.korean_day, len(one.lines)) for one in chunks] == [("20261120", 2), ("20261121", 1)]
    assert chunks[0].lines == (BATCH[0].text, BATCH[2].text)


def test_a_batch_that_comes_again_writes_the_same_in_the_same_place() -> None:
    assert chunks_of(BATCH) == chunks_of(list(BATCH))
    assert [one.name for one in chunks_of(BATCH)] == ["shard-0-001-003", "shard-0-002-002"]


def test_what_is_no_event_is_kept_as_one_line_on_the_day_it_arrived() -> None:
    poison = [a_record(4, "no\nJSON"), a_record(5, "[]"), a_record(6, '{"time": "yesterday"}')]

    (chunk,) = chunks_of(poison)

    assert chunk.korean_day == "20261121"
    assert chunk.lines == ('"no\\nJSON"', "[]", '{"time": "yesterday"}')
