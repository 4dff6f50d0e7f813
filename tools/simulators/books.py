"""The books of a VAN: every authorisation it decided, and what became of it.

Kept as one JSON line per event, written before the answer leaves, so that a simulator that was killed comes
back with the books it had. Card numbers are masked before they get here; nothing secret ever does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

FIRST_APPROVAL_NUMBER: Final = 30_000_001  # eight digits, as VANs give them


class Fate(StrEnum):
    """What an authorisation is now."""

    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NET_CANCELLED = "net_cancelled"


class Key(NamedTuple):
    """What names an authorisation on the line: terminal, date YYYYMMDD, serial."""

    terminal: str
    date: str
    serial: str


@dataclass
class Authorisation:
    """One authorisation; `cancels` are serial → won of the cancels that were done on it."""

    key: Key
    fate: Fate
    amount_won: int
    card: str
    code: str
    approval_number: str
    cancels: dict[str, int] = field(default_factory=dict)

    @property
    def remaining_won(self) -> int:
        """What the cardholder still pays."""
        return self.amount_won - sum(self.cancels.values()) if self.is_live else 0

    @property
    def is_live(self) -> bool:
        """Whether money is held on the card."""
        return self.fate is Fate.APPROVED

    def as_words(self) -> dict[str, Any]:
        """The entry as the admin port tells it."""
        return {
            **self.key._asdict(),
            "fate": str(self.fate),
            "amount_won": self.amount_won,
            "remaining_won": self.remaining_won,
            "card": self.card,
            "code": self.code,
            "approval_number": self.approval_number,
        }


class Books:
    """All authorisations of one VAN, in memory and in one append-only file."""

    def __init__(self, path: Path) -> None:
        """Read the file again from its beginning; a line torn by a kill is cut off: it was never answered."""
        self._authorisations: dict[Key, Authorisation] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        whole = path.read_bytes()
        complete = whole[: whole.rfind(b"\n") + 1]
        for line in complete.splitlines():
            self._apply(json.loads(line))
        self._file = path.open("r+b", buffering=0)
        self._file.truncate(len(complete))
        self._file.seek(len(complete))

    def __iter__(self) -> Iterator[Authorisation]:
        """Every authorisation, oldest first."""
        return iter(self._authorisations.values())

    def find(self, key: Key) -> Authorisation | None:
        """The authorisation of this name."""
        return self._authorisations.get(key)

    def find_approved(self, terminal: str, date: str, approval_number: str) -> Authorisation | None:
        """The authorisation that got this approval number."""
        return next(
            (
                one
                for one in self
                if (one.key.terminal, one.key.date, one.approval_number) == (terminal, date, approval_number)
            ),
            None,
        )

    def approve(self, key: Key, amount_won: int, card: str) -> Authorisation:
        """Hold money on a card, under a number of its own."""
        number = str(FIRST_APPROVAL_NUMBER + len(self._authorisations))
        return self._decide(key, Fate.APPROVED, amount_won, card, "0000", number)

    def decline(self, key: Key, amount_won: int, card: str, code: str) -> Authorisation:
        """Write down a no."""
        return self._decide(key, Fate.DECLINED, amount_won, card, code, "")

    def net_cancel(self, key: Key) -> None:
        """Undo an approval whose answer did not arrive."""
        self._write({"event": "net_cancelled", **key._asdict()})

    def cancel(self, key: Key, cancel_serial: str, amount_won: int) -> None:
        """Give back all or part of an approval."""
        words = {"event": "cancelled", "cancel_serial": cancel_serial, "cancelled_won": amount_won}
        self._write({**words, **key._asdict()})

    def _decide(
        self, key: Key, fate: Fate, amount_won: int, card: str, code: str, approval_number: str
    ) -> Authorisation:
        words = {
            "event": str(fate),
            **key._asdict(),
            "amount_won": amount_won,
            "card": card,
            "code": code,
            "approval_number": approval_number,
        }
        self._write(words)
        return self._authorisations[key]

    def _write(self, event: dict[str, Any]) -> None:
        self._file.write(json.dumps(event).encode() + b"\n")
        self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        key = Key(event["terminal"], event["date"], event["serial"])
        match Fate(event["event"]):
            case Fate.APPROVED | Fate.DECLINED as fate:
                told = {name: event[name] for name in ("amount_won", "card", "code", "approval_number")}
                self._authorisations[key] = Authorisation(key, fate, **told)
            case Fate.NET_CANCELLED:
                self._authorisations[key].fate = Fate.NET_CANCELLED
            case Fate.CANCELLED:
                authorisation = self._authorisations[key]
                authorisation.cancels[event["cancel_serial"]] = event["cancelled_won"]
                if not authorisation.remaining_won:
                    authorisation.fate = Fate.CANCELLED
