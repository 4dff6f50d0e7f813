"""`payrelay van`: give a simulated VAN or issuer a bad day, and look into its books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.options import DEFAULT, Json, State, running
from tools.simulators.faults import MENU, Fault, Kind
from tools.simulators.settlement.menu import MENU as DIFFERENCES
from tools.simulators.settlement.menu import Difference
from tools.world.places import NoWorldError

if TYPE_CHECKING:
    from tools.simulators.process import VanPort

app = typer.Typer(help="Script the simulated VAN, and look into its books.", no_args_is_help=True)
Name = Annotated[str, typer.Option("--van", help="Which VAN.")]


def _van(state: State, name: str) -> VanPort:
    world = running(state)
    if name not in world.vans:
        known = ", ".join(world.vans) or "none: a real account talks to real VANs"
        raise NoWorldError(f"There is no simulated VAN {name} in this world ({known}).")
    return world.vans[name]


@app.command()
def script(
    faults: Annotated[list[Fault], typer.Argument(help="One for each next telegram, in this order.")],
    *,
    kind: Annotated[Kind, typer.Option("--for", help="Which telegrams.")] = Kind.AUTHORISE,
    seconds: Annotated[float, typer.Option(help="For `late`, `stall` and `resurrect`.")] = 3.0,
    at: Annotated[int, typer.Option(help="For `truncate` and `reset_midway`: so many bytes arrive.")] = 0,
    times: Annotated[int, typer.Option(min=1, help="Plan each so many times.")] = 1,
    name: Name = "hangang",
    state: State = DEFAULT,
) -> None:
    """Plan faults for the next telegrams; `payrelay van faults` lists them."""
    _van(state, name).script(*faults, kind=kind, seconds=seconds, at=at, times=times)
    planned = ", ".join(faults) + (f", {times} times each" if times > 1 else "")
    typer.echo(f"Planned for the next {kind} telegrams: {planned}.")


@app.command()
def faults() -> None:
    """List every fault that can be planned."""
    for fault, what in MENU.items():
        typer.echo(f"  {fault:<20} {what}")


@app.command()
def close(*, name: Name = "hangang", state: State = DEFAULT) -> None:
    """Let the VAN refuse connections, until `payrelay van open`."""
    _van(state, name).tell({"line": "closed"})
    typer.echo(f"{name} refuses connections now; `payrelay van open` ends that.")


@app.command(name="open")
def open_line(*, name: Name = "hangang", state: State = DEFAULT) -> None:
    """Let the VAN answer again."""
    _van(state, name).tell({"line": "open"})
    typer.echo(f"{name} answers.")


@app.command()
def reset(*, name: Name = "hangang", state: State = DEFAULT) -> None:
    """Forget every plan and open the line; the books stay."""
    _van(state, name).tell({"reset": True})
    typer.echo(f"{name} has nothing planned and answers.")


@app.command()
def books(*, name: Name = "hangang", state: State = DEFAULT, as_json: Json = False) -> None:
    """Show every authorisation the VAN decided, and what is still held on cards."""
    told = _van(state, name).tell({"books": True})
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0))
    for head, justify in (("trace number", "left"), ("card", "left"), ("won", "right"), ("held", "right")):
        table.add_column(head, justify="right" if justify == "right" else "left")
    for head in ("approval", "code", "now"):
        table.add_column(head)
    for one in told["authorisations"]:
        won, held = f"{one['amount_won']:,}", f"{one['remaining_won']:,}"
        number = one["approval_number"] or "–"
        table.add_row(one["serial"], one["card"], won, held, number, one["code"], one["fate"])
    shown = console()
    shown.print(table)
    counted = ", ".join(f"{count} {kind}" for kind, count in told["telegrams"].items()) or "none"
    shown.print(f"\nTelegrams since it started: {counted}.")


@app.command()
def files(
    day: Annotated[str, typer.Argument(help="Business date YYYYMMDD; for the bank, the date it shows.")],
    *,
    merchant: Annotated[str, typer.Option(help="Whose files.")] = "1001",
    difference: Annotated[
        Difference | None, typer.Option(help="What is wrong in one of them; `payrelay van differences`.")
    ] = None,
    name: Annotated[str, typer.Option("--van", help="Whose file the difference strikes.")] = "hangang",
    into: Annotated[
        Path | None, typer.Option(help="A folder with inbox/ and outbox/, in place of the world's bucket.")
    ] = None,
    returned: Annotated[int, typer.Option(help="Of a thousand claimed rows, how many come back.")] = 0,
    held: Annotated[int, typer.Option(help="Of a thousand claimed rows, how many are held.")] = 0,
    state: State = DEFAULT,
) -> None:
    """Let VANs, issuers and the bank put their files of a day into the inbox, from their own books."""
    from payment_adapters.files.plan import is_day  # noqa: PLC0415 -- as below
    from tools.cli.van_files import send  # noqa: PLC0415 -- boto3 costs half a second
    from tools.simulators.settlement.answers import Mood  # noqa: PLC0415 -- as above

    if not is_day(day):
        raise typer.BadParameter(f"{day} is no date YYYYMMDD.", param_hint="DAY")
    mood = Mood(returned_per_mille=returned, held_per_mille=held)
    for line in send(state, into, merchant, day, difference, name, mood):
        typer.echo(line)


@app.command()
def differences() -> None:
    """List every difference that a day's files can have."""
    for difference, dish in DIFFERENCES.items():
        typer.echo(f"  {difference:<22} {dish.sentence}")
