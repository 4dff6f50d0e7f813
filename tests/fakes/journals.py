"""Journals in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.journal import Part
from payment_core.reconciliation.ports import Kept


@dataclass
class InMemoryJournals:
    """Every part that was delivered, and the day in Korea on which it came."""

    kept: dict[str, tuple[Part, str]] = field(default_factory=dict)

    def keep(self, part: Part, at_ms: int) -> Kept:
        """Put a part down once."""
        was_here = part.journal_id in self.kept
        standing, _ = self.kept.setdefault(part.journal_id, (part, f"{korean_time(at_ms):%Y%m%d}"))
        return Kept(standing.digest, was_here)

    def parts(self, day: Day) -> list[Part]:
        """Every part of a terminal's date."""
        return [one for one, _ in self.kept.values() if Day(one.business_date, one.terminal) == day]

    def received(self, korean_day: str) -> list[Day]:
        """Whose came on a day."""
        return sorted(
            {Day(one.business_date, one.terminal) for one, day in self.kept.values() if day == korean_day}
        )
