"""What reconciliation needs from the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from payment_core.reconciliation.journal import Part


@dataclass(frozen=True)
class Kept:
    """What stands under a part's name.

    Attributes:
        digest: Of the part that stands there.
        was_here: Whether it stood there before.
    """

    digest: str
    was_here: bool


@dataclass(frozen=True, order=True)
class Day:
    """One terminal's business date.

    Attributes:
        terminal: Merchant, terminal and epoch: ``1001-10010001-1``.
    """

    business_date: str
    terminal: str

    def __str__(self) -> str:
        """``20261120/1001-10010001-1``: what keys and reports use."""
        return f"{self.business_date}/{self.terminal}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` wrote."""
        business_date, _, terminal = text.partition("/")
        return cls(business_date, terminal)

    @property
    def merchant(self) -> str:
        """Whose terminal it is."""
        return self.terminal.split("-")[0]


class Journals(Protocol):
    """What terminals delivered.

    The store that gives no answer raises its own StoreUnavailableError.
    """

    def keep(self, part: Part, at_ms: int) -> Kept:
        """Put a part down if nothing stands under its name; a part is never replaced."""
        ...

    def parts(self, day: Day) -> Sequence[Part]:
        """Every part of every revision of a terminal's date."""
        ...

    def received(self, korean_day: str) -> Sequence[Day]:
        """The terminals' dates of which something came on a day in Korea, YYYYMMDD."""
        ...
