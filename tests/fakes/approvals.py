"""Approvals in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from payment_core.projection.approvals import Approval, Counted, ReadModelsUnavailableError


@dataclass
class InMemoryApprovals:
    """Every approval by its event; ``down`` makes every call fail, ``reads`` counts them."""

    counted: dict[str, Approval] = field(default_factory=dict)
    down: bool = False
    reads: int = 0

    def add(self, approval: Approval) -> bool:
        """Count one approval, once."""
        self._answer()
        is_news = approval.event not in self.counted
        self.counted[approval.event] = approval
        return is_news

    def since(self, merchant: str, business_date: str) -> Mapping[str, Counted]:
        """What each destination has from a day on to the month's end."""
        self.reads += 1
        self._answer()
        approvals, won = Counter[str](), Counter[str]()
        for one in self.counted.values():
            is_meant = one.merchant == merchant and one.business_date[:6] == business_date[:6]
            if is_meant and one.business_date >= business_date:
                approvals[one.destination] += 1
                won[one.destination] += one.amount_won
        return {name: Counted(count, won[name]) for name, count in approvals.items()}

    def _answer(self) -> None:
        if self.down:
            raise ReadModelsUnavailableError("nobody answers")
