"""Test cards and what their issuers say to them: published test numbers, and a series made when needed.

| what                                   | answer                  |
|----------------------------------------|-------------------------|
| 4111111111111111 (haneul)              | approved                |
| 411111…, any with a right check digit  | approved, also haneul   |
| 400000…, any other, as above           | approved, haneul's check cards |
| 5555555555554444 (bada)                | approved                |
| 378282246310005 (sol)                  | approved                |
| 6200000000000005 (UnionPay)            | approved                |
| the same, not named as UnionPay        | no such card            |
| 4000000000000002 (haneul)              | limit exceeded          |
| any card, more than 5,000,000 won      | limit exceeded          |
| any card, an expiry in the past        | expired                 |
| any card, CVC 000                      | CVC wrong               |
| any card, instalments below 50,000 won | instalments not possible|
| any other number                       | no such card            |

A point card starts with 99 and has 50,000 points at first; PIN 0000 is wrong. A barcode starts with 28, pays
once, and pays no more than a card.

An issuer knows no cards but its own; a VAN reaches all three, and UnionPay where its contract says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from random import Random
from typing import Final

from payment_core.kernel.card import check_digit_holds
from tools.simulators.says import Say

LIMIT_WON: Final = 5_000_000
INSTALMENT_FROM_WON: Final = 50_000

ISSUER_NAMES: Final[Mapping[str, str]] = {
    "haneul": "하늘카드",
    "bada": "바다카드",
    "sol": "솔카드",
    "unionpay": "은련",
}
ISSUERS: Final[Mapping[str, str]] = {
    "4111111111111111": "haneul",
    "4000000000000002": "haneul",
    "5555555555554444": "bada",
    "378282246310005": "sol",
}
UNIONPAY_CARD: Final = "6200000000000005"
SERIES_BIN: Final = "411111"
CHECK_SERIES_BIN: Final = "400000"
SERIES_DIGITS: Final = 9
POINT_CARDS: Final = "99"
BARCODES: Final = "28"
POINTS_WON: Final = 50_000
WRONG_PIN: Final = "0000"
OVER_THE_LIMIT: Final = frozenset({"4000000000000002"})


def another_card() -> str:
    """A card of the series that nobody has used yet: one card cannot pay twice at once."""
    return _of_series(secrets.randbelow(10**SERIES_DIGITS))


def another_of_series(chance: Random) -> str:
    """The same, from a seed."""
    return _of_series(chance.randrange(10**SERIES_DIGITS))


def another_check_card(chance: Random) -> str:
    """A check card (체크카드) of a series, from a seed."""
    return _of_series(chance.randrange(1, 10**SERIES_DIGITS), CHECK_SERIES_BIN)


def is_check_card(number: str) -> bool:
    """Whether its issuer made a card as a check card."""
    return _is_of_series(number, CHECK_SERIES_BIN) and number not in ISSUERS


def _of_series(place: int, first: str = SERIES_BIN) -> str:
    start = f"{first}{place:0{SERIES_DIGITS}d}"
    return next(number for last in range(10) if check_digit_holds(number := f"{start}{last}"))


def issuer_of(number: str) -> str:
    """Who made a card; empty for a number that nobody made."""
    if number == UNIONPAY_CARD:
        return "unionpay"
    in_series = any(_is_of_series(number, first) for first in (SERIES_BIN, CHECK_SERIES_BIN))
    return ISSUERS.get(number, "haneul" if in_series else "")


def _is_of_series(number: str, first: str) -> bool:
    digits = len(first) + SERIES_DIGITS + 1
    return len(number) == digits and number.startswith(first) and check_digit_holds(number)


def is_point_card(number: str) -> bool:
    """Whether a number is that of a point card."""
    return number.startswith(POINT_CARDS)


def reason_to_decline_instrument(
    number: str, secret: str, amount_won: int, left_won: int, *, was_used: bool
) -> Say | None:
    """Why a point card or a barcode does not pay, if not; `left_won` is what it may still pay."""
    if not number.startswith((POINT_CARDS, BARCODES)) or (was_used and not is_point_card(number)):
        return Say.NO_SUCH_CARD
    if secret == WRONG_PIN:
        return Say.WRONG_CVC
    return Say.OVER_THE_LIMIT if amount_won > left_won else None


def reason_to_decline(
    number: str, expiry: str, cvc: str, amount_won: int, instalment_months: int, *, month_now: str
) -> Say | None:
    """Why not, if not; `expiry` and `month_now` are YYMM, an empty expiry passes."""
    if not issuer_of(number):
        return Say.NO_SUCH_CARD
    if expiry and expiry < month_now:
        return Say.EXPIRED
    if cvc == "000":
        return Say.WRONG_CVC
    if instalment_months and amount_won < INSTALMENT_FROM_WON:
        return Say.NO_INSTALMENTS
    if number in OVER_THE_LIMIT or amount_won > LIMIT_WON:
        return Say.OVER_THE_LIMIT
    return None
