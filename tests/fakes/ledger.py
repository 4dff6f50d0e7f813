"""The ledger in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_core.ledger.model import Folded, Posting


@dataclass
class InMemoryPostings:
    """Every posting by its key, in the order in which they came."""

    kept: dict[str, Posting] = field(default_factory=dict)

    def append(self, posting: Posting) -> Posting:
        """Write it where its key is free."""
        return self.kept.setdefault(posting.key, posting)

    def of(self, business_date: str) -> list[Posting]:
        """What is booked to a date."""
        return [one for one in self.kept.values() if one.business_date == business_date]


@dataclass
class InMemoryFolds:
    """What each window was folded to."""

    kept: dict[str, tuple[Folded, ...]] = field(default_factory=dict)

    def replace(self, business_date: str, folded: Sequence[Folded]) -> None:
        """Put a window's folds in the place of those before."""
        self.kept[business_date] = tuple(folded)

    def all_of(self) -> list[Folded]:
        """Every window that was folded."""
        return [one for day in sorted(self.kept) for one in self.kept[day]]
