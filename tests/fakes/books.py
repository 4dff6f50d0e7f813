"""Books in memory: sales and cancels as a test says they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from payment_core.reconciliation.day import Day
from payment_core.reconciliation.pos_journal import OurCancel, OurSale


@dataclass
class InMemoryBooks:
    """Everything by terminal's date; `late` is what the read model does not know yet."""

    sales: dict[Day, list[OurSale]] = field(default_factory=dict)
    cancels: dict[Day, list[OurCancel]] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)

    def sold(self, business_date: str) -> list[Day]:
        """The terminals of a date."""
        return sorted(day for day in {*self.sales, *self.cancels} if day.business_date == business_date)

    def entries(self, day: Day, named: Collection[str]) -> tuple[list[OurSale], list[OurCancel]]:
        """What stands."""
        known = [one for one in self.sales.get(day, []) if one.sale_id not in self.late - set(named)]
        return known, self.cancels.get(day, [])
