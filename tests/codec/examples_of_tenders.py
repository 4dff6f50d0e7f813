"""One whole telegram of each tender that is neither card nor cash receipt, and of the cheque inquiries."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, Final

from telegram_codec.specs import dongdaemun, hangang

if TYPE_CHECKING:
    from telegram_codec import Telegram

PIN: Final = "4826"
CHEQUE_ACCOUNT: Final = "384729"
_DAY: Final = date(2026, 3, 2)
_TILL: Final[dict[str, Any]] = {
    "terminal_id": "1002003004",
    "transaction_date": _DAY,
    "transaction_time": time(13, 5),
    "amount_won": 5_500,
}
_SAID: Final[dict[str, Any]] = _TILL | {
    "response_code": "0000",
    "answered_date": _DAY,
    "answered_time": time(13, 5, 1),
}

_CHEQUE: Final[dict[str, Any]] = {
    "amount_won": 100_000,
    "cheque_number": "10000013",
    "cheque_bank": "91",
    "cheque_branch": "0470",
    "cheque_kind": "13",
    "cheque_issued_on": date(2025, 3, 3),
    "cheque_account": CHEQUE_ACCOUNT,
}

EXAMPLES: dict[str, Telegram] = {
    "hangang/points_request": hangang.PointsRequest(
        **_TILL, serial="000000004719", vat_won=500, instrument="990011223344", instrument_secret=PIN
    ),
    "hangang/points_answer": hangang.PointsAnswer(
        **_SAID, serial="000000004719", approval_number="30000031", points_left=44_500
    ),
    "hangang/barcode_request": hangang.BarcodeRequest(
        **_TILL, serial="000000004720", vat_won=500, instrument="280012345678901234567890"
    ),
    "hangang/barcode_answer": hangang.BarcodeAnswer(
        **_SAID, serial="000000004720", approval_number="30000032"
    ),
    "hangang/cheque_inquiry_request": hangang.ChequeInquiryRequest(**_TILL | _CHEQUE, serial="998000047210"),
    "hangang/cheque_inquiry_answer": hangang.ChequeInquiryAnswer(
        **_SAID | {"amount_won": 100_000}, serial="998000047210", message="정상 수표입니다"
    ),
    "dongdaemun/cheque_inquiry_request": dongdaemun.ChequeInquiryRequest(
        **_TILL | _CHEQUE, serial="1GZ0QW7CKN9Z000001"
    ),
    "dongdaemun/cheque_inquiry_answer": dongdaemun.ChequeInquiryAnswer(
        **_SAID | {"amount_won": 100_000, "response_code": "6101"},
        serial="1GZ0QW7CKN9Z000001",
        message="분실 또는 도난 신고된 수표입니다",
    ),
}
