"""What reconciliation needs from the world. A store that gives no answer raises its own error."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding
from payment_core.reconciliation.journal import Part
from payment_core.reconciliation.pos_journal import OurCancel, OurSale


@dataclass(frozen=True)
class Kept:
    """What stands under a part's name.

    Attributes:
        digest: Of the part that stands there.
        was_here: Whether it stood there before.
    """

    digest: str
    was_here: bool


class Journals(Protocol):
    """What terminals delivered."""

    def keep(self, part: Part, at_ms: int) -> Kept:
        """Put a part down if nothing stands under its name; a part is never replaced."""
        ...

    def parts(self, day: Day) -> Sequence[Part]:
        """Every part of every revision of a terminal's date."""
        ...

    def received(self, korean_day: str) -> Sequence[Day]:
        """The terminals' dates of which something came on a day in Korea, YYYYMMDD."""
        ...


class Books(Protocol):
    """What stands here."""

    def sold(self, business_date: str) -> Sequence[Day]:
        """Every terminal that has a sale or a cancel of a date."""
        ...

    def entries(self, day: Day, named: Collection[str]) -> tuple[Sequence[OurSale], Sequence[OurCancel]]:
        """The sales and the cancels that have this date, read from the truth.

        Args:
            day: A terminal's date.
            named: Sales that its journal names, so that none is missed because a read model is late.
        """
        ...


@dataclass(frozen=True)
class Compared:
    """What one comparison came to.

    Attributes:
        is_delivered: Whether there was a whole journal.
        sales: How many of the date stand here.
        open_findings: How many differ, and nobody has proved why.
    """

    day: Day
    at_ms: int
    is_delivered: bool
    sales: int
    open_findings: int


class Findings(Protocol):
    """Differences and comparisons, kept."""

    def of(self, day: Day) -> Sequence[Finding]:
        """Every finding of a terminal's date, settled ones too."""
        ...

    def of_merchant(self, merchant: str, business_date: str) -> tuple[Sequence[Finding], Sequence[Compared]]:
        """Everything that is kept of a merchant's date."""
        ...

    def move(self, seen: Finding | None, becomes: Finding) -> bool:
        """Write over the version that was seen; ``False`` if another run came first."""
        ...

    def note(self, compared: Compared) -> None:
        """Keep when a day was compared last, and what it came to."""
        ...

    def open_findings(self) -> Sequence[tuple[Day, int]]:
        """The day of every open finding, and when it was found, the oldest first."""
        ...
