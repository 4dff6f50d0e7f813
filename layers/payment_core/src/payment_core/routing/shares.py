"""Shares: what the month has so far against what the contract says, and what a VAN draws with.

A VAN that lacks approvals draws with more than its share, one that has too many with less, so that the month
ends at the contract. With ``s`` the contract share, ``c`` a VAN's approvals and ``n`` those of all VANs:

    weight = s + (s · n - c) / h,   h = max(100, n / 20),   never below s / 2, never above 2 s

``s · n - c`` is what it lacks; the next ``h`` approvals make up for it. Without counts, weight is share.
Decided in docs/adr/0024. Promise: tests/spec/test_shares.py. Story: docs/flows/van_router.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_core.kernel.frozen import dataclass

WHOLE_BASIS_POINTS: Final = 10_000
# Shorter, and a small shop's chance would be corrected by chance; longer, and its month would end before.
LEAST_APPROVALS: Final = 100
# Counts are up to a minute old: h must be more than a minute sells, and is so twenty minutes into a month.
PART_OF_THE_MONTH: Final = 20
SWING: Final = 2


@dataclass(frozen=True)
class Standing:
    """How a VAN stands this month.

    Attributes:
        share_basis_points: Of contract.
        approvals: What it has.
        of_approvals: What all VANs of the route have together.
        weight_basis_points: What it draws with.
    """

    share_basis_points: int
    approvals: int
    of_approvals: int
    weight_basis_points: int

    def __str__(self) -> str:
        """Say it, as far as there is a month to speak of."""
        share = f"share {self.share_basis_points / 100:g} % of contract"
        if not self.of_approvals:
            return share
        part = round(100 * self.approvals / self.of_approvals, 1)
        return (
            f"{share}, {part:g} % of the month's {self.of_approvals:,} approvals so far, "
            f"so its weight is {self.weight_basis_points / 100:g} %"
        )


def standings(shares: Mapping[str, int], approvals: Mapping[str, int]) -> dict[str, Standing]:
    """Correct every VAN's weight by what the month has.

    Args:
        shares: VAN → basis points of contract, together 10,000.
        approvals: VAN → its approvals since the month or these terms began; others are ignored.
    """
    total = sum(approvals.get(name, 0) for name in shares)
    return {name: _standing(share, approvals.get(name, 0), total) for name, share in shares.items()}


def _standing(share: int, approvals: int, total: int) -> Standing:
    made_up_within = max(LEAST_APPROVALS, total // PART_OF_THE_MONTH)
    lacks = share * total - WHOLE_BASIS_POINTS * approvals
    weight = share + lacks // made_up_within
    least, most = -(-share // SWING), share * SWING
    return Standing(share, approvals, total, min(max(weight, least), most))
