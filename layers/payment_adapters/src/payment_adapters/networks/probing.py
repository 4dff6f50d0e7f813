"""What a probe says: the number of a sale that never was, so that nothing can be found under it."""

from __future__ import annotations

from typing import Final

from payment_adapters.destinations import Destination
from payment_core.approval.model import SaleId
from payment_core.approval.ports import Order
from payment_core.kernel.korean_time import korean_time

# Agree on both with each destination before its breaker is switched on.
PROBE_MERCHANT: Final = "9999"
PROBE_TERMINAL: Final = "99999999"
PROBE_EPOCH: Final = 999  # no terminal ever reaches it: its numbers are nobody's


def probe_order(destination: Destination, now_ms: int) -> Order:
    """The words of one probe; its number tells it from every other probe of the day.

    Where the contract has a name of its own for each merchant, the first one asks.
    """
    merchant = next(iter(destination.letters.get("merchant", {})), PROBE_MERCHANT)
    day = f"{korean_time(now_ms):%Y%m%d}"
    serial = now_ms // 1_000 % 10**8
    trace_number = f"{PROBE_EPOCH:03d}{serial:08d}0"
    return Order(
        sale_id=SaleId(merchant, PROBE_TERMINAL, PROBE_EPOCH, day, serial),
        trace_number=trace_number,
        requested_at_ms=now_ms,
        amount_won=1,
        vat_won=0,
        service_won=0,
        tax_free_won=0,
        installment_months=0,
        original_amount_won=1,
        original_trace_number=trace_number,
        original_approval_number="",
        original_requested_at_ms=now_ms,
    )
