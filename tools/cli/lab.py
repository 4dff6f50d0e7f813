"""`payrelay lab`: play fault schedules over the real handlers, in one process; plant bugs in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.exits import Exit
from tools.cli.options import Json

if TYPE_CHECKING:
    from tools.lab.campaign import Played, Report

app = typer.Typer(help="Play fault schedules over the real handlers; plant bugs.", no_args_is_help=True)
Seed = Annotated[int, typer.Option("--seed", help="Of the first schedule; each next one is one more.")]
Drawing = Annotated[
    Path | None, typer.Option("--mermaid", help="Write the failing story as a Mermaid diagram to this file.")
]
Names = Annotated[list[str] | None, typer.Argument(help="Which; all without one.")]


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "first_seed": report.first_seed,
        "schedules": report.schedules,
        "steps": report.steps,
        "schedules_per_second": round(report.schedules / max(report.cpu_seconds, 0.001), 1),
        "fired": {f"{row} {path}": count for (row, path), count in sorted(report.fired.items())},
        "never_fired": [f"{row} {path}" for row, path in report.never_fired],
        "looked_at": {str(one): count for one, count in sorted(report.seen.items())},
        "never_looked_at": report.never_seen,
        "failures": [{"seed": one.plan.seed, "broken": str(one.broken)} for one in report.failures],
    }


def _show(failed: Played, mermaid: Path | None) -> None:
    """The command that plays it again, the smallest story, and its picture."""
    from tools.lab.campaign import shrunk, told  # noqa: PLC0415 -- heavy
    from tools.lab.picture import as_plan  # noqa: PLC0415 -- heavy
    from tools.model.draw import as_mermaid, as_text  # noqa: PLC0415 -- heavy

    typer.echo(f"\nseed {failed.plan.seed}: {failed.broken}")
    typer.echo(f"  again: payrelay lab run --schedules 1 --seed {failed.plan.seed}")
    smallest = shrunk(failed)
    typer.echo(f"  smallest: {as_plan(smallest.plan)}\n")
    story = told(smallest.plan)
    typer.echo(as_text(story))
    if mermaid is not None:
        mermaid.write_text(as_mermaid(story) + "\n", encoding="utf-8")


@app.command("run")
def play(
    schedules: Annotated[int, typer.Option("--schedules", min=1, help="How many.")] = 1_000,
    seed: Seed = 0,
    *,
    cores: Annotated[int, typer.Option("--cores", min=1, help="Processes; the report is the same.")] = 1,
    as_json_text: Json = False,
    mermaid: Drawing = None,
) -> None:
    """Play schedules; exit 1 if an invariant broke, or if a fault or an invariant never had its turn."""
    from tools.cli.screen import console  # noqa: PLC0415 -- heavy
    from tools.lab.campaign import laboratory  # noqa: PLC0415 -- heavy
    from tools.lab.cores import run_on  # noqa: PLC0415 -- heavy

    with console(stderr=True).status("") as status, laboratory():

        def tick(report: Report) -> None:
            speed = report.schedules / max(report.cpu_seconds, 0.001)
            status.update(f"{report.schedules:,} of {schedules:,} schedules, {speed:.0f} a second")

        report = run_on(cores, seed, schedules, tick=tick)
        if as_json_text:
            typer.echo(json.dumps(_as_json(report), indent=2))
        else:
            _tell(report)
            for failed in report.failures:
                _show(failed, mermaid)
    if report.failures or (report.schedules >= WHOLE and not report.is_good):
        raise typer.Exit(Exit.TROUBLE)


WHOLE = 1_000  # below this many schedules, each fault had fewer than eight turns, and may not have struck


def _tell(report: Report) -> None:
    speed = report.schedules / max(report.cpu_seconds, 0.001)
    typer.echo(
        f"{report.schedules:,} schedules, {report.steps:,} steps, {len(report.failures)} failed; "
        f"{speed:.0f} schedules a second on one core"
    )
    struck = sum(report.fired.values())
    typer.echo(f"{struck:,} strikes of {len(report.fired)} faults × paths")
    if report.schedules < WHOLE:
        return
    for row, path in report.never_fired:
        typer.echo(f"  never struck: {row} {path}")
    for one in report.never_seen:
        typer.echo(f"  never looked at: invariant {one}")


@app.command()
def plants(
    names: Names = None,
    *,
    schedules: Annotated[int, typer.Option("--schedules", min=1, help="At most, for each.")] = 50_000,
    seed: Seed = 0,
    as_json_text: Json = False,
) -> None:
    """Plant each bug and play until it is noticed; exit 1 if one stays unnoticed."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy
    from tools.lab.campaign import laboratory, run  # noqa: PLC0415 -- heavy
    from tools.lab.plants import PLANTS  # noqa: PLC0415 -- heavy

    known = {plant.name: plant for plant in PLANTS}
    for name in names or ():
        if name not in known:
            raise typer.BadParameter(f"no {name} here; there are {', '.join(known)}")
    found: dict[str, Report] = {}
    with console(stderr=True).status("") as status, laboratory():
        for name in names or known:
            status.update(name)
            with known[name].planted():
                found[name] = run(seed, schedules)
    if as_json_text:
        told = {
            name: {
                "schedules": report.schedules,
                "noticed_by": str(report.failures[0].broken) if report.failures else "",
            }
            for name, report in found.items()
        }
        typer.echo(json.dumps(told, indent=2))
    else:
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column("plant", no_wrap=True)
        table.add_column("schedules", justify="right", no_wrap=True)
        table.add_column("noticed by", overflow="fold")
        for name, report in found.items():
            noticed = str(report.failures[0].broken) if report.failures else "NOT NOTICED"
            table.add_row(name, f"{report.schedules:,}", noticed)
        console().print(table)
    if not all(report.failures for report in found.values()):
        raise typer.Exit(Exit.TROUBLE)


@app.command()
def faults() -> None:
    """List the catalogue: what strikes where, and which rows have no part here yet."""
    from tools.lab.catalogue import CATALOGUE, IN_EVERY_CAMPAIGN, NOT_APPLICABLE  # noqa: PLC0415 -- heavy

    for bad in CATALOGUE:
        typer.echo(f"{bad.row:3} {bad.path}: {bad.fault if bad.does == 'party' else bad.does} at {bad.at}")
    for row, why in IN_EVERY_CAMPAIGN.items():
        typer.echo(f"{row:3} {why}")
    for row, why in NOT_APPLICABLE.items():
        typer.echo(f"{row:3} not applicable: {why}")
