"""What happens to the world while tills sell: single faults; in a soak also deaths and outages."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tools.simulators.process import VanSilentError
from tools.world.world import World

SHOWERS: Final = (  # on authorisations: done or not done, answered wrongly, late or never
    *("lose_answer", "garble", "close", "reset", "truncate", "other_sale", "wrong_amount", "hang", "split"),
    *("unknown_code", "duplicate_answer", "reset_midway", "no_approval_number", "stray_first"),
)
SEEN: Final = tuple(one for one in SHOWERS if one not in {"hang", "reset"})  # by whoever was asked
ON_UNDOING: Final = ("lose_answer", "hang", "garble", "close")
UNDOING_TOO: Final = 0.3  # so often the net-cancel that follows goes wrong as well
EVERYTHING: Final = ("authorise", "net_cancel", "cancel", "inquire", "echo")
ALL_OF_THEM: Final = 100_000  # so many telegrams in a row: until the plan is cleared
OUTAGE_SECONDS: Final = 20.0


@dataclass
class Showers(threading.Thread):
    """Faults one after another at their own times, the same ones for the same seed."""

    world: World
    every_seconds: float
    seed: int
    faults: tuple[str, ...] = SHOWERS
    told: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Be a thread that does not outlive the process."""
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        """Threads are kept in sets."""
        return id(self)

    def run(self) -> None:
        """Go on until it is over."""
        chance = Random(self.seed)  # noqa: S311 - weather that can be had again
        while not self.over.wait(self.every_seconds):
            name = chance.choice(list(self.world.vans))
            self.told.append(f"{name}: {_shower(self.world, name, chance, self.faults)}")

    def end(self) -> None:
        """Let the sun shine."""
        self.over.set()
        self.join()
        for van in self.world.vans.values():
            van.tell({"reset": True})


@dataclass
class Disasters:
    """One of each kind in turn, every so often.

    They run where they are asked for: the engine dies with the thread that started it.
    """

    world: World
    every_seconds: float
    chance: Random
    told: list[tuple[float, str]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def strike(self) -> None:
        """Let the next one happen, if it is time."""
        seconds = time.monotonic() - self.began
        if seconds >= self.every_seconds * (len(self.told) + 1):
            kind = DISASTERS[len(self.told) % len(DISASTERS)]
            self.told.append((round(seconds, 1), kind(self.world, self.chance)))
            print(f"  {seconds:6.0f} s   {self.told[-1][1]}", flush=True)


def _shower(world: World, name: str, chance: Random, faults: tuple[str, ...]) -> str:
    fault = chance.choice(faults)
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
