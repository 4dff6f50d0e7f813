"""The VAN dongdaemun: pieces between FS; a part is taken back by its amount alone."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import dongdaemun
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import CODES_OF_CHEQUES, FOUR_DIGIT_CODES

MANNER: Final = Manner(
    paper=dongdaemun,
    kinds={
        "ApprovalRequest": Kind.AUTHORISE,
        "NetCancelRequest": Kind.NET_CANCEL,
        "CancelRequest": Kind.CANCEL,
        "InquiryRequest": Kind.INQUIRE,
        "CashReceiptRequest": Kind.CASH_RECEIPT,
        "CashReceiptCancelRequest": Kind.CASH_RECEIPT_CANCEL,
        "ChequeInquiryRequest": Kind.CHEQUE_INQUIRY,
    },
    answers={
        "ApprovalRequest": "ApprovalAnswer",
        "NetCancelRequest": "NetCancelAnswer",
        "CancelRequest": "CancelAnswer",
        "InquiryRequest": "InquiryAnswer",
        "CashReceiptRequest": "CashReceiptAnswer",
        "CashReceiptCancelRequest": "CashReceiptCancelAnswer",
        "ChequeInquiryRequest": "ChequeInquiryAnswer",
    },
    codes={**FOUR_DIGIT_CODES, **CODES_OF_CHEQUES},
    issuer_codes={"haneul": "1100", "bada": "1200", "sol": "1300"},
)
