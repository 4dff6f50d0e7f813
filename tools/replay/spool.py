"""The spool: a date's events in files by sale, so that memory holds one file's sales at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from payment_adapters.aws.event_stream import UnreadableEventError, event_from
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.replay import Day, Replayed, belongs_to, replayed

FILES: Final = 64


@dataclass
class Spool:
    """Files in a folder of its own.

    Attributes:
        events: How many are in it.
        unreadable: How many lines were no event.
    """

    folder: Path
    business_date: str
    events: int = 0
    unreadable: int = 0
    _files: list[Path] = field(default_factory=list)

    def fill(self, lines: Iterable[str]) -> None:
        """Sort the date's events into the files; everything else of the archive is passed over."""
        self._files = [self.folder / f"{number:02d}.jsonl" for number in range(FILES)]
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("w", encoding="utf-8")) for path in self._files]
            for line in lines:
                event = self._event(line)
                if event is not None and belongs_to(event, self.business_date):
                    files[zlib.crc32(event.subject.encode()) % FILES].write(f"{line}\n")
                    self.events += 1

    def fold(self, day: Day) -> Iterator[list[Replayed]]:
        """Each file's sales, and the day's counts with them."""
        for path in self._files:
            with path.open(encoding="utf-8") as lines:
                events = [event for line in lines if (event := self._event(line)) is not None]
            yield list(replayed(events, day))

    def _event(self, line: str) -> SaleMovedV2 | None:
        try:
            event = event_from(line)
        except UnreadableEventError:
            self.unreadable += 1
            return None
        return event if isinstance(event, SaleMovedV2) else None
