"""One refusal of every kind, with facts such as a real one has: examples for the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.aws.keys_unavailable import KeysUnavailableError
from payment_adapters.http.envelope import BodyTooLargeError, EnvelopeRefusedError
from payment_adapters.http.faults import Fault, MalformedRequestError
from payment_adapters.http.pos_telegram import TelegramRefusedError
from payment_adapters.http.problems import Problem, Refused, problem_of, problem_with
from payment_adapters.http.reading import MEDIA_TYPES, UnsupportedMediaTypeError
from payment_adapters.http.request import KeyIsNotTheSaleError
from payment_adapters.http.routes import NoSuchAddressError
from payment_adapters.http.signatures import SignatureRefusedError
from payment_adapters.terminals.record import (
    KeyAlreadyTakenError,
    TerminalBlockedError,
    TooManyPublicKeysError,
)
from payment_adapters.terminals.requests import TerminalIntegrityError
from payment_core.approval.cheque_inquiry import ChequeDoesNotFitError, ChequeNotKnownError
from payment_core.approval.model import CancelState, Decision, SaleId
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.refusals import (
    AmountPartsError,
    BusinessDateError,
    CancelAmountError,
    CancelReusedError,
    CardBusyError,
    CardExpiredError,
    CardNumberError,
    FallbackError,
    FingerprintDiffersError,
    InstalmentError,
    NetCancelNotPossibleError,
    NonceReusedError,
    NotUnionPayError,
    ReceiptCancelLateError,
    ReceiptCustomerDiffersError,
    ReceiptCustomerError,
    ReceiptReasonError,
    SaleInProgressError,
    SaleNotCancellableError,
    SaleNotFoundError,
    SuspectedDuplicateError,
    TenderInInstalmentsError,
)
from payment_core.kernel.language import Language
from payment_core.kernel.tender import Tender
from payment_core.reconciliation.deliver import JournalDateError, JournalReusedError
from payment_core.routing.van_router import ChequesNotTakenError, NoDestinationError, TenderNotTakenError

_SALE: Final = SaleId("1001", "10010001", 1, "20261120", 42)
_FAULT: Final = Fault("amount_won", "greater_than_equal", {"ge": 100})
KINDS: Final[tuple[Refused, ...]] = (
    NoSuchAddressError(),
    BodyTooLargeError(16_384),
    KeysUnavailableError("KMS"),
    SignatureRefusedError("no signature"),
    UnsupportedMediaTypeError(", ".join(MEDIA_TYPES)),
    TerminalBlockedError("1001.10010001.1"),
    EnvelopeRefusedError("gzip", "cut off before its end"),
    TelegramRefusedError("ApprovalRequest", "amount_won", 134, "ten digits"),
    MalformedRequestError(_FAULT),
    NonceReusedError(),
    SaleNotFoundError(_SALE),
    KeyIsNotTheSaleError(str(_SALE)),
    BusinessDateError("20261118"),
    JournalDateError("20261019"),
    AmountPartsError(12_000, 11_000),
    TenderInInstalmentsError(Tender.CHECK_CARD),
    InstalmentError(11_000, 50_000),
    NotUnionPayError(),
    FallbackError(),
    ReceiptCustomerError("expense_proof"),
    CardExpiredError("20261120"),
    CardNumberError(),
    TenderNotTakenError(Tender.UNIONPAY, "1003"),
    ChequeDoesNotFitError("amount_won"),
    ChequesNotTakenError("1003"),
    ChequeNotKnownError(),
    FingerprintDiffersError(_SALE),
    SaleInProgressError(_SALE),
    CardBusyError(_SALE),
    SuspectedDuplicateError(_SALE, 2),
    NoDestinationError("card"),
    CancelReusedError("20261120-43", CancelState.DONE),
    ReceiptReasonError(_SALE),
    ReceiptCustomerDiffersError(_SALE),
    ReceiptCancelLateError(_SALE, 90),
    JournalReusedError("1001-10010001-1-20261120-180-1"),
    SaleNotCancellableError(_SALE, Decision.DECLINED),
    CancelAmountError("amount_won", 12_000, 1, 11_000),
    NetCancelNotPossibleError(_SALE, Decision.CANCELLING),
    KeyAlreadyTakenError("1001.10010001.1.2"),
    TooManyPublicKeysError(1_795_143_600_000),
    TerminalIntegrityError("1001.10010001.1", "the software is not the certified one"),
    StoreUnavailableError("the table gave no answer"),
)
REFUSALS: Final[Mapping[str, Refused]] = {problem_of(one).code: one for one in KINDS}


def example(code: str, language: Language = Language.ENGLISH) -> Problem:
    """A problem as it is told."""
    found = REFUSALS.get(code)
    return problem_of(found, language) if found else problem_with(code, language)
