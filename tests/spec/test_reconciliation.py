"""Every morning each terminal's journal is held against the books; what differs is kept until it does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from payment_core.events.difference import DifferenceFoundV1, DifferenceSettledV1
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.deliver import deliver
from payment_core.reconciliation.findings import Finding, FindingState, event_of, proved
from payment_core.reconciliation.journal import Part, Row, Shown, What
from payment_core.reconciliation.ports import Compared
from payment_core.reconciliation.pos_journal import Difference, Kind, OurCancel, OurSale, Owner, Stand
from payment_core.reconciliation.reconcile import days_to_compare, reconcile
from tests.fakes.books import InMemoryBooks
from tests.fakes.findings import InMemoryFindings
from tests.fakes.hands import Clock
from tests.fakes.journals import InMemoryJournals

TERMINAL, DATE = "1001-10010001-1", "20261119"  # the clock stands at noon of the day after
DAY = Day(DATE, TERMINAL)
A_DAY_SECONDS = 86_400
SHOWN = Row(What.APPROVE, 1, Shown.APPROVED, 11_000)
NEVER_SHOWN = Row(What.APPROVE, 1, Shown.UNKNOWN, 11_000)
CANCELLED = Row(What.CANCEL, 2, Shown.DONE, 4_000, f"{TERMINAL}-{DATE}-1")


def sale(number: int = 1, stand: Stand = Stand.APPROVED, *, day: Day = DAY) -> OurSale:
    return OurSale(f"{day.terminal}-{day.business_date}-{number}", stand, 11_000)


@dataclass
class Morning:
    """Books, journals, and what the comparison keeps of them."""

    clock: Clock = field(default_factory=Clock)
    books: InMemoryBooks = field(default_factory=InMemoryBooks)
    journals: InMemoryJournals = field(default_factory=InMemoryJournals)
    findings: InMemoryFindings = field(default_factory=InMemoryFindings)

    def sold(self, *sales: OurSale, day: Day = DAY) -> Morning:
        self.books.sales[day] = list(sales)
        return self

    def cancelled(self, *cancels: OurCancel, day: Day = DAY) -> Morning:
        self.books.cancels[day] = list(cancels)
        return self

    def delivered(self, *rows: Row, day: Day = DAY, revision: int = 1) -> Morning:
        part = Part(day.terminal, day.business_date, revision, 1, 1, rows)
        deliver(part, journals=self.journals, now_ms=self.clock.at_ms)
        return self

    def days(self, only: str = "") -> list[Day]:
        return days_to_compare(
            self.clock.at_ms,
            books=self.books,
            journals=self.journals,
            findings=self.findings,
            only=only,
        )

    def reconciled(self, day: Day) -> Compared:
        return reconcile(
            day,
            books=self.books,
            journals=self.journals,
            findings=self.findings,
            now_ms=self.clock.at_ms,
        )

    def comes(self) -> list[Finding]:
        """Compare all that is to be compared; what was written."""
        before = len(self.findings.writes)
        for day in self.days():
            self.reconciled(day)
        return self.findings.writes[before:]

    def kinds(self) -> list[Kind]:
        return [one.difference.kind for one in self.comes()]


class TestWhatIsFound:
    """One terminal's date."""

    def test_a_pos_that_died_after_the_approval_is_found_with_its_owner(self) -> None:
        (found,) = Morning().sold(sale()).delivered(NEVER_SHOWN).comes()

        assert found.difference.kind is Kind.NOT_IN_JOURNAL
        assert (found.difference.owner, found.state) == (Owner.OPERATOR, FindingState.OPEN)
        assert found.finding_id == f"{DATE}/{TERMINAL}/{TERMINAL}-{DATE}-1/NOT_IN_JOURNAL"

    def test_a_journal_that_agrees_leaves_nothing_but_the_note_that_it_was_compared(self) -> None:
        morning = Morning().sold(sale()).delivered(SHOWN)

        assert morning.comes() == []

        noted = morning.findings.compared[DAY]
        assert (noted.sales, noted.open_findings, noted.is_delivered) == (1, 0, True)
        assert noted == morning.reconciled(DAY)

    def test_a_terminal_that_sold_and_delivered_nothing_is_one_difference(self) -> None:
        (none,) = Morning().sold(sale(1), sale(2)).comes()
        assert (none.difference.kind, none.subject) == (Kind.NO_JOURNAL, "journal")
        (none,) = Morning().cancelled(a_cancel()).comes()
        assert none.difference == Difference(Kind.NO_JOURNAL, "", 0, 0)

    def test_a_terminal_that_delivered_and_sold_nothing_is_compared_as_well(self) -> None:
        assert Morning().delivered(SHOWN).kinds() == [Kind.NOT_APPROVED_HERE]
        assert Morning().delivered().kinds() == []

    def test_a_sale_that_the_read_model_does_not_know_yet_is_no_difference(self) -> None:
        morning = Morning().sold(sale()).delivered(SHOWN)
        morning.books.late = {sale().sale_id}

        assert morning.comes() == []

    def test_who_is_still_asking_owns_what_is_still_unknown(self) -> None:
        (found,) = Morning().sold(sale(stand=Stand.UNKNOWN)).delivered(SHOWN).comes()

        assert found.difference.owner is Owner.RELAY


