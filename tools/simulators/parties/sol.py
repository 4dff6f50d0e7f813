"""The issuer sol: fixed rows; a net-cancel of something unknown blocks it for ever."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import sol
from tools.simulators.desk import Contract
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import FOUR_DIGIT_CODES

MANNER: Final = Manner(
    paper=sol,
    kinds={
        "ApprovalRequest": Kind.AUTHORISE,
        "NetCancelRequest": Kind.NET_CANCEL,
        "CancelRequest": Kind.CANCEL,
        "InquiryRequest": Kind.INQUIRE,
    },
    answers={
        "ApprovalRequest": "ApprovalAnswer",
        "NetCancelRequest": "NetCancelAnswer",
        "CancelRequest": "CancelAnswer",
        "InquiryRequest": "InquiryAnswer",
    },
    codes=FOUR_DIGIT_CODES,
    contract=Contract(issuer="sol", net_cancel_window_seconds=86_400, leaves_tombstone=True),
)
