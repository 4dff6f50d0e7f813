"""Search: find sales by what a person at a desk holds in hand, newest first, page by page.

Shown by `payrelay search`. Promise: tests/contracts/test_search.py.
Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from payment_core.kernel.open_ages import Money, by_age
from payment_core.projection.known import Known

END_OF_TIME_MS: Final = 9_999_999_999_999
MOST_REQUESTS: Final = 3


@dataclass(frozen=True)
class Query:
    """What to look for; what is empty does not matter, and everything else must hold at once.

    Attributes:
        sale_id: In full; then nothing else is looked at.
        card_masked: As it is shown, ``411111**********``.
        terminal: Merchant and terminal, ``1001-10010001``.
        state: One word for people: APPROVED, BEING_REVERSED …
        from_ms, until_ms: When the sale came; both included.
    """

    sale_id: str = ""
    approval_number: str = ""
    card_token: str = ""
    card_masked: str = ""
    terminal: str = ""
    amount_won: int | None = None
    merchant: str = ""
    state: str = ""
    destination: str = ""
    from_ms: int = 0
    until_ms: int = END_OF_TIME_MS


@dataclass(frozen=True)
class Page:
    """Some of what was found, newest first.

    Attributes:
        cursor: Asks for the next page; empty where there is none. A page may have few hits, or none, and a
            cursor all the same: then so many sales were looked through that the next page goes on from there.
    """

    hits: Sequence[Known]
    cursor: str


class CursorRefusedError(Exception):
    """A cursor that no page gave."""

    def __init__(self, cursor: str) -> None:
        """Keep it."""
        super().__init__("no page gave this cursor")
        self.cursor = cursor


class Search(Protocol):
    """The read model.

    Each method raises `ReadModelsUnavailableError` when the store gives no answer.
    """

    def find(self, query: Query, *, limit: int, cursor: str = "") -> Page:
        """Find a page in at most ``MOST_REQUESTS`` requests, however many sales there are.

        Raises:
            CursorRefusedError: the cursor is of no page.
        """
        ...

    def open(self) -> Sequence[Known]:
        """Every sale whose end is not known."""
        ...


@dataclass(frozen=True)
class Unknown:
    """The meter of unknown money: it must come back to zero."""

    money: Money
    by_age: Mapping[str, Money] = field(default_factory=dict)


def unknown(open_sales: Sequence[Known], now_ms: int) -> Unknown:
    """Read the meter.

    Args:
        open_sales: From ``Search.open``.
        now_ms: Wall clock.
    """
    money = Money(len(open_sales), sum(one.open_won for one in open_sales))
    return Unknown(money, by_age(((one.open_since_ms, one.open_won) for one in open_sales), now_ms))
