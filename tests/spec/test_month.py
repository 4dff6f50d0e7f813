"""A month of chance: each approval is claimed once and settled once, and all books are one, killed or not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from payment_core.ledger.model import AccountKind
from payment_core.settlement.bank import book_match, match_bank
from payment_core.settlement.calendar import Counts, days_after
from payment_core.settlement.decide import carry_out, decide
from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.model import (
    BankLine,
    ClaimRow,
    ExpectedDeposit,
    FileState,
    RowKind,
    RowState,
    Step,
)
from payment_core.settlement.rows import Outcome, ReturnedRow
from tests.fakes.settlement import PowerCutError
from tests.spec.clearing import TERMS, Clearing, sold, told

DAYS = [f"202611{day:02}" for day in range(16, 29)]  # the last of them only end what the first began
OPENED = (RowState.CLAIMED, RowState.HELD)


@dataclass(frozen=True)
class Fate:
    """What will become of one sale; everything else follows.

    Attributes:
        cancelled: Parts of four that are cancelled before its claim; 4 is all of it.
        refunded: Parts of four of what is left that are refunded after its claim.
        answers: What its acquirer says of its row, and of that of its refund, one file after the other;
            afterwards it pays.
        is_given_up: What people decide of a return; else they have it claimed again.
        is_marked: Whether its VAN's files carry our mark.
    """

    day: int
    amount_won: int
    acquirer: str
    destination: str
    cancelled: int
    refunded: int
    answers: tuple[Outcome, ...]
    is_given_up: bool
    is_marked: bool


FATES = st.builds(
    Fate,
    day=st.integers(0, 4),
    amount_won=st.integers(100, 10_000_000),
    acquirer=st.sampled_from(("haneul", "sol")),
    destination=st.sampled_from(("hangang", "namsan")),
    cancelled=st.sampled_from((0, 0, 0, 1, 4)),
    refunded=st.sampled_from((0, 0, 1, 2, 4)),
    answers=st.lists(st.sampled_from((Outcome.RETURNED, Outcome.HELD, Outcome.PAID)), max_size=3).map(tuple),
    is_given_up=st.booleans(),
    is_marked=st.booleans(),
)


@dataclass
class Month:
    """Days one after the other; each step may be killed `cuts` writes after it began, and is then run again.

    Attributes:
        bought: What the acquirers bought, by their own books: row and fee.
    """

    fates: list[Fate]
    cuts: list[int] = field(default_factory=list)
    clearing: Clearing = field(default_factory=Clearing)
    bought: dict[str, tuple[int, int]] = field(default_factory=dict)
    files: count[int] = field(default_factory=lambda: count(1))

    def runs(self, step: Callable[[], object]) -> None:
        power = self.clearing.power
        if self.cuts:
            power.writes = self.cuts.pop()
            with suppress(PowerCutError):
                step()
            power.writes = None
        step()

    def plays(self) -> Month:
        for place, day in enumerate(DAYS):
            self.sells(place, day)
            self.runs(partial(self.decides, day))
            self.runs(partial(self.clearing.close, day))
            self.runs(partial(self.clearing.claim, day))
            self.hears(day)
        self.runs(self.is_paid)
        return self

    def sells(self, place: int, day: str) -> None:
        for number, fate in enumerate(self.fates, start=1):
            cancelled = fate.amount_won * fate.cancelled // 4
            left = fate.amount_won - cancelled
            said = {"acquirer": fate.acquirer, "destination": fate.destination}
            if fate.day == place:
                sale = replace(sold(number, fate.amount_won, **said), sale_date=day)
                self.clearing.sells(sale, day)
                if cancelled:
                    self.clearing.sells(replace(sale, cancel_id="1", amount_won=cancelled), day)
                for waiting in (self.clearing.claims.waiting[day],):
                    waiting[:] = [one for one in waiting if one.sale_id != sale.sale_id]
                    waiting.extend([replace(sale, amount_won=left)] if left else [])
            refunded = left * fate.refunded // 4
            if fate.day + 1 == place and refunded:
                refund = sold(number, refunded, refund="2", **said)
                self.clearing.sells(replace(refund, sale_date=DAYS[fate.day]), day)

    def decides(self, day: str) -> None:
        """People see to what came back before the day is closed."""
        clearing = self.clearing
        for row in sorted(clearing.rows.kept.values(), key=lambda row: row.row_id):
            if row.state is RowState.RETURNED:
                step = Step.GIVE_UP if self.fate(row).is_given_up else Step.RECLAIM
                decide(row, step, who="kim", why="as agreed", today=day, rows=clearing.rows)
        for row in list(clearing.rows.kept.values()):
            if row.decided_on == day:
                carry_out(
                    row, f"1001-{day}", TERMS[row.acquirer], (), rows=clearing.rows, books=clearing.books
                )

    def hears(self, day: str) -> None:
        """Each VAN's file about all that is open there."""
        rows = [row for row in self.clearing.rows.kept.values() if row.state in OPENED]
        rows.sort(key=lambda row: (row.destination, row.row_id))
        for destination, some in groupby(rows, key=lambda row: row.destination):
            paid_on = days_after(day, 2, Counts.BUSINESS, ())
            records = [replace(self.answered(row), payment_date=paid_on) for row in some]
            file_id = f"file-{next(self.files)}"

            self.runs(partial(self.comes, records, file_id, destination))
            self.adds_up(file_id, records)

    def comes(self, records: list[ReturnedRow], file_id: str, destination: str) -> None:
        file = self.clearing.comes(*records, file_id=file_id, counterparty=destination, at_once=3)
        assert file.state is FileState.APPLIED, file.facts

    def answered(self, row: ClaimRow) -> ReturnedRow:
        fate = self.fate(row)
        answers = iter(fate.answers[row.turn - 1 :])
        outcome = next(answers, Outcome.PAID)
        if row.state is RowState.HELD:
            outcome = next(answers, Outcome.RELEASED)
            outcome = Outcome.RELEASED if outcome is Outcome.HELD else outcome
        record = told(row, outcome, mark=fate.is_marked)
        if outcome in {Outcome.PAID, Outcome.RELEASED}:
            assert row.row_id not in self.bought
            self.bought[row.row_id] = (row.signed_won, record.fee_won)
        return record

    def adds_up(self, file_id: str, records: list[ReturnedRow]) -> None:
        """What a file comes to is what its records and its postings come to."""
        file = self.clearing.files.kept[file_id]
        signed = [one.amount_won if one.kind is RowKind.SALE else -one.amount_won for one in records]
        assert (file.records, file.amount_won) == (len(records), sum(signed))
        assert file.fee_won == sum(one.fee_won for one in records)
        booked = [one for one in self.clearing.postings.kept.values() if one.about.startswith(f"{file_id}/")]
        assert sum(one.won for one in booked) == sum(one.amount_won for one in records)
        assert self.clearing.balance.holds

    def is_paid(self) -> None:
        """The bank's lines say what the acquirers' books say."""
        clearing = self.clearing

        def rows_of(deposit: ExpectedDeposit) -> list[ClaimRow]:
            owed = (deposit.acquirer, deposit.payment_date)
            return [row for row in clearing.rows.kept.values() if (row.acquirer, row.payment_date) == owed]

        deposits = expected_deposits(clearing.rows.kept.values())
        lines = [
            BankLine(f"bank/{place}", "gaon", "1", one.payment_date, one.acquirer, "", one.net_won)
            for place, one in enumerate(deposits)
        ]
        for match in match_bank(deposits, lines, today=one_after(deposits), holidays=()):
            book_match(match, rows_of, rows=clearing.rows, books=clearing.books)

    def fate(self, row: ClaimRow) -> Fate:
        return self.fates[int(row.sale_id.rsplit("-", 1)[1]) - 1]


