"""Admission: what a sale must be before anybody claims it.

A repetition says the same words, so it meets the same rules. Only the business date is held against the
clock; a card is held against the business date, or a POS that repeats its sale after the card's last midnight
would hear a refusal instead of the approval it missed.

Door: functions/gateway. Promise: tests/spec/test_admission.py.
"""

from __future__ import annotations

from typing import Final

from payment_core.approval.accept import SaleRequest, require_business_date
from payment_core.approval.cash_receipt import require_receipt
from payment_core.approval.refusals import (
    AmountPartsError,
    CardExpiredError,
    CardNumberError,
    FallbackError,
    InstalmentError,
    NotUnionPayError,
    TenderInInstalmentsError,
)
from payment_core.kernel.card import Card, Entry, check_digit_holds
from payment_core.kernel.instrument import Presented
from payment_core.kernel.tender import PAID_IN_INSTALMENTS, UNIONPAY_NUMBERS, Tender

LUMP_SUM_MONTHS: Final = 1  # 0 and 1 both mean: paid at once
INSTALMENTS_FROM_WON: Final = 50_000


def require_admissible(request: SaleRequest, presented: Presented, now_ms: int) -> None:
    """Insist on what every destination would refuse too, before anything is claimed, sealed or sent.

    Raises:
        BusinessDateError: the date can be none of this sale.
        AmountPartsError: the parts are more than the whole.
        TenderInInstalmentsError: only a credit card can be.
        InstalmentError: too little to be divided.
        NotUnionPayError: another scheme's card.
        FallbackError: a failed chip without its reason, or the other way round.
        ReceiptCustomerError: a cash receipt's customer is not named as its purpose wants.
        CardExpiredError: not valid any more on the sale's own date.
        CardNumberError: a keyed number that was mistyped. A number that was read by a machine is not checked:
            what is on the card is what the issuer made.
    """
    require_business_date(request.sale_id.business_date, now_ms)
    parts_won = request.vat_won + request.service_won + request.tax_free_won
    if parts_won > request.amount_won:
        raise AmountPartsError(parts_won, request.amount_won)
    if request.installment_months > LUMP_SUM_MONTHS:
        if request.tender not in PAID_IN_INSTALMENTS:
            raise TenderInInstalmentsError(request.tender)
        if request.amount_won < INSTALMENTS_FROM_WON:
            raise InstalmentError(request.amount_won, INSTALMENTS_FROM_WON)
    if isinstance(presented, Card):
        _require_card(request, presented)
    elif request.receipt is not None:  # points and barcodes are numbers of a form; no more is known here
        require_receipt(request.receipt, presented)


def _require_card(request: SaleRequest, card: Card) -> None:
    if request.tender is Tender.UNIONPAY and not card.number.startswith(UNIONPAY_NUMBERS):
        raise NotUnionPayError
    fell_back = bool(card.fallback_reason)
    if fell_back != (card.entry is Entry.FALLBACK) or (fell_back and not card.track2):
        raise FallbackError
    if card.is_expired_on(request.sale_id.business_date):
        raise CardExpiredError(request.sale_id.business_date)
    if card.entry is Entry.KEYED and not check_digit_holds(card.number):
        raise CardNumberError
