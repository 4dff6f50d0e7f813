"""Days: which sales a terminal had on a business date, so that they can be found without a scan.

Only the sales' ids: how they stand is asked of the truth. A sale's first event is enough, so neither order
nor repeats matter.
Door: functions/projection. Promise: tests/spec/test_projection.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from payment_core.events.sale_moved import SaleMovedV1


class Days(Protocol):
    """The read model.

    Each method raises `ReadModelsUnavailableError` when the store gives no answer.
    """

    def note(self, sale_id: str) -> None:
        """Take a sale into its terminal's day; again is no news."""
        ...

    def sales(self, terminal: str, business_date: str) -> Sequence[str]:
        """Read the ids of a day's sales, in the order of their numbers.

        Args:
            terminal: Merchant, terminal and epoch as a sale's id begins: ``1001-10010001-1``.
            business_date: YYYYMMDD, the sales' own.
        """
        ...


def note_day(event: SaleMovedV1, days: Days) -> None:
    """Take the sale of a first event into its day."""
    if event.version == 1:
        days.note(event.subject)
