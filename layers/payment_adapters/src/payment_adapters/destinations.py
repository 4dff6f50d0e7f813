"""Destinations: what each contract says, read from one TOML file per VAN and issuer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from payment_core.approval.model import NetCancelMode
from payment_core.approval.ports import Profile

# In a function the files travel inside this package's layer; in the working tree they are at its root.
_PLACES: Final = (
    Path(__file__).parents[1] / "destinations",
    Path(__file__).parents[4] / "destinations",
)


class Purpose(StrEnum):
    """What a telegram is for."""

    AUTHORISE = "authorise"
    NET_CANCEL = "net_cancel"
    CANCEL = "cancel"


@dataclass(frozen=True)
class TelegramPlan:
    """How one telegram of a destination is filled and read.

    Attributes:
        request: Class of the spec module that is sent.
        answer: Class of the spec module that answers it.
        fields: Field of the request → word of ours.
        codes: Response code → meaning; a code that is not here is in doubt.
    """

    request: str
    answer: str
    fields: Mapping[str, str]
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Destination:
    """One destination file.

    Attributes:
        address: ``host:port`` of the contract; the environment may name another (simulators do).
        spec: Module of ``telegram_codec.specs`` that holds its telegrams.
        correlation: Field of every answer → word it must carry back.
        letters: Word → our value → the destination's letter for it.
    """

    profile: Profile
    kind: str
    address: str
    spec: str
    share_basis_points: int
    connect_seconds: int
    telegrams: Mapping[Purpose, TelegramPlan]
    correlation: Mapping[str, str]
    letters: Mapping[str, Mapping[str, str]]


class UnknownDestinationError(Exception):
    """There is no file for a destination of this name."""

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(f"there is no destination {name}")
        self.name = name


@cache
def destination(name: str) -> Destination:
    """Read one destination's file.

    Raises:
        UnknownDestinationError: no file of that name.
    """
    path = _folder() / f"{name}.toml"
    if not path.is_file():
        raise UnknownDestinationError(name)
    return read_destination(path)


def read_destination(path: Path) -> Destination:
    """Read a destination's file wherever it lies; it is called like the file."""
    return _parse(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def destinations() -> tuple[Destination, ...]:
    """All destinations, by name."""
    return tuple(destination(path.stem) for path in sorted(_folder().glob("*.toml")))


def _folder() -> Path:
    return next(place for place in _PLACES if place.is_dir())


def _parse(name: str, words: dict[str, Any]) -> Destination:
    net_cancel, timeouts = words["net_cancel"], words["timeouts"]
    return Destination(
        profile=Profile(
            name=name,
            net_cancel_mode=NetCancelMode(net_cancel["mode"]),
            net_cancel_first_delay_seconds=net_cancel["first_delay_seconds"],
            leaves_tombstone=net_cancel["leaves_tombstone"],
            max_processing_seconds=timeouts["max_processing_seconds"],
            answer_seconds=timeouts["answer_seconds"],
        ),
        kind=words["kind"],
        address=words["address"],
        spec=words["spec"],
        share_basis_points=words["contract"]["share_basis_points"],
        connect_seconds=timeouts["connect_seconds"],
        telegrams={purpose: _plan(purpose, words) for purpose in Purpose},
        correlation=words["correlation"],
        letters=words["letters"],
    )


def _plan(purpose: Purpose, words: dict[str, Any]) -> TelegramPlan:
    telegram = words["telegrams"][purpose]
    return TelegramPlan(
        request=telegram["request"],
        answer=telegram["answer"],
        fields=telegram["fields"],
        codes={code: meaning for meaning, codes in words["codes"][purpose].items() for code in codes},
    )
