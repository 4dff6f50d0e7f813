"""`payrelay merchant`: the keys that merchants are metered by."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tools.cli.options import DEFAULT, Json, State, running

app = typer.Typer(help="Give merchants the keys they are metered by.", no_args_is_help=True)


@app.command()
def add(
    merchant: Annotated[str, typer.Argument(help="Its number, up to 15 digits.")],
    *,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Make the merchant's API key, or show the one it has; works without a redeploy, on AWS too."""
    if not (merchant.isascii() and merchant.isdigit() and len(merchant) <= 15):  # noqa: PLR2004 -- as the API says
        raise typer.BadParameter(f"{merchant!r} is not a merchant's number: up to 15 digits.")
    key = running(state).merchant_key(merchant)
    if as_json:
        typer.echo(json.dumps({"merchant": merchant, "api_key": key}))
        return
    typer.echo(f"Merchant {merchant} sends  x-api-key: {key}")
