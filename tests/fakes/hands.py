"""A clock that moves only when told, and the hands that act by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from payment_core.kernel.hand import Hand

NOON_IN_SEOUL_MS = 1_795_143_600_000  # 2026-11-20 12:00:00 KST


@dataclass
class Clock:
    """Milliseconds since 1970, moved by hand."""

    at_ms: int = NOON_IN_SEOUL_MS
    ids: count[int] = field(default_factory=lambda: count(1))

    def pass_seconds(self, seconds: int) -> None:
        """Let time go by."""
        self.at_ms += seconds * 1_000

    def pass_ms(self, milliseconds: int) -> None:
        """Let a little time go by."""
        self.at_ms += milliseconds

    def hand(self, name: str = "van_link", *, fence_seconds: int = 24) -> Hand:
        """A hand whose invocation ends ``fence_seconds`` from now; it never draws any jitter."""
        ends_ms = self.at_ms + fence_seconds * 1_000
        return Hand(
            name=name,
            invocation_id=f"{name}-run",
            now_ms=lambda: self.at_ms,
            monotonic_ms=lambda: self.at_ms,
            remaining_ms=lambda: ends_ms - self.at_ms,
            pause_ms=self.pass_ms,
            new_id=lambda: f"write-{next(self.ids)}",
            chance_below=lambda _limit: 0,
        )
