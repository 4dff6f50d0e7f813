"""`payrelay projection`: what the read models say, and how they are made again from the payments table."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_core.approval.model import Sale
    from payment_core.projection.known import Known
    from payment_core.projection.project import Models
    from tools.world.running import RunningWorld

app = typer.Typer(help="Look after what is made of the events.", no_args_is_help=True)


@app.command()
def rebuild(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Tell every sale of the table once more; what was counted before is not counted again."""
    from payment_core.approval.outbox import moves_between  # noqa: PLC0415 -- heavy with the rest
    from payment_core.projection.project import project  # noqa: PLC0415 -- heavy with the rest
    from tools.world.truth import all_sales  # noqa: PLC0415 -- heavy

    world = running(state)
    models = models_of(world)
    sales, added = 0, 0
    for sale in all_sales(world):
        sales += 1
        added += project(moves_between(None, sale), models)
    if as_json:
        typer.echo(json.dumps({"sales": sales, "approvals_added": added}))
    else:
        missing = f"{added:,} approvals were missing and are counted now" if added else "nothing was missing"
        typer.echo(f"{sales:,} sales were read; {missing}.")


@app.command()
def meter(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Read unknown money as the events tell it, and hold it against the sales that `payrelay open` reads.

    Exit 4 while they differ: an event is on its way.
    """
    from payment_adapters.tables.search import DynamoSearch  # noqa: PLC0415 -- heavy
    from payment_core.projection.search import unknown  # noqa: PLC0415 -- heavy
    from tools.cli.open_money import open_sales  # noqa: PLC0415 -- heavy

    world = running(state)
    known = DynamoSearch(world.dynamodb, world.outputs["SearchTable"]).open()
    read = unknown(known, time.time_ns() // 1_000_000)
    differ = differences(known, open_sales(world))
    if as_json:
        ages = {age: vars(money) for age, money in read.by_age.items()}
        typer.echo(json.dumps({**vars(read.money), "by_age": ages, "differ": differ}))
    else:
        typer.echo(f"Unknown: {read.money.won:,} won in {read.money.sales:,} sales.")
        typer.echo(" · ".join(f"{age}: {money.sales} ({money.won:,})" for age, money in read.by_age.items()))
        for sale_id, won in differ.items():
            typer.echo(f"{sale_id}: {won['events']:,} won by its events, {won['sale']:,} by the sale itself.")
        if not differ:
            typer.echo("The sales themselves say the same.")
    if differ:
        raise typer.Exit(Exit.UNFINISHED)


def differences(known: Sequence[Known], sales: Sequence[Sale]) -> dict[str, dict[str, int]]:
    """Won that events and sales tell apart, by sale; 0 where one of them counts it as closed."""
    from payment_core.approval.open_money import open_won  # noqa: PLC0415 -- heavy with the rest

    told = {one.sale_id: one.open_won for one in known}
    stands = {str(sale.sale_id): open_won(sale) for sale in sales}
    return {
        one: {"events": told.get(one, 0), "sale": stands.get(one, 0)}
        for one in sorted({*told, *stands})
        if told.get(one) != stands.get(one)
    }


@app.command()
def lag(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show how long each event of the last hour took into the read models."""
    from tools.world.lag import projection_lag  # noqa: PLC0415 -- heavy

    told = projection_lag(running(state), time.time() - 3_600)
    if as_json:
        typer.echo(json.dumps(told))
    else:
        show_table([told])


@app.command()
def day(
    business_date: Annotated[str, typer.Argument(help="YYYYMMDD.")],
    *,
    merchant: Annotated[str, typer.Option(help="Of one merchant; else of all.")] = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what a business date comes to, and what each destination did on it."""
    from payment_adapters.tables.totals import DynamoTotals  # noqa: PLC0415 -- heavy

    world = running(state)
    totals = DynamoTotals(world.dynamodb, world.outputs["ReadModelsTable"])
    of_day = [
        {**vars(place), **vars(money)} for place, money in totals.of_day(business_date, merchant).items()
    ]
    health = [{"destination": name, **vars(one)} for name, one in totals.health(business_date).items()]
    if as_json:
        typer.echo(json.dumps({"totals": of_day, "health": health}))
        return
    show_table(of_day)
    show_table(health)


def show_table(rows: list[dict[str, Any]]) -> None:
    """Print rows that all have the same words."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for head, value in (rows[0] if rows else {"nothing": ""}).items():
        table.add_column(head.replace("_", " "), justify="right" if isinstance(value, int) else "left")
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else value for value in row.values()))
    console().print(table)


def models_of(world: RunningWorld) -> Models:
    """The read models of a running world."""
    from payment_adapters.tables.known_sales import DynamoKnownSales  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.read_models import DynamoApprovals, DynamoDays  # noqa: PLC0415 -- heavy
    from payment_core.projection.project import Models  # noqa: PLC0415 -- heavy

    client, read_models = world.dynamodb, world.outputs["ReadModelsTable"]
    return Models(
        approvals=DynamoApprovals(client, read_models),
        days=DynamoDays(client, read_models),
        known=DynamoKnownSales(client, world.outputs["SearchTable"], read_models),
    )
