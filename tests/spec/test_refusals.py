"""Refusals: what each tells a program, and the sentence for people, with what it names and nothing secret."""

from __future__ import annotations

import pytest

from payment_core.approval import refusals as no
from payment_core.approval.model import CancelState, Decision
from payment_core.kernel.refusal import Refusal
from payment_core.kernel.tender import Tender
from tests.spec.till import SALE_ID

TOLD = [
    (
        no.BusinessDateError("20261124"),
        422,
        "business-date-out-of-range",
        "the business date 20261124 is not within a day of today in Korea",
    ),
    (
        no.AmountPartsError(11_001, 11_000),
        422,
        "parts-exceed-the-amount",
        "the parts are 11,001 won together, the amount is 11,000",
    ),
    (
        no.InstalmentError(49_999, 50_000),
        422,
        "instalments-not-allowed",
        "49,999 won cannot be paid in instalments, 50,000 could",
    ),
    (
        no.TenderInInstalmentsError(Tender.CASH_RECEIPT),
        422,
        "tender-not-in-instalments",
        "cash_receipt cannot be paid in instalments, only a credit card can",
    ),
    (
        no.NotUnionPayError(),
        422,
        "card-is-not-unionpay",
        "the sale is to be paid by UnionPay, and the card is none of UnionPay's",
    ),
    (
        no.FallbackError(),
        422,
        "fallback-incomplete",
        "track 2 and the reader's reason go with a fallback, and the reason with nothing else",
    ),
    (no.CardExpiredError("20261120"), 422, "card-expired", "the card was no longer valid on 20261120"),
    (no.CardNumberError(), 422, "card-number-mistyped", "the check digit of the card number is wrong"),
    (
        no.ReceiptCustomerError("income_deduction"),
        422,
        "receipt-customer-does-not-fit",
        "the customer is not named as income_deduction wants",
    ),
    (
        no.FingerprintDiffersError(SALE_ID),
        422,
        "key-reused-for-another-sale",
        f"{SALE_ID} was already used for a sale with other contents; nothing was sent",
    ),
    (
        no.SaleInProgressError(SALE_ID),
        409,
        "sale-in-progress",
        f"{SALE_ID} is still being decided; ask again in a moment with the same key",
    ),
    (
        no.NonceReusedError(),
        401,
        "nonce-reused",
        "the signature's nonce was used before; sign the request again with a fresh one",
    ),
    (
        no.CardBusyError(SALE_ID),
        409,
        "card-busy",
        f"{SALE_ID} has to wait: another sale with the same card is still being decided",
    ),
    (
        no.SuspectedDuplicateError(SALE_ID, 2),
        422,
        "suspected-duplicate",
        f"{SALE_ID} looks like a double tap: same card and amount less than 2 s ago",
    ),
    (no.SaleNotFoundError(SALE_ID), 404, "sale-not-found", f"there is no sale {SALE_ID}"),
    (no.SaleNotFoundError(None), 404, "sale-not-found", "there is no such sale"),
    (
        no.SaleNotCancellableError(SALE_ID, Decision.DECLINED),
        409,
        "sale-not-cancellable",
        f"{SALE_ID} is DECLINED, only what is left of an approved sale can be cancelled",
    ),
    (
        no.SaleNotCancellableError(SALE_ID, Decision.APPROVED),
        409,
        "sale-not-cancellable",
        f"{SALE_ID} is REFUNDED, only what is left of an approved sale can be cancelled",
    ),
    (
        no.ReceiptReasonError(SALE_ID),
        422,
        "receipt-words-do-not-fit",
        f"{SALE_ID}: reason and customer go with the cancel of a cash receipt, and no other",
    ),
    (
        no.ReceiptCustomerDiffersError(SALE_ID),
        422,
        "receipt-customer-differs",
        f"{SALE_ID} was issued to another customer",
    ),
    (
        no.ReceiptCancelLateError(SALE_ID, 90),
        422,
        "receipt-cancel-too-late",
        f"{SALE_ID} could be taken back for 90 days, and they are over",
    ),
    (
        no.CancelAmountError("vat_won", 1_001, 0, 1_000),
        422,
        "cancel-amount-out-of-range",
        "vat_won is 1,001 won, it must lie between 0 and 1,000",
    ),
    (
        no.CancelReusedError("20261120-43", CancelState.DONE),
        422,
        "key-reused-for-another-cancel",
        "cancel 20261120-43 exists with another amount and is DONE",
    ),
    (
        no.NetCancelNotPossibleError(SALE_ID, Decision.CANCELLING),
        409,
        "net-cancel-not-possible",
        f"{SALE_ID} is CANCELLING and cannot be net-cancelled any more; use a cancel",
    ),
]


@pytest.mark.parametrize(
    ("refusal", "status", "code", "sentence"), TOLD, ids=[type(refusal).__name__ for refusal, *_ in TOLD]
)
def test_a_refusal_says_to_programs_and_to_people_what_it_refuses(
    refusal: Refusal, status: int, code: str, sentence: str
) -> None:
    assert (refusal.http_status, refusal.code, str(refusal)) == (status, code, sentence)
