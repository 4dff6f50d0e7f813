"""The issuer haneul: 450 bytes, found by management number, its inquiry answers with codes."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import haneul
from tools.simulators.desk import Contract
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import FOUR_DIGIT_CODES

MANNER: Final = Manner(
    paper=haneul,
    kinds={
        "Payment": Kind.AUTHORISE,
        "NetCancel": Kind.NET_CANCEL,
        "Cancel": Kind.CANCEL,
        "Inquiry": Kind.INQUIRE,
    },
    answers={
        "Payment": "PaymentAnswer",
        "NetCancel": "NetCancelAnswer",
        "Cancel": "CancelAnswer",
        "Inquiry": "InquiryAnswer",
    },
    codes=FOUR_DIGIT_CODES,
    contract=Contract(issuer="haneul", net_cancel_window_seconds=86_400),
    expiry_form="MMYY",
)
