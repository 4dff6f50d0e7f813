"""Workflows: the approval that a request waits for, and the drivers that repeat until money is closed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_core.approval.model import Answer, Sale, SaleId
from payment_core.approval.ports import DriverUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.tender import Tender

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

NAME_DIGEST_CHARACTERS = 40
ALREADY_EXISTS = "ExecutionAlreadyExists"


@dataclass(frozen=True)
class ExpressApproval:
    """The Express workflow ``approval``: route, send, and undo when no clear answer came."""

    client: SFNClient
    arn: str

    def approve(
        self, sale_id: SaleId, tender: Tender, bin_digits: str, sealed_card: Mapping[str, object]
    ) -> Answer | None:
        """Run it and wait.

        Returns:
            What to tell the POS, or ``None`` when it did not say: the sale itself must be asked then.
        """
        words = {
            "sale_id": str(sale_id),
            "tender": str(tender),
            "bin": bin_digits,
            "sealed_card": sealed_card,
            "attempt": 0,
            "tried": [],
        }
        try:
            ran = self.client.start_sync_execution(stateMachineArn=self.arn, input=json.dumps(words))
        except (ClientError, BotoCoreError):
            return None  # whether it runs is unknown; it is never started again
        if ran["status"] != "SUCCEEDED":
            return None
        answer = json.loads(ran["output"]).get("answer")
        return Answer(**answer) if answer else None


@dataclass(frozen=True)
class RecoveryDrivers:
    """The Standard workflows ``net_cancel`` and ``cancel``: named by sale, attempt and run, not by time."""

    client: SFNClient
    net_cancel_arn: str
    cancel_arn: str

    def start_net_cancel(self, sale_id: SaleId, attempt: int, run: int) -> bool:
        """Start the undoing of one attempt."""
        name = f"nc-{_digest(str(sale_id))}-{attempt}-{run}"
        return self._start(
            self.net_cancel_arn, name, {"sale_id": str(sale_id), "attempt": attempt, "run": run}
        )

    def start_cancel(self, sale: Sale, run: int) -> bool:
        """Start the repeating of the sale's open cancel, at the destination that approved it."""
        approved = sale.approved_attempt
        assert approved is not None, "a sale is cancelled only where an approval lives"  # noqa: S101 -- a bug
        name = f"cx-{_digest(f'{sale.sale_id}/{sale.open_cancel}')}-{run}"
        words = {
            "sale_id": str(sale.sale_id),
            "cancel": sale.open_cancel,
            "destination": approved.destination,
        }
        return self._start(self.cancel_arn, name, {**words, "run": run})

    def _start(self, arn: str, name: str, words: dict[str, str | int]) -> bool:
        try:
            self.client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(words))
        except ClientError as error:
            if error.response["Error"]["Code"] != ALREADY_EXISTS:
                raise DriverUnavailableError(str(error)) from error
            return self._runs(arn, name)
        except BotoCoreError as error:
            raise DriverUnavailableError(str(error)) from error
        return True

    def _runs(self, arn: str, name: str) -> bool:
        execution = arn.replace(":stateMachine:", ":execution:") + f":{name}"
        try:
            return self.client.describe_execution(executionArn=execution)["status"] == "RUNNING"
        except (ClientError, BotoCoreError) as error:
            raise DriverUnavailableError(str(error)) from error


def _digest(text: str) -> str:
    """Forty characters that an execution name may carry, the same for the same text."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:NAME_DIGEST_CHARACTERS]
