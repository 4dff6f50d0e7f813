"""The VAN hangang: fixed rows, one connection per telegram."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import hangang
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import CODES_OF_CHEQUES, FOUR_DIGIT_CODES

MANNER: Final = Manner(
    paper=hangang,
    kinds={
        "ApprovalRequest": Kind.AUTHORISE,
        "NetCancelRequest": Kind.NET_CANCEL,
        "CancelRequest": Kind.CANCEL,
        "InquiryRequest": Kind.INQUIRE,
        "CashReceiptRequest": Kind.CASH_RECEIPT,
        "CashReceiptCancelRequest": Kind.CASH_RECEIPT_CANCEL,
        "ChequeInquiryRequest": Kind.CHEQUE_INQUIRY,
        "PointsRequest": Kind.AUTHORISE,
        "BarcodeRequest": Kind.AUTHORISE,
        "EchoRequest": Kind.ECHO,
    },
    answers={
        "ApprovalRequest": "ApprovalAnswer",
        "NetCancelRequest": "NetCancelAnswer",
        "CancelRequest": "CancelAnswer",
        "InquiryRequest": "InquiryAnswer",
        "CashReceiptRequest": "CashReceiptAnswer",
        "CashReceiptCancelRequest": "CashReceiptCancelAnswer",
        "ChequeInquiryRequest": "ChequeInquiryAnswer",
        "PointsRequest": "PointsAnswer",
        "BarcodeRequest": "BarcodeAnswer",
        "EchoRequest": "EchoAnswer",
    },
    codes={**FOUR_DIGIT_CODES, **CODES_OF_CHEQUES},
    issuer_codes={"haneul": "0100", "bada": "0200", "sol": "0300", "unionpay": "0900"},
    unionpay_kind="3",
    check_kind="2",
    transaction_prefix="HG",
)
