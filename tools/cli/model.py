"""`payrelay model`: walk through every state of one sale, and plant bugs that must be found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.exits import Exit
from tools.cli.options import Json

if TYPE_CHECKING:
    from tools.model.explore import Explored, Story

app = typer.Typer(help="Walk through every state of one sale; plant bugs.", no_args_is_help=True)
Drawing = Annotated[
    Path | None, typer.Option("--mermaid", help="Write the counterexample as a Mermaid diagram to this file.")
]
Names = Annotated[list[str] | None, typer.Argument(help="Which; all without one.")]


def _chosen(names: list[str] | None, known: list[str]) -> list[str]:
    for name in names or ():
        if name not in known:
            raise typer.BadParameter(f"no {name} here; there are {', '.join(known)}")
    return names or known


def _as_json(found: Explored) -> dict[str, object]:
    return {
        "states": found.states,
        "transitions": found.transitions,
        "depth": found.depth,
        "quiescent": found.quiescent,
        "for_reconciliation": found.reconciliation,
        "violations": int(found.story is not None),
        "broken": found.story.broken if found.story else "",
        "steps": len(found.story.deeds) if found.story else 0,
        "seconds": round(found.seconds, 1),
    }


def _draw(story: Story, mermaid: Path | None) -> None:
    from tools.model.draw import as_mermaid, as_text  # noqa: PLC0415 -- heavy

    typer.echo(as_text(story))
    if mermaid is not None:
        mermaid.write_text(as_mermaid(story) + "\n", encoding="utf-8")


@app.command()
def check(worlds: Names = None, *, as_json_text: Json = False, mermaid: Drawing = None) -> None:
    """Walk through every state of these worlds; exit 1 with the shortest story if any must not be."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy
    from tools.model.explore import explore  # noqa: PLC0415 -- heavy
    from tools.model.worlds import WORLDS  # noqa: PLC0415 -- heavy

    results: dict[str, Explored] = {}
    with console(stderr=True).status("") as status:
        for name in _chosen(worlds, list(WORLDS)):
            rules, what = WORLDS[name]

            def tick(states: int, depth: int, what: str = what) -> None:
                status.update(f"{what}: {states:,} states, depth {depth}")

            results[name] = explore(rules, tick)
    if as_json_text:
        typer.echo(json.dumps({name: _as_json(found) for name, found in results.items()}, indent=2))
    else:
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column("world", no_wrap=True)
        for heading in ("states", "depth", "at rest", "to reconcile", "violations", "seconds"):
            table.add_column(heading, justify="right", no_wrap=True)
        for name, found in results.items():
            numbers = (found.states, found.depth, found.quiescent, found.reconciliation)
            violations = str(int(found.story is not None))
            table.add_row(name, *(f"{number:,}" for number in numbers), violations, f"{found.seconds:.1f}")
        console().print(table)
    stories = [found.story for found in results.values() if found.story is not None]
    if not as_json_text:
        for story in stories:
            _draw(story, mermaid)
    if stories:
        raise typer.Exit(Exit.TROUBLE)


@app.command()
def mutants(
    names: Names = None, *, as_json_text: Json = False, draw: bool = False, mermaid: Drawing = None
) -> None:
    """Plant each bug and find it, with a shortest counterexample; exit 1 if one stays unnoticed."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy
    from tools.model.explore import explore  # noqa: PLC0415 -- heavy
    from tools.model.mutants import MUTANTS  # noqa: PLC0415 -- heavy

    known = {mutant.name: mutant for mutant in MUTANTS}
    results: dict[str, Explored] = {}
    with console(stderr=True).status("") as status:
        for name in _chosen(names, list(known)):
            status.update(name)
            results[name] = explore(known[name].rules)
    if as_json_text:
        typer.echo(json.dumps({name: _as_json(found) for name, found in results.items()}, indent=2))
    else:
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column("mutant", no_wrap=True)
        table.add_column("states", justify="right", no_wrap=True)
        table.add_column("steps", justify="right", no_wrap=True)
        table.add_column("found by", overflow="fold")
        for name, found in results.items():
            story = found.story
            told = (str(len(story.deeds)), story.broken) if story else ("-", "NOT FOUND")
            table.add_row(name, f"{found.states:,}", *told)
        console().print(table)
    for name, found in results.items():
        if found.story is not None and not as_json_text and (draw or names):
            typer.echo(f"\n{name}: {known[name].breaks}\n")
            _draw(found.story, mermaid)
    if any(found.story is None for found in results.values()):
        raise typer.Exit(Exit.TROUBLE)
