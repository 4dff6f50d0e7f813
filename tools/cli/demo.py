"""`payrelay demo`: three payments through the whole system, and proof that nothing was lost."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from tools.cli.exits import Exit

if TYPE_CHECKING:
    from rich.console import Console

    from payment_core.approval.model import Sale
    from tools.world.truth import Tally
    from tools.world.world import World

AMOUNT_WON: Final = 11_000
GOOD_CARD: Final = "4111111111111111"
ANOTHER_GOOD_CARD: Final = "5555555555554444"  # the first would look like a double tap
CARD_OVER_ITS_LIMIT: Final = "4000000000000002"
EXPIRY: Final = "1230"
VAN: Final = "hangang"
REST_SECONDS: Final = 30
POLL_SECONDS: Final = 0.1


def demo() -> None:
    """Take three payments in a world of its own, show their stories, stop.

    One is approved, one declined, and of one the VAN's answer gets lost: payrelay undoes it. The last line
    counts from the payments table and the VAN's books. Exit 0 when both agree and nothing is unknown.
    """
    from tools.cli import screen  # noqa: PLC0415 -- heavy
    from tools.world.truth import tally  # noqa: PLC0415 -- heavy
    from tools.world.world import Plan, World  # noqa: PLC0415 -- heavy

    began = time.monotonic()
    shown = screen.console()
    folder = Path(tempfile.mkdtemp(prefix="payrelay-demo-"))
    kept = True
    try:
        with screen.Progress(shown) as progress, World.up(Plan(folder, port=0), progress) as world:
            _play(world, shown)
            counted = tally(world.running)
        kept = not _as_expected(counted)
    except KeyboardInterrupt:
        kept = False
        raise
    finally:
        if kept:
            typer.echo(f"Everything the demo wrote is kept in {folder}", err=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    _conclude(counted, shown, seconds=time.monotonic() - began)


def _play(world: World, shown: Console) -> None:
    _act(world, shown, "1  A customer pays.", GOOD_CARD)
    _act(world, shown, "2  A customer's card is over its limit.", CARD_OVER_ITS_LIMIT)
    world.vans[VAN].script("lose_answer")
    heading = f"3  {VAN} approves, but its answer gets lost on the way."
    _act(world, shown, heading, ANOTHER_GOOD_CARD, patience="waiting for the answer that does not come, 11 s")


def _act(world: World, shown: Console, heading: str, card: str, *, patience: str = "") -> None:
    """One payment, and its story once the money is at rest."""
    from payrelay.client import CardInHand  # noqa: PLC0415 -- heavy
    from tools.cli.screen import Progress  # noqa: PLC0415 -- heavy
    from tools.cli.story import show_story  # noqa: PLC0415 -- heavy

    shown.print(f"\n{heading}\n", style="bold")
    pos = world.running.pos()
    with Progress(shown) as progress:
        if patience:
            progress(patience)
        told = pos.sell(AMOUNT_WON, CardInHand(card, EXPIRY))
        sale = _at_rest(world, told.sale_id)
    exchanges = [*sale.trails(), *world.running.sales.evidence(sale.sale_id)]
    show_story(shown, sale, exchanges, telegrams=False, fields=False)


def _at_rest(world: World, key: str) -> Sale:
    """The sale once nothing about it is open any more, or as it stands when patience ends."""
    from payment_core.approval.model import SaleId  # noqa: PLC0415 -- heavy

    deadline = time.monotonic() + REST_SECONDS
    while True:
        sale = world.running.sales.read(SaleId.parse(key))
        assert sale is not None, "a sale that was answered is in the table"  # noqa: S101 -- a bug
        if not sale.is_open or time.monotonic() > deadline:
            return sale
        time.sleep(POLL_SECONDS)


def _as_expected(counted: Tally) -> bool:
    found = (counted.approved, counted.declined, counted.net_cancelled, counted.cancelled, counted.unknown)
    return found == (1, 1, 1, 0, 0)


def _conclude(counted: Tally, shown: Console, *, seconds: float) -> None:
    shown.print()
    for sentence in counted.disagreements:
        shown.print(f"Table and books disagree: {sentence}", style="bold red")
    if _as_expected(counted):
        shown.print(
            f"{VAN} holds money for {counted.approved} approval, and payrelay has {counted.approved} approved"
            " sale: the same one."
        )
    words = {
        "approved": counted.approved,
        "declined": counted.declined,
        "net_cancelled": counted.net_cancelled,
        "unknown": counted.unknown,
        "seconds": round(seconds, 1),
    }
    typer.echo(f"DEMO {json.dumps(words, separators=(',', ':'))}")
    if not _as_expected(counted):
        raise typer.Exit(Exit.TROUBLE)
