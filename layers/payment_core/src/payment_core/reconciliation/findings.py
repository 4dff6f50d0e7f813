"""Findings: a difference as it is kept: found, settled when a later comparison does not find it, found again.

An open finding has an owner and an age. It ends by a comparison, or by the proof of two people; a proof is
of what was found, so that it says nothing of other amounts. What is published is what was written of it.
Door: functions/reconciliation. Promise: tests/spec/test_reconciliation.py.
Story: docs/flows/reconciliation.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum

from payment_core.events import rfc3339
from payment_core.events.difference import DifferenceFoundV1, DifferenceSettledV1
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.pos_journal import Difference


class FindingState(StrEnum):
    """Whether somebody has to act on it: both sides differ, agree again, or differ as is proved."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"
    PROVED = "PROVED"


@dataclass(frozen=True)
class Finding:
    """One difference of one terminal's date.

    Attributes:
        version: How often it was written.
        found_at_ms: When it came up; again, after it had been settled.
        since_ms: When it came into this state.
        proof: Who vouched for it, and with what; empty but for a proved one.
    """

    day: Day
    difference: Difference
    state: FindingState
    version: int
    found_at_ms: int
    since_ms: int
    proof: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The cancel or the sale it is about, or the word ``journal``."""
        return self.difference.cancel_id or self.difference.sale_id or "journal"

    @property
    def finding_id(self) -> str:
        """Date, terminal, subject and kind: the same however often it is found."""
        return f"{self.day}/{self.subject}/{self.difference.kind}"


def changes(
    kept: Iterable[Finding], found: Iterable[Difference], day: Day, now_ms: int
) -> Iterator[tuple[Finding | None, Finding]]:
    """What one comparison changes: pairs of what stands and what it becomes; none for what is as before."""
    standing = {one.finding_id: one for one in kept}
    fresh = {
        one.finding_id: one
        for one in (Finding(day, each, FindingState.OPEN, 1, now_ms, now_ms) for each in found)
    }
    for name, new in fresh.items():
        old = standing.get(name)
        if old is None:
            yield None, new
        elif old.state is FindingState.SETTLED:
            yield old, replace(new, version=old.version + 1)
        elif old.difference != new.difference:
            found_at_ms = old.found_at_ms if old.state is FindingState.OPEN else now_ms
            yield old, replace(new, version=old.version + 1, found_at_ms=found_at_ms)
    for name, old in standing.items():
        if name not in fresh and old.state is FindingState.OPEN:
            settled = replace(old, state=FindingState.SETTLED, version=old.version + 1, since_ms=now_ms)
            yield old, settled


def proved(finding: Finding, proof: Mapping[str, str], now_ms: int) -> Finding:
    """An open finding, ended by what two people vouch for."""
    assert finding.state is FindingState.OPEN, "only what is open is proved"  # noqa: S101 -- a bug
    return replace(
        finding, state=FindingState.PROVED, version=finding.version + 1, since_ms=now_ms, proof=proof
    )


def event_of(finding: Finding) -> DifferenceFoundV1:
    """Tell one write of a finding."""
    one, day = finding.difference, finding.day
    kind = DifferenceFoundV1 if finding.state is FindingState.OPEN else DifferenceSettledV1
    return kind(
        id=f"{finding.finding_id}/{finding.version}",
        time=rfc3339(finding.since_ms),
        subject=finding.finding_id,
        version=finding.version,
        kind=one.kind,
        owner=one.owner,
        merchant=day.merchant,
        terminal=day.terminal,
        business_date=day.business_date,
        sale_id=one.sale_id,
        cancel_id=one.cancel_id,
        our_won=one.our_won,
        journal_won=one.journal_won,
        sentence={str(language): one.sentence(language) for language in Language},
    )
