"""The issuer bada: packed ISO 8583 with a MAC, and no inquiry."""

from __future__ import annotations

from typing import Final

from telegram_codec.specs import bada
from tools.simulators.desk import Contract
from tools.simulators.faults import Kind
from tools.simulators.party import Manner
from tools.simulators.says import TWO_DIGIT_CODES

MAC_KEY: Final = b"bada and payrelay, for tests"

MANNER: Final = Manner(
    paper=bada,
    kinds={
        "ApprovalRequest": Kind.AUTHORISE,
        "NetCancelAdvice": Kind.NET_CANCEL,
        "CancelRequest": Kind.CANCEL,
        "EchoRequest": Kind.ECHO,
    },
    answers={
        "ApprovalRequest": "ApprovalAnswer",
        "NetCancelAdvice": "NetCancelAnswer",
        "CancelRequest": "CancelAnswer",
        "EchoRequest": "EchoAnswer",
    },
    codes=TWO_DIGIT_CODES,
    contract=Contract(issuer="bada", net_cancel_window_seconds=86_400),
    approval_digits=6,
    mac_key=MAC_KEY,
)
