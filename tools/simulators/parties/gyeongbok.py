"""The VAN gyeongbok: ISO 8583, six-digit approval numbers, advice that is repeated."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import gyeongbok
from tools.simulators.desk import Contract
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import TWO_DIGIT_CODES

MANNER: Final = Manner(
    paper=gyeongbok,
    kinds={
        "ApprovalRequest": Kind.AUTHORISE,
        "NetCancelAdvice": Kind.NET_CANCEL,
        "CancelRequest": Kind.CANCEL,
        "InquiryRequest": Kind.INQUIRE,
        "NetCancelRepeat": Kind.NET_CANCEL,
        "CashReceiptRequest": Kind.CASH_RECEIPT,
        "CashReceiptCancelRequest": Kind.CASH_RECEIPT_CANCEL,
        "EchoRequest": Kind.ECHO,
    },
    answers={
        "ApprovalRequest": "ApprovalAnswer",
        "NetCancelAdvice": "NetCancelAnswer",
        "CancelRequest": "CancelAnswer",
        "InquiryRequest": "InquiryAnswer",
        "NetCancelRepeat": "NetCancelAnswer",
        "CashReceiptRequest": "CashReceiptAnswer",
        "CashReceiptCancelRequest": "CashReceiptCancelAnswer",
        "EchoRequest": "EchoAnswer",
    },
    codes=TWO_DIGIT_CODES,
    contract=Contract(net_cancel_window_seconds=86_400),
    approval_digits=6,
    issuer_codes={"haneul": "11", "bada": "12", "sol": "13", "unionpay": "30"},
    unionpay_kind="CUP",
    check_kind="CHK",
)
