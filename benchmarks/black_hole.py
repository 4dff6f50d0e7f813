"""One of four VANs takes every telegram and never answers: `python -m benchmarks.black_hole [--seconds 45]`.

Healthy and black-holed phases take turns on one world, at one beat; the hole is the VAN with the largest
share. Told apart by who was asked first: the others must sell as many as before, as fast as before.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any, Final

from benchmarks.beat import Beat, on_the_beat, until
from benchmarks.books import at_rest
from benchmarks.breaker_watch import BreakerWatch, is_open, rehearse
from benchmarks.figures import kept
from benchmarks.weather import black_hole
from benchmarks.worlds import a_world, warm_tills
from tools.world.world import World

HOLE: Final = "hangang"
PER_SECOND: Final = (
    2.0  # what two cores carry beside the engine, the parties and all consumers of the streams
)
AT_ONCE: Final = 16  # sandboxes warmed: sales that wait three seconds, and starts that would be measured
ANSWER_SECONDS: Final = 3  # a shorter wait than the contract's 11 s: the same story in less time
WARM_SECONDS: Final = 8.0
REST_SECONDS: Final = 200
OPEN_SECONDS: Final = 30  # from the last sale of a phase
LEAST_THROUGHPUT, MOST_P99, OPENS_AT = 0.95, 1.2, 10


def measure(world: World, seconds: float, rounds: int, per_second: float = PER_SECOND) -> dict[str, Any]:
    """Healthy and black-holed in turn, so many times."""
    warm_tills(world, AT_ONCE)
    on_the_beat(world, per_second, WARM_SECONDS, first_till=1)
    rehearse(world, HOLE, per_second)
    healthy: list[Beat] = []
    holed: list[Beat] = []
    trips = []
    for number in range(rounds):
        healthy += on_the_beat(world, per_second, seconds, first_till=100 * number + 10)
        watch = BreakerWatch(world.running, HOLE)
        black_hole(world, HOLE)
        fell_ms = time.time_ns() // 1_000_000
        holed += on_the_beat(world, per_second, seconds, first_till=100 * number + 50)
        trips.append(_trip(watch, fell_ms))
        world.vans[HOLE].tell({"reset": True})
        watch.close_by_hand()
        at_rest(world.running, REST_SECONDS)
    return figures_of(healthy, holed, trips, seconds * rounds)


def _trip(watch: BreakerWatch, fell_ms: int) -> dict[str, Any]:
    """How the breaker opened: at which error, and how long after it."""
    until(lambda: is_open(watch), OPEN_SECONDS)
    breaker = watch.breaker()
    errors = watch.errors_before(breaker)
    counted = [one for one in errors if one <= breaker.since_ms]
    return {
        "opened_after_seconds": (breaker.since_ms - fell_ms) / 1_000,
        "errors_counted_when_it_opened": len(counted),
        "after_the_tenth_ms": breaker.since_ms - sorted(errors)[OPENS_AT - 1],
        "reason": breaker.reason,
        "why": breaker.why,
    }


def figures_of(
    healthy: list[Beat], holed: list[Beat], trips: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    """Ratios of the others, holed over healthy."""
    before, after = _others(healthy), _others(holed)
    throughput = len(after) / len(before)
    p99 = _p99(after) / _p99(before)
    return {
        "hole": HOLE,
        "seconds_of_each": seconds,
        "others_approved": [len(before), len(after)],
        "others_p50_ms": [_p50(before), _p50(after)],
        "others_p99_ms": [_p99(before), _p99(after)],
        "throughput_ratio": round(throughput, 3),
        "p99_ratio": round(p99, 3),
        "by_van": {name: [_count(healthy, name), _count(holed, name)] for name in _names(healthy + holed)},
        "told": [_told(healthy), _told(holed)],
        "trips": trips,
        "sales": [_raw(healthy), _raw(holed)],
    }


def _raw(sold: list[Beat]) -> list[list[float | str]]:
    """Every sale, to look at the slowest: when, how long, who was asked first, what was heard."""
    return [[round(one.at, 2), round(one.took_ms, 1), one.destination, one.state] for one in sold]


def _others(sold: list[Beat]) -> list[float]:
    return [one.took_ms for one in sold if one.destination not in {HOLE, ""} and one.state == "APPROVED"]


def _names(sold: list[Beat]) -> list[str]:
    return sorted({one.destination for one in sold if one.destination})


def _count(sold: list[Beat], name: str) -> int:
    return sum(one.destination == name for one in sold)


def _told(sold: list[Beat]) -> dict[str, int]:
    return {state: sum(one.state == state for one in sold) for state in sorted({one.state for one in sold})}


def _p50(took: list[float]) -> float:
    return round(statistics.median(took), 1)


def _p99(took: list[float]) -> float:
    return round(statistics.quantiles(took, n=100)[98], 1)


def table(figures: dict[str, Any]) -> str:
    """What is kept, as a table."""
    before, after = zip(
        figures["others_approved"], figures["others_p50_ms"], figures["others_p99_ms"], strict=True
    )
    lines = [
        "| the other three VANs | approved | p50 ms | p99 ms |",
        "|---|---|---|---|",
        "| healthy | {:,} | {:.1f} | {:.1f} |".format(*before),
        "| one black hole beside them | {:,} | {:.1f} | {:.1f} |".format(*after),
        (
            f"| ratio | **{figures['throughput_ratio']:.2f}** (≥ {LEAST_THROUGHPUT}) |"
            f" {after[1] / before[1]:.2f} | **{figures['p99_ratio']:.2f}** (≤ {MOST_P99}) |"
        ),
        "",
    ]
    return "\n".join(lines + [_opened(trip, figures["hole"]) for trip in figures["trips"]])


def _opened(trip: dict[str, Any], hole: str) -> str:
    return (
        f"The breaker opened with {trip['errors_counted_when_it_opened']} errors counted,"
        f" {trip['after_the_tenth_ms']} ms after the tenth and {trip['opened_after_seconds']:.1f} s after"
        f" {hole} fell silent: “{trip['why']}”."
    )


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=45.0, help="of each phase")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--per-second", type=float, default=PER_SECOND)
    told = parser.parse_args()
    with a_world(answer_seconds=ANSWER_SECONDS) as (world, progress):
        progress("black hole")
        figures = measure(world, told.seconds, told.rounds, told.per_second)
        progress(
            "black hole", f"others sell {figures['throughput_ratio']:.2f} ×, p99 {figures['p99_ratio']:.2f} ×"
        )
    kept("black_hole", figures)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    main()
