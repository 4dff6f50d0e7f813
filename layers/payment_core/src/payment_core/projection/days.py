"""Days: which terminals sold on a business date, and what each had then, found without a scan.

Only the sales' ids: how they stand is asked of the truth. A sale belongs to its own date by its first event,
and to the date of each of its cancels by that cancel's first; so neither order nor repeats matter.
Door: functions/projection. Promise: tests/spec/test_projection.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from payment_core.events.sale_moved import BEGINS_A_CANCEL, SaleMovedV2


class Days(Protocol):
    """The read model.

    Each method raises `ReadModelsUnavailableError` when the store gives no answer.
    """

    def note(self, sale_id: str) -> None:
        """Take a sale into its terminal's day, and the terminal into the date; again is no news."""
        ...

    def note_cancel(self, sale_id: str, cancel: str) -> None:
        """The same for a cancel, ``20261121-43``, on the date and under the number it has itself."""
        ...

    def sales(self, terminal: str, business_date: str) -> Sequence[str]:
        """Read the ids of the sales that were made or cancelled then, in the order of the day's numbers.

        Args:
            terminal: Merchant, terminal and epoch as a sale's id begins: ``1001-10010001-1``.
            business_date: YYYYMMDD.
        """
        ...

    def terminals(self, business_date: str) -> Sequence[str]:
        """Every terminal that has a sale or a cancel of a date, sorted."""
        ...


def note_day(event: SaleMovedV2, days: Days) -> None:
    """Take the sale of a first event into its day, and a cancel that begins into its own."""
    if event.version == 1:
        days.note(event.subject)
    elif event.step in BEGINS_A_CANCEL:
        days.note_cancel(event.subject, event.evidence["cancel"])
