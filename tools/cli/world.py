"""`payrelay up` and `payrelay down`."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, again
from tools.world.places import DEFAULT_PORT, Places

if TYPE_CHECKING:
    from rich.console import Console

    from tools.world.world import Plan, Say


def up(
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running in the background.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Of the local AWS; 0 for any.")] = DEFAULT_PORT,
    state: State = DEFAULT,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Set the state of earlier worlds aside and start empty.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Start the world: local AWS, simulated VANs, payrelay from template.yaml.

    What was paid in an earlier world of the same state directory is still there.
    """
    from tools.cli import screen  # noqa: PLC0415 -- heavy
    from tools.world.supervisor import start_detached  # noqa: PLC0415 -- heavy
    from tools.world.world import Plan, say_nothing, set_aside  # noqa: PLC0415 -- heavy

    plan = Plan(state.resolve(), port)
    shown = screen.console()
    if fresh and (aside := set_aside(Places(plan.state))) is not None and not as_json:
        shown.print(f"  The earlier state is now {aside}", soft_wrap=True)
    with screen.Progress(shown) as progress:
        say: Say = say_nothing if as_json else progress
        if detach:
            start_detached(plan, say)
            _show_world(plan.state, shown, as_json=as_json, ending=f"`payrelay down{again(state)}` stops it.")
        else:
            _stay(plan, say, shown, as_json=as_json)


def _stay(plan: Plan, say: Say, shown: Console, *, as_json: bool) -> None:
    """Run the world until Ctrl-C or SIGTERM."""
    from tools.world.world import World  # noqa: PLC0415 -- heavy

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with World.up(plan, say) as world:
        try:
            _show_world(plan.state, shown, as_json=as_json, ending="Ctrl-C stops it.")
            ended = world.watch(lambda: False)
        except KeyboardInterrupt:
            ended = ""
    if ended:
        typer.echo(f"payrelay: {ended}. Everything else was stopped; `payrelay up` starts again.", err=True)
        raise typer.Exit(Exit.TROUBLE)
    if not as_json:
        shown.print("  stopped; what was paid is kept")


def _show_world(state: Path, shown: Console, *, as_json: bool, ending: str) -> None:
    from payment_adapters.destinations import destination  # noqa: PLC0415 -- heavy

    record = Places(state).read_record() or {}
    if as_json:
        typer.echo(json.dumps(record))
        return
    shown.print()
    shown.print(f"  API   {record['api_url']}/v1", soft_wrap=True)
    _show_console(state, shown)
    shown.print(f"  AWS   {record['endpoint']}", soft_wrap=True)
    for name, one in record["vans"].items():
        shown.print(f"  {destination(name).kind:<6}{name:<11} 127.0.0.1:{one['port']}", soft_wrap=True)
    shown.print(f"  logs  {state / 'logs'}", soft_wrap=True)
    shown.print()
    shown.print(f"  try   payrelay approve --amount 11000{again(state)}", soft_wrap=True)
    shown.print(f"  {ending}")


def _show_console(state: Path, shown: Console) -> None:
    """Where operators sign in; those who are new get passwords, which are shown here and kept nowhere."""
    from tools.cli.console import told  # noqa: PLC0415 -- heavy
    from tools.world.operators import add_operators  # noqa: PLC0415 -- heavy
    from tools.world.running import RunningWorld, client_words  # noqa: PLC0415 -- heavy

    world = RunningWorld.find(Places(state))
    passwords = add_operators(world.outputs["UserPoolId"], client_words(world.endpoint), renew=False)
    shown.print(f"  console {world.console_url}", soft_wrap=True)
    for line in told(passwords):
        shown.print(f"          {line}", highlight=False)
    if not passwords:
        shown.print(f"          passwords as before; new ones: payrelay console users{again(state)}")


def down(*, state: State = DEFAULT) -> None:
    """Stop the world, and nothing else. What was paid is kept."""
    from tools.world.supervisor import stop_world  # noqa: PLC0415 -- heavy

    places = Places(state.resolve())
    if stop_world(places):
        typer.echo("The world is stopped; what was paid is kept.")
    else:
        typer.echo(f"No world is running in {places.state}; nothing to stop.")
