"""`payrelay replay`: make the read models of a business date again from the archive, and compare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from payment_adapters.aws.archive import S3Archive
    from tools.replay.replay import Report, Tables
    from tools.world.running import RunningWorld


def replay(
    business_date: Annotated[str, typer.Argument(metavar="DAY", help="YYYYMMDD.")],
    *,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Make a date's read models again from the archive; what is the same is left alone."""
    from tools.replay.replay import ArchiveLacksError, replay  # noqa: PLC0415 -- heavy

    world = running(state)
    try:
        report = replay(business_date, *places(world))
    except ArchiveLacksError as lacks:
        typer.echo(f"payrelay: {lacks}", err=True)
        raise typer.Exit(Exit.REFUSED) from lacks
    if as_json:
        typer.echo(json.dumps(words(report)))
    else:
        show(report)
    if not report.is_same:
        raise typer.Exit(Exit.TROUBLE)


def places(world: RunningWorld) -> tuple[S3Archive, Tables]:
    """The archive and the tables of a running world."""
    import boto3  # noqa: PLC0415 -- heavy
    from botocore.config import Config  # noqa: PLC0415 -- heavy

    from payment_adapters.aws.archive import S3Archive  # noqa: PLC0415 -- heavy
    from tools.replay.replay import Tables  # noqa: PLC0415 -- heavy
    from tools.world.running import client_words  # noqa: PLC0415 -- heavy

    told = client_words(world.endpoint)
    by_path = told.pop("config", Config()).merge(Config(s3={"addressing_style": "path"}))
    archive = S3Archive(boto3.client("s3", config=by_path, **told), world.outputs["ArchiveBucket"])
    return archive, Tables(world.dynamodb, world.outputs["SearchTable"], world.outputs["ReadModelsTable"])


def words(report: Report) -> dict[str, object]:
    """A report, for programs."""
    return {
        "events": report.events,
        "unreadable": report.unreadable,
        "same": report.is_same,
        "models": {
            model: {
                "items": report.after[model].items,
                "before": str(report.before[model]),
                "archive": str(archived),
                "after": str(report.after[model]),
            }
            for model, archived in report.archived.items()
        },
    }


def show(report: Report) -> None:
    """One line a model."""
    for model, after in report.after.items():
        before, archived = report.before[model], report.archived[model]
        told = (
            "the same" if before == archived else "written again" if after == archived else "STILL OTHERWISE"
        )
        typer.echo(f"{model:<10} {after.items:>9,} items  {str(before)[:16]} → {str(after)[:16]}  {told}")
    unreadable = f"; {report.unreadable:,} lines of the archive are no event" if report.unreadable else ""
    typer.echo(f"{report.events:,} events{unreadable}.")
