"""What the simulated acquirers agreed: what a sale costs, when they pay, what numbers they gave merchants.

Nothing of payrelay's is asked: contracts lie in destinations/, which both sides have, and all else is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from payment_adapters.destinations import destinations
from payment_core.settlement.calendar import Counts

WHOLE_BASIS_POINTS: Final = 10_000
MERCHANT_DIGITS: Final = (
    4  # of a terminal's number: a VAN gives each merchant numbers that begin with its own
)
ONLY_MERCHANT: Final = (
    "1002"  # haneul's telegrams name no terminal; by contract all of them are this merchant's
)


@dataclass(frozen=True)
class Terms:
    """How one acquirer pays; `days` are counted from the date of the claim.

    Fees are cut off below one won.

    Attributes:
        credit, check: Basis points by the kind of card.
    """

    credit: int
    check: int
    days: int = 2
    counts: Counts = Counts.BUSINESS

    def fee_won(self, amount_won: int, merchant: str, sale_date: str, *, is_check: bool) -> int:
        """What it takes of a merchant's sale of a day: no more than the law lets it."""
        most = [rates for since, *rates in SMALL_MERCHANTS.get(merchant, ()) if since <= sale_date][-1:]
        credit, check = most[0] if most else (self.credit, self.check)
        basis_points = min(self.check, check) if is_check else min(self.credit, credit)
        return amount_won * basis_points // WHOLE_BASIS_POINTS


ACQUIRERS: Final[Mapping[str, Terms]] = {
    "haneul": Terms(40, 15),
    "bada": Terms(100, 75, counts=Counts.EVERY_DAY),
    "sol": Terms(115, 90, counts=Counts.BUSINESS_AND_SATURDAY),
}
OF_VANS: Final = Terms(150, 125)  # what VANs acquire themselves: UnionPay, points
# 우대수수료, as the credit finance association told them: from which day, and the most for credit and check.
SMALL_MERCHANTS: Final[Mapping[str, tuple[tuple[str, int, int], ...]]] = {
    "1002": (("20270214", 115, 90),),
    "1003": (("20260814", 100, 75), ("20270214", 40, 15)),
}
NAMES: Final[Mapping[str, str]] = {"haneul": "하늘카드", "bada": "바다카드", "sol": "솔카드"}
BUSINESS_NUMBERS: Final[Mapping[str, str]] = {
    "haneul": "2148100011",
    "bada": "2148100022",
    "sol": "2148100033",
}
VAN_BUSINESS_NUMBER: Final = "2148100099"


def terms_of(acquirer: str) -> Terms:
    """What was agreed with an acquirer."""
    return ACQUIRERS.get(acquirer, OF_VANS)


def acquirer_of(party: str, card_masked: str) -> str:
    """Whoever buys a sale: the issuer of the card, else the party itself."""
    issuers = {one.profile.name: one.serves_bins for one in destinations() if one.kind == "issuer"}
    if party in issuers:
        return party
    return next((name for name, bins in issuers.items() if card_masked.startswith(bins)), party)


def merchant_number(acquirer: str, merchant: str) -> str:
    """The number that an acquirer gave a merchant, where its contract lists one; else the merchant's own."""
    letters = {one.profile.name: one.letters.get("merchant", {}) for one in destinations()}
    return letters.get(acquirer, {}).get(merchant, merchant)


def merchant_of(terminal: str) -> str:
    """Whose terminal it is."""
    return terminal[:MERCHANT_DIGITS] if terminal else ONLY_MERCHANT
