"""Reconciliation: every night, each terminal's journal against the books; what differs is kept and told.

Deployed twice: `handler` compares, every morning; `on_settlement` hears of the settlement table what came
back and what the bank did not pay. The morning looks at both.
Rule: payment_core/reconciliation/reconcile.py, breaks.py. Story: docs/flows/reconciliation.md.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from payment_adapters import comparing, wiring
from payment_adapters.aws import metrics
from payment_adapters.settling import standing, wired
from payment_adapters.wiring import Invocation
from payment_core.reconciliation.reconcile import days_to_compare, reconcile

NEVER: Final = "99991231"  # every open row is due before this
LEAVE_BEFORE_MS: Final = 20_000  # what is left is compared by the next run; nothing is lost by waiting


class OutOfTimeError(Exception):
    """A run ended before its last terminal; it is started again, and finds less to write."""


def handler(event: dict[str, Any], context: Invocation) -> dict[str, int]:
    """Compare what a schedule means, or one ``business_date`` that a person names, today's too."""
    hand = wiring.hand("reconciliation", context)
    books, journals, findings = comparing.books(), comparing.journals(), comparing.findings()
    days = days_to_compare(
        hand.now_ms(),
        books=books,
        journals=journals,
        findings=findings,
        only=event.get("business_date", ""),
    )
    failures: list[Exception] = []
    for place, day in enumerate(days):
        if hand.remaining_ms() < LEAVE_BEFORE_MS:
            failures.append(OutOfTimeError(f"{len(days) - place} of {len(days)} were not compared"))
            break
        try:
            reconcile(day, books=books, journals=journals, findings=findings, now_ms=hand.now_ms())
        except Exception as failure:  # one terminal that cannot be compared must not hide the others
            logging.getLogger(__name__).exception("%s could not be compared", day)
            failures.append(failure)
    differences = len(findings.open_findings())
    metrics.count("JournalDifferences", differences)
    rows, deposits = wired.rows().open_before(NEVER), wired.deposits().open_deposits()
    standing.see_all(rows, deposits, wired.breaks(), hand.now_ms())
    if failures:
        raise ExceptionGroup(f"of {len(days)} comparisons, not all were made", failures)
    metrics.count("ReconciliationRan")
    return {"compared": len(days), "differences": differences}


def on_settlement(event: dict[str, Any], context: Invocation) -> dict[str, Any]:
    """Look at each change, in its order; a failure has the rest of the batch sent again."""
    now_ms = wiring.hand("reconciliation", context).now_ms()
    for record in event["Records"]:
        change = record["dynamodb"]
        standing.see(change["NewImage"], change.get("OldImage"), wired.breaks(), now_ms)
    return {"batchItemFailures": []}
