"""What the ledger needs from the world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from payment_core.ledger.model import Folded, Posting


class Postings(Protocol):
    """Every posting, kept for ever. A store that gives no answer raises its own error."""

    def append(self, posting: Posting) -> Posting:
        """Write it where its key is free; what stands under its key, strongly consistent."""
        ...

    def of(self, business_date: str) -> Iterable[Posting]:
        """What is booked to a date; one that is being written may be missing."""
        ...


class Folds(Protocol):
    """What windows were folded to."""

    def replace(self, business_date: str, folded: Sequence[Folded]) -> None:
        """Put a window's folds in the place of those before."""
        ...

    def all_of(self) -> Iterable[Folded]:
        """Every window that was folded."""
        ...
