"""`payrelay open`: the money whose end is not known, how long already, and whose turn it is."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import typer

from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_core.approval.model import Sale
    from payment_core.kernel.open_ages import Money
    from tools.world.running import RunningWorld

AT_MOST: Final = 1_000
ANY_TIME_MS: Final = 4_102_444_800_000  # the year 2100: every next action is due by then


def open_money(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show every sale that is still open: its won, who acts, since when, how often it was tried."""
    from payment_core.approval.open_money import by_age  # noqa: PLC0415 -- heavy with the rest

    world, now_ms = running(state), time.time_ns() // 1_000_000
    sales = open_sales(world)
    told = sorted((words(sale, now_ms) for sale in sales), key=lambda one: -one["open_seconds"])
    ages = by_age(sales, now_ms)
    if as_json:
        meter = {age: {"sales": money.sales, "won": money.won} for age, money in ages.items()}
        typer.echo(json.dumps({"open": told, "by_age": meter}, ensure_ascii=False))
    else:
        show(told, ages)


def open_sales(world: RunningWorld) -> list[Sale]:
    """Every sale that is open: the index may be behind; the sales are not."""
    listed = world.sales.read_all(world.sales.due(ANY_TIME_MS, AT_MOST))
    return [sale for sale in listed if sale.is_open]


def words(sale: Sale, now_ms: int) -> dict[str, Any]:
    """One open sale for people and programs.

    Args:
        sale: As it stands.
        now_ms: Wall clock.
    """
    from payment_core.approval.open_money import (  # noqa: PLC0415 -- heavy with the rest
        is_for_a_person,
        open_since_ms,
        open_won,
    )
    from payment_core.approval.standing import asked_last, sentence, standing_of  # noqa: PLC0415 -- the same
    from payment_core.kernel.language import Language  # noqa: PLC0415 -- the same

    asked, cancel = asked_last(sale), sale.cancels.get(sale.open_cancel)
    return {
        "sale_id": str(sale.sale_id),
        "won": open_won(sale),
        "standing": str(standing_of(sale)),
        "sentence": sentence(sale, Language.ENGLISH),
        "destination": asked.destination if asked else "",
        "owner": sale.owner,
        "for_a_person": is_for_a_person(sale, now_ms),
        "open_seconds": max(0, now_ms - open_since_ms(sale)) // 1_000,
        "tries": cancel.tries if cancel else asked.tries if asked else 0,
        "next_seconds": max(0, sale.next_action_at_ms - now_ms) // 1_000,
    }


def show(told: list[dict[str, Any]], ages: Mapping[str, Money]) -> None:
    """Print the table, and the meter under it."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    if not told:
        typer.echo("No money is open: every sale has its end.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    numbers = {"won", "open for", "tries", "next in"}
    for head in ("sale", "won", "what", "where", "acts", "open for", "tries", "next in"):
        table.add_column(head, justify="right" if head in numbers else "left", no_wrap=True)
    for one in told:
        acts = "a person" if one["for_a_person"] else one["owner"]
        what = one["standing"].replace("_", " ").lower()
        times = (lasting(one["open_seconds"]), str(one["tries"]), lasting(one["next_seconds"]))
        table.add_row(one["sale_id"], f"{one['won']:,}", what, one["destination"], acts, *times)
    console().print(table)
    sales = "1 sale" if len(told) == 1 else f"{len(told)} sales"
    for_people = sum(one["for_a_person"] for one in told)
    typer.echo(f"Open: {sum(one['won'] for one in told):,} won in {sales}, {for_people} for a person.")
    typer.echo(" · ".join(f"{age}: {money.sales} ({money.won:,})" for age, money in ages.items()))


def lasting(seconds: int) -> str:
    """A duration in its two largest units: 41 s, 12 min 5 s, 3 h 10 min, 2 d 4 h."""
    for unit, size, lower, lower_size in (
        ("d", 86_400, "h", 3_600),
        ("h", 3_600, "min", 60),
        ("min", 60, "s", 1),
    ):
        if seconds >= size:
            return f"{seconds // size} {unit} {seconds % size // lower_size} {lower}"
    return f"{seconds} s"
