"""`payrelay breaker`: take a destination out of use by hand, or put it back; `payrelay health` shows them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, State, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_core.routing.breaker import Breaker, Reason

    Moved = Callable[[Breaker, Reason, str, int], Breaker | None]

app = typer.Typer(help="Take a destination out of use by hand, or put it back.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Which destination.")]
Because = Annotated[str, typer.Option("--because", help="Why; everybody who asks is shown it.")]


@app.command(name="open")
def open_by_hand(destination: Name, *, because: Because, state: State = DEFAULT) -> None:
    """Send no more sales there, even if nothing is left beside it; probes close it when it answers."""
    from payment_core.routing.breaker import opened  # noqa: PLC0415 -- heavy with the rest

    _move(state, destination, because, opened, f"{destination} takes no sales now.")


@app.command()
def close(destination: Name, *, because: Because, state: State = DEFAULT) -> None:
    """Send sales there again, without waiting for probes."""
    from payment_core.routing.breaker import closed  # noqa: PLC0415 -- heavy with the rest

    _move(state, destination, because, closed, f"{destination} takes sales again.")


def _move(state: State, destination: str, because: str, moved: Moved, done: str) -> None:
    from payment_adapters.destinations import UnknownDestinationError  # noqa: PLC0415 -- heavy
    from payment_adapters.destinations import destination as known  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.breakers import DynamoBreakers  # noqa: PLC0415 -- heavy
    from payment_core.routing.breaker import Breaker, Reason  # noqa: PLC0415 -- heavy

    try:
        known(destination)
    except UnknownDestinationError as unknown:
        typer.echo(f"payrelay: {unknown}.", err=True)
        raise typer.Exit(Exit.REFUSED) from None
    world = running(state)
    store = DynamoBreakers(world.dynamodb, world.outputs["BreakersTable"])
    seen = store.read().get(destination, Breaker(destination))
    becomes = moved(seen, Reason.PERSON, because, time.time_ns() // 1_000_000)
    if becomes is None:
        typer.echo(f"payrelay: {destination} is {seen.state} already; nothing was changed.", err=True)
        raise typer.Exit(Exit.REFUSED)
    if not store.move(seen, becomes):
        typer.echo(f"payrelay: somebody else moved {destination} at this moment; look again.", err=True)
        raise typer.Exit(Exit.REFUSED)
    typer.echo(done)