def one_after(deposits: list[ExpectedDeposit]) -> str:
    return max((one.payment_date for one in deposits), default=DAYS[-1])


@settings(max_examples=settings().max_examples // 3)
@given(st.lists(FATES, max_size=8))
def test_each_approval_is_claimed_once_and_settled_once_and_gross_is_net_and_fees(fates: list[Fate]) -> None:
    month = Month(fates).plays()
    rows = list(month.clearing.rows.kept.values())

    left = {
        number: fate.amount_won - fate.amount_won * fate.cancelled // 4
        for number, fate in enumerate(fates, start=1)
    }
    first = [row for row in rows if row.turn == 1 and row.kind is RowKind.SALE]
    assert sorted((int(row.sale_id.rsplit("-", 1)[1]), row.amount_won) for row in first) == [
        (number, won) for number, won in left.items() if won
    ]
    ends: dict[tuple[str, str], list[RowState]] = {}
    for row in rows:
        ends.setdefault((row.sale_id, row.cancel_id), []).append(row.state)
    for states in ends.values():
        assert sorted(set(states) - {RowState.RECLAIMED}) in ([RowState.PAID], [RowState.GIVEN_UP])
        assert len(states) - states.count(RowState.RECLAIMED) == 1

    net_won = sum(won - fee for won, fee in month.bought.values())
    fee_won = sum(fee for _, fee in month.bought.values())
    won = month.clearing.won
    assert (won(AccountKind.BANK), won(AccountKind.ACQUIRER_FEE)) == (net_won, fee_won)
    assert won(AccountKind.MERCHANT_PAYABLE) == -(net_won + fee_won)
    stuck = set(AccountKind) - {AccountKind.BANK, AccountKind.ACQUIRER_FEE, AccountKind.MERCHANT_PAYABLE}
    assert {kind: won(kind) for kind in stuck} == dict.fromkeys(stuck, 0)


@settings(max_examples=settings().max_examples // 3)
@given(st.lists(FATES, min_size=1, max_size=6), st.lists(st.integers(0, 12), min_size=40, max_size=80))
def test_a_month_in_which_steps_are_killed_and_run_again_ends_with_the_same_books(
    fates: list[Fate], cuts: list[int]
) -> None:
    whole, killed = Month(fates).plays(), Month(fates, cuts).plays()

    assert killed.clearing.rows.kept == whole.clearing.rows.kept
    assert killed.clearing.files.kept == whole.clearing.files.kept
    assert killed.clearing.postings.kept == whole.clearing.postings.kept
