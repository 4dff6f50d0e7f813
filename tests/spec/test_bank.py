"""Bank matching: what was paid against what was expected; what fits two ways is surfaced, not guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.ledger.model import AccountKind
from payment_core.settlement.bank import Came, Match, book_match, match_bank, paid_of, settled
from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.model import BankLine, ClaimRow, DepositState, ExpectedDeposit, RowState
from tests.fakes.settlement import PowerCutError
from tests.spec.clearing import PAYMENT_DAY, Clearing, sold, told

NEXT, LATER = "20261125", "20261126"


def expected(won: int = 10_000, number: str = "1", *, date: str = PAYMENT_DAY) -> ExpectedDeposit:
    gross_won, refund_won = max(won, 0), max(-won, 0)
    return ExpectedDeposit("haneul", number, date, 1, gross_won, refund_won, 0)


def a_line(
    won: int = 10_000, row: int = 1, *, date: str = PAYMENT_DAY, number: str = "", acquirer: str = "haneul"
) -> BankLine:
    return BankLine(f"k1/{row}", "gaon", "12**", date, acquirer, number, won)


def came(*some: ExpectedDeposit | BankLine, today: str = LATER) -> list[tuple[str, int, int, int]]:
    matches = match_bank(
        [one for one in some if isinstance(one, ExpectedDeposit)],
        [one for one in some if isinstance(one, BankLine)],
        today=today,
        holidays=(),
    )
    return [(one.came, len(one.deposits), len(one.lines), one.difference_won) for one in matches]


@pytest.mark.parametrize(
    ("some", "matches"),
    [
        ([expected(), a_line()], [("MATCHED", 1, 1, 0)]),
        ([expected(), a_line(date=NEXT)], [("MATCHED", 1, 1, 0)]),  # a day late
        (
            [expected(), a_line(date=LATER)],
            [("MATCHED", 1, 1, 0)],
        ),  # later still, and the amount is owed once
        ([expected(), a_line(date="20261123")], [("MISSING", 1, 0, -10_000), ("UNKNOWN", 0, 1, 10_000)]),
        ([expected(), a_line(acquirer="sol")], [("MISSING", 1, 0, -10_000), ("UNKNOWN", 0, 1, 10_000)]),
        ([expected(), a_line(9_000)], [("SHORT", 1, 1, -1_000)]),
        ([expected(), a_line(11_000)], [("OVER", 1, 1, 1_000)]),
        ([expected(), a_line(), a_line(row=2)], [("OVER", 1, 2, 10_000)]),  # paid twice
        ([expected(), a_line(4_000), a_line(6_000, 2)], [("MATCHED", 1, 2, 0)]),
        ([expected(), expected(5_000, "2"), a_line(15_000)], [("MATCHED", 2, 1, 0)]),
        ([expected(), expected(-3_000, "2"), a_line(7_000)], [("MATCHED", 2, 1, 0)]),  # refunds outweigh
        ([expected(-3_000), a_line(-3_000)], [("MATCHED", 1, 1, 0)]),
        ([expected(0)], [("MATCHED", 1, 0, 0)]),
        ([expected(), expected(number="2"), a_line(), a_line(row=2)], [("MATCHED", 1, 1, 0)] * 2),
        ([expected(), expected(number="2"), a_line()], [("AMBIGUOUS", 2, 1, -10_000)]),
        (
            [expected(), expected(number="2"), a_line(number="2")],
            [("MATCHED", 1, 1, 0), ("MISSING", 1, 0, -10_000)],
        ),
        ([expected(), expected(number="2"), a_line(9_000), a_line(8_000, 2)], [("AMBIGUOUS", 2, 2, -3_000)]),
        (
            [expected(), expected(7_000, "2"), a_line(7_000)],
            [("MATCHED", 1, 1, 0), ("MISSING", 1, 0, -10_000)],
        ),
        ([expected(), a_line(number="9")], [("MISSING", 1, 0, -10_000), ("UNKNOWN", 0, 1, 10_000)]),
        ([expected(), expected(7_000, "2"), a_line(8_000), a_line(9_000, 2)], [("AMBIGUOUS", 2, 2, 0)]),
        (  # all of it came, and something else besides
            [expected(), a_line(), a_line(3_000, 2, number="1")],
            [("MATCHED", 1, 1, 0), ("UNKNOWN", 0, 1, 3_000)],
        ),
    ],
)
def test_lines_and_deposits_belong_together_by_date_acquirer_and_amount(
    some: list[ExpectedDeposit | BankLine], matches: list[tuple[str, int, int, int]]
) -> None:
    assert came(*some) == matches
    assert came(*reversed(some)) == matches


@pytest.mark.parametrize(
    ("some", "matches"),
    [
        (
            [expected(), expected(7_000, "2"), a_line(7_000), a_line(9_000, 2)],
            [("MATCHED", 1, 1, 0), ("SHORT", 1, 1, -1_000)],
        ),
        (
            [expected(), expected(7_000, "2"), a_line(7_000, number="2"), a_line(9_000, 2)],
            [("MATCHED", 1, 1, 0), ("SHORT", 1, 1, -1_000)],
        ),
        ([expected(), expected(7_000, "2"), a_line(7_000)], [("MATCHED", 1, 1, 0)]),
        (
            [expected(), a_line(date=NEXT, number="1"), a_line(3_000, 2, date=NEXT, number="1")],
            [("MATCHED", 1, 1, 0), ("UNKNOWN", 0, 1, 3_000)],
        ),
    ],
)
def test_what_is_paid_is_out_of_the_way_of_what_is_still_due(
    some: list[ExpectedDeposit | BankLine], matches: list[tuple[str, int, int, int]]
) -> None:
    assert came(*some, today=NEXT) == matches


def test_a_line_pays_the_deposit_of_its_own_date_before_one_that_is_late() -> None:
    late, of_that_day = expected(), expected(date=NEXT)
    line = a_line(date=NEXT, number="1")

    (found,) = match_bank([late, of_that_day], [line], today=NEXT, holidays=())

    assert (found.came, found.deposits, found.lines) == (Came.MATCHED, (of_that_day,), (line,))


def test_what_is_late_is_paid_by_its_number_on_the_day_of_another_deposit() -> None:
    late, due = expected(), expected(20_000, date="20261203")

    (found,) = match_bank([late, due], [a_line(date="20261203", number="1")], today="20261203", holidays=())

    assert (found.came, found.deposits) == (Came.MATCHED, (late,))


SHORT = replace(expected(), state=DepositState.SHORT, paid_won=9_000)


@pytest.mark.parametrize(
    ("some", "matches"),
    [
        ([a_line(1_000, date=NEXT)], [("MATCHED", 1, 1, 0)]),
        ([a_line(1_000, date="20261203", number="1")], [("MATCHED", 1, 1, 0)]),  # on any later date
        ([a_line(600, date=NEXT, number="1")], [("SHORT", 1, 1, -400)]),
        ([a_line(600, date=NEXT), a_line(400, 2, date=LATER)], [("MATCHED", 1, 2, 0)]),
        ([a_line(1_500, date=NEXT)], [("OVER", 1, 1, 500)]),
        ([], [("SHORT", 1, 0, -1_000)]),  # it never becomes missing: something came
        (  # the next deposit of the same number comes with the rest
            [
                *(expected(20_000, date="20261203"), a_line(20_000, date="20261203", number="1")),
                a_line(1_000, 2, date="20261203", number="1"),
            ],
            [("MATCHED", 1, 1, 0), ("MATCHED", 1, 1, 0)],
        ),
        (  # as much is due of another: what is due is paid first, and the rest stays open
            [expected(1_000, date="20261203"), a_line(1_000, date="20261203", number="1")],
            [("MATCHED", 1, 1, 0), ("SHORT", 1, 0, -1_000)],
        ),
    ],
)
def test_a_deposit_that_came_short_is_paid_when_its_lines_add_up(
    some: list[ExpectedDeposit | BankLine], matches: list[tuple[str, int, int, int]]
) -> None:
    assert came(SHORT, *some, today="20261203") == matches


def test_a_short_deposit_keeps_the_sum_of_its_lines_and_its_rows_are_paid_with_the_last() -> None:
    clearing = paid(a_captured_day(), a_line(9_000, number="0"), a_line(9_960, 2, number="1"))
    (short, _) = expected_deposits(clearing.rows.kept.values())
    (match,) = match_bank(
        [replace(short, state=DepositState.SHORT, paid_won=9_000)],
        [BankLine("k2/1", "gaon", "12**", "20261203", "haneul", "", 960)],
        today="20261203",
        holidays=(),
    )

    book_match(
        match,
        lambda one: [
            row for row in clearing.rows.kept.values() if row.merchant_number == one.merchant_number
        ],
        rows=clearing.rows,
        books=clearing.books,
    )

    assert [(one.state, one.paid_won) for one in settled(match)] == [(DepositState.MATCHED, 9_960)]
    assert set(clearing.states()) == {RowState.PAID}
    assert (clearing.won(AccountKind.DUE), clearing.won(AccountKind.SUSPENSE)) == (0, 0)


def test_what_lacks_a_single_won_is_short() -> None:
    nearly = replace(expected(), state=DepositState.SHORT, paid_won=9_999)

    assert came(nearly, today="20261203") == [("SHORT", 1, 0, -1)]


def test_one_line_for_several_deposits_pays_of_each_what_is_open() -> None:
    clearing = Clearing()
    begun, other = replace(expected(), state=DepositState.SHORT, paid_won=9_000), expected(5_000, "2")
    line = a_line(6_000)
    (match,) = match_bank([begun, other], [line], today=NEXT, holidays=())

    book_match(match, lambda _: (), rows=clearing.rows, books=clearing.books)

    assert [(one.state, one.paid_won) for one in settled(match)] == [
        (DepositState.MATCHED, 10_000),
        (DepositState.MATCHED, 5_000),
    ]
    assert [paid_of(match, one) for one in (begun, other)] == [{"k1/1": 1_000}, {"k1/1": 5_000}]
    assert (clearing.won(AccountKind.DUE), clearing.won(AccountKind.SUSPENSE)) == (-6_000, 0)


@pytest.mark.parametrize(
    ("how", "lines", "paid"),
    [
        (Came.MATCHED, (a_line(4_000), a_line(6_000, 2)), {"k1/1": 4_000, "k1/2": 6_000}),
        (Came.OVER, (a_line(11_000),), {"k1/1": 11_000}),
        (Came.MISSING, (), {}),
        (Came.AMBIGUOUS, (a_line(),), {}),
        (Came.UNKNOWN, (a_line(),), {}),
    ],
)
def test_a_deposit_tells_what_each_line_paid_of_it(
    how: Came, lines: tuple[BankLine, ...], paid: dict[str, int]
) -> None:
    assert paid_of(Match(how, (expected(),), lines), expected()) == paid


def test_a_deposit_is_missing_only_when_no_line_can_come_any_more() -> None:
    assert came(expected(), today=NEXT) == []
    assert came(expected(), today=LATER) == [("MISSING", 1, 0, -10_000)]


def test_a_deposit_says_what_the_bank_made_of_it() -> None:
    states = {one: settled(Match(one, (expected(),), ()))[0].state for one in Came if one is not Came.UNKNOWN}

    assert states == {
        Came.MATCHED: DepositState.MATCHED,
        Came.SHORT: DepositState.SHORT,
        Came.OVER: DepositState.OVER,
        Came.MISSING: DepositState.MISSING,
        Came.AMBIGUOUS: DepositState.EXPECTED,
    }


def a_captured_day() -> Clearing:
    clearing = Clearing()
    lines = [sold(number, 5_000, merchant_number=str(number % 2)) for number in range(1, 5)]
    clearing.comes(*map(told, clearing.claimed(*lines)))
    return clearing


def paid(clearing: Clearing, *lines: BankLine) -> Clearing:
    def rows_of(deposit: ExpectedDeposit) -> list[ClaimRow]:
        return [row for row in clearing.rows.kept.values() if row.merchant_number == deposit.merchant_number]

    deposits = expected_deposits(clearing.rows.kept.values())
    for match in match_bank(deposits, lines, today=LATER, holidays=()):
        book_match(match, rows_of, rows=clearing.rows, books=clearing.books)
    return clearing


def test_what_the_bank_paid_is_booked_and_its_rows_are_paid() -> None:
    clearing = paid(a_captured_day(), a_line(19_920))

    assert set(clearing.states()) == {RowState.PAID}
    assert (clearing.won(AccountKind.BANK), clearing.won(AccountKind.DUE)) == (19_920, 0)
    assert clearing.won(AccountKind.BANK) + clearing.won(AccountKind.ACQUIRER_FEE) == 20_000
    assert clearing.won(AccountKind.MERCHANT_PAYABLE) == -20_000


@pytest.mark.parametrize(
    ("lines", "states", "due", "suspense"),
    [
        ([a_line(9_960, number="0"), a_line(9_000, 2, number="1")], 2, 960, 0),
        ([a_line(9_960, number="0"), a_line(10_000, 2, number="1")], 4, 0, -40),
        ([a_line(9_960)], 0, 19_920, -9_960),  # ambiguous: the money is there, and nobody knows for what
        ([a_line(1_000, acquirer="sol")], 0, 19_920, -1_000),
    ],
)
def test_what_differs_stays_due_or_waits_in_suspense(
    lines: list[BankLine], states: int, due: int, suspense: int
) -> None:
    clearing = paid(a_captured_day(), *lines)

    assert clearing.states().count(RowState.PAID) == states
    assert (clearing.won(AccountKind.DUE), clearing.won(AccountKind.SUSPENSE)) == (due, suspense)
    assert clearing.balance.holds


@pytest.mark.parametrize(
    ("owed", "lines", "booked"),
    [
        (10_000, [4_000, 6_000], [4_000, 6_000]),
        (10_000, [4_000, 5_000], [4_000, 5_000]),
        (10_000, [8_000, 5_000], [8_000, 2_000]),
        (10_000, [11_000, -1_000], [10_000, 0]),
        (-3_000, [-3_000], [-3_000]),
        (-3_000, [-5_000], [-3_000]),
        (-3_000, [-1_000, -1_000], [-1_000, -1_000]),
        (-3_000, [2_000], [0]),
        (1, [1], [1]),
        (-1, [-1], [-1]),
    ],
)
def test_a_line_pays_no_more_than_is_owed_and_the_rest_waits(
    owed: int, lines: list[int], booked: list[int]
) -> None:
    clearing = Clearing()
    paid_in = [a_line(won, row) for row, won in enumerate(lines, 1)]
    (match,) = match_bank([expected(owed)], paid_in, today=LATER, holidays=())
    book_match(match, lambda _: (), rows=clearing.rows, books=clearing.books)

    due = [
        -sum(entry.won for entry in one.entries if entry.account.kind is AccountKind.DUE)
        for one in clearing.postings.kept.values()
    ]
    assert due == booked
    assert clearing.won(AccountKind.SUSPENSE) == sum(booked) - sum(lines)


@pytest.mark.parametrize("owed", [10_000, -3_000])
@pytest.mark.parametrize("wrong", [-1_000, 1_000])
def test_a_deposit_that_was_paid_wrong_and_is_put_right_leaves_nothing_due_and_nothing_in_suspense(
    owed: int, wrong: int
) -> None:
    clearing, deposit = Clearing(), expected(owed)
    for line in (a_line(owed + wrong, 1, number="1"), a_line(-wrong, 2, date=NEXT, number="1")):
        (match,) = match_bank([deposit], [line], today=line.paid_date, holidays=())
        book_match(match, lambda _: (), rows=clearing.rows, books=clearing.books)
        (deposit,) = settled(match)

    assert (deposit.state, deposit.paid_won) == (DepositState.MATCHED, owed)
    assert (clearing.won(AccountKind.DUE), clearing.won(AccountKind.SUSPENSE)) == (-owed, 0)


def test_what_was_paid_too_much_waits_for_just_that_and_takes_no_other_line() -> None:
    too_much = replace(expected(), paid_won=11_000, state=DepositState.OVER)

    assert came(too_much, a_line(-600, date=LATER), today=LATER) == [("UNKNOWN", 0, 1, -600)]
    assert came(too_much, today="20261203") == []
    assert came(too_much, a_line(-1_000, date="20261203"), today="20261203") == [("MATCHED", 1, 1, 0)]


def test_a_match_that_is_killed_anywhere_and_booked_again_gives_the_same_books() -> None:
    whole = paid(a_captured_day(), a_line(19_920))
    for writes in range(5):
        clearing = a_captured_day()
        clearing.power.writes = writes
        with pytest.raises(PowerCutError):
            paid(clearing, a_line(19_920))
        clearing.power.writes = None
        paid(clearing, a_line(19_920))

        assert clearing.rows.kept == whole.rows.kept
        assert clearing.postings.kept == whole.postings.kept


def test_a_line_is_called_by_its_file_and_its_place_in_it() -> None:
    assert replace(a_line(), memo="카드대금").line_id == "k1/1"


def test_what_is_put_right_late_does_not_take_the_line_of_the_next_days_deposit() -> None:
    too_much = replace(expected(), paid_won=11_000, state=DepositState.OVER)
    lines = (a_line(7_000, 1, date=NEXT, number="1"), a_line(-1_000, 2, date=NEXT, number="1"))

    assert came(too_much, expected(7_000, date=NEXT), *lines, today=NEXT) == [("MATCHED", 1, 1, 0)] * 2


@pytest.mark.parametrize("number", ["", "1"])
def test_a_line_of_another_amount_is_held_against_the_deposit_of_its_own_date(number: str) -> None:
    """An acquirer that pays daily misses one date, and pays the next one short."""
    missed, short = expected(10_000), expected(5_000, date=NEXT)
    line = a_line(4_900, date=NEXT, number=number)

    assert came(missed, short, line, today=NEXT) == [("SHORT", 1, 1, -100)]
    (found, _) = match_bank([missed, short], [line], today=LATER, holidays=())
    assert (found.came, found.deposits, found.lines) == (Came.SHORT, (short,), (line,))
    assert came(missed, short, line, today=LATER) == [("SHORT", 1, 1, -100), ("MISSING", 1, 0, -10_000)]


def test_the_rest_of_a_deposit_comes_beside_the_whole_of_the_next_one() -> None:
    one, other = expected(10_000), expected(5_000, date=NEXT)
    paid = (6_000, PAYMENT_DAY), (5_000, NEXT), (4_000, NEXT)
    lines = [a_line(won, row, date=date, number="1") for row, (won, date) in enumerate(paid)]

    assert came(one, other, *lines, today=NEXT) == [("MATCHED", 1, 1, 0), ("MATCHED", 1, 2, 0)]
