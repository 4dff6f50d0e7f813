"""The engine's journal: what was acknowledged since the last full snapshot, in order.

A journal is a directory of numbered segments. A segment is a file of lines; a line is one request with all
its changes, so a transaction is replayed whole or not at all. A line reaches the kernel in one `write`
before the request is answered: it survives `kill -9` of the engine. (A power cut of the machine may lose
the last lines; this is a development engine, not a database.)

Replay may meet changes that a snapshot already holds, so every change must be harmless when applied again.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.world.engine.encoding import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Change = list[Any]
"""The kind of change (a word), then what that kind needs to be applied again."""

_PREFIX: Final = "journal-"
_SUFFIX: Final = ".jsonl"


class Journal:
    """Append-only, segmented, safe to use from any thread.

    `encode` turns what JSON does not know (bytes) into what it knows; `decode` is the object hook that
    turns it back.
    """

    def __init__(
        self,
        directory: Path,
        encode: Callable[[Any], Any] | None = None,
        decode: Callable[[dict[str, Any]], Any] | None = None,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._decode = decode
        self._encode = encode
        self._lock = threading.Lock()
        self._file: int | None = None
        # Never append to a segment of an earlier life: its last line may be torn.
        self._segment = max(self._segments(), default=0) + 1
        self.size_bytes = 0

    def append(self, changes: list[Change]) -> None:
        """Write one request's changes as one line. Raises `OSError` when the disk refuses."""
        line = encoded(changes, self._encode) + b"\n"
        with self._lock:
            if self._file is None:
                self._file = os.open(self._path(self._segment), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(self._file, line)
            self.size_bytes += len(line)

    def begin_segment(self) -> int:
        """Continue in a new segment; returns its number, for `drop_before` once a snapshot holds the rest."""
        with self._lock:
            self._close()
            self._segment += 1
            self.size_bytes = 0
            return self._segment

    def drop_before(self, segment: int) -> None:
        """Remove the segments older than `segment`."""
        for number in self._segments():
            if number < segment:
                self._path(number).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything."""
        self.drop_before(self.begin_segment())

    def replay(self) -> Iterator[list[Change]]:
        """Every line of the earlier lives, oldest first; a torn last line was never acknowledged."""
        for number in self._segments():
            if number >= self._segment:
                return
            for line in self._path(number).read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                yield json.loads(line, object_hook=self._decode)

    def _segments(self) -> list[int]:
        return sorted(
            int(path.stem.removeprefix(_PREFIX)) for path in self._directory.glob(f"{_PREFIX}*{_SUFFIX}")
        )

    def _path(self, number: int) -> Path:
        return self._directory / f"{_PREFIX}{number:09d}{_SUFFIX}"

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
