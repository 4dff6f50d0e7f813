"""Charts: where each bar stands, in whole units of a drawing; the templates draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 200
GAP: Final = 3
LABELS_EVERY: Final = 5
NICE: Final = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """One piece of a stack."""

    series: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Bars:
    """Stacked bars over time.

    Attributes:
        top: What the highest line of the scale stands for.
        ticks: Moments along the time axis, evenly apart; the last is the end of the last bin.
        totals: How many of each series there are in all.
    """

    bars: Sequence[Bar]
    top: int
    ticks: Sequence[int]
    totals: Mapping[str, int]
    width: int = WIDTH
    height: int = HEIGHT


def bars(counted: Sequence[Mapping[str, int]], series: Sequence[str], *, first_ms: int, bin_ms: int) -> Bars:
    """Stack them up, the first series at the foot.

    Args:
        counted: Per bin, series → how many.
        series: In their order from the foot.
        first_ms: When the first bin begins.
        bin_ms: How long each is.
    """
    top = nice(max((sum(one.values()) for one in counted), default=0))
    step = WIDTH // len(counted)
    found = []
    for place, one in enumerate(counted):
        x, foot = place * step, HEIGHT
        for name in series:
            height = one.get(name, 0) * HEIGHT // top
            if one.get(name, 0):
                height = max(2, height)  # one among thousands is still seen
                foot -= height
                found.append(Bar(name, x, max(0, foot), step - GAP, height))
    ticks = [first_ms + place * bin_ms for place in range(0, len(counted) + 1, LABELS_EVERY)]
    totals = {name: sum(one.get(name, 0) for one in counted) for name in series}
    return Bars(found, top, ticks, totals)


def nice(highest: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 … that is as high."""
    size = 1
    while True:
        for digit in NICE:
            if digit * size >= highest:
                return digit * size
        size *= 10
