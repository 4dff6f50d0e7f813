"""Strikes: the bad moments that one plan holds, waiting for their occasions, and what each of them does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tools.lab.catalogue import CATALOGUE, Bad

BEHIND_THE_END: Final = 1.25  # one cut of five falls behind the last byte: all arrived, and nobody knows

BY_NAME: Final = {(bad.row, bad.path): bad for bad in CATALOGUE}


@dataclass(frozen=True)
class Strike:
    """One bad moment: a row on one path, from the n-th fitting occasion on.

    Attributes:
        seconds: Of a pause, a delay or a late answer.
        share: Where in something it falls, from 0 to 1: the byte at which a line is cut.
    """

    row: int
    path: str
    nth: int = 0
    seconds: float = 0.0
    share: float = 0.0

    @property
    def bad(self) -> Bad:
        """What the catalogue says of it."""
        return BY_NAME[self.row, self.path]


def drawn(bad: Bad, random: Random) -> Strike:
    """A strike of one row and path, at a random occasion, the first more often: most stories are short."""
    seconds = round(random.uniform(*bad.seconds), 3) if bad.seconds != (0.0, 0.0) else 0.0
    nth = min(random.randrange(bad.most), random.randrange(bad.most))
    share = round(min(1.0, random.random() * BEHIND_THE_END), 3)
    return Strike(bad.row, bad.path, nth, seconds, share)


class Strikes:
    """Those of one run.

    Attributes:
        fired: Row and path → how often it struck.
        wait_at_calls: Whether any are left that may strike at a call of AWS.
    """

    def __init__(self, strikes: Iterable[Strike], on_strike: Callable[[Strike], None]) -> None:
        """Have them wait."""
        self._on_strike = on_strike
        self.fired: Counter[tuple[int, str]] = Counter()
        self._waiting: defaultdict[str, list[tuple[Strike, int]]] = defaultdict(list)
        for strike in strikes:
            self._waiting[strike.bad.at].append((strike, strike.bad.lasts))
        self.wait_at_calls = any(occasion.startswith("aws:") for occasion in self._waiting)

    def at(self, occasion: str) -> Strike | None:
        """What strikes here; at most one, the others wait for the next such occasion."""
        if occasion not in self._waiting:
            return None
        waiting = self._waiting[occasion]
        found: Strike | None = None
        for place, (strike, left) in enumerate(waiting):
            if strike.nth:
                waiting[place] = replace(strike, nth=strike.nth - 1), left
            elif found is None and left:
                found = strike
                waiting[place] = strike, left - 1
                self.fired[strike.row, strike.path] += 1
                self._on_strike(strike)
        return found

    def stop(self) -> None:
        """From here on nothing goes wrong any more."""
        self._waiting.clear()
        self.wait_at_calls = False
