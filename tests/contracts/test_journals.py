"""What the journals promise: a part is put down once, is never replaced, and its day is found."""

from __future__ import annotations

from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.journal import Part, Row, Shown, What
from payment_core.reconciliation.ports import Day, Journals, Kept

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
