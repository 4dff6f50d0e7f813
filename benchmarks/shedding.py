"""Overload: one merchant asks for three times what its plan allows. How fast is it shed, and who suffers?

`python -m benchmarks.shedding [--seconds 15] [--rate 3]`. Requests leave on a fixed beat, whether or not the
ones before were answered, as tills do. A second merchant sells slowly beside it. The same beat at the allowed
rate is measured first, so the figures are ratios of one run on one machine. What CI asserts about shedding is
in tests/system/test_pressure.py: status codes and counts, no clock.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.approvals import machine
from payment_adapters.http.signatures import Terminal
from payrelay.client import CardInHand, NoAnswerError, Pos
from tools.cli.screen import Progress, console
from tools.simulators.cards import another_card
from tools.world.running import RunningWorld
from tools.world.truth import tally
from tools.world.world import Plan, World

OVERLOAD = 3
TILLS = 64  # threads; enough that no beat waits for a free one
NEIGHBOURS_BEAT_SECONDS = 0.5
WARM_UP_BEATS = 3
TOO_MANY = 429


@dataclass
class Answers:
    """What came back on one beat. Milliseconds are of one request, from signing to the last byte."""

    approved_ms: list[float] = field(default_factory=list)
    shed_ms: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def sell(self, pos: Pos) -> None:
        """One sale."""
        start = time.monotonic()
        try:
            answer = pos.send(pos.approval(11_000, CardInHand(another_card(), "1230")))
        except NoAnswerError:
            self.others["no answer"] += 1
            return
        took_ms = (time.monotonic() - start) * 1_000
        if answer.words.get("state") == "APPROVED":
            self.approved_ms.append(took_ms)
        elif answer.http_status == TOO_MANY:
            self.shed_ms.append(took_ms)
        else:
            self.others[str(answer.words.get("response_code") or answer.http_status)] += 1


def on_the_beat(
    world: RunningWorld, per_second: float, seconds: float, number: int
) -> tuple[Answers, Answers]:
    """Sell on a beat as merchant 1001, and slowly beside it as merchant 1002."""
    loud, beside = Answers(), Answers()
    pos = world.pos(Terminal("1001", f"3001{number:04d}", 1))
    neighbour = world.pos(Terminal("1002", f"3002{number:04d}", 1))
    over = threading.Event()

    def neighbours() -> None:
        while not over.wait(NEIGHBOURS_BEAT_SECONDS):
            beside.sell(neighbour)

    slowly = threading.Thread(target=neighbours)
    slowly.start()
    with ThreadPoolExecutor(TILLS) as tills:
        began = time.monotonic()
        for beat in range(int(per_second * seconds)):
            time.sleep(max(0.0, began + beat / per_second - time.monotonic()))
            tills.submit(loud.sell, pos)
    over.set()
    slowly.join()
    return loud, beside


def row(name: str, answers: Answers, seconds: float) -> str:
    """One line of the table."""
    return (
        f"{name:<28} {len(answers.approved_ms) / seconds:9.1f} {_at(answers.approved_ms, 50):8.1f}"
        f" {len(answers.shed_ms):6} {_at(answers.shed_ms, 50):8.1f} {_at(answers.shed_ms, 99):8.1f}"
        f" {answers.others.total():7}"
    )


def _at(took_ms: list[float], percent: int) -> float:
    return statistics.quantiles(took_ms, n=100)[percent - 1] if len(took_ms) > 1 else float("nan")


def main() -> None:
    """Measure, print a table, and compare table and books."""
    parser = argparse.ArgumentParser(description="Shedding at three times the allowed rate.")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each beat")
    parser.add_argument("--rate", type=int, default=3, help="requests per second that the plan allows")
    told = parser.parse_args()
    limits = {"MerchantRate": told.rate, "MerchantBurst": told.rate, "MerchantDayQuota": 1_000_000}
    with (
        tempfile.TemporaryDirectory(prefix="payrelay-bench-") as folder,
        Progress(console()) as progress,
        World.up(Plan(Path(folder), port=0, merchant_limits=limits), progress) as world,
    ):
        for _ in range(WARM_UP_BEATS):
            on_the_beat(world.running, told.rate, 1, 1)
        progress("allowed")
        allowed, beside = on_the_beat(world.running, told.rate, told.seconds, 2)
        progress("allowed", f"{len(allowed.approved_ms)} approved")
        progress("overload")
        overload, beside_overload = on_the_beat(world.running, OVERLOAD * told.rate, told.seconds, 3)
        progress("overload", f"{len(overload.approved_ms)} approved, {len(overload.shed_ms)} shed")
        truth = tally(world.running)
    print(f"\n{machine()}; plan {told.rate}/s, {told.seconds:.0f} s each; date {time.strftime('%Y-%m-%d')}\n")
    print(f"{'':<28} approved/s   p50 ms   shed   p50 ms   p99 ms  others")
    print(row("at the allowed rate", allowed, told.seconds))
    print(row("  another merchant beside it", beside, told.seconds))
    print(row(f"at {OVERLOAD} times the rate", overload, told.seconds))
    print(row("  another merchant beside it", beside_overload, told.seconds))
    goodput = len(overload.approved_ms) / max(1, len(allowed.approved_ms))
    shed_to_sale = _at(overload.shed_ms, 50) / _at(allowed.approved_ms, 50)
    print(
        f"\ngoodput, overload / allowed: {goodput:.2f}; "
        f"a refusal takes {shed_to_sale:.2f} of an approval (medians)"
    )
    print(
        f"Table and books: {truth.approved:,} approved, {truth.unknown} unknown, "
        f"{len(truth.disagreements)} differences"
    )
    if truth.disagreements:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
