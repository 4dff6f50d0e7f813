"""The books of a VAN or issuer: every authorisation, cash receipts among them, and what became of it.

Kept as one JSON line per event, written before the answer leaves, so that a simulator that was killed comes
back with the books it had; the laboratory's parties live in memory and keep no file. Card numbers are masked
before they get here; nothing secret ever does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from io import FileIO
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

APPROVAL_DIGITS: Final = 8
AUTHORISATION_WORDS: Final = ("amount_won", "card", "code", "approval_number", "at", "receipt_kind")

LATER_WORDS: Final = ("installment_months", "is_check")  # books that are older have none


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
    """One authorisation, decided `at` (ISO, Korean time); `cancels` are serial → won of those done on it.

    `cancelled_at` says when each was, and is empty in books older than it.

    A cash receipt is one as well: it has a kind, and its customer, masked, in the place of a card.
    `is_check` says that a check card (체크카드) paid.
    """

    key: Key
    fate: Fate
    amount_won: int
    card: str
    code: str
    approval_number: str
    at: str
    receipt_kind: str = ""
    installment_months: int = 0
    is_check: bool = False
    cancels: dict[str, int] = field(default_factory=dict)
    cancelled_at: dict[str, str] = field(default_factory=dict)

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
            "receipt_kind": self.receipt_kind,
        }


class Books:
    """All that one party decided, in memory and, where it has one, in one append-only file.

    Approval numbers have `approval_digits` and start with 3.
    """

    def __init__(self, path: Path | None, approval_digits: int = APPROVAL_DIGITS) -> None:
        """Read the file again from its beginning; a line torn by a kill is cut off: it was never answered."""
        self._authorisations: dict[Key, Authorisation] = {}
        self._tombstones: set[Key] = set()
        self._first_number = 3 * 10 ** (approval_digits - 1) + 1
        self._file = self._opened(path) if path else None

    @classmethod
    def as_written(cls, path: Path, approval_digits: int = APPROVAL_DIGITS) -> Self:
        """What stands in a file that another process goes on writing; the file is only read."""
        books = cls(None, approval_digits)
        whole = path.read_bytes() if path.exists() else b""
        for line in whole[: whole.rfind(b"\n") + 1].splitlines():
            books._apply(json.loads(line))
        return books

    def _opened(self, path: Path) -> FileIO:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        whole = path.read_bytes()
        complete = whole[: whole.rfind(b"\n") + 1]
        for line in complete.splitlines():
            self._apply(json.loads(line))
        file = path.open("r+b", buffering=0)
        file.truncate(len(complete))
        file.seek(len(complete))
        return file

    def close(self) -> None:
        """Put the file away."""
        if self._file is not None:
            self._file.close()

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

    def is_blocked(self, key: Key) -> bool:
        """Whether a net-cancel of this name came before its approval."""
        return key in self._tombstones

    def approve(
        self,
        key: Key,
        amount_won: int,
        card: str,
        code: str,
        at: str,
        receipt_kind: str = "",
        installment_months: int = 0,
        *,
        is_check: bool = False,
    ) -> Authorisation:
        """Hold money on a card, or issue a cash receipt, under a number of its own."""
        words: dict[str, Any] = {"code": code, "approval_number": self._next_number()}
        words |= {"receipt_kind": receipt_kind, "installment_months": installment_months}
        words |= {"is_check": is_check}
        return self._decide(key, Fate.APPROVED, {"amount_won": amount_won, "card": card, "at": at, **words})

    def decline(self, key: Key, amount_won: int, card: str, code: str, at: str) -> Authorisation:
        """Write down a no."""
        words = {"code": code, "approval_number": "", "receipt_kind": ""}
        return self._decide(key, Fate.DECLINED, {"amount_won": amount_won, "card": card, "at": at, **words})

    def net_cancel(self, key: Key) -> None:
        """Undo an approval whose answer did not arrive."""
        self._write({"event": "net_cancelled", **key._asdict()})

    def resurrect(self, key: Key) -> None:
        """Hold the money again, although it was undone: a stand-in's late record."""
        self._write({"event": "resurrected", **key._asdict()})

    def block(self, key: Key) -> None:
        """Never approve under this name: it was net-cancelled before it came."""
        self._write({"event": "blocked", **key._asdict()})

    def cancel(self, key: Key, cancel_serial: str, amount_won: int, at: str = "") -> None:
        """Give back all or part of an approval."""
        words = {"event": "cancelled", "cancel_serial": cancel_serial, "cancelled_won": amount_won, "at": at}
        self._write({**words, **key._asdict()})

    def _next_number(self) -> str:
        return str(self._first_number + len(self._authorisations))

    def _decide(self, key: Key, fate: Fate, words: dict[str, Any]) -> Authorisation:
        self._write({"event": str(fate), **key._asdict(), **words})
        return self._authorisations[key]

    def _write(self, event: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(event).encode() + b"\n")
        self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        self._apply_to(Key(event["terminal"], event["date"], event["serial"]), event["event"], event)

    def _apply_to(self, key: Key, what: str, event: dict[str, Any]) -> None:
        match what:
            case Fate.APPROVED | Fate.DECLINED:
                told = {name: event[name] for name in AUTHORISATION_WORDS}
                told |= {name: event[name] for name in LATER_WORDS if name in event}
                self._authorisations[key] = Authorisation(key, Fate(what), **told)
            case Fate.NET_CANCELLED:
                self._authorisations[key].fate = Fate.NET_CANCELLED
            case "resurrected":
                self._authorisations[key].fate = Fate.APPROVED
            case "blocked":
                self._tombstones.add(key)
            case _:
                authorisation = self._authorisations[key]
                authorisation.cancels[event["cancel_serial"]] = event["cancelled_won"]
                authorisation.cancelled_at[event["cancel_serial"]] = event.get("at", "")
                if not authorisation.remaining_won:
                    authorisation.fate = Fate.CANCELLED
