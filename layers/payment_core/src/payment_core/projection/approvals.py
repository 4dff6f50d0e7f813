"""Approvals: how many, and how many won, each destination has of a merchant's month.

One sale is approved once at most, and its event says everything that is counted. So neither order nor other
events matter, and whoever repeats an event is told by its id.
What a cancel or a reversal takes back stays counted (docs/adr/0024).
Door: functions/projection. Promise: tests/spec/test_projection.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from payment_core.events.sale_moved import APPROVE, SaleMovedV2
from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True)
class Approval:
    """What one approval adds.

    Attributes:
        event: Its event's id, so that it is counted once.
        business_date: YYYYMMDD, the sale's own, in Korea; its month is the one that counts.
    """

    event: str
    merchant: str
    business_date: str
    destination: str
    amount_won: int


@dataclass(frozen=True)
class Counted:
    """What one destination has."""

    approvals: int
    won: int


class Approvals(Protocol):
    """The read model.

    Each method raises `ReadModelsUnavailableError` when the store gives no answer.
    """

    def add(self, approval: Approval) -> bool:
        """Count one approval; ``False`` when its event was counted before."""
        ...

    def since(self, merchant: str, business_date: str) -> Mapping[str, Counted]:
        """What each destination has of a merchant's month from a business date on to the month's end."""
        ...


class ReadModelsUnavailableError(Exception):
    """The store of the read models gave no answer; nothing of a sale waits for it."""


class NobodyApprovedError(Exception):
    """An approval that does not say whose it is; it is not counted for nobody."""

    def __init__(self, event: str) -> None:
        """Name the event."""
        super().__init__(f"{event} does not say who approved: it names no destination")
        self.event = event


def approval_in(event: SaleMovedV2) -> Approval | None:
    """Read the approval out of an event; ``None`` where it is about something else."""
    if event.step != APPROVE:
        return None
    if not event.destination:
        raise NobodyApprovedError(event.id)
    return Approval(event.id, event.merchant, event.business_date, event.destination, event.amount_won)


def count_approval(event: SaleMovedV2, approvals: Approvals) -> bool:
    """Count the approval that an event tells of; whether it was news."""
    approval = approval_in(event)
    return approval is not None and approvals.add(approval)
