"""Attend: once a minute, each open case: whether it ended, whom to call, and what was left to carry out.

No event has to come for any of that: whatever was lost on the way, the next minute sees to it.
Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from payment_core.cases.execute import execute
from payment_core.cases.look import escalated, look
from payment_core.cases.model import Case, Kind
from payment_core.cases.ports import Cases, Part, Relay, Truth
from payment_core.kernel.hand import Hand


def attend(case: Case, *, cases: Cases, truth: Truth, relay: Relay, hand: Hand) -> Case:
    """See to one open case; how it stands then.

    Raises:
        StoreUnavailableError: something could not be read or written; the next minute tries again.
    """
    look(part_of(case, truth), cases, hand)
    now = cases.read(case.case_id) or case
    called = escalated(now, hand)
    if called is not None and cases.move(now, called):
        now = called
    return execute(now, cases=cases, relay=relay, hand=hand) or now


def part_of(case: Case, truth: Truth) -> list[Part]:
    """What a case is about, as it stands."""
    if case.kind is Kind.BREAK:
        found = truth.of_break(case)
        return [found] if found else []
    if case.kind is Kind.JOURNAL_DIFFERENCE:
        difference = truth.of_difference(case.about, case.part)
        return [difference] if difference else []
    return [part for part in truth.of_sale(case.about) if part.part == case.part]
