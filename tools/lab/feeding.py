"""What goes on by itself: batches of streams and queues on their way to functions, and the minute's sweep."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from tools.lab.aws.cloud import Cloud
from tools.lab.aws.feeds import Feed, QueueFeed
from tools.lab.relay import Sandboxes
from tools.lab.scheduler import Scheduler
from tools.lab.strikes import Strikes

MINUTE_MS: Final = 60_000
AGAIN_MS: Final = 400
STREAM_MS: Final = 150
BATCHING_MS: Final = 1_000  # of the stream waker: the in-line try has the first seconds
WAKERS: Final = {"StreamWakerFunction": "stream_waker", "QueueWatchdogFunction": "queue_watchdog"}
INDEX_IS_THERE: Final = 0.8  # else it is still behind when the sweep reads it
SWEEPER: Final = "MinuteSweeperFunction"


class Feeding:
    """Feeds functions; at most one batch of a mapping is on its way."""

    def __init__(
        self,
        scheduler: Scheduler,
        cloud: Cloud,
        sandboxes: Sandboxes,
        strikes: Strikes,
        *,
        role_of: Callable[[str], str],
        left_out: frozenset[str],
        is_open: Callable[[], bool],
        is_due: Callable[[], bool],
    ) -> None:
        """Take who is fed, and which functions are not there."""
        self._scheduler = scheduler
        self._sandboxes = sandboxes
        self._strikes = strikes
        self._role_of = role_of
        self._cloud = cloud
        self._is_open = is_open
        self._is_due = is_due
        self._sweeps = "minute_sweeper" not in left_out
        self._feeds = [one for one in cloud.feeds if role_of(one.function) not in left_out]
        self._busy: set[int] = set()
        self._ticking = False

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way to a function."""
        return not self._busy

    def look(self) -> None:
        """Something was written: whoever has something waiting gets it soon."""
        for place, feed in enumerate(self._feeds):
            if place not in self._busy and (wait_ms := self._wait_ms(feed)) is not None:
                self._busy.add(place)
                self._scheduler.later(wait_ms, partial(self._send, place, feed))
        if self._sweeps and not self._ticking and self._is_open():
            self._ticking = True
            self._scheduler.later(MINUTE_MS - self._scheduler.elapsed_ms % MINUTE_MS, self._tick)

    def _wait_ms(self, feed: Feed) -> int | None:
        if isinstance(feed, QueueFeed):
            if not feed.queue.messages:
                return None
            visible_ms = round(min(one.visible_at for one in feed.queue.messages) * 1_000)
            return max(0, visible_ms - self._scheduler.now_ms) + 50
        if not feed.waiting:
            return None
        jitter_ms = self._scheduler.below(STREAM_MS)
        return STREAM_MS + jitter_ms + (BATCHING_MS if feed.function in WAKERS else 0)

    def _send(self, place: int, feed: Feed) -> None:
        self._scheduler.spawn(f"feed of {feed.function}", lambda: self._fed(place, feed))

    def _fed(self, place: int, feed: Feed) -> None:
        batch = feed.take()
        if batch is not None:
            strike = self._strikes.at(f"feed:{self._role_of(feed.function)}")
            does = strike.bad.does if strike else ""
            tasks = [self._sandboxes.start(feed.function, batch.event)]
            if does == "twice":
                tasks.append(self._sandboxes.start(feed.function, batch.event))
            for task in tasks:
                self._scheduler.wait(task.ended)
            failed = does == "fail" or tasks[0].failure is not None
            feed.settle(batch, tasks[0].ended.value, failed=failed)
            if failed:
                self._scheduler.sleep(AGAIN_MS)
        self._busy.discard(place)
        self.look()

    def _tick(self) -> None:
        """Sweep, unless nothing is due: then the sweep would find nothing."""
        self._ticking = False
        if self._is_due():
            if self._scheduler.random.random() < INDEX_IS_THERE:
                self._cloud.settle_indexes()
            self._sandboxes.start(SWEEPER, {})
        self.look()
