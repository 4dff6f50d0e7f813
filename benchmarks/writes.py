"""Durable writes that a POS waits for, counted at the engine's port: `python -m benchmarks.writes`.

A proxy stands between each function's SDK and the engine (benchmarks/calls.py), so what is counted is what
the engine was asked, and not what payrelay believes. A transaction is one write of several items. The median
sale is told, and the mean beside it: on a busy machine the SDK repeats a call that took half a second.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.calls import WRITES, Calls, counted
from benchmarks.figures import kept
from benchmarks.worlds import a_world, sell_until_warm
from payment_adapters.terminals.key_ids import Terminal
from payrelay.client import CardInHand
from tools.simulators.cards import another_card
from tools.world.warm import warm
from tools.world.world import World

PATH: Final = ("Gateway", "VanRouter", "VanLinkHangang", "NetCancel")
SALES: Final = 50
UNDONE: Final = 8  # below the ten errors that would open the breaker
QUIET_SECONDS: Final = 3.0
MOST_TRIES: Final = 3
MOST_HAPPY, MOST_UNDONE = 3, 5


@dataclass(frozen=True)
class Counted:
    """Calls per sale; `waiting` are those of the functions that a POS waits for, as means."""

    waiting: dict[str, float]
    writes: float
    mean_writes: float
    items: float
    behind: float


def happy(world: World, sales: int = SALES) -> Counted:
    """Calls of one approved sale."""
    return _sold(world, sales, "APPROVED", only=())


def undone(world: World, sales: int = UNDONE) -> Counted:
    """Calls of one sale that the VAN approves and never answers, net-cancelled while the POS waits."""
    return _sold(world, sales, "BEING_REVERSED", only=PATH)


def _sold(world: World, sales: int, state: str, only: Collection[str]) -> Counted:
    """Sell one after another; a sale that ends otherwise, on a busy machine, is not counted."""
    world.vans["hangang"].tell({"reset": True})
    pos = world.running.pos(Terminal("1001", "20099999", 1))
    paths: list[Calls] = []
    with counted(world.running, only) as calls:
        warm(world.running)
        sell_until_warm(pos)
        time.sleep(QUIET_SECONDS)
        calls.clear()
        for asked in range(1, MOST_TRIES * sales + 1):
            if state == "BEING_REVERSED":
                world.vans["hangang"].script("close")
            before = calls.copy()
            answer = pos.send(pos.approval(11_000, CardInHand(another_card(), "1230", "123")))
            if answer.state == state:
                found = calls - before
                paths.append(Counter({call: found[call] for call in found if call.function in PATH}))
            if len(paths) == sales:
                time.sleep(QUIET_SECONDS)
                behind = sum(count for call, count in calls.items() if call.function not in PATH)
                return per_sale(paths, behind / asked)
    raise AssertionError(f"{len(paths)} of {sales} sales came to {state}")


def per_sale(paths: Sequence[Calls], behind: float) -> Counted:
    """Medians of writes and their items, means of all calls."""
    waiting: Counter[str] = Counter()
    for path in paths:
        for call, count in path.items():
            waiting[" ".join([call.function, call.operation, " + ".join(call.tables)]).strip()] += count
    writes = [[(call, path[call]) for call in path if call.operation in WRITES] for path in paths]
    counts = [sum(count for _, count in one) for one in writes]
    items = [sum(count * len(call.tables) for call, count in one) for one in writes]
    return Counted(
        {name: round(count / len(paths), 2) for name, count in sorted(waiting.items())},
        statistics.median(counts),
        round(statistics.mean(counts), 2),
        statistics.median(items),
        round(behind, 2),
    )


def table(figures: dict[str, Any]) -> str:
    """What is kept, as a table."""
    lines = [
        "| sale | durable writes | at most | mean | items in them | other calls | behind its back |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, said in (("happy", "approved"), ("undone", "no answer, net-cancelled in line")):
        one = figures[name]
        others = sum(one["waiting"].values()) - one["mean_writes"]
        lines.append(
            f"| {said} | **{one['writes']:.0f}** | {one['most']} | {one['mean_writes']} |"
            f" {one['items']:.0f} | {others:.2f} | {one['behind']:.2f} |"
        )
    return "\n".join(lines)


def measure(world: World) -> dict[str, Any]:
    """Both, as figures."""
    told: dict[str, Any] = {"sales": SALES, "sales_undone": UNDONE}
    for name, found, most in (("happy", happy(world), MOST_HAPPY), ("undone", undone(world), MOST_UNDONE)):
        told[name] = {"most": most, **vars(found)}
        assert found.writes <= most, told[name]
    return told


def main() -> None:
    """Count, print, keep."""
    with a_world() as (world, progress):
        progress("writes")
        figures = measure(world)
        progress("writes", f"{figures['happy']['writes']:.2f} and {figures['undone']['writes']:.2f} per sale")
    kept("writes", figures)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    main()
