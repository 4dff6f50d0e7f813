"""The watchdog queue: look at this sale again a little after its sender must have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_core.approval.model import SaleId
from payment_core.approval.sweeper import WATCH_AFTER_SECONDS
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from payment_core.approval.model import Sale


@dataclass(frozen=True)
class Watched:
    """What a message says: the sale, and its next moment then; whoever moves it has it watched anew."""

    sale_id: SaleId
    next_action_at_ms: int

    @classmethod
    def read(cls, body: str) -> Watched:
        """Read a message.

        Raises:
            ValueError: It names no sale, or no moment.
        """
        name, _, at_ms = body.partition(" ")
        return cls(SaleId.parse(name), int(at_ms or 0))

    def is_as_it_was(self, sale: Sale) -> bool:
        """Whether the sale is open and nothing has moved it since."""
        return sale.is_open and sale.next_action_at_ms == self.next_action_at_ms


@dataclass(frozen=True)
class WatchdogQueue:
    """A queue of sales to look at; a message that comes twice does no harm."""

    client: SQSClient
    url: str

    def watch(self, sale: Sale, seconds: int = WATCH_AFTER_SECONDS) -> None:
        """Have the sale looked at in so many seconds."""
        self.client.send_message(
            QueueUrl=self.url, MessageBody=f"{sale.sale_id} {sale.next_action_at_ms}", DelaySeconds=seconds
        )
