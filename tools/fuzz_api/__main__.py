"""Hostile requests against the real gateway: `python -m tools.fuzz_api --cases 200000`.

No 5xx, no answer that the API's description does not allow, no code that the catalogue does not list, and
nothing changed without a valid signature. A failure prints the seed that repeats it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Final

from functions.gateway.calls import DESCRIPTION
from tools.fuzz_api.cases import Case, Maker
from tools.fuzz_api.relay import Relay
from tools.fuzz_api.verdicts import Judge

SEED: Final = 1
CASES_PER_SEED: Final = 500  # a fresh relay for each: keys come back within it, and it stays small
MOST_SHOWN: Final = 20
SHOW_EVERY_SECONDS: Final = 10


@dataclass
class Found:
    """What came of some cases: kinds, answers, broken promises, and the slowest in processor seconds."""

    kinds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def cases(self) -> int:
        """All of them."""
        return self.kinds.total()

    def add(self, other: Found) -> None:
        """Take in what another process found."""
        self.kinds += other.kinds
        self.answers += other.answers
        self.broken += other.broken
        self.slowest = max(self.slowest, other.slowest)


def fuzz(seed: int, cases: int = CASES_PER_SEED) -> Found:
    """So many cases from one seed, against one relay; every valid sale is sent again now and then."""
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    maker, chance = Maker(description), Random(seed)  # noqa: S311 -- a failure must be repeatable
    return judged(description, seed, (maker.case(chance) for _ in range(cases)))


def every_hand_made(seed: int = SEED) -> Found:
    """Every hostile body, form and lie, each at least once."""
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    made = Maker(description).every_hand_made(Random(seed))  # noqa: S311 -- as above
    return judged(description, seed, made)


def judged(description: dict[str, object], seed: int, cases: Iterator[Case] | list[Case]) -> Found:
    """Put cases to one relay, one after another."""
    found, judge = Found(), Judge(description)
    with Relay().installed() as relay:
        for number, case in enumerate(cases):
            began, which = time.process_time(), f"seed {seed}, case {number} ({case.kind}, {case.route})"
            word, broken = judge.judge(relay, case)
            found.slowest = max(found.slowest, (time.process_time() - began, which))
            found.kinds[case.kind] += 1
            found.answers[word] += 1
            found.broken += [f"{which}: {one}" for one in broken]
    return found


def everything(cases: int, seed: int, processes: int) -> Found:
    """At least so many cases; progress goes to standard error."""
    found, began, shown = every_hand_made(seed), time.monotonic(), time.monotonic()
    seeds = range(seed, seed + max(0, -(-(cases - found.cases) // CASES_PER_SEED)))
    with ProcessPoolExecutor(processes) as pool:
        for one in pool.map(fuzz, seeds):
            found.add(one)
            for promise in one.broken:
                print(promise, file=sys.stderr, flush=True)
            if time.monotonic() - shown > SHOW_EVERY_SECONDS:
                shown = time.monotonic()
                rate = found.cases / (shown - began)
                print(
                    f"{found.cases:>9,} cases, {rate:,.0f} a second, {len(found.broken)} broken promises",
                    file=sys.stderr,
                    flush=True,
                )
    return found


def main() -> int:
    """Fuzz and print the counts; 1 when a promise was broken."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--processes", type=int, default=os.cpu_count())
    asked = options.parse_args()
    began = time.monotonic()
    print(f"seed {asked.seed}", flush=True)
    found = everything(asked.cases, asked.seed, asked.processes)
    for title, counts in (("case", found.kinds), ("answer", found.answers)):
        print(f"\n{title:<50}{'times':>10}")
        for name, count in counts.most_common():
            print(f"{name:<50}{count:>10,}")
    print()
    for one in found.broken[:MOST_SHOWN]:
        print(one)
    took, which = found.slowest
    print(f"slowest: {took:.3f} s of the processor, {which}")
    seconds = time.monotonic() - began
    print(
        f"{found.cases:,} cases from seed {asked.seed} in {seconds:.0f} s "
        f"({found.cases / seconds:,.0f} a second): {len(found.broken):,} broken promises"
    )
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
