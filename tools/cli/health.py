"""`payrelay health`: which destinations take sales, and why one does not."""

from __future__ import annotations

import json
import time
from typing import Any

import typer

from tools.cli.options import DEFAULT, Json, State, running

COUNTED_AT_MOST = 1_000


def health(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show every destination: its state, since when, why, errors of the last minute, the next probe."""
    from payment_adapters.breaker_words import why  # noqa: PLC0415 -- heavy
    from payment_adapters.destinations import destinations  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.breakers import DynamoBreakers  # noqa: PLC0415 -- heavy
    from payment_core.routing.breaker import WINDOW_MS, Breaker  # noqa: PLC0415 -- heavy

    world, now_ms = running(state), time.time_ns() // 1_000_000
    store = DynamoBreakers(world.dynamodb, world.outputs["BreakersTable"])
    known = store.read()
    names = sorted({*known, *(one.profile.name for one in destinations())})
    told = []
    for name in names:
        breaker = known.get(name, Breaker(name))
        errors = store.moments_ms(name, breaker.generation, now_ms - WINDOW_MS, COUNTED_AT_MOST)
        told.append(
            {
                "destination": name,
                "state": str(breaker.state),
                "generation": breaker.generation,
                "since": _clock(breaker.since_ms) if breaker.since_ms else "",
                "why": why(breaker, now_ms),
                "errors_in_the_last_minute": len(errors),
                "next_probe": _clock(breaker.until_ms) if breaker.until_ms else "",
            }
        )
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show(told)


def _clock(at_ms: int) -> str:
    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- beside the other heavy ones

    return f"{korean_time(at_ms):%Y-%m-%d %H:%M:%S}"


def _show(told: list[dict[str, Any]]) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("destination", "state", "errors/min", "why"):
        table.add_column(head, justify="right" if head == "errors/min" else "left")
    for one in told:
        errors = str(one["errors_in_the_last_minute"])
        table.add_row(one["destination"], one["state"], errors, one["why"])
    console().print(table)
