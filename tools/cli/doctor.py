"""`payrelay doctor`: what is missing or broken, and what to do about it."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, State
from tools.world.places import DEFAULT_PORT, ROOT, NoWorldError, Places

OLDEST_PYTHON: Final = (3, 11)
FREE_BYTES_WANTED: Final = 1_000_000_000
MANY_OPEN_SALES: Final = 200


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `cure` is empty when it is well."""

    what: str
    found: str
    cure: str = ""


def doctor(*, state: State = DEFAULT) -> None:
    """Find what is missing or broken, and say what to do about it.

    Exit 0 when all is well, 1 with a cure for each trouble.
    """
    from rich.table import Table  # noqa: PLC0415 -- heavy
    from rich.text import Text  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    found = list(findings(Places(state.resolve())))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in found:
        mark = Text("✗", style="red") if one.cure else Text("✓", style="green")
        table.add_row(mark, one.what, one.found)
        if one.cure:
            table.add_row("", "", Text(f"→ {one.cure}", style="bold"))
    shown = console()
    shown.print(table)
    troubles = sum(bool(one.cure) for one in found)
    shown.print(f"\n{troubles or 'No'} trouble{'' if troubles == 1 else 's'} found.")
    if troubles:
        raise typer.Exit(Exit.TROUBLE)


def findings(places: Places) -> Iterator[Finding]:
    """Everything that was looked at, in the order in which it is needed."""
    yield _python()
    yield from _environments()
    yield _disk(places.state)
    yield _repository()
    yield _state_version(places)
    yield from _world(places)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Finding("Python", version)
    return Finding("Python", version, "Install Python 3.11 or newer, then `make setup`.")


def _environments() -> Iterator[Finding]:
    from tools.environments import environments  # noqa: PLC0415 -- not for --help

    for environment in environments(ROOT):
        if environment.is_ready():
            yield Finding(environment.name, f"equal to requirements/{environment.lock_name}")
        else:
            yield Finding(
                environment.name, "missing, half made or out of date", "`make setup` makes it whole."
            )


def _disk(state: Path) -> Finding:
    there = next(place for place in (state, *state.parents) if place.exists())
    free_bytes = shutil.disk_usage(there).free
    found = f"{free_bytes / 1e9:.1f} GB free at {there}"
    return Finding("disk", found, "" if free_bytes > FREE_BYTES_WANTED else "Free 1 GB.")


def _repository() -> Finding:
    parts = ("template.yaml", "workflows", "functions", "destinations")
    missing = [part for part in parts if not (ROOT / part).exists()]
    if missing:
        return Finding("repository", f"{', '.join(missing)} missing", "Check the repository out again.")
    return Finding("repository", str(ROOT))


def _state_version(places: Places) -> Finding:
    from tools.world.world import check_state_version  # noqa: PLC0415 -- heavy

    try:
        check_state_version(places)
    except Exception as trouble:  # noqa: BLE001 -- whatever it is, a doctor tells it
        return Finding("state", str(places.state), str(trouble))
    return Finding("state", f"{places.state}, {'kept' if places.version.exists() else 'nothing yet'}")


def _world(places: Places) -> Iterator[Finding]:
    from tools.world.running import RunningWorld, target_now  # noqa: PLC0415 -- heavy

    target = os.environ.get("RELAY_TARGET", "")
    yield Finding("target", f"{target_now()}" + ("" if target else " (RELAY_TARGET is not set)"))
    try:
        world = RunningWorld.find(places)
    except NoWorldError as none:
        stale = places.read_record() is not None
        yield Finding("world", str(none) if stale else "none is running; `payrelay up` starts one")
        yield _port()
        return
    yield Finding("world", world.api_url)
    yield from _parts(world)


def _port() -> Finding:
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", DEFAULT_PORT)) == 0
    if taken:
        cure = "Stop that program, or start with `payrelay up --port 0`."
        return Finding("port", f"another program listens on {DEFAULT_PORT}", cure)
    return Finding("port", f"{DEFAULT_PORT} is free")


def _parts(world: object) -> Iterator[Finding]:
    from tools.world.running import RunningWorld  # noqa: PLC0415 -- heavy

    assert isinstance(world, RunningWorld)  # noqa: S101 -- found above
    restart = "`payrelay down`, then `payrelay up`; what was paid is kept."
    try:
        answer = world.pos().health()
        healthy = "" if answer.ok else restart
        yield Finding("gateway", f"answers its health check with {answer.http_status}", healthy)
        open_sales = world.sales.due(2**53, MANY_OPEN_SALES)
        yield Finding("open sales", f"{len(open_sales)} without an end yet" if open_sales else "none")
    except Exception as trouble:  # noqa: BLE001 -- whatever it is, a doctor tells it
        yield Finding("gateway", f"{type(trouble).__name__}: {trouble}", restart)
    for name, port in world.vans.items():
        try:
            line = port.tell({})["line"]
            yield Finding(f"VAN {name}", f"line {line}", "" if line == "open" else "`payrelay van open`.")
        except Exception as trouble:  # noqa: BLE001 -- whatever it is, a doctor tells it
            yield Finding(f"VAN {name}", str(trouble), restart)
