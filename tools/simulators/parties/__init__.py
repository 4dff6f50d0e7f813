"""The parties we talk to, one module each: how its paper and its contract differ from the others'."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

from tools.simulators.party import Manner

PARTIES: Final = tuple(sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py")))


def manner_of(name: str) -> Manner:
    """The manner of one party; the papers of the others are not even read."""
    manner: Manner = import_module(f"{__name__}.{name}").MANNER
    return manner
