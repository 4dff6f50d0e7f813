"""Breadth first through every state, so that the first counterexample is a shortest one."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from tools.model.actions import first_state, successors
from tools.model.properties import for_reconciliation, quiescent, unquiet, unsafe
from tools.model.state import State, pack
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
    """Numbers for states in the order they were found, who found them, and what follows each."""

    def __init__(self) -> None:
        self.number: dict[int, int] = {}
        self.parent = array("I")
        self.choice = array("B")
        self.edges = array("I")
        self.ends = array("I")

    def add(self, key: int, parent: int, choice: int) -> int:
        number = self.number[key] = len(self.parent)
        self.parent.append(parent)
        self.choice.append(choice)
        return number

    def story(self, number: int, broken: str, world: World) -> Story:
        choices = []
        while number:
            choices.append(self.choice[number])
            number = self.parent[number]
        state, deeds = first_state(world.rules), []
        for choice in reversed(choices):
            deed, state = successors(state, world)[choice]
            deeds.append(deed)
        return Story(broken, tuple(deeds), state)


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
    world, walk = World(rules), _Walk()
    first = first_state(rules)
    walk.add(pack(first), 0, 0)
    level, depth, reconciliation = [first], 0, 0
    rests = array("I")

    def explored(story: Story | None) -> Explored:
        return Explored(
            len(walk.parent), len(walk.edges), depth, len(rests), reconciliation, monotonic() - began, story
        )

    source = 0
    while level:
        following: list[State] = []
        for state in level:
            broken = unsafe(state, world)
            if not broken and quiescent(state, world):
                rests.append(source)
                reconciliation += for_reconciliation(state, world)
                broken = unquiet(state, world)
            if broken:
                return explored(walk.story(source, broken, world))
            for choice, (_, after) in enumerate(successors(state, world)):
                key = pack(after)
                number = walk.number.get(key)
                if number is None:
                    number = walk.add(key, source, choice)
                    following.append(after)
                walk.edges.append(number)
            walk.ends.append(len(walk.edges))
            source += 1
        level = following
        depth += bool(level)
        tick(len(walk.parent), depth)
    trapped = _trapped(walk, rests)
    return explored(None if trapped is None else walk.story(trapped, TRAP, world))


def _trapped(walk: _Walk, rests: array[int]) -> int | None:
    """The first state from which no rest can be reached: backward fixpoint from the states at rest."""
    reaches = bytearray(len(walk.parent))
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
