"""`payrelay search`: find sales in the read model, newest first."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from payment_core.projection.known import Known
    from payment_core.projection.search import Page

Text = Annotated[str, typer.Option()]


def search(  # noqa: PLR0913 -- one option for each word that can be looked for
    *,
    sale_id: Text = "",
    approval_number: Text = "",
    card: Annotated[str, typer.Option(help="Masked, as it is shown.")] = "",
    card_token: Text = "",
    terminal: Annotated[str, typer.Option(help="Merchant and terminal: 1001-10010001.")] = "",
    merchant: Text = "",
    amount: Annotated[int | None, typer.Option(help="Won.")] = None,
    sale_state: Annotated[str, typer.Option(help="APPROVED, DECLINED, BEING_REVERSED …")] = "",
    destination: Text = "",
    since: Annotated[str, typer.Option(help="YYYY-MM-DD or YYYY-MM-DDTHH:MM, in Korea.")] = "",
    until: Annotated[str, typer.Option(help="The same; everything before it.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
    cursor: Annotated[str, typer.Option(help="From the page before.")] = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Find sales by everything that is given at once; at most three table requests a page."""
    from payment_adapters.tables.search import DynamoSearch  # noqa: PLC0415 -- heavy
    from payment_core.projection.search import END_OF_TIME_MS, CursorRefusedError, Query  # noqa: PLC0415 -- heavy

    query = Query(
        sale_id=sale_id,
        approval_number=approval_number,
        card_token=card_token,
        card_masked=card,
        terminal=terminal,
        amount_won=amount,
        merchant=merchant,
        state=sale_state,
        destination=destination,
        from_ms=moment_ms(since) if since else 0,
        until_ms=moment_ms(until) - 1 if until else END_OF_TIME_MS,
    )
    world = running(state)
    found = DynamoSearch(world.dynamodb, world.outputs["SearchTable"])
    try:
        page = found.find(query, limit=limit, cursor=cursor)
    except CursorRefusedError as refused:
        raise typer.BadParameter(str(refused), param_hint="--cursor") from refused
    if as_json:
        hits = [words(one) for one in page.hits]
        typer.echo(json.dumps({"hits": hits, "cursor": page.cursor}, ensure_ascii=False))
    else:
        show(page)
    if not page.hits and not page.cursor:
        raise typer.Exit(Exit.REFUSED)


def moment_ms(text: str) -> int:
    """A Korean wall clock's moment."""
    from payment_core.kernel.korean_time import KOREA  # noqa: PLC0415 -- heavy with the rest

    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=KOREA).timestamp()) * 1_000
    except ValueError as wrong:
        raise typer.BadParameter(f"{text} is no moment: YYYY-MM-DD or YYYY-MM-DDTHH:MM") from wrong


def words(one: Known) -> dict[str, Any]:
    """One hit, for programs."""
    return {**vars(one), "merchant": one.merchant, "terminal": one.terminal}


def show(page: Page) -> None:
    """Print the table, and how to go on."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- heavy
    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    if page.hits:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
        for head in ("when", "sale", "won", "state", "where", "number"):
            table.add_column(head, justify="right" if head == "won" else "left", no_wrap=True)
        for one in page.hits:
            when = f"{korean_time(one.received_at_ms):%m-%d %H:%M:%S}"
            won = f"{one.amount_won:,}"
            table.add_row(when, one.sale_id, won, one.state, one.destination, one.approval_number)
        console().print(table)
    elif not page.cursor:
        typer.echo("No sale is like that.")
    if page.cursor:
        typer.echo(f"More with --cursor {page.cursor}")
