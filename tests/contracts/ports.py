"""What a contract is tested on: the ports of the core as one thing that a test can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from payment_adapters.tables.claim_queue import DynamoClaimQueue
from payment_adapters.tables.claims import DynamoClaims
from payment_adapters.tables.sales import DynamoSales
from payment_core.approval.model import SaleId
from payment_core.approval.outcome import Trail
from payment_core.approval.ports import Claim, Claimed, ClaimQueue, Claims, Drivers, Nonce, OpenMoney, Sales
from payment_core.kernel.frozen import dataclass


class Store(Sales, Claims, OpenMoney, ClaimQueue, Protocol):
    """Everything that is asked of the payments table and the marks beside it."""

    def evidence(self, sale_id: SaleId) -> list[tuple[str, Trail]]:
        """Every exchange of a sale, in time order."""
        ...


@dataclass(frozen=True)
class DynamoStore(DynamoSales):
    """The adapters of both tables as one thing."""

    marks: str

    def waiting(self, merchant: str, last_day: str) -> Iterable[SaleId]:
        """What a merchant has to claim."""
        return DynamoClaimQueue(self.client, self.table).waiting(merchant, last_day)

    def enlist(self, batch: str, sale_id: SaleId) -> None:
        """Note what a batch wants."""
        DynamoClaimQueue(self.client, self.table).enlist(batch, sale_id)

    def enlisted(self, batch: str) -> Iterable[SaleId]:
        """What it wanted."""
        return DynamoClaimQueue(self.client, self.table).enlisted(batch)

    def claim(self, claim: Claim) -> Claimed:
        """Take the sale, the nonce and the card."""
        return DynamoClaims(self.client, self.table, self.marks).claim(claim)

    def spend(self, nonce: Nonce, now_ms: int) -> bool:
        """Take a nonce alone."""
        return DynamoClaims(self.client, self.table, self.marks).spend(nonce, now_ms)


@dataclass(frozen=True)
class RunningDrivers:
    """Drivers, and a way to end what they started."""

    drivers: Drivers
    end_all: Callable[[], None]
