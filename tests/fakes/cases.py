"""Cases in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from payment_core.cases.model import Case
from payment_core.kernel.korean_time import korean_time


@dataclass
class InMemoryCases:
    """The newest version of each case, and every write of one in its order."""

    kept: dict[str, Case] = field(default_factory=dict)
    writes: list[Case] = field(default_factory=list)

    def read(self, case_id: str) -> Case | None:
        """One case."""
        return self.kept.get(case_id)

    def of(self, about: str) -> list[Case]:
        """The cases about one thing, by their parts."""
        return sorted((one for one in self.kept.values() if one.about == about), key=lambda one: one.part)

    def open_cases(self) -> list[Case]:
        """The oldest first."""
        standing = [one for one in self.kept.values() if one.is_open]
        return sorted(standing, key=lambda one: one.opened_at_ms)

    def closed_cases(self, month: str) -> list[Case]:
        """By when they were opened."""
        closed = [one for one in self.kept.values() if not one.is_open]
        of_month = [one for one in closed if f"{korean_time(one.history[-1].at_ms):%Y%m}" == month]
        return sorted(of_month, key=lambda one: one.opened_at_ms)

    def move(self, seen: Case | None, becomes: Case) -> bool:
        """Write over what was seen."""
        standing = self.kept.get(becomes.case_id)
        if standing is not None and becomes.history[-1] in standing.history:
            return True
        if (standing.version if standing else 0) != (seen.version if seen else 0):
            return False
        past = standing.history if standing else ()
        kept = replace(becomes, history=(*past, becomes.history[-1]))
        self.kept[becomes.case_id] = kept
        self.writes.append(kept)
        return True
