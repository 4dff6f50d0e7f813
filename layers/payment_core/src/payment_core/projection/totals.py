"""Totals: what a business date comes to, by merchant, destination and state, and what destinations did on it.

Door: functions/projection. Promise: tests/spec/test_known.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from payment_core.kernel.open_ages import Money


@dataclass(frozen=True, order=True)
class Place:
    """Where sales of a date stand: at which destination (empty: at none yet), in which state."""

    destination: str
    state: str


@dataclass(frozen=True)
class Health:
    """What one destination did on a business date.

    Attributes:
        asked: Authorisations it was to be sent.
        unanswered: Of them, those without a clear answer; `not_sent` those that never left.
        undone, undo_refused: Net-cancels that ended, and that it refused.
        answer_ms: How long an answer took, on average; 0 where none came.
        fee_won: What its approvals cost by the contract of today.
    """

    asked: int = 0
    approved: int = 0
    declined: int = 0
    unanswered: int = 0
    not_sent: int = 0
    undone: int = 0
    undo_refused: int = 0
    answer_ms: int = 0
    fee_won: int = 0


class Totals(Protocol):
    """The read model.

    Each method raises `ReadModelsUnavailableError` when the store gives no answer.
    """

    def of_day(self, business_date: str, merchant: str = "") -> Mapping[Place, Money]:
        """What a date's sales come to, of one merchant or of all: whole amounts, whatever was cancelled."""
        ...

    def health(self, business_date: str) -> Mapping[str, Health]:
        """What each destination did on a date."""
        ...
