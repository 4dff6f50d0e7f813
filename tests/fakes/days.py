"""Days in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from payment_core.approval.model import SaleId


@dataclass
class InMemoryDays:
    """Every sale that was noted."""

    noted: set[str] = field(default_factory=set)

    def note(self, sale_id: str) -> None:
        """Take a sale in."""
        self.noted.add(sale_id)

    def sales(self, terminal: str, business_date: str) -> list[str]:
        """The sales of one terminal's day, by their numbers."""
        found = [one for one in self.noted if one.startswith(f"{terminal}-{business_date}-")]
        return sorted(found, key=lambda one: SaleId.parse(one).sequence)
