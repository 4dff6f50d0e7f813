"""The report of a merchant's date: every difference in one section, in both languages, the oldest first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.kernel.language import Language
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding, FindingState
from payment_core.reconciliation.ports import Compared
from payment_core.reconciliation.pos_journal import Difference, Kind
from tools.cli.journal_report import DAY_MS, SECTIONS, Report

DAY = Day("20261120", "1001-10010001-1")
NOW_MS = 1_795_143_600_000  # 2026-11-20, noon in Seoul
COMPARED = Compared(DAY, NOW_MS, is_delivered=False, sales=3, open_findings=2)


def a_finding(kind: Kind, number: int, *, days: int = 0) -> Finding:
    difference = Difference(kind, f"{DAY.terminal}-{DAY.business_date}-{number}", 11_000, 9_000)
    found_at_ms = NOW_MS - days * DAY_MS
    return Finding(DAY, difference, FindingState.OPEN, 1, found_at_ms, found_at_ms)


def a_report(*findings: Finding, korean: bool = False, is_compared: bool = True) -> Report:
    compared = [COMPARED] if is_compared else []
    return Report.of("1001", DAY.business_date, findings, compared, korean=korean)


def test_every_kind_of_difference_has_its_section_once() -> None:
    kinds = [kind for _, kinds in SECTIONS.values() for kind in kinds]

    assert sorted(kinds) == sorted(Kind)
    assert all(set(titles) == set(Language) for titles, _ in SECTIONS.values())


@pytest.mark.parametrize(("korean", "words"), [(False, "differences stand"), (True, "미해결 2건")])
def test_what_stands_is_shown_with_its_age_and_what_is_settled_is_counted(
    capsys: pytest.CaptureFixture[str], words: str, *, korean: bool
) -> None:
    young, old = a_finding(Kind.NOT_IN_JOURNAL, 7, days=1), a_finding(Kind.NOT_IN_JOURNAL, 8, days=12)
    settled = replace(a_finding(Kind.AMOUNT_DIFFERS, 9), state=FindingState.SETTLED)

    a_report(young, old, settled, korean=korean).show(NOW_MS)

    told = capsys.readouterr().out
    assert told.index("20261120-8") < told.index("20261120-7")
    assert ("12 d" in told, "20261120-9" in told, words in told) == (True, False, True)


def test_a_date_that_was_never_compared_does_not_look_as_if_all_agreed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_report(is_compared=False).show(NOW_MS)

    assert "was compared" in capsys.readouterr().out


def test_programs_are_told_each_difference_under_its_section() -> None:
    words = a_report(a_finding(Kind.CANCEL_NOT_HERE, 7), a_finding(Kind.NO_JOURNAL, 8)).words()

    assert [one["kind"] for one in words["cancels"]] == ["CANCEL_NOT_HERE"]
    assert [one["owner"] for one in words["no_journal"]] == ["MERCHANT"]
    assert words["only_here"] == words["otherwise"] == []
