"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.world.places import DEFAULT_STATE, Places

if TYPE_CHECKING:
    from tools.world.running import RunningWorld

State = Annotated[
    Path,
    typer.Option("--state", help="Where the world keeps its things.", show_default=".payrelay"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DEFAULT: Path = DEFAULT_STATE


def running(state: Path) -> RunningWorld:
    """The world that runs in a state directory.

    Raises:
        NoWorldError: none does.
    """
    from tools.world.running import RunningWorld  # noqa: PLC0415 -- boto3 costs half a second

    return RunningWorld.find(Places(state.resolve()))


def again(state: Path) -> str:
    """What the next command needs to find the same world."""
    return "" if state.resolve() == DEFAULT else f" --state {state}"
