"""The journal of one terminal: every number it ever used, on disk before anything is sent with it.

A POS that loses power between sending and answer finds in its journal which key to repeat. Append-only JSON
lines; amounts and keys, never a card.
"""

from __future__ import annotations

import fcntl
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TAIL_BYTES: Final = 4_096  # several lines; the last whole one tells the last number


@dataclass(frozen=True)
class Journal:
    """One file per terminal."""

    path: Path

    def next_sequence(self, what: str, business_date: str, **words: str | int) -> int:
        """Take the next number and write down what it is for; numbers are never used twice, nor restarted."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # two tills of one number would share a key
            size = file.seek(0, 2)
            sequence = self._last_sequence(size) + 1
            line = {"sequence": sequence, "what": what, "business_date": business_date, **words}
            # The line break comes first: what a power cut left of the line before stays apart from this.
            file.write(b"\n" + json.dumps(line, ensure_ascii=False).encode())
        return sequence

    def _last_sequence(self, size: int) -> int:
        with self.path.open("rb") as file:
            file.seek(max(0, size - TAIL_BYTES))
            for line in reversed(file.read().splitlines()):
                try:
                    read: dict[str, Any] = json.loads(line)
                    return int(read["sequence"])
                except (ValueError, KeyError):
                    continue  # torn by a power cut, or the cut end of the tail
        return 0
