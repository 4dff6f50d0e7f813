"""Test cards and what the issuers behind a VAN say to them. Every number is a published test number.

| what                                   | answer                                   |
|----------------------------------------|------------------------------------------|
| 4111111111111111 (haneul)              | approved                                 |
| 5555555555554444 (bada)                | approved                                 |
| 378282246310005 (sol)                  | approved                                 |
| 4000000000000002 (haneul)              | 8326, limit exceeded                     |
| any card, more than 5,000,000 won      | 8326, limit exceeded                     |
| any card, an expiry in the past        | 8314, expired                            |
| any card, CVC 000                      | 7576, CVC wrong                          |
| any card, instalments below 50,000 won | 8410, instalments not possible           |
| any other number                       | 0414, no such card                       |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LIMIT_WON: Final = 5_000_000
INSTALMENT_FROM_WON: Final = 50_000


@dataclass(frozen=True)
class Issuer:
    """A card company as hangang numbers it."""

    code: str
    name: str


HANEUL: Final = Issuer("0100", "하늘카드")
BADA: Final = Issuer("0200", "바다카드")
SOL: Final = Issuer("0300", "솔카드")

ISSUERS: Final = {
    "4111111111111111": HANEUL,
    "4000000000000002": HANEUL,
    "5555555555554444": BADA,
    "378282246310005": SOL,
}
OVER_THE_LIMIT: Final = frozenset({"4000000000000002"})


def reason_to_decline(
    number: str, expiry: str, cvc: str, amount_won: int, instalment_months: int, *, month_now: str
) -> str:
    """The response code of the no, or empty; `expiry` and `month_now` are YYMM, an empty expiry passes."""
    if number not in ISSUERS:
        return "0414"
    if expiry and expiry < month_now:
        return "8314"
    if cvc == "000":
        return "7576"
    if instalment_months and amount_won < INSTALMENT_FROM_WON:
        return "8410"
    if number in OVER_THE_LIMIT or amount_won > LIMIT_WON:
        return "8326"
    return ""
