"""Deliver: take one part of a terminal's journal, once, and never change what was taken.

Door: functions/gateway. Promise: tests/spec/test_journal.py. Story: docs/flows/pos_journal.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.refusal import Refusal
from payment_core.reconciliation.journal import Part
from payment_core.reconciliation.ports import Journals

OLDEST_DAYS: Final = 30  # a terminal that was away longer is a matter for people


class JournalDateError(Refusal):
    """The journal is of a date too long ago, or of one that no sale can have yet."""

    code: ClassVar[str] = "journal-date-out-of-range"
    http_status: ClassVar[int] = 422

    def __init__(self, business_date: str) -> None:
        """Name the date that was sent."""
        super().__init__(f"{business_date} is not within {OLDEST_DAYS} days before today, or tomorrow")
        self.business_date = business_date
        self.oldest_days = OLDEST_DAYS


class JournalReusedError(Refusal):
    """This part of this revision was delivered before, and said something else; what stands stays."""

    code: ClassVar[str] = "key-reused-for-another-journal"
    http_status: ClassVar[int] = 422

    def __init__(self, journal_id: str) -> None:
        """Name the part."""
        super().__init__(f"{journal_id} was delivered before with other contents")
        self.journal_id = journal_id


def deliver(part: Part, *, journals: Journals, now_ms: int) -> bool:
    """Keep a part; whether it was here before, which changes nothing.

    Raises:
        JournalDateError: nothing of that date is taken now.
        JournalReusedError: another part stands under its name.
        StoreUnavailableError: it is not known whether it is kept.
    """
    today = korean_time(now_ms)
    dates = {f"{today - timedelta(days=days):%Y%m%d}" for days in range(-1, OLDEST_DAYS + 1)}
    if part.business_date not in dates:
        raise JournalDateError(part.business_date)
    kept = journals.keep(part, now_ms)
    if kept.digest != part.digest:
        raise JournalReusedError(part.journal_id)
    return kept.was_here
