"""What breakers and alarms do during a replay: one sample every half second, and the events told."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.beat import on_the_beat, until
from benchmarks.books import at_rest
from benchmarks.weather import black_hole
from payment_adapters.tables.breakers import DynamoBreakers
from payment_core.routing.breaker import WINDOW_MS, Breaker, Reason, State, closed
from payment_core.routing.ports import BreakersUnavailableError
from tools.world.running import RunningWorld, client_words
from tools.world.world import World

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_kinesis import KinesisClient

SAMPLE_SECONDS: Final = 0.5
MOST_ERRORS: Final = 200
KNOWN_SECONDS: Final = 1.1  # routers believe what they know for a second
REHEARSAL_SECONDS, REHEARSAL_TILL = 12.0, 900
ALARM_SECONDS: Final = 180
REST_SECONDS: Final = 300


@dataclass
class BreakerWatch(threading.Thread):
    """Watches one destination until it is told to stop."""

    world: RunningWorld
    destination: str
    samples: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Find the breaker and its two alarms."""
        super().__init__(daemon=True)
        self._cloudwatch: CloudWatchClient = boto3.client("cloudwatch", **client_words(self.world.endpoint))
        name = self.destination.title()
        self._alarms = {
            kind: self.world.function(f"{name}{kind}Alarm") for kind in ("Open", "Errors")
        }  # a resource's physical name, whatever it is of
        self.store = DynamoBreakers(self.world.dynamodb, self.world.outputs["BreakersTable"])

    def __hash__(self) -> int:
        """Threads are kept in sets."""
        return id(self)

    def run(self) -> None:
        """Sample."""
        while not self.over.wait(SAMPLE_SECONDS):
            with suppress(BreakersUnavailableError, ClientError, BotoCoreError):
                breaker = self.breaker()
                self.samples.append(
                    {"at": round(time.time(), 2), "state": str(breaker.state), **self._alarm_states()}
                )

    def end(self) -> list[dict[str, Any]]:
        """Stop; the samples."""
        self.over.set()
        self.join()
        return self.samples

    @property
    def alarms(self) -> dict[str, str]:
        """Its two alarms, as they were seen last."""
        return {name: one for name, one in (self.samples or [{}])[-1].items() if name.endswith("_alarm")}

    def breaker(self) -> Breaker:
        """The breaker as it stands."""
        return self.store.read().get(self.destination, Breaker(self.destination))

    def errors_before(self, opened: Breaker) -> list[int]:
        """The moments of the errors that were counted until it opened, oldest first."""
        generation, since = opened.generation - 1, opened.since_ms - WINDOW_MS
        return list(self.store.moments_ms(self.destination, generation, since, MOST_ERRORS))

    def close_by_hand(self) -> None:
        """Close it as a person may at any time, and let every router know."""
        seen = self.breaker()
        again = closed(seen, Reason.PERSON, "the replay is over", time.time_ns() // 1_000_000)
        if again is not None:
            self.store.move(seen, again)
        time.sleep(KNOWN_SECONDS)

    def _alarm_states(self) -> dict[str, str]:
        found = self._cloudwatch.describe_alarms(
            AlarmNames=list(self._alarms.values()), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        alarms = found["MetricAlarms"] + found["CompositeAlarms"]
        states = {one["AlarmName"]: one["StateValue"] for one in alarms}
        return {f"{kind.lower()}_alarm": states.get(name, "") for kind, name in self._alarms.items()}


def rehearse(world: World, destination: str, per_second: float) -> None:
    """Play the hole once before it is measured, so that what undoes and counts is as warm as what sells.

    Then as long as errors count and alarms call, so that nothing of it is counted.
    """
    watch = BreakerWatch(world.running, destination)
    watch.start()
    black_hole(world, destination)
    on_the_beat(world, per_second, REHEARSAL_SECONDS, first_till=REHEARSAL_TILL)
    world.vans[destination].tell({"reset": True})
    at_rest(world.running, REST_SECONDS)
    watch.close_by_hand()
    time.sleep(WINDOW_MS / 1_000)
    until(lambda: "ALARM" not in watch.alarms.values(), ALARM_SECONDS)
    watch.end()


def opened_events(world: RunningWorld, destination: str) -> int:
    """How often the event stream has told that a destination's breaker opened."""
    kinesis: KinesisClient = boto3.client("kinesis", **client_words(world.endpoint))
    name, told = world.outputs["EventStream"], 0
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        at = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while records := (read := kinesis.get_records(ShardIterator=at))["Records"]:
            for record in records:
                words = json.loads(record["Data"])
                is_opened = words["type"] == "payrelay.breaker.opened.v1"
                told += is_opened and destination in json.dumps(words)
            at = read["NextShardIterator"]
    return told


def is_open(watch: BreakerWatch) -> bool:
    """Whether it takes no sales."""
    return watch.breaker().state is not State.CLOSED


def rises(samples: list[dict[str, Any]], alarm: str) -> int:
    """How often an alarm went into ALARM."""
    states = [one[alarm] for one in samples]
    return sum(now == "ALARM" != before for before, now in pairwise(states))
