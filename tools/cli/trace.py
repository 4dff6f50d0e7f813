"""`payrelay trace`: every line of log about a sale, from every function, in the order they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running
from tools.cli.payments import parsed

if TYPE_CHECKING:
    from tools.world.running import RunningWorld

SHOWN = ("at", "function", "step", "by", "write_id", "event", "run")


def trace(
    sale_id: Annotated[str, typer.Argument(help="As `approve` printed it.")],
    *,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show every line of log about a sale; each write and its event have the same write id.

    What a sale means is in `payrelay show`; here is which run of which function did it. On AWS the trace id
    of a line leads on in X-Ray: API, workflow, functions. Exit 3 when no line speaks of it.
    """
    wanted = str(parsed(sale_id))
    found = sorted(lines(running(state), wanted), key=lambda one: one["at_ms"])
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif found:
        show(found)
    else:
        typer.echo(f"payrelay: no line of log speaks of {wanted}", err=True)
    if not found:
        raise typer.Exit(Exit.REFUSED)


def lines(world: RunningWorld, sale_id: str) -> Iterator[dict[str, Any]]:
    """Search the log groups of the stack."""
    import boto3  # noqa: PLC0415 -- heavy

    from tools.world.places import STACK  # noqa: PLC0415 -- heavy
    from tools.world.running import client_words  # noqa: PLC0415 -- heavy

    logs = boto3.client("logs", **client_words(world.endpoint))
    prefix = f"/payrelay/{STACK}/"
    groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
    for group in (one["logGroupName"] for page in groups for one in page["logGroups"]):
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern=f'"{sale_id}"'
        )
        for event in (one for page in pages for one in page["events"]):
            yield words(group.removeprefix(prefix), event["timestamp"], event["message"], sale_id)


def words(function: str, at_ms: int, message: str, sale_id: str) -> dict[str, Any]:
    """One line for people and programs; what is no line of a trace is shown as it is."""
    try:
        told = json.loads(message)
    except ValueError:
        told = {}
    if not isinstance(told, dict) or told.get("sale_id") != sale_id:
        told = {
            "step": str(told.get("message") if isinstance(told, dict) and told else message).strip()[:120]
        }
    kept = {name: told.get(name, "") for name in ("step", "by", "write_id", "event", "trace_id")}
    return {"at_ms": told.get("at_ms", at_ms), "function": function, "run": told.get("requestId", ""), **kept}


def show(found: list[dict[str, Any]]) -> None:
    """Print them as a table."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for head in SHOWN:
        table.add_column(head.replace("_", " "), no_wrap=head == "at")
    for one in found:
        at = datetime.fromtimestamp(one["at_ms"] / 1_000, UTC).astimezone()
        table.add_row(f"{at:%H:%M:%S.%f}"[:-3], *(str(one[name])[:36] for name in SHOWN[1:]))
    console().print(table)
