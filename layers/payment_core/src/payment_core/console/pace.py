"""Pace: how fast one person may ask; whoever is faster is no person, or should not be kept busy by one.

Door: functions/console. Promise: tests/spec/test_console.py. Story: docs/flows/console.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Pace:
    """At most so many within so long, wherever that begins."""

    most: int
    within_ms: int

    def wait_ms(self, moments_ms: Sequence[int], now_ms: int) -> int:
        """How long to wait; 0 for whoever may ask now.

        Args:
            moments_ms: When they were let in before, the oldest first.
            now_ms: Wall clock.
        """
        if len(moments_ms) < self.most:
            return 0
        return max(0, moments_ms[-self.most] + self.within_ms - now_ms)


# Below what the API takes from everybody together (template.yaml), so that a person is told by a page.
FORMS: Final = Pace(12, 10_000)
PAGES: Final = Pace(120, 10_000)
