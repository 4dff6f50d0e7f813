"""A campaign on several cores: ranges of seeds in processes of their own, and one report of them all.

Ranges are merged in the order of their seeds, and nothing behind the first failure counts: the report is the
one that a single process gives, to the last number but the seconds, however many processes there are.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import islice
from typing import Final

from tools.lab.campaign import Report, play, run
from tools.lab.plan import draw

RANGE: Final = 250  # schedules that a process plays before it tells what they came to
AHEAD: Final = 4  # ranges for each core that are handed out at once

Range = tuple[int, int]  # first seed, and how many
Told = tuple[Report, list[int]]  # what a range came to, and its seeds that failed


def run_on(
    cores: int,
    first_seed: int,
    schedules: int,
    *,
    tick: Callable[[Report], None] = lambda _: None,
    so_far: Report | None = None,
) -> Report:
    """Play so many schedules, or until the first that fails; inside ``laboratory``.

    Args:
        cores: How many processes; 1 plays in this one.
        first_seed: Of the whole campaign.
        schedules: Of the whole campaign.
        tick: Called with what it came to so far, each time a range was merged.
        so_far: What it had come to when it was stopped: it goes on from there.
    """
    report = so_far or Report(first_seed)
    ranges = _ranges(first_seed + report.schedules, first_seed + schedules)
    with closing(_told(cores, ranges)) as told:
        for part, failed in () if report.failures else told:
            report.schedules += part.schedules
            report.steps += part.steps
            report.cpu_seconds += part.cpu_seconds
            report.fired += part.fired
            report.seen += part.seen
            report.failures += [play(draw(seed)) for seed in failed]
            tick(report)
            if failed:
                break
    return report


def _ranges(first_seed: int, end: int) -> Iterator[Range]:
    """The ranges of a campaign; they end at the same seeds from wherever it goes on."""
    while first_seed < end:
        size = min(RANGE - first_seed % RANGE, end - first_seed)
        yield first_seed, size
        first_seed += size


def _told(cores: int, ranges: Iterator[Range]) -> Generator[Told, None, None]:
    """What each range came to, in their order."""
    if cores == 1:
        yield from (_played(*one) for one in ranges)
        return
    fork = multiprocessing.get_context("fork")  # what is planted here is planted there
    with ProcessPoolExecutor(cores, mp_context=fork, initializer=_let_the_first_process_stop) as pool:
        handed_out = deque(pool.submit(_played, *one) for one in islice(ranges, cores * AHEAD))
        try:
            while handed_out:
                yield handed_out.popleft().result()
                handed_out.extend(pool.submit(_played, *one) for one in islice(ranges, 1))
        finally:
            pool.shutdown(cancel_futures=True)


def _played(first_seed: int, schedules: int) -> Told:
    """Play one range; a failure is told by its seed, which is all that playing it again takes."""
    report = run(first_seed, schedules)
    failed = [one.plan.seed for one in report.failures]
    report.failures.clear()
    return report, failed


def _let_the_first_process_stop() -> None:
    """An interrupt reaches every process of a terminal; the first ends the others when it heard it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
