"""Replay: what a business date's read models come to from its events alone, sale by sale.

Promise: tests/spec/test_replay.py. Story: docs/flows/archive.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from payment_core.events.sale_moved import BEGINS_A_CANCEL, SaleMovedV2
from payment_core.projection.approvals import Approval, approval_in
from payment_core.projection.known import Known, Sums, by_sale, take_in


@dataclass
class Day:
    """A business date's models but for its sales, which are told one by one: small, however many sales.

    Attributes:
        approvals: How many and how many won, by merchant and destination.
    """

    business_date: str
    sums: Sums = field(default_factory=Sums)
    approvals: Counter[tuple[str, str]] = field(default_factory=Counter)
    approved_won: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, approval: Approval) -> None:
        """Count one approval."""
        whose = approval.merchant, approval.destination
        self.approvals[whose] += 1
        self.approved_won[whose] += approval.amount_won


@dataclass(frozen=True)
class Replayed:
    """What one sale adds to a date.

    Attributes:
        known: The sale; ``None`` for one of another date, of which only a cancel belongs here.
        approvals: Of its events; one at most.
        cancels: That were begun on the date, ``20261121-43``.
    """

    sale_id: str
    known: Known | None
    approvals: tuple[Approval, ...]
    cancels: tuple[str, ...]


def belongs_to(event: SaleMovedV2, business_date: str) -> bool:
    """Whether an event says something of a date: its sale's, or that of a cancel which it begins."""
    return event.business_date == business_date or _cancel_on(event, business_date) is not None


def first_korean_day(business_date: str) -> str:
    """Where in the archive a date begins: a till's date may be a day ahead of the clock."""
    before = datetime.strptime(business_date, "%Y%m%d") - timedelta(days=1)  # noqa: DTZ007 -- a date has no zone
    return f"{before:%Y%m%d}"


def replayed(events: Iterable[SaleMovedV2], day: Day) -> Iterator[Replayed]:
    """Take in all events of some sales, each event once, and tell each sale; the day's counts grow."""
    for sale_id, told in sorted(by_sale(events).items()):
        once = {event.version: event for event in told}.values()
        ours = [event for event in once if event.business_date == day.business_date]
        known, sums = take_in(None, ours)
        day.sums.add(sums)
        approvals = tuple(one for one in map(approval_in, ours) if one is not None)
        for approval in approvals:
            day.count(approval)
        cancels = [cancel for event in once if (cancel := _cancel_on(event, day.business_date))]
        yield Replayed(sale_id, known, approvals, tuple(sorted(cancels)))


def _cancel_on(event: SaleMovedV2, business_date: str) -> str | None:
    cancel = event.evidence.get("cancel", "") if event.step in BEGINS_A_CANCEL else ""
    return cancel if cancel.startswith(f"{business_date}-") else None
