"""Structured fuzzing of every telegram of every paper: `python -m tools.fuzz --mutations 10000000`.

Only DecodeError may come out of `decode`, within a second and in bounded memory; what is read must be written
again and read as the same. Every telegram gets its share; a failure prints the seed that repeats it alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from telegram_codec import DecodeError
from tools.fuzz.mutations import mutated
from tools.fuzz.samples import sample
from tools.papers import telegrams

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 1
MUTATIONS_PER_SEED: Final = 1_000
MUTATIONS_PER_SAMPLE: Final = 20
LONGEST_SECONDS: Final = 1.0
MOST_MEGABYTES: Final = 256


@dataclass(frozen=True)
class Count:
    """What came of the mutations of one telegram; `slowest_seconds` is the longest a single decode took."""

    spec: str
    refused: int
    read: int
    slowest_seconds: float

    def __add__(self, other: Count) -> Count:
        """Both together."""
        slowest = max(self.slowest_seconds, other.slowest_seconds)
        return Count(self.spec, self.refused + other.refused, self.read + other.read, slowest)

    @property
    def mutations(self) -> int:
        """All of them."""
        return self.refused + self.read


class FuzzError(Exception):
    """A decode did what it must not; `seed` repeats it."""

    def __init__(self, spec: str, seed: int, what: str) -> None:
        """Say of which telegram, how to repeat it, and what happened."""
        super().__init__(spec, seed, what)
        self.spec, self.seed, self.what = spec, seed, what

    def __str__(self) -> str:
        """The whole sentence."""
        repeat = f"--only {self.spec} --seed {self.seed} --mutations {MUTATIONS_PER_SEED}"
        return f"{self.spec}: {self.what}; repeat with {repeat}"


def fuzz(spec: str, seed: int, mutations: int = MUTATIONS_PER_SEED) -> Count:
    """So many mutations of one telegram; FuzzError for the first that goes wrong."""
    made, chance = telegrams()[spec], Random(f"{spec} {seed}")  # noqa: S311 - a failure must be repeatable
    refused, slowest, peak_before = 0, 0.0, _peak_megabytes()
    telegram = sample(chance, made)
    wire = telegram.encode()
    for index in range(mutations):
        if index % MUTATIONS_PER_SAMPLE == 0:
            telegram = sample(chance, made)
            wire = telegram.encode()
        data = mutated(chance, telegram, wire)
        started = time.process_time()
        try:
            read = made.decode(data)
        except DecodeError:
            refused += 1
        except BaseException as bug:
            bug.add_note(str(FuzzError(spec, seed, f"{type(bug).__name__} came out")))
            raise
        else:
            if made.decode(read.encode()) != read:
                raise FuzzError(spec, seed, "what was read is not what it writes")
        slowest = max(slowest, time.process_time() - started)
    if slowest > LONGEST_SECONDS:
        raise FuzzError(spec, seed, f"one decode took {slowest:.1f} s")
    if (grown := _peak_megabytes() - peak_before) > MOST_MEGABYTES:
        raise FuzzError(spec, seed, f"{grown} MB of memory were needed")
    return Count(spec, refused, mutations - refused, slowest)


def _peak_megabytes() -> int:
    """The most this process has held so far; a forked one starts with what its parent held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _shares(specs: list[str], mutations: int, seed: int) -> Iterator[tuple[str, int, int]]:
    """Every telegram's share in pieces of one seed each, telegram by telegram in turn."""
    share = -(-mutations // len(specs))
    for piece in range(-(-share // MUTATIONS_PER_SEED)):
        count = min(MUTATIONS_PER_SEED, share - piece * MUTATIONS_PER_SEED)
        yield from ((spec, seed + piece, count) for spec in specs)


def counts(mutations: int, seed: int = SEED, only: str = "", processes: int = 1) -> dict[str, Count]:
    """At least so many mutations over all telegrams, or of one; progress goes to standard error."""
    specs = [spec for spec in telegrams() if only in ("", spec)]
    pieces = list(_shares(specs, mutations, seed))
    found: dict[str, Count] = {}
    began = time.monotonic()
    done = 0
    with ProcessPoolExecutor(processes) as pool:
        for count in pool.map(fuzz, *zip(*pieces, strict=True), chunksize=4):
            found[count.spec] = found[count.spec] + count if count.spec in found else count
            before, done = done, done + count.mutations
            if done // 100_000 > before // 100_000:
                rate = done / (time.monotonic() - began)
                print(f"{done:>12,} mutations, {rate:,.0f} a second", file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Fuzz and print the counts of every telegram."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mutations", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--only", default="", help="one telegram, such as hangang.ApprovalRequest")
    options.add_argument("--processes", type=int, default=os.cpu_count())
    asked = options.parse_args()
    began = time.monotonic()
    found = counts(asked.mutations, asked.seed, asked.only, asked.processes)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{'telegram':<40}{'mutations':>12}{'refused':>12}{'read':>10}{'slowest':>12}")
    for count in found.values():
        print(
            f"{count.spec:<40}{count.mutations:>12,}{count.refused:>12,}{count.read:>10,}"
            f"{count.slowest_seconds * 1000:>9.1f} ms"
        )
    total = sum(count.mutations for count in found.values())
    print(
        f"{total:,} mutations of {len(found)} telegrams from seed {asked.seed}, nothing but DecodeError, in "
        f"{time.monotonic() - began:.0f} s, at most {peak // 1024} MB a process"
    )


if __name__ == "__main__":
    main()
