"""`make soak`: tills sell for an hour while parties misbehave, lines close and processes are killed.

`python -m benchmarks.soak --minutes 60 [--tills 8] [--act-every 90] [--seed 1]`. Every so often a disaster of
benchmarks/weather.py: connections refused, a party killed, a party silent until its breaker opens, the engine
killed with every function. At the end the world comes to rest, and all books are compared.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from random import Random
from typing import Any, Final

from benchmarks.books import at_rest, compare, lines, table, verdict
from benchmarks.figures import kept
from benchmarks.rush import REST_SECONDS, lag_told, rates, selling, settling, watched
from benchmarks.weather import Disasters, Showers
from benchmarks.worlds import a_world, warm_tills
from tools.world.lag import projection_lag
from tools.world.world import World

TILLS: Final = 8
SHOWER_SECONDS: Final = 6.0


def soak(world: World, minutes: float, tills: int, act_every_seconds: float, seed: int) -> dict[str, Any]:
    """Sell that long in the worst of weathers; then come to rest and compare all books."""
    out = world.places.state / "soak.jsonl"
    showers = Showers(world, SHOWER_SECONDS, seed)
    disasters = Disasters(world, act_every_seconds, Random(seed))  # noqa: S311 - disasters that can be had again
    showers.start()
    sold_from = time.time()
    with selling(world, out, tills, minutes * 60) as process:
        samples = watched(world, process, out, disasters.strike)
    lag = projection_lag(world.running, sold_from)
    showers.end()
    ended = time.monotonic()
    with subprocess.Popen(settling(world, world.places.state / "left.json", tills)) as asking:  # noqa: S603 - our own
        asking.wait(REST_SECONDS)
    at_rest(world.running, REST_SECONDS)
    shown = list(lines(out))
    return {
        "minutes": minutes,
        "tills": tills,
        "seed": seed,
        **rates(shown, minutes * 60),
        "faults": len(showers.told),
        "disasters": disasters.told,
        "oldest_unknown_seconds": max((row[3] for row in samples), default=0.0),
        "at_rest_after_seconds": round(time.monotonic() - ended, 1),
        "projection_lag": lag,
        "books": compare(world.running, shown).as_words(),
        "samples": samples,
    }


def report(figures: dict[str, Any]) -> str:
    """What happened, and whether all books agree."""
    books, kinds = figures["books"], [what for _, what in figures["disasters"]]
    killed = sum("kill -9" in what for what in kinds)
    told = ", ".join(f"{count:,} {state}" for state, count in sorted(figures["told"].items()))
    return "\n".join(
        (
            (
                f"{figures['minutes']:.0f} minutes, {figures['tills']} tills, seed {figures['seed']}:"
                f" {figures['sales']:,} sales ({told}), {figures['faults']} single faults of parties and"
                f" {len(kinds)} disasters, {killed} of them `kill -9`."
            ),
            (
                f"{verdict(books)}; the oldest unknown was {figures['oldest_unknown_seconds']:.0f} s old;"
                f" at rest {figures['at_rest_after_seconds']:.0f} s after the last sale.{lag_told(figures)}"
            ),
            "",
            table(books),
        )
    )


def main() -> None:
    """Soak, print, keep; a difference is a failure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--tills", type=int, default=TILLS)
    parser.add_argument("--act-every", type=float, default=90.0, help="seconds from one disaster to the next")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with a_world() as (world, progress):
        warm_tills(world, told.tills)
        progress("soak")
        figures = soak(world, told.minutes, told.tills, told.act_every, told.seed)
        progress("soak", f"{figures['sales']:,} sales, {len(figures['disasters'])} disasters")
    kept("soak", figures)
    print(f"\n{report(figures)}")
    if not figures["books"]["are_equal"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
