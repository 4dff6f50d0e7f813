"""Cash receipt (현금영수증): a sale paid in cash is reported, and travels like an approval.

It is claimed, sent, net-cancelled and inquired as a card's sale is. What is its own: whom it is for, and that
a cancel is of the whole, within 90 days, for a reason, and names the same customer again, whose number
nobody keeps.

Promise: tests/spec/test_cash_receipt.py. Story: docs/flows/cash_receipt.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Final

from payment_core.approval.model import Sale
from payment_core.approval.refusals import (
    CancelAmountError,
    ReceiptCancelLateError,
    ReceiptCustomerDiffersError,
    ReceiptCustomerError,
    ReceiptReasonError,
)
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.instrument import Instrument
from payment_core.kernel.tender import Tender

CANCEL_DAYS: Final = 90
SELF_ISSUED_NUMBER: Final = "0100001234"  # what the tax office takes where a customer gives no number


class Purpose(StrEnum):
    """What a receipt is good for."""

    INCOME_DEDUCTION = "income_deduction"
    EXPENSE_PROOF = "expense_proof"
    SELF_ISSUED = "self_issued"


class Identity(StrEnum):
    """By which number a customer is named."""

    PHONE = "phone"
    CARD = "card"
    BUSINESS_NUMBER = "business_number"


class Reason(StrEnum):
    """Why a receipt is taken back."""

    SALE_CANCELLED = "sale_cancelled"
    ISSUED_BY_MISTAKE = "issued_by_mistake"
    OTHER = "other"


NAMED_BY: Final[Mapping[Purpose, frozenset[Identity | None]]] = {
    Purpose.INCOME_DEDUCTION: frozenset({Identity.PHONE, Identity.CARD}),
    Purpose.EXPENSE_PROOF: frozenset({Identity.BUSINESS_NUMBER, Identity.CARD}),
    Purpose.SELF_ISSUED: frozenset({None}),
}
FORMS: Final[Mapping[Identity | None, re.Pattern[str]]] = {
    Identity.PHONE: re.compile(r"01[0-9]{8,9}", re.ASCII),
    Identity.CARD: re.compile(r"[0-9]{13,19}", re.ASCII),
    Identity.BUSINESS_NUMBER: re.compile(r"[0-9]{10}", re.ASCII),
    None: re.compile(SELF_ISSUED_NUMBER),
}


@dataclass(frozen=True)
class Receipt:
    """What a sale in cash says of its receipt; ``None`` where the customer names nobody."""

    purpose: Purpose
    named_by: Identity | None


@dataclass(frozen=True)
class TakenBack:
    """What the cancel of a receipt says beside its amount.

    Attributes:
        customer_token: Of the customer named again.
        sealed_customer: The same in a box for the sender, kept as long as the cancel is open.
    """

    reason: Reason
    customer_token: str
    sealed_customer: Mapping[str, str] = field(repr=False)


def require_receipt(receipt: Receipt, customer: Instrument) -> None:
    """Insist that a customer is named as the purpose wants, by a number of that form.

    Raises:
        ReceiptCustomerError: not so.
    """
    fits = receipt.named_by in NAMED_BY[receipt.purpose]
    if not fits or not FORMS[receipt.named_by].fullmatch(customer.number):
        raise ReceiptCustomerError(receipt.purpose)


def require_taken_back(
    sale: Sale, business_date: str, amount_won: int | None, taken_back: TakenBack | None
) -> None:
    """Insist on what the cancel of a receipt, and no other, must say; of the claim nothing is asked here.

    Raises:
        ReceiptReasonError: a receipt without a reason and customer, or another sale with them.
        ReceiptCustomerDiffersError: another customer than the receipt's.
        ReceiptCancelLateError: more than 90 days after it.
        CancelAmountError: only a part of it.
    """
    if (sale.tender is Tender.CASH_RECEIPT) != (taken_back is not None):
        raise ReceiptReasonError(sale.sale_id)
    if taken_back is None:
        return
    if sale.purpose != Purpose.SELF_ISSUED and taken_back.customer_token != sale.card_token:
        raise ReceiptCustomerDiffersError(sale.sale_id)
    if _days(sale.sale_id.business_date, business_date) > CANCEL_DAYS:
        raise ReceiptCancelLateError(sale.sale_id, CANCEL_DAYS)
    if amount_won is not None and amount_won != sale.amount_won:
        raise CancelAmountError("amount_won", amount_won, sale.amount_won, sale.amount_won)


def _days(since: str, until: str) -> int:
    return (datetime.strptime(until, "%Y%m%d") - datetime.strptime(since, "%Y%m%d")).days  # noqa: DTZ007 -- dates have no zone
