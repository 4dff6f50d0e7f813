"""The journal of one terminal: every number it ever used, on disk before anything is sent with it.

A POS that loses power between sending and answer finds in its journal what it still has to ask. Append-only
JSON lines of amounts, keys and states; never a card. One key's lines, in their order:

    approve | cancel    begun: about to be sent under this key
    shown               the till is about to show this state, an approval with its number: what it showed
                        as approved is never undone
    net_cancel          to be undone; from here on the till never shows it as approved
    acknowledged        payrelay said how it ended, or took over the undoing
    refused             payrelay refused it and did nothing
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

TAIL_BYTES: Final = 4_096  # several lines; the last whole one that begins something tells the last number
ENDS: Final = frozenset({"shown", "acknowledged", "refused"})


@dataclass
class Entry:
    """What the journal knows of one key.

    Attributes:
        what: ``approve`` or ``cancel``.
        words: The line that began it.
        state: What was last shown or acknowledged.
        approval_number: What stands on the slip; empty where there is none.
    """

    key: str
    what: str
    words: dict[str, Any] = field(default_factory=dict)
    state: str = ""
    approval_number: str = ""
    is_to_be_undone: bool = False
    is_open: bool = True

    @property
    def sale_id(self) -> str:
        """The sale that it is about."""
        return str(self.words.get("sale_id", self.key))

    def row(self) -> dict[str, Any]:
        """As payrelay is told of it when the journal is delivered: numbers, amount, and what was shown."""
        said = {"what": self.what, "sequence": self.words["sequence"], "shown": self._shown()}
        kept = ("amount_won",) if self.what == "approve" else ("amount_won", "sale_id")
        return said | {name: self.words[name] for name in kept if name in self.words}

    def _shown(self) -> str:
        if self.what == "cancel":
            return "UNKNOWN" if self.is_open else "DONE" if self.state in {"DONE", "REFUND"} else "REFUSED"
        if self.is_to_be_undone:
            return "UNDONE"
        return "UNKNOWN" if self.is_open else "APPROVED" if self.state == "APPROVED" else "NOT_APPROVED"


@dataclass(frozen=True)
class Journal:
    """One file per terminal; processes that share it take turns."""

    path: Path

    def begin(self, what: str, terminal: str, business_date: str, **words: str | int) -> int:
        """Take the next number and write down what it is for; numbers are never used twice, nor restarted.

        `terminal` is ``1001-10010001-1``, which with date and number makes the key.
        """
        with self._locked_file() as file:
            sequence = self._last_sequence(file) + 1
            key = f"{terminal}-{business_date}-{sequence}"
            line: dict[str, str | int] = {
                "sequence": sequence,
                "what": what,
                "key": key,
                "business_date": business_date,
            }
            self._write(file, {**line, **words})
        return sequence

    def note(self, what: str, key: str, state: str = "", approval_number: str = "") -> None:
        """Write down what became of a key."""
        slip = {"approval_number": approval_number} if approval_number else {}
        with self._locked_file() as file:
            self._write(file, {"what": what, "key": key, "state": state, **slip})

    def entries(self) -> list[Entry]:
        """Everything ever begun, in its order; a line torn by a power cut is passed over."""
        return self.at_a_moment()[1]

    def at_a_moment(self) -> tuple[int, list[Entry]]:
        """How many lines it has, and the entries they make: more lines are a newer revision."""
        found: dict[str, Entry] = {}
        with self._locked_file() as file:
            file.seek(0)
            lines = file.readlines()
            for line in filter(None, map(_read, lines)):
                key, what = str(line["key"]), str(line["what"])
                if "sequence" in line:
                    found[key] = Entry(key, what, line)
                elif entry := found.get(key):
                    entry.is_open = entry.is_open and what not in ENDS
                    entry.is_to_be_undone |= what == "net_cancel"
                    entry.state = str(line.get("state", "")) or entry.state
                    entry.approval_number = str(line.get("approval_number", "")) or entry.approval_number
        return len(lines), list(found.values())

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Hold while a till waits for a sale, so that nobody settles it meanwhile; dying lets go."""
        with _locked(self._beside("in_hand"), fcntl.LOCK_SH):
            yield

    @contextmanager
    def abandoned(self) -> Iterator[list[Entry]]:
        """What has no end and no till waiting for it; one process at a time settles."""
        with _locked(self._beside("settling"), fcntl.LOCK_EX):
            with _locked(self._beside("in_hand"), fcntl.LOCK_EX):
                left = [entry for entry in self.entries() if entry.is_open]
            yield left

    def _beside(self, what: str) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.with_name(f"{self.path.name}.{what}")

    @contextmanager
    def _locked_file(self) -> Iterator[BinaryIO]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # two tills of one number would share a key
            yield file

    def _write(self, file: BinaryIO, line: dict[str, str | int]) -> None:
        is_new = file.seek(0, os.SEEK_END) == 0
        # The line break comes first: what a power cut left of the line before stays apart from this.
        file.write(b"\n" + json.dumps(line, ensure_ascii=False).encode())
        file.flush()
        os.fsync(file.fileno())
        if is_new:
            for folder in (self.path.parent, self.path.parent.parent):
                _sync_folder(folder)

    @staticmethod
    def _last_sequence(file: BinaryIO) -> int:
        """The number begun last, read from the end: a long journal is not read whole for each sale."""
        size = file.seek(0, os.SEEK_END)
        tail = TAIL_BYTES
        while True:
            file.seek(max(0, size - tail))
            for line in filter(None, map(_read, reversed(file.read().splitlines()))):
                if "sequence" in line:
                    return int(line["sequence"])
            if tail >= size:
                return 0
            tail *= 2


def _read(line: bytes) -> dict[str, Any] | None:
    """A whole line; nothing for one that was torn by a power cut, or cut by the start of the tail."""
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) and {"what", "key"} <= read.keys() else None


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, how)
        yield


def _sync_folder(folder: Path) -> None:
    """Put a new file's name on disk too: a file without a name is lost."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
