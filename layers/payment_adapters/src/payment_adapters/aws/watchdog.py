"""The watchdog queue: look at this sale again a little after its sender must have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_core.approval.model import SaleId
from payment_core.approval.sweeper import WATCH_AFTER_SECONDS
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class WatchdogQueue:
    """A queue whose messages are sale ids; one that comes twice does no harm."""

    client: SQSClient
    url: str

    def watch(self, sale_id: SaleId) -> None:
        """Have the sale looked at in 35 s."""
        self.client.send_message(
            QueueUrl=self.url, MessageBody=str(sale_id), DelaySeconds=WATCH_AFTER_SECONDS
        )
