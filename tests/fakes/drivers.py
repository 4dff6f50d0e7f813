"""Workflows that are started by name and run until a test ends them."""

from __future__ import annotations

from dataclasses import dataclass, field

from payment_core.approval.model import Sale, SaleId


@dataclass
class FakeDrivers:
    """Names that run, and names that are used up."""

    running: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def start_net_cancel(self, sale_id: SaleId, attempt: int, run: int) -> bool:
        """Start, or find it running; a used-up name does not start again."""
        return self._start(f"nc-{sale_id}-{attempt}-{run}")

    def start_cancel(self, sale: Sale, run: int) -> bool:
        """Start, or find it running; a used-up name does not start again."""
        return self._start(f"cx-{sale.sale_id}/{sale.open_cancel}-{run}")

    def end_all(self) -> None:
        """Every execution that runs ends, whatever it had to do."""
        self.closed |= self.running
        self.running = set()

    def _start(self, name: str) -> bool:
        if name in self.closed:
            return False
        self.running.add(name)
        return True
