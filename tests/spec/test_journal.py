"""A terminal delivers what it wrote down itself: in parts, again when it grew, and never otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.reconciliation.day import Day
from payment_core.reconciliation.deliver import JournalDateError, JournalReusedError, deliver
from payment_core.reconciliation.journal import Journal, Part, Row, Shown, What, whole
from payment_core.reconciliation.pos_journal import JournalCancel, JournalSale
from tests.fakes.hands import Clock
from tests.fakes.journals import InMemoryJournals

TERMINAL, DATE = "1001-10010001-1", "20261120"
NOW_MS = Clock().at_ms
A_SALE = Row(What.APPROVE, 1, Shown.APPROVED, 11_000)
ANOTHER = Row(What.APPROVE, 2, Shown.UNKNOWN, 5_000)
A_CANCEL = Row(What.CANCEL, 3, Shown.DONE, None, f"{TERMINAL}-{DATE}-1")


def a_part(*rows: Row, revision: int = 7, part: int = 1, parts: int = 1, date: str = DATE) -> Part:
    return Part(TERMINAL, date, revision, part, parts, rows)


def delivered(*parts: Part) -> Journal | None:
    journals = InMemoryJournals()
    for one in parts:
        deliver(one, journals=journals, now_ms=NOW_MS)
    return whole(journals.parts(Day(DATE, TERMINAL)))


def test_a_journal_says_what_the_till_showed_of_each_number() -> None:
    found = delivered(a_part(A_SALE, ANOTHER, A_CANCEL))

    assert found is not None
    assert found.sales() == [
        JournalSale(f"{TERMINAL}-{DATE}-1", is_approved=True, amount_won=11_000),
        JournalSale(f"{TERMINAL}-{DATE}-2", is_approved=False, amount_won=5_000),
    ]
    assert found.cancels() == [
        JournalCancel(f"{TERMINAL}-{DATE}-3", f"{TERMINAL}-{DATE}-1", is_done=True, amount_won=None)
    ]


def test_a_number_without_an_amount_showed_nothing() -> None:
    found = delivered(a_part(replace(ANOTHER, amount_won=None)))

    assert found is not None
    assert [one.amount_won for one in found.sales()] == [0]


def test_a_part_that_is_delivered_twice_is_kept_once() -> None:
    journals = InMemoryJournals()

    said = [deliver(a_part(A_SALE), journals=journals, now_ms=NOW_MS) for _ in range(2)]

    assert said == [False, True]
    assert len(journals.kept) == 1


@pytest.mark.parametrize("other", [a_part(ANOTHER), a_part(), a_part(A_SALE, parts=2)])
def test_what_was_delivered_is_never_said_otherwise_under_the_same_revision(other: Part) -> None:
    journals = InMemoryJournals()
    deliver(a_part(A_SALE), journals=journals, now_ms=NOW_MS)

    part = f"{TERMINAL}-{DATE}-7-1"
    with pytest.raises(JournalReusedError, match=f"^{part} was delivered before with other contents$"):
        deliver(other, journals=journals, now_ms=NOW_MS)

    assert journals.parts(Day(DATE, TERMINAL)) == [a_part(A_SALE)]


@pytest.mark.parametrize(
    ("date", "is_taken"),
    [
        ("20261122", False),
        ("20261121", True),  # tomorrow in Korea: a POS whose day has begun
        ("20261021", True),
        ("20261020", False),
    ],
)
def test_a_journal_is_taken_from_tomorrow_back_to_thirty_days_ago(date: str, *, is_taken: bool) -> None:
    journals = InMemoryJournals()
    part = a_part(date=date)

    if is_taken:
        deliver(part, journals=journals, now_ms=NOW_MS)
    else:
        with pytest.raises(JournalDateError, match=f"^{date} is not within 30 days before today, or tomor"):
            deliver(part, journals=journals, now_ms=NOW_MS)

    assert bool(journals.kept) is is_taken


def test_the_newest_revision_counts() -> None:
    later = replace(ANOTHER, shown=Shown.UNDONE)

    found = delivered(a_part(A_SALE, later, revision=8), a_part(A_SALE, ANOTHER))

    assert found is not None
    assert found.rows == (A_SALE, later)


def test_a_revision_counts_only_when_all_its_parts_are_here() -> None:
    first, second = a_part(A_SALE, revision=8, parts=2), a_part(ANOTHER, revision=8, part=2, parts=2)

    assert delivered(second) is None
    assert delivered(first) is None
    assert delivered(a_part(A_SALE), first) == Journal(TERMINAL, DATE, (A_SALE,))
    assert delivered(a_part(A_SALE), second, first) == Journal(TERMINAL, DATE, (A_SALE, ANOTHER))


def test_a_day_without_a_number_is_a_journal_too() -> None:
    assert delivered(a_part()) == Journal(TERMINAL, DATE, ())
    assert delivered() is None
