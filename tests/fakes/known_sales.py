"""Known sales in memory, with their counts: the same promises as the tables, by the same contract tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.known import Known, Sums, by_sale, take_in


@dataclass
class InMemoryKnownSales:
    """Every sale by its id, and what they come to."""

    sales: dict[str, Known] = field(default_factory=dict)
    sums: Sums = field(default_factory=Sums)

    def take_in(self, events: Sequence[SaleMovedV2]) -> None:
        """Take events in, sale by sale."""
        for sale_id, told in by_sale(events).items():
            after, sums = take_in(self.sales.get(sale_id), told)
            if after is not None:
                self.sales[sale_id] = after
            self.sums.add(sums)

    def open(self) -> list[Known]:
        """Every sale whose end is not known."""
        return [one for one in self.sales.values() if one.is_open]
