"""A terminal's business date: what a journal is of, and what is compared at once."""

from __future__ import annotations

from typing import Self

from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True, order=True)
class Day:
    """One terminal's business date.

    Attributes:
        business_date: YYYYMMDD.
        terminal: Merchant, terminal and epoch as a sale's id begins: ``1001-10010001-1``.
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