def a_cancel(stand: Stand = Stand.GIVEN_BACK, won: int = 4_000) -> OurCancel:
    return OurCancel(f"{TERMINAL}-{DATE}-2", f"{TERMINAL}-{DATE}-1", stand, won)


@pytest.mark.parametrize(
    ("ours", "row", "kind"),
    [
        (a_cancel(), CANCELLED, None),
        (a_cancel(), replace(CANCELLED, amount_won=None), None),  # all that remained
        (a_cancel(), replace(CANCELLED, amount_won=5_000), Kind.CANCEL_AMOUNT_DIFFERS),
        (a_cancel(), replace(CANCELLED, shown=Shown.UNKNOWN), Kind.CANCEL_NOT_IN_JOURNAL),
        (a_cancel(), None, Kind.CANCEL_NOT_IN_JOURNAL),
        (None, CANCELLED, Kind.CANCEL_NOT_HERE),
        (None, replace(CANCELLED, shown=Shown.REFUSED), None),
        (a_cancel(Stand.NOT_APPROVED), CANCELLED, Kind.CANCEL_NOT_HERE),
        (a_cancel(Stand.NOT_APPROVED), None, None),
        (a_cancel(Stand.UNKNOWN), CANCELLED, Kind.STILL_UNKNOWN),
    ],
)
def test_a_cancel_that_one_side_alone_knows_is_a_difference(
    ours: OurCancel | None, row: Row | None, kind: Kind | None
) -> None:
    morning = Morning().sold(sale()).delivered(SHOWN, *([row] if row else []))
    morning.cancelled(*([ours] if ours else []))

    found = morning.comes()

    assert [one.difference.kind for one in found] == ([kind] if kind else [])
    assert all(one.subject == f"{TERMINAL}-{DATE}-2" for one in found)


@pytest.mark.parametrize(
    ("ours", "row", "our_won", "journal_won"),
    [
        (a_cancel(), None, 4_000, 0),
        (a_cancel(), replace(CANCELLED, shown=Shown.UNKNOWN, amount_won=None), 4_000, 0),
        (None, CANCELLED, 0, 4_000),
        (None, replace(CANCELLED, amount_won=None), 0, 0),
    ],
)
def test_a_difference_about_a_cancel_names_its_sale_and_what_each_side_knows(
    ours: OurCancel | None, row: Row | None, our_won: int, journal_won: int
) -> None:
    morning = Morning().sold(sale()).delivered(SHOWN, *([row] if row else []))
    morning.cancelled(*([ours] if ours else []))

    (found,) = morning.comes()

    one = found.difference
    assert (one.sale_id, one.our_won, one.journal_won) == (sale().sale_id, our_won, journal_won)


