"""Trace numbers: what a telegram is known by at its destination, and never another telegram of other words.

12 digits: the terminal's epoch, a sequence number of its counter, and a place. Attempts have the places 0 and
1, a till's cancel and a probe have place 0 under numbers of their own. A cancel that undoes an attempt names
what was approved of it, and each amount that it comes to name has a place of its own.
Promise: tests/spec/test_lanes.py.
"""

from __future__ import annotations

from typing import Final

from payment_core.approval.model import MAXIMUM_ATTEMPTS, Attempt, SaleId

FIRST_UNDOING: Final = 8  # 8, 6, 4, 2 for the first attempt; 9, 7, 5, 3 for the second
MOST_NAMES: Final = 4


def trace_number_of(sale_id: SaleId, sequence: int, place: int) -> str:
    """12 digits, never used twice by one terminal on one business date: epoch 3, sequence 8, place 1."""
    # Derived, not drawn: a counter would be one more write and one more way to repeat a number.
    return f"{sale_id.terminal_epoch:03d}{sequence:08d}{place:01d}"


def trace_number_of_undoing(sale_id: SaleId, index: int, attempt: Attempt) -> str:
    """Of the ordinary cancel that undoes an attempt: the same as long as it names the same amount."""
    place = FIRST_UNDOING + index - MAXIMUM_ATTEMPTS * (attempt.names - 1)
    return trace_number_of(sale_id, sale_id.sequence, place)


def has_number_for(attempt: Attempt) -> bool:
    """Whether a cancel of what was approved of it can go out under a number that names no other amount."""
    return attempt.named_won == attempt.approved_won or attempt.names < MOST_NAMES
