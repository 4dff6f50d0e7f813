"""What the journals promise: a part is put once and never replaced; a finding moves over what was seen."""

from __future__ import annotations

from dataclasses import replace

from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding, FindingState
from payment_core.reconciliation.journal import Part, Row, Shown, What
from payment_core.reconciliation.ports import Compared, Findings, Journals, Kept
from payment_core.reconciliation.pos_journal import Difference, Kind

NOW_MS = 1_795_143_600_000  # 2026-11-20, noon in Seoul
ROWS = (
    Row(What.APPROVE, 1, Shown.APPROVED, 11_000),
    Row(What.CANCEL, 2, Shown.DONE, None, "1001-10010001-1-20261120-1"),
)


def a_part(terminal: str, revision: int = 7, part: int = 1, rows: tuple[Row, ...] = ROWS) -> Part:
    return Part(terminal, "20261120", revision, part, 2, rows)


def test_a_part_is_put_once_and_read_as_it_was_said(journals: Journals, destination: str) -> None:
    one, other = a_part(destination), a_part(destination, rows=())

    assert journals.keep(one, NOW_MS) == Kept(one.digest, was_here=False)
    assert journals.keep(one, NOW_MS) == Kept(one.digest, was_here=True)
    assert journals.keep(other, NOW_MS) == Kept(one.digest, was_here=True)
    journals.keep(a_part(destination, part=2), NOW_MS)
    journals.keep(a_part(destination, revision=8), NOW_MS)
    journals.keep(a_part(f"{destination}0"), NOW_MS)

    found = journals.parts(Day("20261120", destination))
    assert sorted(found, key=lambda one: (one.revision, one.part)) == [
        one,
        a_part(destination, part=2),
        a_part(destination, revision=8),
    ]


def test_whose_journals_came_on_a_day_is_found_by_the_day(journals: Journals, destination: str) -> None:
    today, yesterday = f"{korean_time(NOW_MS):%Y%m%d}", f"{korean_time(NOW_MS - 86_400_000):%Y%m%d}"
    journals.keep(a_part(destination), NOW_MS)
    journals.keep(a_part(destination, revision=9), NOW_MS)

    assert Day("20261120", destination) in journals.received(today)
    assert journals.received(today).count(Day("20261120", destination)) == 1
    assert Day("20261120", destination) not in journals.received(yesterday)


def a_finding(merchant: str, sale: int = 1) -> Finding:
    day = Day("20261120", f"{merchant}-10010001-1")
    difference = Difference(Kind.NOT_IN_JOURNAL, f"{day.terminal}-20261120-{sale}", 11_000, 0)
    return Finding(day, difference, FindingState.OPEN, 1, NOW_MS + sale, NOW_MS + sale)


def test_a_finding_is_written_only_over_what_was_seen(findings: Findings, destination: str) -> None:
    first = a_finding(destination)
    settled = replace(first, state=FindingState.SETTLED, version=2, since_ms=NOW_MS + 5)

    assert findings.move(None, first)
    assert not findings.move(None, first)
    assert findings.move(first, settled)
    assert not findings.move(first, replace(settled, since_ms=NOW_MS + 6))

    assert findings.of(first.day) == [settled]


def test_open_findings_are_known_by_their_age_until_they_are_settled(
    findings: Findings, destination: str
) -> None:
    older, newer = a_finding(destination, 1), a_finding(f"{destination}0", 2)
    for one in (newer, older):
        findings.move(None, one)

    ours = [entry for entry in findings.open_findings() if entry[0] in (older.day, newer.day)]
    assert ours == [(older.day, NOW_MS + 1), (newer.day, NOW_MS + 2)]

    findings.move(older, replace(older, state=FindingState.SETTLED, version=2))
    assert older.day not in [day for day, _ in findings.open_findings()]


def test_a_merchants_date_has_its_findings_and_when_it_was_compared_last(
    findings: Findings, destination: str
) -> None:
    one = a_finding(destination)
    early = Compared(one.day, NOW_MS, is_delivered=True, sales=3, open_findings=1)
    late = replace(early, at_ms=NOW_MS + 1, open_findings=0)
    findings.move(None, one)
    for noted in (early, late, early):
        findings.note(noted)

    assert findings.of_merchant(destination, "20261120") == ([one], [late])
    assert findings.of_merchant(destination, "20261119") == ([], [])
