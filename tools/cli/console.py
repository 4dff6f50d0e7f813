"""`payrelay console`: where operators sign in, and as whom on this machine."""

from __future__ import annotations

import json

import typer

from tools.cli.options import DEFAULT, Json, State, running

app = typer.Typer(help="Where operators sign in, and as whom on this machine.", no_args_is_help=True)


@app.command()
def users(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Give the local operator, approver and auditor new passwords, and show them once."""
    from tools.world.operators import add_operators  # noqa: PLC0415 -- heavy
    from tools.world.running import client_words  # noqa: PLC0415 -- heavy

    world = running(state)
    passwords = add_operators(world.outputs["UserPoolId"], client_words(world.endpoint), renew=True)
    if as_json:
        typer.echo(json.dumps({"url": world.console_url, "passwords": passwords}))
    else:
        typer.echo(f"console  {world.console_url}")
        typer.echo("\n".join(told(passwords)))


def told(passwords: dict[str, str]) -> list[str]:
    """A line per operator."""
    return [f"{name:<9} {password}" for name, password in passwords.items()]