class TestWhatBecomesOfIt:
    """Found once, settled once, found again."""

    def test_comparing_twice_changes_nothing(self) -> None:
        morning = Morning().sold(sale()).delivered(NEVER_SHOWN)
        morning.comes()

        assert morning.comes() == []
        assert morning.findings.compared[DAY].open_findings == 1

    def test_a_difference_that_is_gone_is_settled_and_told_once(self) -> None:
        morning = Morning().sold(sale()).delivered(NEVER_SHOWN)
        (found,) = morning.comes()
        morning.sold(sale(stand=Stand.GIVEN_BACK))  # the shop had it cancelled
        morning.clock.pass_seconds(A_DAY_SECONDS)

        (settled,) = morning.comes()

        assert (settled.state, settled.version) == (FindingState.SETTLED, 2)
        assert settled.found_at_ms == found.found_at_ms
        assert morning.comes() == []
        assert morning.findings.compared[DAY].open_findings == 0
        told = event_of(settled)
        assert isinstance(told, DifferenceSettledV1)
        assert told.time == "2026-11-21T03:00:00.000Z", "when it was settled"

    def test_a_late_journal_settles_that_there_was_none_and_says_what_differs(self) -> None:
        morning = Morning().sold(sale())
        morning.comes()
        morning.clock.pass_seconds(20 * A_DAY_SECONDS)
        morning.delivered(NEVER_SHOWN)
        morning.clock.pass_seconds(A_DAY_SECONDS)

        written = {one.difference.kind: one.state for one in morning.comes()}

        assert written == {Kind.NOT_IN_JOURNAL: FindingState.OPEN, Kind.NO_JOURNAL: FindingState.SETTLED}

    def test_a_difference_that_comes_back_is_found_again(self) -> None:
        morning = Morning().sold(sale(stand=Stand.UNKNOWN)).delivered(SHOWN)
        morning.comes()
        morning.sold(sale())
        morning.comes()
        morning.sold(sale(stand=Stand.UNKNOWN))

        (again,) = morning.comes()

        assert (again.state, again.version) == (FindingState.OPEN, 3)

    def test_other_amounts_are_news_of_the_same_age(self) -> None:
        morning = Morning().sold(sale(1))
        (first,) = morning.comes()
        morning.sold(sale(1), sale(2))
        morning.clock.pass_seconds(A_DAY_SECONDS)

        (second,) = morning.comes()

        assert (second.difference.our_won, second.version) == (22_000, 2)
        assert second.found_at_ms == first.found_at_ms

    def test_two_people_end_what_is_open_by_their_proof_and_nothing_else(self) -> None:
        morning = Morning().sold(sale()).delivered(NEVER_SHOWN)
        (found,) = morning.comes()
        proof = {"actor": "kim", "checker": "lee", "reason": "the slip is signed"}

        ended = proved(found, proof, morning.clock.at_ms + 1)

        assert (ended.state, ended.version, ended.proof) == (FindingState.PROVED, 2, proof)
        assert (ended.found_at_ms, ended.since_ms) == (found.found_at_ms, morning.clock.at_ms + 1)
        assert (ended.finding_id, ended.difference) == (found.finding_id, found.difference)
        with pytest.raises(AssertionError, match="only what is open is proved"):
            proved(ended, proof, morning.clock.at_ms)


class TestWhichDays:
    """What a morning looks at."""

    def test_a_day_is_read_as_it_is_written(self) -> None:
        assert str(DAY) == f"{DATE}/{TERMINAL}"
        assert Day.parse(str(DAY)) == DAY

    def test_today_is_not_over(self) -> None:
        today = Day("20261120", TERMINAL)
        morning = Morning().sold(sale(day=today), day=today).delivered(SHOWN, day=today)

        assert morning.days() == []
        assert morning.days(only="20261120") == [today]

    def test_a_missed_morning_is_made_up_for(self) -> None:
        morning = Morning()
        for back, date in enumerate(("20261119", "20261118", "20261117", "20261116"), start=1):
            day = Day(date, f"{back}-{back}-1")
            morning.sold(sale(day=day), day=day)

        assert [day.business_date for day in morning.days()] == ["20261117", "20261118", "20261119"]

    def test_what_is_open_is_compared_however_old_it_is(self) -> None:
        morning = Morning().sold(sale()).delivered(NEVER_SHOWN)
        morning.comes()
        morning.clock.pass_seconds(90 * A_DAY_SECONDS)

        assert morning.days() == [DAY]


def test_an_event_says_what_differs_to_programs_and_to_people() -> None:
    (found,) = Morning().sold(sale()).delivered(NEVER_SHOWN).comes()

    told = event_of(found)

    assert isinstance(told, DifferenceFoundV1)
    assert told.id == f"{told.subject}/1"
    assert (told.merchant, told.business_date, told.our_won) == ("1001", DATE, 11_000)
    assert told.sentence["en"].startswith("11,000 won are approved here")
    assert "11,000원이 승인되었으나" in told.sentence["ko"]
    assert told.is_fact
