"""Reconcile: hold each terminal's journal against the books, every night, and keep what differs.

A business date is over when the day after it is (sales may be dated a day back), so each run looks at several
dates; a journal that comes late is looked at when it came. Running twice changes nothing.
Door: functions/reconciliation. Promise: tests/spec/test_reconciliation.py.
Story: docs/flows/reconciliation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import FindingState, changes
from payment_core.reconciliation.journal import Journal, whole
from payment_core.reconciliation.ports import Books, Compared, Findings, Journals
from payment_core.reconciliation.pos_journal import (
    Difference,
    Kind,
    OurCancel,
    OurSale,
    cancel_differences,
    differences,
)

LOOKS_BACK_DAYS: Final = 3  # yesterday, the day before, and one more should a run have been missed


def days_to_compare(
    now_ms: int, *, books: Books, journals: Journals, findings: Findings, only: str = ""
) -> list[Day]:
    """Every terminal's date that sold, delivered, or still differs; today is not over and is left out.

    Args:
        now_ms: Wall clock.
        books: What stands here.
        journals: What was delivered.
        findings: What differed before.
        only: A business date that a person asks for; today's too, as far as it goes.
    """
    today = korean_time(now_ms)
    recent = [f"{today - timedelta(days=back):%Y%m%d}" for back in range(LOOKS_BACK_DAYS + 1)]
    sold = {day for date in ([only] if only else recent[1:]) for day in books.sold(date)}
    delivered = {day for date in recent for day in journals.received(date)}
    still_open = {day for day, _ in findings.open_findings()}
    return sorted(
        day
        for day in sold | delivered | still_open
        if (day.business_date == only if only else day.business_date < recent[0])
    )


def reconcile(day: Day, *, books: Books, journals: Journals, findings: Findings, now_ms: int) -> Compared:
    """Compare one terminal's date, and write what changed since the last time."""
    journal = whole(journals.parts(day))
    sales, cancels = books.entries(day, named_in(journal))
    for seen, becomes in changes(findings.of(day), compare(sales, cancels, journal), day, now_ms):
        findings.move(seen, becomes)
    differ = sum(one.state is FindingState.OPEN for one in findings.of(day))
    compared = Compared(day, now_ms, journal is not None, len(sales), differ)
    findings.note(compared)
    return compared


def compare(
    sales: Sequence[OurSale], cancels: Sequence[OurCancel], journal: Journal | None
) -> list[Difference]:
    """Everything that differs on one terminal's date; without a journal, that there is none."""
    if journal is None:
        return differences(sales, None) or ([Difference(Kind.NO_JOURNAL, "", 0, 0)] if cancels else [])
    return [*differences(sales, journal.sales()), *cancel_differences(cancels, journal.cancels())]


def named_in(journal: Journal | None) -> list[str]:
    """Every sale that a journal speaks of."""
    if journal is None:
        return []
    return [*(one.sale_id for one in journal.sales()), *(one.sale_id for one in journal.cancels())]
