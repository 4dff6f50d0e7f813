"""What a contract is tested on: the ports of the core as one thing that a test can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from payment_core.approval.model import SaleId
from payment_core.approval.outcome import Trail
from payment_core.approval.ports import Drivers, OpenMoney, Sales


class Store(Sales, OpenMoney, Protocol):
    """Everything that is asked of the payments table."""

    def evidence(self, sale_id: SaleId) -> list[tuple[str, Trail]]:
        """Every exchange of a sale, in time order."""
        ...


@dataclass(frozen=True)
class RunningDrivers:
    """Drivers, and a way to end what they started."""

    drivers: Drivers
    end_all: Callable[[], None]
