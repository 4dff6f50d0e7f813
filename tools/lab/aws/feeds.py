"""Feeds: what the mappings of template.yaml hand to functions, batch by batch, and what follows a failure.

The laboratory takes a ``Batch``, runs the function on its event, and settles it with the answer. A function
that was killed, or whose answer was lost, is settled as failed: its records come again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tools.lab.aws.deployment import EventSource
from tools.lab.aws.patterns import fits
from tools.lab.aws.queues import Message, Queue
from tools.lab.aws.streams import Record, Stream


@dataclass(frozen=True)
class Batch:
    """Records on their way to a function.

    Attributes:
        event: As the function receives it.
        numbers: Of its records or messages, in order: what ``batchItemFailures`` names.
    """

    function: str
    event: dict[str, Any]
    numbers: tuple[str, ...]


class Feed(Protocol):
    """One mapping, or one shard of it: at most one batch of a shard is on its way."""

    @property
    def function(self) -> str:
        """The function it feeds."""
        ...

    @property
    def waiting(self) -> int:
        """Records that could be taken now."""
        ...

    def take(self, at_most: int | None = None) -> Batch | None:
        """The next batch; ``None`` while there is nothing, or one is on its way."""
        ...

    def settle(
        self,
        batch: Batch,
        answer: Mapping[str, Any] | None,
        *,
        failed: bool = False,
        throttled: bool = False,
    ) -> None:
        """Tell how it went.

        Args:
            batch: As it was taken.
            answer: What the function answered.
            failed: It raised, was stopped, or was not heard.
            throttled: It never ran; this is no try.
        """
        ...


def first_failure(batch: Batch, answer: Mapping[str, Any] | None) -> int | None:
    """The place of the first record that is to come again; ``None`` if all are done.

    An identifier that is empty or not of the batch fails the whole batch, as on AWS.
    """
    failures = (answer or {}).get("batchItemFailures") or ()
    named = [one.get("itemIdentifier") for one in failures]
    if not named:
        return None
    return min(batch.numbers.index(one) if one in batch.numbers else 0 for one in named)


@dataclass
class StreamFeed:
    """One shard for one reader: in order, and nothing behind a record before that is done or given up.

    Attributes:
        position: How many records of the shard were looked at.
        given_up: Records that were tried too often or grew too old.
        lost: How many records the stream forgot before this reader came.
    """

    mapping: EventSource
    stream: Stream
    shard: int
    dead_letters: Queue | None
    position: int = 0
    given_up: list[Record] = field(default_factory=list)
    lost: int = 0
    _again: list[tuple[list[Record], int]] = field(default_factory=list)  # the next one last
    _taken: tuple[list[Record], int] | None = None

    @property
    def function(self) -> str:
        """The function it feeds."""
        return self.mapping.function

    @property
    def waiting(self) -> int:
        """Records that could be taken now; those a filter drops count until they are looked at."""
        if self._taken:
            return 0
        fresh = len(self.stream.shards[self.shard]) - self.position
        return sum([len(records) for records, _ in self._again], fresh) if self._again else fresh

    def take(self, at_most: int | None = None) -> Batch | None:
        """The next batch of at most so many records; what grew too old meanwhile is given up."""
        if self._taken:
            return None
        records, failures = self._again.pop() if self._again else (self._fresh(at_most), 0)
        old = self._old(records)
        if old:
            self._give_up(records[:old], "MaxRecordAgeExceeded", failures)
            if records := records[old:]:
                self._again.append((records, failures))
            return self.take(at_most)
        if not records:
            return None
        self._taken = records, failures
        event = {"Records": [one.words for one in records]}
        return Batch(self.function, event, tuple(one.number for one in records))

    def settle(
        self,
        batch: Batch,
        answer: Mapping[str, Any] | None,
        *,
        failed: bool = False,
        throttled: bool = False,
    ) -> None:
        """Go on behind the last record that is done; halve what is left; give up what failed too often.

        Neither a throttle nor a halving uses up a retry, nor does a failure behind records that are done now.
        """
        if self._taken is None or self._taken[0][0].number != batch.numbers[0]:
            raise ValueError("this batch is not on its way")
        (records, failures), self._taken = self._taken, None
        place = 0 if failed or throttled else self._first_failure(batch, answer)
        if place is None:
            return
        rest, retries = records[place:], self.mapping.retries
        if throttled or (self.mapping.bisects and place):
            self._again.append((rest, failures))
        elif self.mapping.bisects and len(rest) > 1:
            middle = len(rest) // 2
            self._again += [(rest[middle:], failures), (rest[:middle], failures)]
        elif retries is not None and failures >= retries:
            self._give_up(rest, "RetryAttemptsExhausted", failures + 1)
        else:
            self._again.append((rest, failures + 1))

    def _first_failure(self, batch: Batch, answer: Mapping[str, Any] | None) -> int | None:
        return first_failure(batch, answer) if self.mapping.in_parts else None

    def _fresh(self, at_most: int | None) -> list[Record]:
        records: list[Record] = []
        shard = self.stream.shards[self.shard]
        size = min(self.mapping.batch_size, at_most or self.mapping.batch_size)
        forgotten = self.stream.clock.now().timestamp() - self.stream.life_seconds
        while self.position < len(shard) and len(records) < size:
            record = shard[self.position]
            self.position += 1
            if record.at_seconds < forgotten:
                self.lost += 1
            elif not self.mapping.patterns or _fits_one(self.mapping.patterns, record.words):
                records.append(record)
        return records

    def _old(self, records: Sequence[Record]) -> int:
        """How many records from the front are older than the mapping lets them be."""
        if self.mapping.age_seconds is None:
            return 0
        oldest = self.stream.clock.now().timestamp() - self.mapping.age_seconds
        return next((place for place, one in enumerate(records) if one.at_seconds >= oldest), len(records))

    def _give_up(self, records: Sequence[Record], condition: str, tries: int) -> None:
        self.given_up += records
        if self.dead_letters is not None:
            self.dead_letters.send(json.dumps(self._told(records, condition, tries)))

    def _told(self, records: Sequence[Record], condition: str, tries: int) -> dict[str, Any]:
        """What the dead letters hear: where the records are, not what is in them."""
        place = {
            "shardId": f"shardId-{self.shard:012d}",
            "startSequenceNumber": records[0].number,
            "endSequenceNumber": records[-1].number,
            "batchSize": len(records),
            "streamArn": records[0].words["eventSourceARN"],
        }
        kind = "DDBStreamBatchInfo" if self.mapping.kind == "DynamoDB" else "KinesisBatchInfo"
        context = {
            "functionArn": self.function,
            "condition": condition,
            "approximateInvokeCount": tries,
        }
        return {"requestContext": context, "version": "1.0", kind: place}


@dataclass
class QueueFeed:
    """A queue for its reader: what failed is visible again when its time is over, alone."""

    mapping: EventSource
    queue: Queue

    @property
    def function(self) -> str:
        """The function it feeds."""
        return self.mapping.function

    @property
    def waiting(self) -> int:
        """Messages that are visible now."""
        now = self.queue.clock.now().timestamp()
        return sum(one.visible_at <= now for one in self.queue.messages)

    def take(self, at_most: int | None = None) -> Batch | None:
        """What is visible, hidden from now on; several batches may be on their way."""
        size = min(self.mapping.batch_size, at_most or self.mapping.batch_size)
        messages: list[Message] = self.queue.receive(size)
        if not messages:
            return None
        return Batch(self.function, self.queue.event(messages), tuple(one.number for one in messages))

    def settle(
        self,
        batch: Batch,
        answer: Mapping[str, Any] | None,
        *,
        failed: bool = False,
        throttled: bool = False,
    ) -> None:
        """Delete what is done; nothing if the function failed."""
        if failed or throttled:
            return
        failures = (answer or {}).get("batchItemFailures") or ()
        named = [one.get("itemIdentifier") for one in failures] if self.mapping.in_parts else []
        if any(one not in batch.numbers for one in named):
            return
        for number in batch.numbers:
            if number not in named:
                self.queue.delete(number)


def _fits_one(patterns: Sequence[Mapping[str, Any]], words: Mapping[str, Any]) -> bool:
    """Whether a filter lets a record through; of a Kinesis record it sees the data, decoded."""
    seen = dict(words)
    if "kinesis" in words:
        seen["data"] = json.loads(base64.b64decode(words["kinesis"]["data"]))
    return any(fits(dict(one), seen) for one in patterns)
