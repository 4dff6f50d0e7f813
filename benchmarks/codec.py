"""How fast telegrams become bytes and back, beside the libraries people use: `python -m benchmarks.codec`.

Both sides of a comparison start from the same typed values and end with them: dates are dates, money is int,
text is stripped of its padding. That is checked before anything is timed. A figure is the median of rounds
that alternate between the sides in one run, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from benchmarks import iso_telegrams, string_telegrams
from benchmarks.machine import headline
from benchmarks.record_files import rows_per_second

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS: Final = 31
ROUND_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Contest:
    """One piece of work, done by both sides; `target` is the most that ours may take of theirs, if any."""

    name: str
    ours: Callable[[], object]
    theirs: Callable[[], object]
    target: float | None = None


@dataclass(frozen=True)
class Result:
    """Medians in microseconds for each call."""

    name: str
    ours_microseconds: float
    theirs_microseconds: float
    ratio: float
    target: float | None

    @property
    def is_met(self) -> bool:
        """Whether the ratio is within the target."""
        return self.target is None or self.ratio <= self.target


def measured(contest: Contest) -> Result:
    """The medians of interleaved rounds; the ratio is the median of the rounds' own ratios."""
    calls = [_calls_of_a_round(side) for side in (contest.ours, contest.theirs)]
    rounds = [
        (_microseconds(contest.ours, calls[0]), _microseconds(contest.theirs, calls[1]))
        for _ in range(ROUNDS)
    ]
    ours, theirs = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = statistics.median(mine / yours for mine, yours in rounds)
    return Result(contest.name, round(ours, 2), round(theirs, 2), round(ratio, 3), contest.target)


def _calls_of_a_round(work: Callable[[], object]) -> int:
    calls = 1
    while (took := _microseconds(work, calls) * calls / 1e6) < ROUND_SECONDS:
        calls = calls * 2 if took < ROUND_SECONDS / 4 else int(calls * ROUND_SECONDS / took) + 1
    return calls


def _microseconds(work: Callable[[], object], calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - started) / calls * 1e6


def contests() -> Iterator[Contest]:
    """Every comparison that this checkout and its environment allow."""
    for name, targets, telegram in string_telegrams.CASES:
        ours = string_telegrams.ours(telegram)
        taught, by_hand = (
            string_telegrams.theirs(peer, telegram)
            for peer in (string_telegrams.VOCABULARY, string_telegrams.BY_HAND)
        )
        yield Contest(
            f"450 bytes, {name}: decode / construct, compiled", ours.decode, taught.decode, targets.decode
        )
        yield Contest(f"450 bytes, {name}: encode / construct", ours.encode, taught.encode, targets.encode)
        yield Contest(f"450 bytes, {name}: decode / construct by hand", ours.decode, by_hand.decode)
        yield Contest(f"450 bytes, {name}: encode / construct by hand", ours.encode, by_hand.encode)
    ours, theirs = iso_telegrams.sides()
    targets = iso_telegrams.TARGETS
    yield Contest("ISO 8583, 40 elements: decode / pyiso8583", ours.decode, theirs.decode, targets.decode)
    yield Contest("ISO 8583, 40 elements: encode / pyiso8583", ours.encode, theirs.encode, targets.encode)


def main() -> None:
    """Print the table, or JSON; exit 1 if a target is missed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--json", action="store_true", help="print JSON for programs")
    options.add_argument("--rows", type=int, default=1_000_000, help="rows of the record file")
    asked = options.parse_args()
    results = [measured(contest) for contest in contests()]
    records = rows_per_second(asked.rows)
    if asked.json:
        figures = {"machine": headline(), "contests": [asdict(one) for one in results], "records": records}
        print(json.dumps(figures, indent=2))
    else:
        print(f"{headline()}; medians of {ROUNDS} interleaved rounds\n")
        print(f"{'':<48}{'ours':>10}{'theirs':>11}{'ratio':>8}{'target':>8}")
        for one in results:
            target = f"{one.target:.2f}" if one.target else ""
            mark = "" if one.is_met else "  MISSED"
            print(
                f"{one.name:<48}{one.ours_microseconds:>7.2f} µs{one.theirs_microseconds:>8.2f} µs"
                f"{one.ratio:>8.3f}{target:>8}{mark}"
            )
        print()
        for name, figure in records.items():
            print(f"{name:<48}{figure:>10,}")
    sys.exit(not all(one.is_met for one in results))


if __name__ == "__main__":
    main()
