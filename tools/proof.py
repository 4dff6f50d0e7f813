"""`make proof`: the whole model and its mutants, a campaign of the laboratory and its plants, written down.

`python -m tools.proof --schedules N` writes docs/proof/RESULTS.md from what it did; nothing there is typed.
Stop it when you like: it goes on where it stopped (proof_kept.py).
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tools.lab.campaign import INVARIANTS, Report, laboratory, play
from tools.lab.catalogue import CATALOGUE, IN_EVERY_CAMPAIGN, NOT_APPLICABLE
from tools.lab.cores import run_on
from tools.lab.plan import draw
from tools.lab.plants import PLANTS
from tools.model.explore import Explored, explore
from tools.model.mutants import MUTANTS
from tools.model.worlds import WORLDS
from tools.proof_kept import KEPT, Kept, Tried, kept

RESULTS: Final = Path(__file__).resolve().parents[1] / "docs" / "proof" / "RESULTS.md"
PLANT_SCHEDULES: Final = 50_000
STOPPED: Final = 130  # what a shell says of a command that was interrupted


def main(options: list[str]) -> int:
    """Prove, and write down what was shown; 1 if something was not."""
    parser = argparse.ArgumentParser(description="The whole proof.")
    parser.add_argument("--schedules", type=int, default=1_000_000, help="of the laboratory's campaign")
    parser.add_argument("--seed", type=int, default=0, help="of the first schedule")
    parser.add_argument("--plants", nargs="*", metavar="NAME", help="only these plants; none: all of them")
    parser.add_argument("--without-model", action="store_true", help="leave the model out")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="processes; all cores")
    parser.add_argument("--afresh", action="store_true", help="forget what an earlier run came to")
    told = parser.parse_args(options)
    if told.afresh:
        KEPT.unlink(missing_ok=True)
    began, proof = time.monotonic(), kept(told.seed)
    try:
        _play(proof, told, began)
        worlds, mutants = _explored(told)
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", flush=True)
        return STOPPED
    lines = [*_head(proof.seconds + time.monotonic() - began, told.cores), *_campaign(proof.campaign)]
    lines += [*_plants(proof.tried), *_model(worlds, mutants), *_not_shown(proof)]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    is_shown = not proof.campaign.failures and all(one.invariant for one in proof.tried.values())
    return 0 if is_shown and not any(found.story for found in worlds.values()) else 1


def _play(proof: Kept, told: argparse.Namespace, began: float) -> None:
    """Play the campaign, then each plant, and keep what either comes to."""

    def keep(report: Report) -> None:
        proof.write(time.monotonic() - began)
        _say(report, told.schedules)

    with laboratory():
        proof.campaign.failures += [play(draw(seed)) for seed in proof.failed]
        run_on(told.cores, told.seed, told.schedules, tick=keep, so_far=proof.campaign)
        for plant in PLANTS:
            if plant.name in proof.tried or (told.plants and plant.name not in told.plants):
                continue
            with plant.planted():
                report = run_on(told.cores, told.seed, PLANT_SCHEDULES)
            broken = report.failures[0].broken if report.failures else None
            by = f"invariant {broken.invariant}" if broken else ""
            proof.tried[plant.name] = Tried(report.schedules, by)
            proof.write(time.monotonic() - began)
            print(f"{plant.name}: {report.schedules:,} schedules, {by or 'not noticed'}", flush=True)


def _explored(told: argparse.Namespace) -> tuple[dict[str, Explored], dict[str, Explored]]:
    """The worlds of the model, and its mutants."""
    worlds: dict[str, Explored] = {}
    mutants: dict[str, Explored] = {}
    if not told.without_model:
        for name, (rules, _) in WORLDS.items():
            worlds[name] = explore(rules)
            print(f"{name}: {worlds[name].states:,} states", flush=True)
        for place, one in enumerate(MUTANTS, start=1):
            mutants[one.name] = explore(one.rules)
            print(f"mutant {place} of {len(MUTANTS)}: {one.name}", flush=True)
    return worlds, mutants


def _say(report: Report, schedules: int) -> None:
    speed = report.schedules / max(report.cpu_seconds, 0.001)
    print(
        f"{report.schedules:,} of {schedules:,} schedules, {len(report.failures)} failed, "
        f"{speed:.0f} a second of CPU",
        flush=True,
    )


def _head(seconds: float, cores: int) -> Iterable[str]:
    yield "# What was shown, and on what"
    yield ""
    yield "Written by `make proof`. How to read it: [the laboratory](laboratory.md), [the model](model.md)."
    yield ""
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {cores} of {os.cpu_count()} cores, CPython "
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


def _plants(tried: Mapping[str, Tried]) -> Iterable[str]:
    found = sum(bool(one.invariant) for one in tried.values())
    yield f"## Planted bugs: {found} of {len(tried)} noticed, {len(PLANTS) - len(tried)} not tried"
    yield ""
    yield "| plant | what is broken | schedules until noticed | by |"
    yield "|---|---|---:|---|"
    for plant in PLANTS:
        one = tried.get(plant.name)
        came_to = f"{one.schedules:,} | {one.invariant or '**not noticed**'}" if one else " | not tried"
        yield f"| `{plant.name}` | {plant.breaks} | {came_to} |"
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


def _not_shown(proof: Kept) -> Iterable[str]:
    yield "## What was not shown"
    yield ""
    if proof.campaign.schedules < 1_000_000:  # noqa: PLR2004 -- the goal of a full proof
        yield f"- The goal is a million schedules; these were {proof.campaign.schedules:,}."
    for row, path in proof.campaign.never_fired:
        yield f"- Fault {row}, {path}, did not strike once."
    if untried := [plant.name for plant in PLANTS if plant.name not in proof.tried]:
        yield f"- Plants that were not tried: {', '.join(f'`{name}`' for name in untried)}."
    for row, why in IN_EVERY_CAMPAIGN.items():
        yield f"- Fault {row} has no counter of its own: {why}."
    for row, why in NOT_APPLICABLE.items():
        yield f"- Fault {row}: {why}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
