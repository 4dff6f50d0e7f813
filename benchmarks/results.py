"""Write the measured parts of RESULTS.md from the raw data: `python -m benchmarks.results`.

A part stands between `<!-- measured: name -->` and `<!-- end -->`; whatever else the page says stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks import black_hole, cold_start, rush, soak, storms, whole_path, writes
from benchmarks.figures import COMMITTED, known

PAGE: Final = Path(__file__).with_name("RESULTS.md")
PART: Final = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
TABLES: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "writes": writes.table,
    "whole_path": whole_path.table,
    "black_hole": black_hole.table,
    "rush": lambda figures: rush.report(figures, known("power_cut")),
    "cold_start": cold_start.table,
    "storms": storms.table,
    "soak": soak.report,
}


def rendered(page: str) -> str:
    """The page with every measured part as the raw data have it."""
    return PART.sub(lambda part: f"{part[1]}{_measured(part[2])}\n{part[3]}", page)


def _measured(name: str) -> str:
    if not (COMMITTED / f"{name}.json").exists():
        return "Not measured yet."
    figures = known(name)
    loads = ", ".join(map(str, figures["load_average"]))
    on = f"{figures['machine']}; ended {figures['ended']}, load average of 1, 5 and 15 minutes {loads}."
    data = f"[{name}.json]({COMMITTED.name}/{name}.json)"
    return f"{on} Raw data: {data}.\n\n{TABLES[name](figures)}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
