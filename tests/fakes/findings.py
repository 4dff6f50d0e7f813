"""Findings in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding, FindingState
from payment_core.reconciliation.ports import Compared


@dataclass
class InMemoryFindings:
    """The newest version of each finding, and every write of one in its order."""

    kept: dict[str, Finding] = field(default_factory=dict)
    writes: list[Finding] = field(default_factory=list)
    compared: dict[Day, Compared] = field(default_factory=dict)

    def of(self, day: Day) -> list[Finding]:
        """A terminal's date."""
        return [one for one in self.kept.values() if one.day == day]

    def of_merchant(self, merchant: str, business_date: str) -> tuple[list[Finding], list[Compared]]:
        """A merchant's date."""

        def is_theirs(day: Day) -> bool:
            return (day.merchant, day.business_date) == (merchant, business_date)

        findings = [one for one in self.kept.values() if is_theirs(one.day)]
        return findings, [one for day, one in self.compared.items() if is_theirs(day)]

    def move(self, seen: Finding | None, becomes: Finding) -> bool:
        """Write over what was seen."""
        if self.kept.get(becomes.finding_id) != seen:
            return False
        self.kept[becomes.finding_id] = becomes
        self.writes.append(becomes)
        return True

    def note(self, compared: Compared) -> None:
        """Keep the latest."""
        known = self.compared.get(compared.day)
        if known is None or known.at_ms < compared.at_ms:
            self.compared[compared.day] = compared

    def open_findings(self) -> list[tuple[Day, int]]:
        """The oldest first."""
        standing = [one for one in self.kept.values() if one.state is FindingState.OPEN]
        return [(one.day, one.found_at_ms) for one in sorted(standing, key=lambda one: one.found_at_ms)]
