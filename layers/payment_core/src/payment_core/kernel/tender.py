"""Tenders: what a sale is paid with. All go through one workflow; what differs is data and a small rule.

Rules: payment_core/approval/admission.py. Who takes which: ``[telegrams.<tender>]`` of a destination's file.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Tender(StrEnum):
    """What is paid with; the word is the API's.

    ``CARD`` is a credit card, and any card whose kind the till does not know. A check card (체크카드) holds
    the customer's own money. UnionPay (은련) is a deal of its own wherever it is taken. A cash receipt
    (현금영수증) reports what was paid in cash. Points (포인트) are used up; a barcode
    (바코드 결제) on a phone stands for a wallet behind it.
    """

    CARD = "card"
    CHECK_CARD = "check_card"
    UNIONPAY = "unionpay"
    CASH_RECEIPT = "cash_receipt"
    POINTS = "points"
    BARCODE = "barcode"


CARDS: Final = frozenset({Tender.CARD, Tender.CHECK_CARD, Tender.UNIONPAY})
PAID_IN_INSTALMENTS: Final = frozenset({Tender.CARD})
UNIONPAY_NUMBERS: Final = "62"  # what every UnionPay card number begins with
