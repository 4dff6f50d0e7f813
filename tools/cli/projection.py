"""`payrelay projection`: make the read models again from the payments table, which never forgets."""

from __future__ import annotations

import json

import typer

from tools.cli.options import DEFAULT, Json, State, running

app = typer.Typer(help="Look after what is made of the events.", no_args_is_help=True)


@app.callback()
def _named_even_though_it_is_alone() -> None:
    """Look after what is made of the events."""


@app.command()
def rebuild(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Tell every sale of the table once more; what was counted before is not counted again."""
    from payment_adapters.tables.known_sales import DynamoKnownSales  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.read_models import DynamoApprovals, DynamoDays  # noqa: PLC0415 -- heavy
    from payment_core.approval.outbox import moves_between  # noqa: PLC0415 -- heavy with the rest
    from payment_core.projection.project import project  # noqa: PLC0415 -- heavy with the rest
    from tools.world.truth import all_sales  # noqa: PLC0415 -- heavy

    world = running(state)
    approvals = DynamoApprovals(world.dynamodb, world.outputs["ReadModelsTable"])
    days = DynamoDays(world.dynamodb, world.outputs["ReadModelsTable"])
    known = DynamoKnownSales(world.dynamodb, world.outputs["SearchTable"], world.outputs["ReadModelsTable"])
    sales, added = 0, 0
    for sale in all_sales(world):
        sales += 1
        events = moves_between(None, sale)
        added += project(events, approvals=approvals, days=days, known=known)
    if as_json:
        typer.echo(json.dumps({"sales": sales, "approvals_added": added}))
    else:
        missing = f"{added:,} approvals were missing and are counted now" if added else "nothing was missing"
        typer.echo(f"{sales:,} sales were read; {missing}.")
