"""Breadth first through every state, so that the first counterexample is a shortest one."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from tools.model.actions import SETTING, Settings, first_state
from tools.model.state import State, pack, unpack
from tools.model.world import Deed, Rules, World

TRAP = "from here no rest can be reached any more"


@dataclass(frozen=True)
class Story:
    """The shortest way to a state that must not be."""

    broken: str
    deeds: tuple[Deed, ...]
    end: State


@dataclass(frozen=True)
class Explored:
    """What one walk through every state found."""

    states: int
    transitions: int
    depth: int
    quiescent: int
    reconciliation: int
    seconds: float
    story: Story | None


class _Walk:
    """Numbers for packed states in the order they were found, who found them, and what follows each."""

    def __init__(self, rules: Rules) -> None:
        self.settings = Settings(World(rules))
        self.keys = [pack(first_state(rules))]
        self.numbers = {self.keys[0]: 0}
        self.parents = array("I", [0])
        self.edges = array("I")
        self.ends = array("I")

    def step(self, source: int) -> None:
        """Find what follows one state, and number what is new."""
        numbers, keys, append = self.numbers, self.keys, self.edges.append
        for key, _ in self.settings.successors(keys[source]):
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(keys)
                keys.append(key)
                self.parents.append(source)
            append(number)
        self.ends.append(len(self.edges))

    def story(self, number: int, broken: str) -> Story:
        """Tell how this state was found first."""
        end, deeds = unpack(self.keys[number]), []
        while number:
            parent = self.parents[number]
            after = self.keys[number]
            deeds.append(next(d for key, d in self.settings.successors(self.keys[parent]) if key == after))
            number = parent
        return Story(broken, tuple(reversed(deeds)), end)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A walk makes millions of tuples and no cycles: looking for cycles would take a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collector()
def explore(rules: Rules, tick: Callable[[int, int], None] = lambda *_: None) -> Explored:
    """Walk through every state of these rules, or to the first that must not be.

    Args:
        rules: Which world.
        tick: Called once a level with the states found and the depth.
    """
    began = monotonic()
    walk = _Walk(rules)
    depth, reconciliation = 0, 0
    rests = array("I")

    def explored(story: Story | None) -> Explored:
        return Explored(
            len(walk.keys), len(walk.edges), depth, len(rests), reconciliation, monotonic() - began, story
        )

    begin, end = 0, 1
    while begin < end:
        for source in range(begin, end):
            key = walk.keys[source]
            setting = walk.settings[key & SETTING]
            broken = setting.unsafe
            if setting.rests and key <= SETTING and not broken:
                rests.append(source)
                reconciliation += setting.reconciliation
                broken = setting.unquiet
            if broken:
                return explored(walk.story(source, broken))
            walk.step(source)
        begin, end = end, len(walk.keys)
        depth += begin < end
        tick(end, depth)
    trapped = _trapped(walk, rests)
    return explored(None if trapped is None else walk.story(trapped, TRAP))


def _trapped(walk: _Walk, rests: array[int]) -> int | None:
    """The first state from which no rest can be reached: backward fixpoint from the states at rest."""
    reaches = bytearray(len(walk.keys))
    for number in rests:
        reaches[number] = 1
    grew = True
    while grew:
        grew = False
        for number in range(len(reaches) - 1, -1, -1):
            if not reaches[number]:
                begin = walk.ends[number - 1] if number else 0
                if any(reaches[after] for after in walk.edges[begin : walk.ends[number]]):
                    reaches[number] = 1
                    grew = True
    missing = reaches.find(0)
    return None if missing < 0 else missing
