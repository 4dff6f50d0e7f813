"""Cheque inquiries: the function cheque_inquiry, asked while the till waits; only senders speak to a VAN."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_core.approval.cheque_inquiry import ChequeAnswer, ChequeState
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True)
class ChequeInquiries:
    """The function, by the ARN of its alias."""

    client: LambdaClient
    arn: str

    def ask(self, cheque: Cheque, merchant: str, terminal: str) -> ChequeAnswer | None:
        """Have it asked about; ``None`` when nobody said whether it is good."""
        words = {"merchant": merchant, "terminal": terminal, "cheque": asdict(cheque)}
        try:
            ran = self.client.invoke(FunctionName=self.arn, Payload=json.dumps(words))
            told: dict[str, str] | None = json.loads(ran["Payload"].read())
        except (ClientError, BotoCoreError):
            return None  # busy, or no answer from it
        if ran.get("FunctionError") or told is None:
            return None  # it died, or it heard nothing clear
        return ChequeAnswer(
            ChequeState(told["state"]), told["destination"], told["response_code"], told["message"]
        )
