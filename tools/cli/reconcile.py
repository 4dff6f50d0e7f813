"""`payrelay reconcile`: two files of records against each other, on this machine and without a cloud."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.exits import Exit
from tools.cli.options import Json

if TYPE_CHECKING:
    from payment_adapters.matching.engine import Progress
    from payment_adapters.matching.report import Report
    from payment_core.kernel.language import Language


def reconcile(
    ours: Annotated[Path, typer.Argument(metavar="OURS", help="Our file of fixed-length records.")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="The counterparty's.")],
    *,
    spec: Annotated[Path, typer.Option(help="TOML: layouts, key, amount, date, tolerance.")],
    csv: Annotated[Path | None, typer.Option(help="Write every break there, one a line.")] = None,
    workers: Annotated[int, typer.Option(help="Threads; all cores by default.", min=0)] = 0,
    korean: Annotated[bool, typer.Option("--ko", help="Sentences in Korean.")] = False,
    as_json: Json = False,
) -> None:
    """Compare two files row by row, and tell every difference with its class, its won and its repair.

    Exit 0 nothing differs, 4 something does, 1 a file or the spec cannot be read.
    """
    from payment_adapters.matching.reconcile import reconcile as compared  # noqa: PLC0415 -- heavy
    from payment_adapters.matching.rows import InputError  # noqa: PLC0415 -- heavy with the rest
    from payment_adapters.matching.spec import SpecError, read_spec  # noqa: PLC0415 -- heavy with the rest
    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest

    language = Language.KOREAN if korean else Language.ENGLISH
    try:
        with ExitStack() as stack:
            told = stack.enter_context(csv.open("w", encoding="utf-8")) if csv else None
            report = compared(
                ours,
                theirs,
                read_spec(spec),
                workers=workers or os.cpu_count() or 1,
                progress=_bar(stack),
            )
            if told:
                report.write_csv(told, language)
    except (SpecError, InputError) as failure:
        typer.echo(f"payrelay: {failure}", err=True)
        raise typer.Exit(Exit.TROUBLE) from failure
    except OSError as failure:
        typer.echo(f"payrelay: {failure.filename}: {failure.strerror}", err=True)
        raise typer.Exit(Exit.TROUBLE) from failure
    if as_json:
        typer.echo(json.dumps(report.tally.words()))
    else:
        _show(report, language)
    if report.breaks:
        raise typer.Exit(Exit.UNFINISHED)


def _bar(stack: ExitStack) -> Progress:
    """A bar for each stage on a terminal's stderr; a pipe sees none."""
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    screen = console(stderr=True)
    if not screen.is_terminal:
        return lambda *_: None
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    bars = stack.enter_context(Progress(*columns, console=screen, transient=True))
    stages: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in stages:
            stages[stage] = bars.add_task(stage, total=total)
        bars.update(stages[stage], completed=done)

    return show


def _show(report: Report, language: Language) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from payment_core.reconciliation.breaks import MEANINGS  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    tally, screen = report.tally, console()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head, justify in (("class", "left"), ("rows", "right"), ("won", "right"), ("who", "left")):
        table.add_column(head, justify="right" if justify == "right" else "left", no_wrap=True)
    table.add_column("repair")
    for shape, (groups, _, _, won) in tally.shapes.items():
        if groups:
            table.add_row(f"matched {shape}", f"{groups:,}", f"{won:,}", "", "")
    for kind, (count, won) in tally.kinds.items():
        if count:
            meaning = MEANINGS[kind]
            table.add_row(str(kind), f"{count:,}", f"{won:,}", str(meaning.owner), str(meaning.repair))
    screen.print(table)
    ours, theirs = tally.rows
    at_risk_won = sum(won for _, won in tally.kinds.values())
    if not report.breaks:
        screen.print(f"\n{ours:,} rows of ours and {theirs:,} of theirs agree.")
        return
    screen.print(
        f"\n{ours:,} rows of ours, {theirs:,} of theirs: {tally.breaks:,} differences, "
        f"{at_risk_won:,} won at risk."
    )
    first = report.breaks[0]
    screen.print(f"The first: {first.name}: {first.sentence(language)}")
