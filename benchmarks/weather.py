"""What happens to the world while tills sell: single faults; in a soak also deaths and outages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tools.simulators.process import VanSilentError
from tools.world.world import World

SHOWERS: Final = (  # on authorisations: done or not done, answered wrongly, late or never
    *("lose_answer", "garble", "close", "reset", "truncate", "other_sale", "wrong_amount", "hang", "split"),
    *("unknown_code", "duplicate_answer", "reset_midway", "no_approval_number", "stray_first"),
)
ON_UNDOING: Final = ("lose_answer", "hang", "garble", "close")
UNDOING_TOO: Final = 0.3  # so often the net-cancel that follows goes wrong as well
EVERYTHING: Final = ("authorise", "net_cancel", "cancel", "inquire", "echo")
ALL_OF_THEM: Final = 100_000  # so many telegrams in a row: until the plan is cleared
OUTAGE_SECONDS: Final = 20.0


@dataclass
class Weather(threading.Thread):
    """Faults one after another at their own times, the same ones for the same seed."""

    world: World
    every_seconds: float
    seed: int
    acts: tuple[Callable[[World, Random], str], ...] = ()
    act_every_seconds: float = 0.0
    told: list[tuple[float, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Be a thread that does not outlive the process."""
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        """Threads are kept in sets."""
        return id(self)

    def run(self) -> None:
        """Go on until it is over."""
        chance, began = Random(self.seed), time.monotonic()  # noqa: S311 - weather that can be had again
        next_act, act = self.act_every_seconds, 0
        while not self.over.wait(self.every_seconds):
            name = chance.choice(list(self.world.vans))
            self._say(began, f"{name}: {_shower(self.world, name, chance)}")
            if self.acts and time.monotonic() - began >= next_act:
                self._say(began, self.acts[act % len(self.acts)](self.world, chance))
                act, next_act = act + 1, time.monotonic() - began + self.act_every_seconds

    def end(self) -> None:
        """Let the sun shine."""
        self.over.set()
        self.join()
        for van in self.world.vans.values():
            van.tell({"reset": True})

    def _say(self, began: float, what: str) -> None:
        self.told.append((round(time.monotonic() - began, 1), what))


def _shower(world: World, name: str, chance: Random) -> str:
    fault = chance.choice(SHOWERS)
    try:
        world.vans[name].script(fault)
        if chance.random() < UNDOING_TOO:
            undoing = chance.choice(ON_UNDOING)
            world.vans[name].script(undoing, kind="net_cancel")
            fault = f"{fault}, then {undoing}"
    except VanSilentError:
        return "silent"
    return fault


def black_hole(world: World, name: str) -> None:
    """Let a party take every telegram, do nothing, and say nothing, until it is reset."""
    for kind in EVERYTHING:
        world.vans[name].script("hang", kind=kind, times=ALL_OF_THEM)


def engine_dies(world: World, _chance: Random) -> str:
    """Kill the engine, and start it again."""
    world.restart_engine()
    return "kill -9 of the engine, with every function"


def party_dies(world: World, chance: Random) -> str:
    """Kill one party, and start it again on its books."""
    name = chance.choice(list(world.vans))
    world.restart_van(name)
    return f"kill -9 of {name}"


def line_closes(world: World, chance: Random) -> str:
    """Refuse connections for a while."""
    name = chance.choice(list(world.vans))
    world.vans[name].tell({"line": "closed"})
    time.sleep(OUTAGE_SECONDS)
    world.vans[name].tell({"line": "open"})
    return f"{name}: connections refused for {OUTAGE_SECONDS:.0f} s"


def party_falls_silent(world: World, chance: Random) -> str:
    """A black hole for a while: its breaker opens, and closes again by probes."""
    name = chance.choice(list(world.vans))
    black_hole(world, name)
    time.sleep(OUTAGE_SECONDS)
    world.vans[name].tell({"reset": True})
    return f"{name}: a black hole for {OUTAGE_SECONDS:.0f} s"


DISASTERS: Final = (line_closes, party_dies, party_falls_silent, engine_dies)
