"""The books as reconciliation reads them: a read model says which terminals sold, the truth all the rest.

Implements the core's ``Books`` port (payment_core/reconciliation/ports.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from payment_adapters.tables.read_models import DynamoDays
from payment_adapters.tables.sales import DynamoSales
from payment_core.approval.model import OPEN_ATTEMPTS, CancelState, Decision, Sale, SaleId
from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.pos_journal import OurCancel, OurSale, Stand

STANDS: Final = {
    Decision.RECEIVED: Stand.UNKNOWN,
    Decision.APPROVED: Stand.APPROVED,
    Decision.CANCELLING: Stand.APPROVED,  # what is open is the cancel, and that is said of it
    Decision.CANCELLED: Stand.GIVEN_BACK,
    Decision.REVERSE: Stand.REVERSED,
}
CANCELS: Final = {
    CancelState.REQUESTED: Stand.UNKNOWN,
    CancelState.MANUAL: Stand.UNKNOWN,
    CancelState.DONE: Stand.GIVEN_BACK,
    CancelState.REFUND: Stand.GIVEN_BACK,  # a settlement file sees to it
    CancelState.REFUSED: Stand.NOT_APPROVED,
}


@dataclass(frozen=True)
class DynamoBooks:
    """The read model of days, and the payments table."""

    days: DynamoDays
    sales: DynamoSales

    def sold(self, business_date: str) -> list[Day]:
        """Read the date's terminals."""
        return [Day(business_date, terminal) for terminal in self.days.terminals(business_date)]

    def entries(self, day: Day, named: Collection[str]) -> tuple[list[OurSale], list[OurCancel]]:
        """Read every sale that the read model or the journal names."""
        ids = dict.fromkeys((*self.days.sales(day.terminal, day.business_date), *named))
        sales = self.sales.read_all([SaleId.parse(one) for one in ids])
        ours = [OurSale(str(one.sale_id), stand_of(one), one.amount_won) for one in sales if _is_of(one, day)]
        return ours, [cancel for one in sales for cancel in _cancels_of(one, day)]


def stand_of(sale: Sale) -> Stand:
    """How a sale stands, as far as its shop is concerned."""
    if OPEN_ATTEMPTS.intersection(sale.attempt_states()):
        return Stand.UNKNOWN
    if sale.decision is Decision.APPROVED and not sale.cancellable_won:
        return Stand.GIVEN_BACK
    return STANDS.get(sale.decision, Stand.NOT_APPROVED)


def _is_of(sale: Sale, day: Day) -> bool:
    return sale.sale_id.business_date == day.business_date


def _cancels_of(sale: Sale, day: Day) -> Iterator[OurCancel]:
    for name, cancel in sale.cancels.items():
        business_date, _, sequence = name.partition("-")
        if business_date == day.business_date:
            cancel_id = replace(sale.sale_id, business_date=business_date, sequence=int(sequence))
            yield OurCancel(str(cancel_id), str(sale.sale_id), CANCELS[cancel.state], cancel.amount_won)
