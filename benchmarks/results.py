"""Write what was measured into RESULTS.md, from the raw data: `python -m benchmarks.results`.

A part stands between `<!-- measured: name -->` and `<!-- end -->`; whatever else the page says stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks import (
    black_hole,
    cold_start,
    matching,
    read_side,
    replay,
    return_file,
    rush,
    soak,
    storms,
    whole_path,
    writes,
)
from benchmarks.figures import COMMITTED, known

PAGE: Final = Path(__file__).with_name("RESULTS.md")
PART: Final = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
TABLES: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "writes": writes.table,
    "whole_path": whole_path.table,
    "black_hole": black_hole.table,
    "rush": rush.report,
    "power_cut": rush.report_of_cut,
    "cold_start": cold_start.table,
    "storms": storms.table,
    "soak": soak.report,
    "replay": replay.table,
    "read_side": read_side.table,
    "matching": matching.table,
    "return_file": return_file.table,
}
MISSING: Final = "Not measured yet."


def rendered(page: str) -> str:
    """The page with every measured part as the raw data have it."""
    return PART.sub(lambda part: f"{part[1]}{_part(part[2])}\n{part[3]}", page)


def _part(name: str) -> str:
    if name == "summary":
        return "\n".join(["| what | promised | measured |", "|---|---|---|", *_summary()])
    if not _is_measured(name):
        return MISSING
    figures = known(name)
    loads = ", ".join(map(str, figures["load_average"]))
    on = f"{figures['machine']}; ended {figures['ended']}, load average of 1, 5 and 15 minutes {loads}."
    data = f"[{name}.json]({COMMITTED.name}/{name}.json)"
    note = f" {figures['note']}" if "note" in figures else ""
    return f"{on}{note} Raw data: {data}.\n\n{TABLES[name](figures)}"


def _is_measured(name: str) -> bool:
    return (COMMITTED / f"{name}.json").exists()


def _summary() -> Iterator[str]:
    for name, lines in SUMMARIES.items():
        if _is_measured(name):
            figures = known(name)
            early = " (early: see its note)" if "note" in figures else ""
            yield from (f"| {' | '.join(line)}{early} |" for line in lines(figures))
        else:
            yield f"| {name.replace('_', ' ')} | | {MISSING.lower().rstrip('.')} |"


def _of_writes(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, sale in (("happy", "an approval"), ("undone", "a lost answer, undone in line")):
        yield f"durable writes of {sale}", f"≤ {told[name]['most']}", f"{told[name]['writes']:.0f}"


def _of_whole_path(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield "median of the whole path / of a bare one", f"≤ {told['target']}", f"{told['ratio_p50']:.2f}"


def _of_black_hole(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    asked = f"≥ {black_hole.LEAST_THROUGHPUT}, ≤ {black_hole.MOST_P99}"
    found = f"{told['throughput_ratio']:.2f}, {told['p99_ratio']:.2f}"
    yield "one of four VANs silent: the others' throughput and p99, with / without it", asked, found
    counted = ", ".join(str(trip["errors_counted_when_it_opened"]) for trip in told["trips"])
    yield "its breaker opens at error", str(black_hole.OPENS_AT), counted


def _of_rush(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    books = told["books"]
    found = f"{len(books['lost'])}, {len(books['double'])} of {told['sales']:,}"
    yield f"{told['tills']} tills for {told['seconds'] / 60:.0f} minutes: lost, double", "0, 0", found
    oldest, most = f"{told['oldest_unknown_seconds']:.0f} s", f"≤ {told['horizon_seconds']} s"
    yield "the oldest unknown among them", most, oldest
    if "projection_lag" in told:
        lag = told["projection_lag"]
        found = f"{lag['p50_ms']:,} ms, {lag['p99_ms']:,} ms"
        yield "how far the read models are behind meanwhile, p50, p99", "shown", found


def _of_power_cut(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    found = f"{told['resolved_after_seconds']:.0f} s"
    yield "`kill -9` of everything: all sales resolved after", f"≤ {told['at_most_seconds']} s", found


def _of_cold_start(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, ratio in told["ratios"].items():
        yield f"start of {name} / of a heavy handler", f"≤ {ratio['at_most']}", f"{ratio['init_ms']:.2f}"


def _of_storms(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    found = f"{told['declines']['trips']}, {told['timeouts']['trips']}"
    yield "trips of a breaker in a storm of declines, of timeouts", "0, 1", found


def _of_replay(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    what = f"a million events played again, by the rate of {told['events']:,}"
    yield what, f"≤ {replay.MOST_SECONDS} s", f"{told['a_million_takes_seconds']} s"


def _of_read_side(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield f"requests of a search among {told['sales']:,} sales", "≤ 3", str(told["most_requests"])


def _of_return_file(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    what = f"a return file of {told['rows']:,} rows applied"
    yield what, f"≤ {return_file.MOST_SECONDS} s", f"{told['seconds']:.0f} s"


def _of_matching(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, times in matching.ratios(told).items():
        asked = [f"≥ {matching.TARGETS[name][peer]:g}" for peer in times]
        found = [f"{ratio:.1f}" for ratio in times.values()]
        what = f"matching {told['rows']:,} rows by {name}: times faster than {', than '.join(times)}"
        yield what, ", ".join(asked), ", ".join(found)
        memory = f"{told['anonymous_megabytes'][name]:,} MB"
        yield "its anonymous memory", f"≤ {matching.MOST_MEGABYTES[name]:,} MB", memory
    found = f"{matching.cpu_ratio(told):.2f}"
    yield "processor time of 4, 16, 64 shards / of one, at most", f"≤ {matching.MOST_CPU}", found


SUMMARIES: Final[dict[str, Callable[[dict[str, Any]], Iterator[tuple[str, str, str]]]]] = {
    "writes": _of_writes,
    "whole_path": _of_whole_path,
    "black_hole": _of_black_hole,
    "rush": _of_rush,
    "power_cut": _of_power_cut,
    "cold_start": _of_cold_start,
    "storms": _of_storms,
    "replay": _of_replay,
    "read_side": _of_read_side,
    "return_file": _of_return_file,
}


def main() -> None:
    """Write the page."""
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
