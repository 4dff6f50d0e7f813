"""Durable writes that a POS waits for, counted at the engine's port: `python -m benchmarks.writes`.

A proxy stands between each function's SDK and the engine (benchmarks/calls.py), so what is counted is what
the engine was asked, and not what payrelay believes. A transaction is one write of several items.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
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
    """Calls per sale; `waiting` are those of the functions that a POS waits for."""

    waiting: dict[str, float]
    writes: float
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
    path: Calls = Counter()
    with counted(world.running, only) as calls:
        warm(world.running)
        sell_until_warm(pos)
        time.sleep(QUIET_SECONDS)
        calls.clear()
        told = 0
        for asked in range(1, MOST_TRIES * sales + 1):
            if state == "BEING_REVERSED":
                world.vans["hangang"].script("close")
            before = calls.copy()
            answer = pos.send(pos.approval(11_000, CardInHand(another_card(), "1230", "123")))
            if answer.state == state:
                path += Counter(
                    {call: count for call, count in (calls - before).items() if call.function in PATH}
                )
                told += 1
            if told == sales:
                time.sleep(QUIET_SECONDS)
                behind = sum(count for call, count in calls.items() if call.function not in PATH)
                return per_sale(path, sales, behind / asked)
    raise AssertionError(f"{told} of {sales} sales came to {state}")


def per_sale(path: Calls, sales: int, behind: float) -> Counted:
    """Divide by the sales; reads of what a sandbox keeps for a while come out below one."""
    waiting: Counter[str] = Counter()
    for call, count in sorted(path.items()):
        waiting[" ".join([call.function, call.operation, " + ".join(call.tables)]).strip()] += count
    writes = {call: count for call, count in path.items() if call.operation in WRITES}
    return Counted(
        {name: round(count / sales, 2) for name, count in waiting.items()},
        sum(writes.values()) / sales,
        sum(count * len(call.tables) for call, count in writes.items()) / sales,
        round(behind, 2),
    )


def table(figures: dict[str, Any]) -> str:
    """What is kept, as a table."""
    lines = [
        "| sale | durable writes | at most | items in them | other calls on the path | behind its back |"
    ]
    lines += ["|---|---|---|---|---|---|"]
    for name, said in (("happy", "approved"), ("undone", "no answer, net-cancelled in line")):
        one = figures[name]
        others = sum(one["waiting"].values()) - one["writes"]
        lines.append(
            f"| {said} | **{one['writes']:.2f}** | {one['most']} | {one['items']:.2f} |"
            f" {others:.2f} | {one['behind']:.2f} |"
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
