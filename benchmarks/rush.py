"""Sixteen tills, then a power cut in the middle: `python -m benchmarks.rush [--seconds 600]`.

A customer takes five seconds, so that sixteen tills sell about three times a second, which two cores carry.
Without a pause they would wait in line for the machine, and the machine would be measured.

Parties misbehave now and then all along (benchmarks/weather.py), but for telegrams that they never saw: those
stay unknown until the horizon by design, and are the soak's. Counted afterwards, sale by sale and
destination by destination: what tills showed, what the table says, what everybody's books hold. The power cut
is a `kill -9` of tills, engine, functions and all parties at once; then all of them start again on what they
had written. Two clocks run until nothing is open any more: one from the kill, and one from when the engine
answers again, because how long a machine takes to start everything is no promise of payrelay's.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.books import HORIZON_SECONDS, at_rest, compare, lines, open_ages, table, verdict
from benchmarks.figures import kept
from benchmarks.weather import SEEN, Showers
from benchmarks.worlds import a_world, warm_tills
from payment_core.approval.ports import StoreUnavailableError
from tools.world.lag import projection_lag
from tools.world.world import World

TILLS: Final = 16
CUSTOMER_SECONDS: Final = 5.0
SHOWER_SECONDS: Final = 8.0
SELLING_BEFORE_THE_CUT_SECONDS: Final = 20.0
SAMPLE_SECONDS: Final = 10.0
SHOW_EVERY: Final = 3  # samples
RESOLVED_SECONDS: Final = 150
REST_SECONDS: Final = 600
SEED: Final = 20261126
STOP_SECONDS: Final = 60


@contextmanager
def selling(
    world: World, out: Path, tills: int, seconds: float, customer_seconds: float = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """Tills in a process of their own."""
    command = [
        *(sys.executable, "-m", "benchmarks.tills", "--state", str(world.places.state), "--out", str(out)),
        *("--tills", str(tills), "--seconds", str(seconds), "--customer-seconds", str(customer_seconds)),
    ]
    with subprocess.Popen(command) as process:  # noqa: S603 - our own process
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def settling(world: World, left: Path, tills: int) -> list[str]:
    """The command that does with every till's journal what a POS does after a restart."""
    return [
        *(sys.executable, "-m", "benchmarks.tills", "--settle", "--state", str(world.places.state)),
        *("--out", str(left), "--tills", str(tills)),
    ]


