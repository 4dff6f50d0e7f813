"""Settlement days in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from payment_core.settlement.settlement_day import MerchantDay


@dataclass
class InMemorySettlementDays:
    """The newest version of each day."""

    kept: dict[str, MerchantDay] = field(default_factory=dict)

    def read(self, merchant: str, business_date: str) -> MerchantDay | None:
        """One day."""
        return self.kept.get(MerchantDay(merchant, business_date).batch)

    def move(self, seen: MerchantDay | None, becomes: MerchantDay) -> bool:
        """Write over what was seen."""
        standing = self.kept.get(becomes.batch)
        if (standing and standing.version) != (seen and seen.version):
            return False
        self.kept[becomes.batch] = becomes
        return True

    def of_date(self, business_date: str) -> list[MerchantDay]:
        """A date's days."""
        return [one for one in self.kept.values() if one.business_date == business_date]

    def open_days(self) -> list[MerchantDay]:
        """The oldest first."""
        return sorted(
            (one for one in self.kept.values() if not one.is_over), key=lambda one: one.business_date
        )
