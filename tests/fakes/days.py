"""Days in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from payment_core.approval.model import SaleId


@dataclass
class InMemoryDays:
    """The number of every sale and cancel that was noted, and the sale it is about."""

    noted: set[tuple[SaleId, str]] = field(default_factory=set)

    def note(self, sale_id: str) -> None:
        """Take a sale in."""
        self.noted.add((SaleId.parse(sale_id), sale_id))

    def note_cancel(self, sale_id: str, cancel: str) -> None:
        """Take a cancel in, under its own date and number."""
        business_date, _, sequence = cancel.partition("-")
        named = replace(SaleId.parse(sale_id), business_date=business_date, sequence=int(sequence))
        self.noted.add((named, sale_id))

    def sales(self, terminal: str, business_date: str) -> list[str]:
        """The sales of one terminal's day, by its numbers."""
        found = [one for one in self.noted if str(one[0]).startswith(f"{terminal}-{business_date}-")]
        return list(dict.fromkeys(sale_id for _, sale_id in sorted(found)))

    def terminals(self, business_date: str) -> list[str]:
        """The terminals of a date."""
        found = {one for one, _ in self.noted if one.business_date == business_date}
        return sorted({f"{one.merchant}-{one.terminal}-{one.terminal_epoch}" for one in found})
