"""What Lambda's mappings promise: the batches that a function sees, told by what it fails on.

The engine plays the same stories with real functions in tests/engine/test_stream_consumers.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from payment_core.events.sale_moved import TYPE
from tests.contracts.account import AccountClock
from tools.lab.aws.deployment import EventSource, deployed
from tools.lab.aws.feeds import QueueFeed, StreamFeed
from tools.lab.aws.queues import Queue
from tools.lab.aws.streams import Stream

Batches = list[list[str]]
MAPPINGS: Final = {(one.function, one.source): one for one in deployed().sources}
OF_EVENTS: Final = MAPPINGS["ProjectionFunction", "EventStream"]
OF_CHANGES: Final = MAPPINGS["OutboxFunction", "PaymentsTable"]
OF_TROUBLE: Final = MAPPINGS["CasesFunction", "EventStream"]
OF_WATCHES: Final = MAPPINGS["QueueWatchdogFunction", "WatchdogQueue"]


class Fed:
    """A function that is fed one shard: ``poison*`` it reports, at ``crash*`` it raises."""

    def __init__(self, mapping: EventSource) -> None:
        self.clock = AccountClock()
        self.dead = Queue("dead", self.clock, {}, {})
        self.stream = Stream.of(mapping.source, self.clock, 86_400, shards=1)
        self.feed = StreamFeed(mapping, self.stream, 0, self.dead)

    def sends(self, *words: str) -> Fed:
        """Put records."""
        for word in words:
            self.stream.put("one key", word.encode())
        return self

    def sees(self, at_most: int = 20) -> Batches:
        """Take and settle until nothing is left, or so many batches were seen."""
        seen: Batches = []
        while len(seen) < at_most and (batch := self.feed.take()):
            words = [_word(record) for record in batch.event["Records"]]
            seen.append(words)
            if any(word.startswith("crash") for word in words):
                self.feed.settle(batch, None, failed=True)
                continue
            poison = [n for n, word in zip(batch.numbers, words, strict=True) if word.startswith("poison")]
            self.feed.settle(batch, {"batchItemFailures": [{"itemIdentifier": one} for one in poison]})
        return seen

    def given_up(self) -> list[tuple[str, int]]:
        """Why records were given up, and how many at a time."""
        told = [json.loads(one.body) for one in self.dead.messages]
        return [(one["requestContext"]["condition"], one["KinesisBatchInfo"]["batchSize"]) for one in told]


def _word(record: dict[str, Any]) -> str:
    return base64.b64decode(record["kinesis"]["data"]).decode()


def a_mapping(**words: Any) -> EventSource:  # noqa: ANN401 -- any attribute
    """The mapping of the projection, with two retries."""
    return replace(OF_EVENTS, **{"retries": 2, **words})


def test_a_batch_is_tried_again_only_from_its_first_failed_record() -> None:
    fed = Fed(a_mapping()).sends("first", "poison", "last")

    seen = fed.sees()

    assert seen == [["first", "poison", "last"], ["poison", "last"], *[["poison"]] * 3, ["last"]]
    assert fed.given_up() == [("RetryAttemptsExhausted", 1)]


def test_a_crash_is_cornered_by_halving_and_its_neighbours_get_through() -> None:
    fed = Fed(a_mapping()).sends("a", "b", "crash", "d")

    seen = fed.sees()

    assert seen == [["a", "b", "crash", "d"], ["a", "b"], ["crash", "d"], *[["crash"]] * 3, ["d"]]
    assert fed.given_up() == [("RetryAttemptsExhausted", 1)]


def test_without_halving_the_rest_of_the_batch_is_given_up_together() -> None:
    fed = Fed(a_mapping(bisects=False, retries=1)).sends("first", "poison", "last")

    seen = fed.sees()

    assert seen == [["first", "poison", "last"], ["poison", "last"]]
    assert fed.given_up() == [("RetryAttemptsExhausted", 2)]


def test_without_partial_answers_a_poisoned_batch_is_done() -> None:
    assert Fed(a_mapping(in_parts=False)).sends("poison").sees() == [["poison"]]


def test_a_name_that_is_not_of_the_batch_fails_all_of_it() -> None:
    fed = Fed(a_mapping()).sends("a")
    batch = fed.feed.take()
    assert batch is not None

    fed.feed.settle(batch, {"batchItemFailures": [{"itemIdentifier": "nobody"}]})

    assert fed.sees() == [["a"]]


def test_a_throttle_is_no_try() -> None:
    fed = Fed(a_mapping(retries=0)).sends("a")
    for _ in range(5):
        batch = fed.feed.take()
        assert batch is not None
        fed.feed.settle(batch, None, throttled=True)

    assert (fed.sees(), fed.given_up()) == ([["a"]], [])


def test_nothing_overtakes_a_batch_that_is_on_its_way() -> None:
    fed = Fed(a_mapping()).sends("a")
    fed.feed.take()

    assert fed.sends("b").feed.take() is None


def test_what_grew_too_old_is_given_up_and_what_the_stream_forgot_is_lost() -> None:
    fed = Fed(a_mapping(age_seconds=3_600)).sends("old")
    fed.clock.pass_seconds(3_601)
    assert fed.sends("young").sees() == [["young"]]
    assert fed.given_up() == [("MaxRecordAgeExceeded", 1)]

    fed.sends("forgotten")
    fed.clock.pass_seconds(90_000)
    assert fed.sends("kept").sees() == [["kept"]]
    assert fed.feed.lost == 1


def test_records_outside_the_filter_never_reach_the_function() -> None:
    clock = AccountClock()
    stream = Stream.of("PaymentsTable", clock, 86_400, shards=1)
    feed = StreamFeed(OF_CHANGES, stream, 0, None)
    for sort, new in (("STATE", {}), ("EVIDENCE#1", {}), ("STATE", None)):
        keys = {"PK": {"S": "SALE#1"}, "SK": {"S": sort}}
        stream.changed("SALE#1", keys, None if new is not None else {}, new)

    batch = feed.take()

    assert batch is not None
    assert [record["eventName"] for record in batch.event["Records"]] == ["INSERT"]
    assert batch.event["Records"][0]["dynamodb"]["Keys"]["SK"] == {"S": "STATE"}


def test_a_filter_sees_the_decoded_data_of_an_event() -> None:
    stream = Stream.of("EventStream", AccountClock(), 86_400, shards=1)
    feed = StreamFeed(OF_TROUBLE, stream, 0, None)
    for step in ("approve", "reversal_refused", "claim"):
        stream.put("one sale", json.dumps({"type": TYPE, "step": step}).encode())

    batch = feed.take()

    assert batch is not None
    data = [base64.b64decode(record["kinesis"]["data"]) for record in batch.event["Records"]]
    assert [json.loads(one)["step"] for one in data] == ["reversal_refused"]


def test_the_records_of_one_key_are_in_one_shard() -> None:
    stream = Stream.of("EventStream", AccountClock(), 86_400, shards=4)
    for number in range(8):
        stream.put("one sale", str(number).encode())

    assert sorted(len(shard) for shard in stream.shards) == [0, 0, 0, 8]


@pytest.mark.parametrize(
    ("settle", "left"),
    [
        (lambda feed, batch: feed.settle(batch, None), []),
        (lambda feed, batch: feed.settle(batch, None, failed=True), ["1", "2"]),
        (lambda feed, batch: feed.settle(batch, a_failure(batch.numbers[1])), ["2"]),
        (lambda feed, batch: feed.settle(batch, a_failure("nobody")), ["1", "2"]),
    ],
    ids=["done", "failed", "in part", "of another batch"],
)
def test_a_queue_keeps_what_was_not_done(settle: Callable[[QueueFeed, Any], None], left: list[str]) -> None:
    queue = Queue("WatchdogQueue", AccountClock(), deployed().queues["WatchdogQueue"], {})
    feed = QueueFeed(OF_WATCHES, queue)
    for word in ("1", "2"):
        queue.send(word)

    settle(feed, feed.take())

    assert [one.body for one in queue.messages] == left
    assert feed.waiting == 0


def a_failure(number: str) -> dict[str, Any]:
    """An answer that names one message."""
    return {"batchItemFailures": [{"itemIdentifier": number}]}
