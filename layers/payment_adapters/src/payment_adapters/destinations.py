"""Destinations: what each contract says, one TOML file per VAN and issuer; destination_file.py reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from payment_core.approval.ports import Profile
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.tender import Tender

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
    INQUIRE = "inquire"
    ECHO = "echo"
    CHEQUE_INQUIRY = "cheque_inquiry"


@dataclass(frozen=True)
class TelegramPlan:
    """How one telegram of a destination is filled and read.

    Attributes:
        request: Class of the spec module that is sent.
        answer: Class of the spec module that answers it.
        fields: Field of the request → word of ours.
        correlation: Field of the answer → word it must carry back.
        codes: Response code → meaning; a code that is not here is in doubt.
        states: For an inquiry whose code only says that there is an answer: state of the original → meaning.
    """

    request: str
    answer: str
    fields: Mapping[str, str]
    correlation: Mapping[str, str]
    codes: Mapping[str, str]
    states: Mapping[str, str]


@dataclass(frozen=True)
class Handshake:
    """The waits of a line that acknowledges (ENQ, ACK, EOT); both lie within the wait for the answer."""

    enq_seconds: int
    eot_seconds: int


@dataclass(frozen=True, eq=False)
class Destination:
    """One destination file; read once, so it equals nothing but itself.

    Attributes:
        kind: ``van``, or ``issuer`` for one reached directly.
        address: ``host:port`` of the contract; the environment may name another (simulators do).
        spec: Module of ``telegram_codec.specs`` that holds its telegrams.
        serves_bins: Prefixes of the cards it can decide about.
        fee_won: What it takes for one approval.
        capacity_connections: How many connections its contract allows at once.
        handshake: ``None`` where the telegram is simply sent.
        authentication: Row of every telegram about money that holds a MAC; empty where there is none.
        telegrams: One plan per purpose; none for an inquiry, echo or cheque inquiry that it does not take.
        tenders: Each tender that it takes, with the plans that differ from those; cards it always takes.
        destination_fault: Codes that blame the destination itself, and count for the breaker.
        max_errors_per_terminal: How many errors of one terminal count for it within sixty seconds; 0: all.
        letters: Word → our value → the destination's letter for it.
    """

    profile: Profile
    kind: str
    address: str
    spec: str
    serves_bins: tuple[str, ...]
    fee_won: int
    capacity_connections: int
    connect_seconds: int
    handshake: Handshake | None
    authentication: str
    telegrams: Mapping[Purpose, TelegramPlan]
    tenders: Mapping[Tender, Mapping[Purpose, TelegramPlan]]
    destination_fault: frozenset[str]
    max_errors_per_terminal: int
    letters: Mapping[str, Mapping[str, str]]

    def plan(self, tender: Tender, purpose: Purpose) -> TelegramPlan | None:
        """How a telegram about this tender is filled and read; ``None`` where the contract has none."""
        return self.tenders.get(tender, {}).get(purpose) or self.telegrams.get(purpose)

    def plans(self) -> Iterator[tuple[str, Purpose, TelegramPlan]]:
        """Every plan, with its place in the file below ``telegrams``."""
        for purpose, plan in self.telegrams.items():
            yield str(purpose), purpose, plan
        for tender, differing in self.tenders.items():
            for purpose, plan in differing.items():
                yield f"{tender}.{purpose}", purpose, plan


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
        ContractFileError: the file says what no contract can.
    """
    from payment_adapters.destination_file import read_destination  # noqa: PLC0415 -- it fills the classes above

    path = _folder() / f"{name}.toml"
    if not path.is_file():
        raise UnknownDestinationError(name)
    return read_destination(path)


@cache
def destinations() -> tuple[Destination, ...]:
    """All destinations, by name."""
    return tuple(destination(path.stem) for path in sorted(_folder().glob("*.toml")))


def _folder() -> Path:
    return next(place for place in _PLACES if place.is_dir())
