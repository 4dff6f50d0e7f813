"""A campaign: so many schedules from one seed on, what they came to, and whether every fault struck.

A failing schedule is cut down to the smallest plan that breaks the same invariant.
"""

from __future__ import annotations

import gc
import hashlib
import marshal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tools.lab.catalogue import CATALOGUE
from tools.lab.machine import Machine
from tools.lab.picture import MOST_DEEDS, Picture
from tools.lab.plan import WAKERS, Plan, draw
from tools.lab.watch import BrokenError
from tools.lab.world import World
from tools.model.messages import Actor
from tools.model.world import Deed

INVARIANTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 20, 22)
TOLD_EVERY: Final = 200
# While it is still in the processor's cache: the median of five runs was a tenth below that of every 200.
GARBAGE_EVERY: Final = 20
UNSHARED: Final = 2  # the version of marshal that writes what is shared as often as it occurs

_machine = Machine()


@dataclass(frozen=True)
class Played:
    """One schedule, played.

    Attributes:
        digest: Of everything that was committed and told, in its order: the same for the same plan.
    """

    plan: Plan
    broken: BrokenError | None
    fired: Counter[tuple[int, str]]
    seen: Counter[int]
    steps: int
    digest: str


@dataclass
class Report:
    """What a campaign came to so far."""

    first_seed: int
    schedules: int = 0
    steps: int = 0
    cpu_seconds: float = 0.0
    fired: Counter[tuple[int, str]] = field(default_factory=Counter)
    seen: Counter[int] = field(default_factory=Counter)
    failures: list[Played] = field(default_factory=list)

    @property
    def never_fired(self) -> list[tuple[int, str]]:
        """Rows and paths of the catalogue that did not strike once."""
        return [(bad.row, bad.path) for bad in CATALOGUE if not self.fired[bad.row, bad.path]]

    @property
    def never_seen(self) -> list[int]:
        """Invariants that had nothing to forbid."""
        return [one for one in INVARIANTS if not self.seen[one]]

    @property
    def is_good(self) -> bool:
        """Whether nothing broke, everything struck and everything was looked at."""
        return not (self.failures or self.never_fired or self.never_seen)


@contextmanager
def laboratory() -> Iterator[None]:
    """Put the laboratory's machine under this process; plays happen inside."""
    with _machine.installed():
        was_on = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            gc.unfreeze()
            if was_on:
                gc.enable()


@contextmanager
def standing(world: World) -> Iterator[None]:
    """Have one world stand under the adapters; within `laboratory`."""
    with _machine.under(world):
        yield


def world_after(plan: Plan) -> World:
    """The world of one plan, played to its end."""
    world = World(plan)
    with _machine.under(world):
        world.run()
    return world


def play(plan: Plan) -> Played:
    """Play one plan to its end, and keep what it came to."""
    world = world_after(plan)
    digest = hashlib.sha256(marshal.dumps(world.watch.told, UNSHARED))
    for known in world.watch.sales.values():
        digest.update(marshal.dumps(known.images, UNSHARED))
    played = Played(
        plan, world.broken, world.strikes.fired, world.watch.seen, world.scheduler.steps, digest.hexdigest()
    )
    world.forget()
    return played


@dataclass(frozen=True)
class Told:
    """A run as it is drawn."""

    broken: str
    deeds: Sequence[Deed]


def told(plan: Plan) -> Told:
    """Play a plan once more, and draw it."""
    picture = Picture()
    world = World(plan, picture)
    with _machine.under(world):
        world.run()
    deeds = picture.deeds
    if len(deeds) > MOST_DEEDS:
        half = MOST_DEEDS // 2
        between = Deed(Actor.RELAY, f"… {len(deeds) - MOST_DEEDS} deeds more …")
        deeds = [*deeds[:half], between, *deeds[-half:]]
    return Told(str(world.broken or "nothing"), deeds)


def run(
    first_seed: int,
    schedules: int,
    *,
    tick: Callable[[Report], None] = lambda _: None,
    most_failures: int = 1,
    seconds: float | None = None,
) -> Report:
    """Play so many schedules, or until too many failed or the time is over."""
    report, began = Report(first_seed), time.process_time()
    for seed in range(first_seed, first_seed + schedules):
        played = play(draw(seed))
        report.schedules += 1
        report.steps += played.steps
        report.fired += played.fired
        report.seen += played.seen
        report.cpu_seconds = time.process_time() - began
        if played.broken is not None:
            report.failures.append(played)
        if report.schedules % GARBAGE_EVERY == 0:
            _collect()
        if report.schedules % TOLD_EVERY == 0:
            tick(report)
        if len(report.failures) >= most_failures or (seconds and report.cpu_seconds > seconds):
            break
    _collect()
    return report


def _collect() -> None:
    """Collect what stories left behind; what outlives them stays, and is not looked at again."""
    gc.collect()
    gc.freeze()


def shrunk(failed: Played) -> Played:
    """The smallest plan found that breaks the same invariant."""
    smallest = failed
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for plan in _smaller(smallest.plan):
            played = play(plan)
            if played.broken is not None and _is_the_same(played.broken, failed.broken):
                smallest, is_smaller = played, True
                break
    return smallest


def _is_the_same(one: BrokenError, other: BrokenError | None) -> bool:
    return other is not None and one.invariant == other.invariant


def _smaller(plan: Plan) -> Iterator[Plan]:
    """Plans with one thing less."""
    for place in range(len(plan.tills)):
        if len(plan.tills) > 1:
            yield replace(plan, tills=(*plan.tills[:place], *plan.tills[place + 1 :]))
    for place in range(len(plan.strikes)):
        yield replace(plan, strikes=(*plan.strikes[:place], *plan.strikes[place + 1 :]))
    for place, acts in enumerate(plan.tills):
        for index in range(len(acts)):
            if len(acts) > 1:
                fewer = (*acts[:index], *acts[index + 1 :])
                yield replace(plan, tills=(*plan.tills[:place], fewer, *plan.tills[place + 1 :]))
    usual: dict[str, Any] = {
        "contract": "",
        "skew_seconds": 0,
        "forgets": False,
        "wakers": frozenset(WAKERS),
        "publishes": False,
    }
    for name, value in usual.items():
        if getattr(plan, name) != value:
            yield replace(plan, **{name: value})
