"""Claim rows in pages are as good as one by one: whatever a file says, and whenever the power fails.

The table is the laboratory's, whose every call may be stopped before it takes effect or after it. Pages are
small here, so that a few rows need several of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment_adapters.tables import row_pages
from payment_adapters.tables.claim_rows import DynamoClaimRows
from payment_adapters.tables.row_pages import row_page_from_wire
from payment_core.settlement.apply import apply
from payment_core.settlement.model import ClaimRow, FileKind, FileState, RowState, SettlementFile
from payment_core.settlement.ports import Move, RowMovedError, Rows
from payment_core.settlement.return_file import ReturnFile
from payment_core.settlement.rows import Outcome, ReturnedRow
from tests.contracts.account import AccountClock
from tests.fakes.settlement import InMemoryBooks, InMemoryFiles, PowerCutError
from tests.spec.clearing import DAY, REASONS, Clearing, notices_of, sold, told
from tools.lab.aws.cloud import Call, Cloud

OUTCOMES = (Outcome.PAID, Outcome.PAID, Outcome.RETURNED, Outcome.HELD)


@pytest.fixture(autouse=True, scope="module")
def _small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as pages:
        pages.setattr(row_pages, "ROWS_OF_A_PAGE", 4)
        pages.setattr(row_pages, "MOST_ROWS", 5)
        yield


@dataclass
class Table:
    """The table of settlement, and a power that fails at one of its writes; indexes show what they must.

    Attributes:
        writes: That may happen; without a number, all.
        fails: ``before`` a write takes effect, or ``after``.
        meanwhile: What another hand does before a write.
    """

    writes: int | None = None
    fails: str = "before"
    meanwhile: Callable[[], None] | None = None
    rows: DynamoClaimRows = field(init=False)

    def __post_init__(self) -> None:
        self.cloud = Cloud(AccountClock(), self._passing)
        self.rows = self.another()

    def another(self) -> DynamoClaimRows:
        """Another hand on the same table."""
        return DynamoClaimRows(self.cloud.client("dynamodb"), "SettlementTable", "1001")

    def all(self) -> dict[str, ClaimRow]:
        """Every row, by name."""
        items = [one for one in self.cloud.tables["SettlementTable"].items if row_pages.is_row_page(one)]
        rows = [row for item in items for row in row_page_from_wire(item).rows.values()]
        assert len({row.row_id for row in rows}) == len(rows), "no row is there twice"
        return {row.row_id: row for row in rows}

    def _passing(self, call: Call) -> None:
        if call.operation != "PutItem":
            return
        if call.moment == "before" and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if self.writes is not None and call.moment == self.fails:
            self.writes -= 1
            if self.writes < 0:
                raise PowerCutError


@dataclass
class Desk:
    """Who applies a file: its state and the books are kept beside the rows."""

    rows: Rows
    files: InMemoryFiles = field(default_factory=InMemoryFiles)
    books: InMemoryBooks = field(default_factory=InMemoryBooks)

    def applies(self, records: list[ReturnedRow], at_once: int = 3) -> SettlementFile:
        """Apply a file, or go on with it."""
        file = self.files.read("f1")
        if file is None:
            file = SettlementFile("f1", "hangang", FileKind.RETURN, "Rf1", DAY, 0)
            self.files.move(None, file)
        came = ReturnFile(file, notices_of(records), lambda: records)
        return apply(
            came, files=self.files, rows=self.rows, books=self.books, reasons=REASONS, at_once=at_once
        )


def claimed(count: int) -> list[ClaimRow]:
    """Rows of a day that stand in a claim file."""
    lines = (sold(one, 1_000 * one, acquirer=("haneul", "sol")[one % 2]) for one in range(1, count + 1))
    return Clearing().claimed(*lines)


def answered(rows: list[ClaimRow], chance: Random) -> list[ReturnedRow]:
    """What a file says of them, in an order of its own."""
    records = [told(row, chance.choice(OUTCOMES)) for row in rows]
    chance.shuffle(records)
    return [replace(one, row=number) for number, one in enumerate(records, 1)]


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 24), at_once=st.integers(1, 9), seed=st.integers(0, 999))
def test_what_is_applied_in_pages_is_what_is_applied_row_by_row(count: int, at_once: int, seed: int) -> None:
    rows = claimed(count)
    records = answered(rows, Random(seed))  # noqa: S311 -- the same file every time
    alone, paged = Clearing().rows, Table()
    alone.put(rows)
    paged.rows.put(rows)
    one, other = Desk(alone), Desk(paged.rows)

    assert one.applies(records) == other.applies(records, at_once)
    assert paged.all() == alone.kept
    assert other.books.postings.kept == one.books.postings.kept


@pytest.mark.parametrize("fails", ["before", "after"])
def test_power_may_fail_at_every_page_and_the_file_is_applied_once(fails: str) -> None:
    rows = claimed(11)
    records = answered(rows, Random(7))  # noqa: S311 -- the same file every time
    whole = Table()
    whole.rows.put(rows)
    desk = Desk(whole.rows)
    desk.applies(records)
    killed = 0
    for writes in range(20):
        table = Table()
        table.rows.put(rows)
        again = Desk(table.rows)
        table.writes, table.fails = writes, fails
        try:
            again.applies(records)
        except PowerCutError:
            killed += 1
            assert again.files.kept["f1"].state is FileState.CHECKED
        table.writes, again.rows = None, table.another()

        assert again.applies(records).state is FileState.APPLIED
        assert table.all() == whole.all()
        assert again.books.postings.kept == desk.books.postings.kept
    assert killed > 3  # pages, some of them written for two chunks


def test_rows_are_put_once_however_often_a_put_is_killed() -> None:
    rows = claimed(11)
    for writes in range(20):
        table = Table(writes=writes, fails="after")
        with pytest.raises(PowerCutError) if writes < 7 else pytest.MonkeyPatch.context():
            table.rows.put(rows[2:])
        table.writes = None
        table.another().put(rows)  # meanwhile two more were ready: the pages stay where they were cut

        assert table.all() == {row.row_id: row for row in rows}
        assert sorted(row.row_id for row in table.rows.of_batch(rows[0].batch)) == sorted(table.all())


def test_two_hands_that_put_one_row_for_two_batches_put_it_once() -> None:
    row = claimed(1)[0]
    other = replace(row, batch="1001-20261125")
    table = Table()
    table.meanwhile = lambda: table.another().put([other])

    table.rows.put([row])

    assert table.all() == {row.row_id: other}
    assert list(table.rows.of_batch(other.batch)) == [other]
    assert list(table.rows.of_batch(row.batch)) == []


def test_a_page_that_another_hand_wrote_is_read_again_and_both_writes_count() -> None:
    one, other = claimed(2)
    table = Table()
    table.rows.put([one, other])
    table.rows.matching([told(one)])
    paid, held = replace(one, state=RowState.CAPTURED), replace(other, state=RowState.HELD)
    table.meanwhile = lambda: table.another().move([Move(other, held)])

    table.rows.move([Move(one, paid)])

    assert table.all() == {one.row_id: paid, other.row_id: held}


def test_a_row_that_another_hand_moved_is_not_written_over() -> None:
    row = claimed(1)[0]
    table = Table()
    table.rows.put([row])
    table.rows.matching([told(row)])
    held = replace(row, state=RowState.HELD)
    table.another().move([Move(row, held)])

    with pytest.raises(RowMovedError, match=row.row_id):
        table.rows.move([Move(row, replace(row, state=RowState.CAPTURED))])
    nobody = replace(row, sale_id="1001-10010001-1-20261119-9999")
    with pytest.raises(RowMovedError, match="9999"):
        table.rows.move([Move(nobody, replace(nobody, state=RowState.HELD))])

    assert table.all() == {row.row_id: held}


def test_a_page_that_is_full_gets_another_leaf_and_a_file_finds_rows_on_all_of_them() -> None:
    rows = claimed(17)
    table = Table()
    table.rows.put(rows[:1])  # the date is cut by one row: everything else is on its page

    table.rows.put(rows)
    table.rows.put(rows)
    Desk(table.rows).applies([replace(told(row), row=number) for number, row in enumerate(rows, 1)])

    assert len(list(table.rows.of_date(rows[0].sale_date))) == 17
    assert {row.state for row in table.all().values()} == {RowState.CAPTURED}


def test_a_row_that_goes_to_another_batch_is_found_by_it_and_not_by_the_first() -> None:
    first, second = claimed(2)
    table = Table()
    table.rows.put([first, second])
    late = replace(second, batch="1001-20261125")

    table.rows.move([Move(second, late)])

    assert list(table.rows.of_batch(first.batch)) == [first]
    assert list(table.rows.of_batch(late.batch)) == [late]


def test_a_page_is_due_by_the_first_of_its_rows_and_gives_only_those_that_are() -> None:
    first, second = claimed(2)
    table = Table()
    late = replace(first, deadlines=replace(first.deadlines, capture_by="20261101"))
    bought = replace(second, state=RowState.CAPTURED, payment_date="20261124")
    table.rows.put([late, bought])
    table.cloud.settle_indexes()

    assert table.rows.due("20261102") == [late]
    assert table.rows.due("20991231") == [late, bought]
    assert list(table.rows.to_be_paid(bought.acquirer, bought.merchant_number, "20261124")) == [bought]
    table.rows.move([Move(bought, replace(bought, state=RowState.PAID))])
    assert list(table.rows.to_be_paid(bought.acquirer, bought.merchant_number, "20261124")) == []
