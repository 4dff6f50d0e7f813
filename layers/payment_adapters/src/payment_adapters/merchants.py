"""Merchants: what was agreed with each, read from one TOML file per merchant, else from the default's."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

# In a function the files travel inside this package's layer; in the working tree they are at its root.
_PLACES: Final = (
    Path(__file__).parents[1] / "merchants",
    Path(__file__).parents[4] / "merchants",
)
DEFAULT: Final = "default"


@dataclass(frozen=True)
class Merchant:
    """One merchant's file.

    Attributes:
        double_tap_seconds: How long the same card and amount under another key is suspected; 0: never.
    """

    double_tap_seconds: int


@cache
def merchant(name: str) -> Merchant:
    """Read the agreement with a merchant; its name is digits, checked before it gets here."""
    folder = next(place for place in _PLACES if place.is_dir())
    own = folder / f"{name}.toml"
    return read_merchant(own if own.is_file() else folder / f"{DEFAULT}.toml")


def read_merchant(path: Path) -> Merchant:
    """Read a merchant's file wherever it lies."""
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return Merchant(double_tap_seconds=words["double_tap"]["window_seconds"])
