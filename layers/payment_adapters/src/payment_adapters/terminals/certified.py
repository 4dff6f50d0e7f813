"""Certified terminals: which software may run on which model, read from terminals/certified.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from payment_core.kernel.frozen import dataclass

# In a function the file travels inside this package's layer; in the working tree it is at its root.
_PLACES: Final = (
    Path(__file__).parents[2] / "terminals" / "certified.toml",
    Path(__file__).parents[5] / "terminals" / "certified.toml",
)


@dataclass(frozen=True)
class CertifiedSoftware:
    """One version of one model's software, as it was certified.

    Attributes:
        check_days: How long a passed check lasts.
        needs_reader: Whether the model's card reader is a device of its own, with a serial number.
    """

    model: str
    software_version: str
    software_sha256: str
    check_days: int
    needs_reader: bool


@cache
def certified_software() -> dict[tuple[str, str], CertifiedSoftware]:
    """Every certified version, by model and version."""
    place = next(place for place in _PLACES if place.is_file())
    models = tomllib.loads(place.read_text(encoding="utf-8"))["model"]
    return {
        (name, version): CertifiedSoftware(
            name, version, sha256, model["check_days"], needs_reader=model["needs_reader"]
        )
        for name, model in models.items()
        for version, sha256 in model["software"].items()
    }
