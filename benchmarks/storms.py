"""Two storms replayed on the engine: `python -m benchmarks.storms [--seconds 40]`.

Declines: every card is over its limit, at all four VANs; nothing may be counted. Timeouts: one VAN falls
silent until its breaker has opened, and then comes back by itself, through probes; it opens exactly once, and
one alarm calls people. Every sale, sample and error is kept: the pictures are drawn from what happened.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any, Final

from benchmarks.beat import OVER_THE_LIMIT_WON, Beat, on_the_beat, until
from benchmarks.books import at_rest
from benchmarks.breaker_watch import BreakerWatch, is_open, opened_events, rehearse, rises
from benchmarks.figures import kept
from benchmarks.weather import black_hole
from benchmarks.worlds import a_world, warm_tills
from payment_core.approval.model import SaleId
from payment_core.routing.breaker import ERRORS_TO_OPEN
from tools.world.world import World

VAN: Final = "hangang"
PER_SECOND: Final = 4.0
AT_ONCE: Final = 8  # sales, where some wait three seconds
ANSWER_SECONDS: Final = 3  # a shorter wait than the contract's 11 s: the same story in less time
CALM_SECONDS: Final = 15.0
CLOSED_SECONDS: Final = 200
ALARM_SECONDS: Final = 30
OPEN_SECONDS: Final = 30  # from the last sale of the storm
REST_SECONDS: Final = 300


def decline_storm(world: World, seconds: float) -> dict[str, Any]:
    """Nothing but declines, as fast as they come."""
    watch = BreakerWatch(world.running, VAN)
    before, events = watch.breaker(), opened_events(world.running, VAN)
    watch.start()
    began = time.time()
    sold = on_the_beat(world, PER_SECOND, seconds, amount_won=OVER_THE_LIMIT_WON, first_till=100)
    time.sleep(CALM_SECONDS)
    samples = watch.end()
    errors = watch.store.moments_ms(VAN, before.generation, int(began * 1_000), 1)
    return {
        "declined": sum(one.state == "DECLINED" for one in sold),
        "others": sum(one.state != "DECLINED" for one in sold),
        "declined_by": {name: sum(one.destination == name for one in sold) for name in _names(sold)},
        "errors_counted": len(errors),
        "trips": watch.breaker().generation - before.generation,
        "opened_events": opened_events(world.running, VAN) - events,
        "alarms": rises(samples, "open_alarm") + rises(samples, "errors_alarm"),
        "timeline": _timeline(began, sold, samples, []),
    }


def timeout_storm(world: World, seconds: float) -> dict[str, Any]:
    """One VAN falls silent for that long; sales go on until its breaker has closed again."""
    watch = BreakerWatch(world.running, VAN)
    before, events = watch.breaker(), opened_events(world.running, VAN)
    watch.start()
    began = time.time()
    sold = on_the_beat(world, PER_SECOND, CALM_SECONDS, first_till=200)
    fell = time.time()
    black_hole(world, VAN)
    sold += on_the_beat(world, PER_SECOND, seconds, first_till=300)
    until(lambda: is_open(watch), OPEN_SECONDS)
    opened = watch.breaker()
    errors = watch.errors_before(opened)
    until(lambda: watch.alarms["open_alarm"] == "ALARM", ALARM_SECONDS)
    world.vans[VAN].tell({"reset": True})
    answers_again = time.time()
    until(lambda: not is_open(watch), CLOSED_SECONDS)
    time.sleep(1.5)  # a router believes what it knows for a second
    sold += on_the_beat(world, PER_SECOND, CALM_SECONDS, first_till=400)
    rested = at_rest(world.running, REST_SECONDS)
    until(lambda: watch.alarms["open_alarm"] != "ALARM", CLOSED_SECONDS)
    samples = watch.end()
    return {
        "sales": len(sold),
        "approved": sum(one.state == "APPROVED" for one in sold),
        "in_doubt": sum(one.state in {"BEING_REVERSED", "REVERSED"} for one in sold),
        "errors_counted_when_it_opened": sum(one <= opened.since_ms for one in errors),
        "after_the_tenth_ms": opened.since_ms - sorted(errors)[9],
        "opened_after_seconds": round(opened.since_ms / 1_000 - fell, 1),
        "why": opened.why,
        "trips": watch.breaker().generation - before.generation,
        "opened_events": opened_events(world.running, VAN) - events,
        "alarms": rises(samples, "open_alarm"),
        "at_rest_after_seconds": round(rested, 1),
        "unresolved": [one.sale_id for one in sold if _is_open(world, one.sale_id)],
        "marks": {
            "silent": round(fell - began, 2),
            "opened": round(opened.since_ms / 1_000 - began, 2),
            "answers again": round(answers_again - began, 2),
            "closed": round(watch.breaker().since_ms / 1_000 - began, 2),
        },
        "timeline": _timeline(began, sold, samples, errors),
    }


def _is_open(world: World, sale_id: str) -> bool:
    sale = world.running.sales.read(SaleId.parse(sale_id))
    return sale is not None and sale.is_open  # one that was refused stands nowhere


def _names(sold: list[Beat]) -> list[str]:
    return sorted({one.destination for one in sold})


def _timeline(
    began: float, sold: list[Beat], samples: list[dict[str, Any]], errors: list[int]
) -> dict[str, Any]:
    """Everything with its seconds since the beginning."""
    return {
        "sales": [
            [round(one.at - began, 2), round(one.took_ms), one.state, one.destination]
            for one in sorted(sold, key=lambda one: one.at)
        ],
        "breaker": [
            [round(one["at"] - began, 1), one["state"], one["open_alarm"], one["errors_alarm"]]
            for one in samples
        ],
        "errors": [round(one / 1_000 - began, 2) for one in errors],
    }


def table(figures: dict[str, Any]) -> str:
    """What is kept, as text."""
    declines, timeouts = figures["declines"], figures["timeouts"]
    sold, probed = declines["declined"] + declines["others"], timeouts["marks"]
    left_open = len(timeouts["unresolved"])
    return "\n".join(
        (
            "| storm | sales | errors counted | breaker opened | events of it | alarms |",
            "|---|---|---|---|---|---|",
            (
                f"| declines | {sold} ({declines['declined']} declined) | {declines['errors_counted']} |"
                f" **{declines['trips']} times** | {declines['opened_events']} | {declines['alarms']} |"
            ),
            (
                f"| timeouts | {timeouts['sales']} ({timeouts['in_doubt']} in doubt, {left_open} open at"
                f" rest) | {timeouts['errors_counted_when_it_opened']} |"
                f" **{timeouts['trips']} time** | {timeouts['opened_events']} | {timeouts['alarms']} |"
            ),
            "",
            (
                f"It opened {timeouts['after_the_tenth_ms']} ms after the tenth error: “{timeouts['why']}”,"
                f" and closed by probes {probed['closed'] - probed['answers again']:.0f} s"
                " after the VAN answered again."
            ),
        )
    )


def main() -> None:
    """Replay, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=40.0, help="of each storm")
    told = parser.parse_args()
    with a_world(answer_seconds=ANSWER_SECONDS) as (world, progress):
        warm_tills(world, AT_ONCE)
        rehearse(world, VAN, PER_SECOND)
        progress("declines")
        declines = decline_storm(world, told.seconds)
        if declines["declined"] <= max(ERRORS_TO_OPEN, declines["others"]):
            counts = f"{declines['declined']} declined, {declines['others']} not"
            sys.exit(f"Nothing was proved: the machine was too busy to decline ({counts}).")
        progress("declines", f"{declines['declined']} of them, opened {declines['trips']} times")
        progress("timeouts")
        timeouts = timeout_storm(world, told.seconds)
        progress("timeouts", f"opened {timeouts['trips']} time, {timeouts['alarms']} alarm")
    figures = {"declines": declines, "timeouts": timeouts}
    kept("storms", figures)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    main()
