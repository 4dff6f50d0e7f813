"""The VAN namsan: it invites with ENQ, and drops an approval whose ACK it did not get."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import namsan
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import FOUR_DIGIT_CODES

MANNER: Final = Manner(
    paper=namsan,
    kinds={
        "ApprovalRequest": Kind.AUTHORISE,
        "NetCancelRequest": Kind.NET_CANCEL,
        "CancelRequest": Kind.CANCEL,
        "InquiryRequest": Kind.INQUIRE,
        "CashReceiptRequest": Kind.CASH_RECEIPT,
        "CashReceiptCancelRequest": Kind.CASH_RECEIPT_CANCEL,
    },
    answers={
        "ApprovalRequest": "ApprovalAnswer",
        "NetCancelRequest": "NetCancelAnswer",
        "CancelRequest": "CancelAnswer",
        "InquiryRequest": "InquiryAnswer",
        "CashReceiptRequest": "CashReceiptAnswer",
        "CashReceiptCancelRequest": "CashReceiptCancelAnswer",
    },
    codes=FOUR_DIGIT_CODES,
    issuer_codes={"haneul": "01", "bada": "02", "sol": "03"},
    transaction_prefix="NS",
    acknowledges=True,
)