def watched(
    world: World,
    process: subprocess.Popen[bytes],
    out: Path,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[list[float]]:
    """Samples until the tills close: seconds, sales so far, open ones, age of the oldest, load average."""
    samples: list[list[float]] = []
    began = time.monotonic()
    while process.poll() is None:
        time.sleep(SAMPLE_SECONDS)
        meanwhile()
        try:
            ages = open_ages(world.running)
        except (StoreUnavailableError, ClientError, BotoCoreError):  # the engine is being started again
            continue
        done = out.read_bytes().count(b"\n") if out.exists() else 0
        oldest = round(max(ages, default=0.0), 1)
        row = [round(time.monotonic() - began, 1), done, len(ages), oldest, round(os.getloadavg()[0], 1)]
        samples.append(row)
        if not len(samples) % SHOW_EVERY:
            print(
                f"  {row[0]:6.0f} s   {done:6,} sales   {len(ages):3} open, the oldest for {oldest:5.1f} s",
                flush=True,
            )
    return samples


def rates(shown: Sequence[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """What tills saw: how many sales, how they ended, how long they waited."""
    took = [one["ms"] for one in shown]
    ranks = statistics.quantiles(took, n=100)
    told = Counter(one["told"] for one in shown)
    return {
        "sales": len(took),
        "per_second": round(len(took) / seconds, 2),
        "p50_ms": round(ranks[49]),
        "p99_ms": round(ranks[98]),
        "told": dict(told),
    }


def rush(world: World, seconds: float, tills: int = TILLS) -> dict[str, Any]:
    """Sell that long; then come to rest and compare all books."""
    out = world.places.state / "rush.jsonl"
    showers = Showers(world, SHOWER_SECONDS, SEED, SEEN)
    showers.start()
    began = time.time()
    with selling(world, out, tills, seconds, CUSTOMER_SECONDS) as process:
        samples = watched(world, process, out)
    lag = projection_lag(world.running, began)
    showers.end()
    rested = at_rest(world.running, REST_SECONDS)
    shown = list(lines(out))
    books = compare(world.running, shown)
    return {
        "tills": tills,
        "seconds": seconds,
        "customer_seconds": CUSTOMER_SECONDS,
        **rates(shown, seconds),
        "oldest_unknown_seconds": max((row[3] for row in samples), default=0.0),
        "horizon_seconds": HORIZON_SECONDS,
        "at_rest_after_seconds": round(rested, 1),
        "faults": len(showers.told),
        "projection_lag": lag,
        "books": books.as_words(),
        "samples": samples,
    }


def lag_told(figures: dict[str, Any]) -> str:
    """How far behind the sales were the read models, in a sentence; nothing where it was not measured."""
    if "projection_lag" not in figures:
        return ""
    lag = figures["projection_lag"]
    return (
        f" Read models were {lag['p50_ms']:,} ms behind at p50, {lag['p99_ms']:,} ms at p99,"
        f" {lag['worst_ms']:,} ms at worst ({lag['events']:,} events)."
    )


def power_cut(world: World, tills: int = TILLS) -> dict[str, Any]:
    """Kill everything in the middle of a rush, start it again, and see how long money stays open."""
    out = world.places.state / "cut.jsonl"
    with selling(world, out, tills, REST_SECONDS, CUSTOMER_SECONDS) as process:
        while not out.exists() or out.read_bytes().count(b"\n") < tills:
            time.sleep(1)
        time.sleep(SELLING_BEFORE_THE_CUT_SECONDS)
        killed = time.monotonic()
        assert world.engine is not None
        for pid in (process.pid, world.engine.pid, *(van.process.pid for van in world.vans.values())):
            os.kill(pid, signal.SIGKILL)
        process.wait()
    for name in list(world.vans):
        world.restart_van(name)
    world.restart_engine()
    back = time.monotonic() - killed
    open_then = len(open_ages(world.running))
    left = world.places.state / "left.json"
    with subprocess.Popen(settling(world, left, tills)) as asking:  # noqa: S603 - our own process
        at_rest(world.running, REST_SECONDS)
        asking.wait(REST_SECONDS)
        at_rest(world.running, REST_SECONDS)
    resolved = time.monotonic() - killed
    shown = list(lines(world.places.state / "rush.jsonl", out))
    return {
        "tills": tills,
        "sales_before_the_cut": sum(1 for _ in lines(out)),
        "running_again_after_seconds": round(back, 1),
        "open_when_running_again": open_then,
        "resolved_after_seconds": round(resolved, 1),
        "resolved_once_it_ran_seconds": round(resolved - back, 1),
        "at_most_seconds": RESOLVED_SECONDS,
        "left_in_journals": json.loads(left.read_text(encoding="utf-8")),
        "books": compare(world.running, shown).as_words(),
    }


def _customers(figures: dict[str, Any]) -> str:
    seconds = figures.get("customer_seconds", 0)
    return f"a customer every {seconds:.0f} s" if seconds else "without a pause"


def report(figures: dict[str, Any]) -> str:
    """The rush, as text and a table."""
    books = figures["books"]
    told = ", ".join(f"{count:,} {state}" for state, count in sorted(figures["told"].items()))
    return "\n".join(
        (
            (
                f"{figures['tills']} tills for {figures['seconds']:.0f} s, {_customers(figures)}:"
                f" {figures['sales']:,} sales ({told}), {figures['per_second']:.1f}/s,"
                f" p50 {figures['p50_ms']} ms, p99 {figures['p99_ms']} ms,"
                f" {figures['faults']} faults of parties."
            ),
            (
                f"{verdict(books)}; the oldest unknown was {figures['oldest_unknown_seconds']:.0f} s old"
                f" (horizon {figures['horizon_seconds']} s).{lag_told(figures)}"
            ),
            "",
            table(books),
        )
    )


def report_of_cut(cut: dict[str, Any]) -> str:
    """The power cut, as text and a table."""
    return "\n".join(
        (
            (
                f"{cut['sales_before_the_cut']} sales into the rush. Everything ran again after"
                f" {cut['running_again_after_seconds']:.0f} s, with {cut['open_when_running_again']} open;"
                f" **all were resolved {cut['resolved_after_seconds']:.0f} s after the kill** (at most"
                f" {cut['at_most_seconds']} s), {cut['resolved_once_it_ran_seconds']:.0f} s after everything"
                f" ran. {verdict(cut['books'])}, left open in journals {len(cut['left_in_journals'])}."
            ),
            "",
            table(cut["books"]),
        )
    )


def main() -> None:
    """Run both, print, keep; a difference is a failure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--tills", type=int, default=TILLS)
    parser.add_argument("--cut", action="store_true", help="the power cut alone")
    told = parser.parse_args()
    books = []
    with a_world() as (world, progress):
        warm_tills(world, told.tills)
        if not told.cut:
            progress("rush")
            figures = rush(world, told.seconds, told.tills)
            if figures["told"].get("APPROVED", 0) < told.tills:
                sys.exit(f"Nothing was proved: the machine was too busy to sell ({figures['told']}).")
            kept("rush", figures)
            progress("rush", f"{figures['sales']:,} sales, {figures['per_second']:.1f}/s")
            print(f"\n{report(figures)}\n")
            books.append(figures["books"])
        progress("power cut")
        cut = power_cut(world, told.tills)
        kept("power_cut", cut)
        progress("power cut", f"resolved after {cut['resolved_after_seconds']:.0f} s")
        print(f"\n{report_of_cut(cut)}")
        books.append(cut["books"])
    if not all(one["are_equal"] for one in books):
        sys.exit(1)


if __name__ == "__main__":
    main()
