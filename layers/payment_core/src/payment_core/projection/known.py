"""Known: what the read side knows of one sale, and the one rule by which many events of it become that.

How a sale stands is what its event of the highest version says; what happened to it is counted once for each
version, whatever came before. So order, repeats and gaps that are filled later all end the same.
Promise: tests/spec/test_known.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, Protocol

from payment_core.events.sale_moved import SaleMovedV2

OPEN_STATES: Final = ("RECEIVED", "CANCELLING", "BEING_REVERSED")
# What a destination did with what it was asked; the steps that each word stands for.
OUTCOMES: Final[Mapping[str, str]] = {
    "intent": "asked",
    "approve": "approved",
    "decline": "declined",
    "not_forwarded_go_on": "declined",
    "not_sent": "not_sent",
    "not_sent_go_on": "not_sent",
    "doubt": "unanswered",
    "doubt_go_on": "unanswered",
    "doubt_van_owned": "unanswered",
    "reversal_confirmed": "undone",
    "reversal_refused": "undo_refused",
}
ANSWERS: Final = frozenset({"approved", "declined"})


@dataclass(frozen=True)
class Known:
    """One sale as its newest event tells it.

    Attributes:
        versions: Which versions were taken in: a bit each, version 1 the lowest.
        version: The highest of them.
        open_since_ms: 0 where it is known what holds; so is ``open_won``.
    """

    sale_id: str
    versions: int
    version: int
    received_at_ms: int
    tender: str
    amount_won: int
    cancellable_won: int
    card_masked: str
    card_token: str
    state: str
    destination: str
    approval_number: str
    open_since_ms: int
    open_won: int

    @property
    def merchant(self) -> str:
        """Whose sale it is."""
        return self.sale_id.split("-")[0]

    @property
    def terminal(self) -> str:
        """Merchant and terminal, ``1001-10010001``, whatever the epoch."""
        return "-".join(self.sale_id.split("-")[:2])

    @property
    def business_date(self) -> str:
        """YYYYMMDD, the sale's own."""
        return self.sale_id.split("-")[3]

    @property
    def is_open(self) -> bool:
        """Whether money may still be on its way somewhere."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, order=True)
class Total:
    """Where a sale is counted: a business date's sales of one merchant at one destination in one state."""

    business_date: str
    merchant: str
    destination: str
    state: str


@dataclass(frozen=True, order=True)
class Work:
    """Where an event is counted: what one destination did on a business date, in one word of ``OUTCOMES``."""

    business_date: str
    destination: str
    outcome: str


@dataclass(frozen=True)
class Sums:
    """What some events add to the counts.

    Attributes:
        sales, won: By total; negative where sales left it.
        works: How often, by work.
        took_ms: How long all its answers took together, by work.
    """

    sales: Counter[Total] = field(default_factory=Counter)
    won: Counter[Total] = field(default_factory=Counter)
    works: Counter[Work] = field(default_factory=Counter)
    took_ms: Counter[Work] = field(default_factory=Counter)

    def add(self, other: Sums) -> None:
        """Take in another's."""
        for one in fields(self):
            mine, more = getattr(self, one.name), getattr(other, one.name)
            for place, amount in more.items():  # Counter.update would do, and is untyped about negatives
                mine[place] += amount


class KnownSales(Protocol):
    """The read model of all sales, and the counts beside it.

    Each method raises `ReadModelsUnavailableError` when the store gives no answer.
    """

    def take_in(self, events: Sequence[SaleMovedV2]) -> None:
        """Take events of many sales in: each sale with what it changes of the counts, both or neither."""
        ...


def by_sale(events: Iterable[SaleMovedV2]) -> dict[str, list[SaleMovedV2]]:
    """Events by their sale, in the order they came."""
    found: dict[str, list[SaleMovedV2]] = {}
    for event in events:
        found.setdefault(event.subject, []).append(event)
    return found


def take_in(known: Known | None, events: Iterable[SaleMovedV2]) -> tuple[Known | None, Sums]:
    """Take events of one sale in; what is known then, and what it changes of the counts.

    Args:
        known: What was known before.
        events: Of the same sale, in any order, repeats included.
    """
    after, sums = known, Sums()
    for event in events:
        after = _with(after, event, sums)
    if after != known:
        if known is not None:
            _move(known, sums, -1)
        if after is not None:
            _move(after, sums, +1)
    return after, sums


def _with(known: Known | None, event: SaleMovedV2, sums: Sums) -> Known:
    """One event more: the newest tells how the sale stands, and each is counted once."""
    bit = 1 << event.version - 1
    versions = known.versions if known else 0
    if known is not None and versions & bit:
        return known
    _count(event, sums)
    if known is not None and known.version > event.version:
        return replace(known, versions=versions | bit)
    return Known(
        sale_id=event.subject,
        versions=versions | bit,
        version=event.version,
        received_at_ms=event.received_at_ms,
        tender=event.tender,
        amount_won=event.amount_won,
        cancellable_won=event.cancellable_won,
        card_masked=event.card_masked,
        card_token=event.card_token,
        state=event.state,
        destination=event.destination,
        approval_number=event.approval_number,
        open_since_ms=event.open_since_ms,
        open_won=event.open_won,
    )


def _count(event: SaleMovedV2, sums: Sums) -> None:
    outcome = OUTCOMES.get(event.step)
    if outcome is None or not event.destination:
        return
    work = Work(event.business_date, event.destination, outcome)
    sums.works[work] += 1
    if outcome in ANSWERS:
        sums.took_ms[work] += event.took_ms


def done_by_destinations(events: Iterable[SaleMovedV2]) -> dict[tuple[str, str], list[int]]:
    """What destinations did, as events come, repeats and all: for charts, never for books.

    Returns:
        By destination and word of ``OUTCOMES``: how long each took, in milliseconds.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for event in events:
        if event.step in OUTCOMES and event.destination:
            found.setdefault((event.destination, OUTCOMES[event.step]), []).append(event.took_ms)
    return found


def _move(known: Known, sums: Sums, sales: int) -> None:
    """Put a sale into the total it belongs to, or take it out."""
    total = Total(known.business_date, known.merchant, known.destination, known.state)
    sums.sales[total] += sales
    sums.won[total] += sales * known.amount_won
