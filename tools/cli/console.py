"""`payrelay console`: where operators sign in, and as whom on this machine."""

from __future__ import annotations

import json
import time
from typing import Final

import typer

from tools.cli.options import DEFAULT, Json, State, running

CASE_OPENS_SECONDS: Final = 60

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


@app.command()
def pictures(*, state: State = DEFAULT) -> None:
    """Sell a while in the running world, and take a picture of every page, into docs/pictures/console."""
    from payment_adapters.tables.breaks import DynamoBreaks  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.cases import DynamoCases  # noqa: PLC0415 -- heavy
    from payment_core.reconciliation.repair import repair_id  # noqa: PLC0415 -- heavy with the rest
    from tools.world.operators import add_operators  # noqa: PLC0415 -- heavy
    from tools.world.pictures import MERCHANT, pictures_of, play, play_settlement  # noqa: PLC0415 -- heavy
    from tools.world.running import client_words  # noqa: PLC0415 -- heavy

    world = running(state)
    lost = play(world, say=typer.echo)
    day = play_settlement(world, state, say=typer.echo)
    passwords = add_operators(world.outputs["UserPoolId"], client_words(world.endpoint), renew=True)
    book = DynamoCases(world.dynamodb, world.outputs["CasesTable"])
    patience = time.monotonic() + CASE_OPENS_SECONDS
    while not (cases := book.open_cases()) and time.monotonic() < patience:
        time.sleep(1)  # the refused net-cancel becomes a case by its event
    of_operators = {"overview": "overview", "sale": f"sales/{lost}", "search": "sales"}
    of_operators |= {"destinations": "destinations", "cases": "cases", "routing": "routing"}
    of_operators |= {"case": f"cases/{cases[0].case_id}"} if cases else {}
    asked = f"day={day[:4]}-{day[4:6]}-{day[6:]}"
    of_operators |= {
        "settlement-days": f"settlement?{asked}",
        "settlement-files": f"settlement/files?{asked}",
    }
    of_operators |= {f"settlement-{one}": f"settlement/{one}" for one in ("overdue", "breaks", "ledger")}
    of_operators |= {"settlement-statement": f"settlement/statements/{MERCHANT}/{day}"}
    for compared, one in DynamoBreaks(world.dynamodb, world.outputs["SettlementTable"]).open_breaks()[:1]:
        of_operators |= {"settlement-break": f"settlement/breaks/{repair_id(compared, one.found)}"}
    for name, places in {"operator": of_operators, "auditor": {"audit": "audit"}}.items():
        for file in pictures_of(world.console_url, name, passwords[name], places):
            typer.echo(f"{file.name}  {file.stat().st_size // 1_024} kB")


def told(passwords: dict[str, str]) -> list[str]:
    """A line per operator."""
    return [f"{name:<9} {password}" for name, password in passwords.items()]
