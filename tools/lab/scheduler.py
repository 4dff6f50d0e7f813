"""One machine in virtual time: many tasks, one running at a time, and chance from one seed.

A task runs until it waits; whoever is due next runs then. Nothing here reads a clock, so the same seed gives
the same run, byte for byte. A killed task never runs again: what it still tries to do raises ``Killed``,
which nothing of ours catches, and whatever its ``finally`` clauses try is refused the same way.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from greenlet import getcurrent, greenlet

NOON_IN_SEOUL_MS: Final = 1_795_143_600_000  # 2026-11-20 12:00:00 KST
FOR_EVER_MS: Final = 10**15

_IDLE: Final[list[greenlet]] = []  # threads whose task has ended: a new one costs as much as ten switches


def _work(scheduler: Scheduler, task: Task) -> None:
    """What a thread does: one task after the other, each in a context of its own."""
    hub, this = getcurrent().parent, getcurrent()
    assert hub is not None  # noqa: S101 -- a bug: threads are the hub's
    while True:
        Context().run(scheduler.live, task)
        _IDLE.append(this)
        scheduler, task = hub.switch()


class Killed(BaseException):
    """The sandbox that this task ran in is gone."""


class TooManyStepsError(Exception):
    """The run does not come to rest."""

    def __init__(self, steps: int) -> None:
        """Say after how many steps it was given up."""
        super().__init__(f"no rest after {steps} steps")
        self.steps = steps


@dataclass(eq=False, slots=True)
class Signal:
    """Something that a task may wait for; it is said once."""

    said: bool = False
    value: Any = None
    waiting: list[Task] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Task:
    """One thread of work.

    Attributes:
        about: What it was started for; the observers read it, the work never does.
        skew_ms: How far the wall clock of its machine is off.
        ended: Said with the result; its value is ``None`` if the task failed or was killed.
        failure: What it failed with.
    """

    name: str
    work: Callable[[], Any]
    about: Any = None
    skew_ms: int = 0
    ended: Signal = field(default_factory=Signal)
    failure: BaseException | None = None
    is_dead: bool = False
    turn: int = 0
    thread: greenlet | None = None


class Scheduler:
    """The machine."""

    def __init__(self, seed: int, *, most_steps: int = 100_000) -> None:
        """Start at noon in Seoul with nothing to do."""
        self.random = Random(seed)  # noqa: S311 -- chance that can be repeated is the point
        self._bits = self.random.getrandbits
        self.elapsed_ms = 0
        self.steps = 0
        self._most_steps = most_steps
        self._until_ms = FOR_EVER_MS
        self._order = 0
        self._due: list[tuple[int, int, Task | None, int, Callable[[], None] | None]] = []
        self._hub = getcurrent()
        self.current: Task | None = None
        self.is_stopped = False
        self.failures: list[tuple[str, Exception]] = []

    @property
    def now_ms(self) -> int:
        """The true time, milliseconds since 1970 UTC."""
        return NOON_IN_SEOUL_MS + self.elapsed_ms

    def wall_ms(self) -> int:
        """The time as the machine of the running task has it."""
        task = self.current
        return NOON_IN_SEOUL_MS + self.elapsed_ms + (task.skew_ms if task is not None else 0)

    def below(self, limit: int) -> int:
        """Chance, drawn as ``randrange`` draws it; a run asks for it more than a hundred times."""
        size = limit.bit_length()
        drawn = self._bits(size)
        while drawn >= limit:
            drawn = self._bits(size)
        return drawn

    def spawn(self, name: str, work: Callable[[], Any], *, about: Any = None, after_ms: int = 0) -> Task:  # noqa: ANN401 -- whatever the observers want
        """Start a task; it does not run before the starter waits."""
        task = Task(name, work, about)
        self._push(after_ms, task, None)
        return task

    def later(self, after_ms: int, act: Callable[[], None]) -> None:
        """Do something short that never waits."""
        self._push(after_ms, None, act)

    def sleep(self, wait_ms: int) -> None:
        """Have the running task wait; if nothing else is due before, only the time goes on."""
        task, due = self.current, self._due
        if task is None or task.is_dead:
            task = self._running()
        wait_ms = max(0, wait_ms)
        at_ms = self.elapsed_ms + wait_ms
        is_next = not due or due[0][0] > at_ms
        if is_next and at_ms <= self._until_ms and self.steps < self._most_steps and not self.is_stopped:
            self.elapsed_ms = at_ms
            self.steps += 1
            task.turn += 1
            return
        self._push(wait_ms, task, None)
        self._leave(task)

    def wait(self, signal: Signal, timeout_ms: int | None = None) -> bool:
        """Have the running task wait for a signal; whether it was said in time."""
        task = self._running()
        if not signal.said:
            signal.waiting.append(task)
            if timeout_ms is not None:
                self._push(max(0, timeout_ms), task, None)
            self._leave(task)
        return signal.said

    def say(self, signal: Signal, value: Any = None) -> None:  # noqa: ANN401 -- whatever was awaited
        """Wake whoever waits for it."""
        if not signal.said:
            signal.said, signal.value = True, value
            for task in signal.waiting:
                self._push(0, task, None)
            signal.waiting.clear()

    def kill(self, task: Task) -> None:
        """End a task where it stands; the running one must raise ``Killed`` itself."""
        if task.is_dead or task.ended.said:
            return
        task.is_dead = True
        if task is not self.current:
            self._push(0, task, None)

    def require_life(self) -> None:
        """Refuse a killed task whatever it still tries.

        Raises:
            Killed: it is one.
        """
        if self.current is not None and self.current.is_dead:
            raise Killed

    def run(self, *, until_ms: int | None = None) -> bool:
        """Go on until nothing is due, somebody stops it, or the time is over; whether nothing is left.

        Raises:
            TooManyStepsError: it goes on and on.
        """
        self._until_ms = FOR_EVER_MS if until_ms is None else until_ms
        while self._due and not self.is_stopped:
            if self._due[0][0] > self._until_ms:
                self.elapsed_ms = max(self.elapsed_ms, self._until_ms)
                return False
            at_ms, _, task, turn, act = heapq.heappop(self._due)
            if task is not None and (task.turn != turn or task.ended.said):
                continue
            self.elapsed_ms = max(self.elapsed_ms, at_ms)
            self.steps += 1
            if self.steps > self._most_steps:
                raise TooManyStepsError(self.steps)
            if task is None:
                assert act is not None  # noqa: S101 -- a bug: an entry is a task or an act
                act()
            else:
                self._enter(task)
        return not self._due

    def close(self) -> None:
        """Kill whatever is left, so that no thread outlives the run."""
        left = [task for _, _, task, _, _ in self._due if task is not None]
        self._due.clear()
        for task in left:
            if not task.ended.said:
                task.is_dead = True
                self._enter(task)

    def _running(self) -> Task:
        task = self.current
        assert task is not None, "only a task may wait"  # noqa: S101 -- a bug
        if task.is_dead:
            raise Killed
        return task

    def _push(self, after_ms: int, task: Task | None, act: Callable[[], None] | None) -> None:
        self._order += 1
        entry = (self.elapsed_ms + after_ms, self._order, task, task.turn if task else 0, act)
        heapq.heappush(self._due, entry)

    def _leave(self, task: Task) -> None:
        self._hub.switch()
        if task.is_dead:
            raise Killed

    def _enter(self, task: Task) -> None:
        task.turn += 1
        self.current = task
        if task.thread is None:
            is_ours = _IDLE and _IDLE[-1].parent is self._hub
            task.thread = _IDLE.pop() if is_ours else greenlet(_work, parent=self._hub)
            task.thread.switch(self, task)
        else:
            task.thread.switch()
        self.current = None

    def live(self, task: Task) -> None:
        """Do the work of a task to its end; called once, on the task's own thread."""
        value = None
        try:
            if not task.is_dead:
                value = task.work()
        except Killed:
            task.failure = Killed()
        except Exception as failure:  # noqa: BLE001 -- whoever waits for the task hears of it
            task.failure = failure
            self.failures.append((task.name, failure))
        if task.is_dead:
            task.failure = Killed()
        self.say(task.ended, value)
