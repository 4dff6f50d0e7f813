"""`make proof`: the whole model and its mutants, a campaign of the laboratory and its plants, written down.

`python -m tools.proof --schedules N` writes docs/proof/RESULTS.md from what it did; nothing there is typed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tools.lab.campaign import INVARIANTS, Report, laboratory, run
from tools.lab.catalogue import CATALOGUE, IN_EVERY_CAMPAIGN, NOT_APPLICABLE
from tools.lab.plants import PLANTS
from tools.model.explore import Explored, explore
from tools.model.mutants import MUTANTS
from tools.model.worlds import WORLDS

RESULTS: Final = Path(__file__).resolve().parents[1] / "docs" / "proof" / "RESULTS.md"
PLANT_SCHEDULES: Final = 50_000
Noticed = dict[str, Report]


def main(options: list[str]) -> int:
    """Prove, and write down what was shown; 1 if something was not."""
    parser = argparse.ArgumentParser(description="The whole proof.")
    parser.add_argument("--schedules", type=int, default=1_000_000, help="of the laboratory's campaign")
    parser.add_argument("--seed", type=int, default=0, help="of the first schedule")
    parser.add_argument("--plants", nargs="*", metavar="NAME", help="only these plants; none: all of them")
    parser.add_argument("--without-model", action="store_true", help="leave the model out")
    told = parser.parse_args(options)
    began = time.monotonic()
    with laboratory():
        campaign = run(told.seed, told.schedules, tick=_say)
        noticed: Noticed = {}
        for plant in PLANTS:
            if not told.plants or plant.name in told.plants:
                with plant.planted():
                    noticed[plant.name] = run(told.seed, PLANT_SCHEDULES)
                print(f"{plant.name}: {noticed[plant.name].schedules:,} schedules", flush=True)
    worlds: dict[str, Explored] = {}
    mutants: dict[str, Explored] = {}
    if not told.without_model:
        worlds = {name: explore(rules) for name, (rules, _) in WORLDS.items()}
        mutants = {one.name: explore(one.rules) for one in MUTANTS}
    lines = [*_head(time.monotonic() - began), *_campaign(campaign), *_plants(noticed)]
    lines += [*_model(worlds, mutants), *_not_shown(told.schedules)]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    is_shown = not campaign.failures and all(one.failures for one in noticed.values())
    return 0 if is_shown and not any(found.story for found in worlds.values()) else 1


def _say(report: Report) -> None:
    speed = report.schedules / max(report.cpu_seconds, 0.001)
    print(f"{report.schedules:,} schedules, {speed:.0f} a second of CPU", flush=True)


def _head(seconds: float) -> Iterable[str]:
    yield "# What was shown, and on what"
    yield ""
    yield "Written by `make proof`. How to read it: [the laboratory](laboratory.md), [the model](model.md)."
    yield ""
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, CPython "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.0f} at the end, {seconds:,.0f} s in all."
    )
    yield ""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    return names[0].partition(": ")[2] if names else platform.machine()


def _campaign(report: Report) -> Iterable[str]:
    speed = report.schedules / max(report.cpu_seconds, 0.001)
    rarest = min(((report.fired[bad.row, bad.path], bad) for bad in CATALOGUE), key=lambda one: one[0])
    yield "## The campaign"
    yield ""
    yield "| | |"
    yield "|---|---:|"
    yield f"| first seed | {report.first_seed} |"
    yield f"| schedules | {report.schedules:,} |"
    yield f"| steps | {report.steps:,} |"
    yield f"| schedules a second of CPU | {speed:.1f} |"
    yield f"| broken invariants | {len(report.failures)} |"
    yield f"| strikes | {sum(report.fired.values()):,} |"
    yield f"| faults × paths that struck | {len(CATALOGUE) - len(report.never_fired)} of {len(CATALOGUE)} |"
    yield f"| the rarest | fault {rarest[1].row}, {rarest[1].path}: {rarest[0]:,} times |"
    yield ""
    yield from (f"- seed {one.plan.seed}: {one.broken}" for one in report.failures)
    yield "How often each invariant had something to forbid:"
    yield ""
    yield "| " + " | ".join(str(one) for one in INVARIANTS) + " |"
    yield "|" + "---:|" * len(INVARIANTS)
    yield "| " + " | ".join(f"{report.seen[one]:,}" for one in INVARIANTS) + " |"
    yield ""


def _plants(noticed: Noticed) -> Iterable[str]:
    found = sum(bool(one.failures) for one in noticed.values())
    yield f"## Planted bugs: {found} of {len(noticed)} noticed"
    yield ""
    yield "| plant | what is broken | schedules until noticed | by |"
    yield "|---|---|---:|---|"
    breaks = {plant.name: plant.breaks for plant in PLANTS}
    for name, report in noticed.items():
        broken = report.failures[0].broken if report.failures else None
        by = f"invariant {broken.invariant}" if broken else "**not noticed**"
        yield f"| `{name}` | {breaks[name]} | {report.schedules:,} | {by} |"
    yield ""


def _model(worlds: dict[str, Explored], mutants: dict[str, Explored]) -> Iterable[str]:
    if not worlds:
        return
    yield "## The model"
    yield ""
    yield "| world | states | depth | at rest | violations | seconds |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, found in worlds.items():
        numbers = (
            found.states,
            found.depth,
            found.quiescent,
            int(found.story is not None),
            round(found.seconds),
        )
        yield f"| `{name}` | " + " | ".join(f"{number:,}" for number in numbers) + " |"
    yield ""
    killed = sum(found.story is not None for found in mutants.values())
    yield f"{killed} of {len(mutants)} mutants were found."
    yield ""


def _not_shown(schedules: int) -> Iterable[str]:
    yield "## What was not shown"
    yield ""
    if schedules < 1_000_000:  # noqa: PLR2004 -- the goal of a full proof
        yield f"- The goal is a million schedules; these were {schedules:,}."
    for row, why in IN_EVERY_CAMPAIGN.items():
        yield f"- Fault {row} has no counter of its own: {why}."
    for row, why in NOT_APPLICABLE.items():
        yield f"- Fault {row}: {why}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
