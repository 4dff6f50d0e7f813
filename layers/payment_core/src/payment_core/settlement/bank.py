"""Bank matching (정산): lines of a bank statement against the deposits that were expected.

Dates, acquirers and amounts are compared, never names. A line pays one deposit, or all that its acquirer owes
for a date at once; several lines may pay one, on several days: what is short or missing may be paid on any
later date, and is paid when its lines add up; what was paid too much ends when just that is taken back. What
has another amount is held against the deposit of its own date. What fits two ways is surfaced.
Promise: tests/spec/test_bank.py. Decisions: docs/adr/0044, docs/adr/0056.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.calendar import Counts, days_after
from payment_core.settlement.model import (
    BankLine,
    ClaimRow,
    DepositState,
    ExpectedDeposit,
    RowState,
    Step,
    moved,
)
from payment_core.settlement.ports import Books, Move, Paid, Rows

AT_ONCE: Final = 1_000  # rows that are moved together
DAYS_LATE: Final = 1  # business days that a line may come after its date


class Came(StrEnum):
    """What lines and deposits are to each other."""

    MATCHED = "MATCHED"
    SHORT = "SHORT"
    OVER = "OVER"
    MISSING = "MISSING"  # deposits whose date is over, and no line
    UNKNOWN = "UNKNOWN"  # lines that no deposit expects
    AMBIGUOUS = "AMBIGUOUS"  # more than one way to be right, or to be wrong


@dataclass(frozen=True)
class Match:
    """Deposits and lines that belong together; a ``MATCHED`` of several deposits has one line."""

    came: Came
    deposits: tuple[ExpectedDeposit, ...]
    lines: tuple[BankLine, ...]

    @property
    def expected_won(self) -> int:
        """Of the deposits: what earlier lines have not paid."""
        return sum(one.open_won for one in self.deposits)

    @property
    def paid_won(self) -> int:
        """Of the lines."""
        return sum(one.amount_won for one in self.lines)

    @property
    def difference_won(self) -> int:
        """What was paid less what was expected."""
        return self.paid_won - self.expected_won


def match_bank(
    deposits: Iterable[ExpectedDeposit],
    lines: Iterable[BankLine],
    *,
    today: str,
    holidays: Collection[str],
    days_late: int = DAYS_LATE,
) -> list[Match]:
    """Match what was expected with what came; deposits that are not due yet are left out.

    Args:
        deposits: Those that are not paid in full, with what was paid before.
        lines: Those that nothing has matched before.
        today: Korean date YYYYMMDD.
        holidays: YYYYMMDD.
        days_late: Business days that a line may come after the date of its deposit.

    Returns:
        What a line names exactly, what is late in one piece, what is due, what is late otherwise, each in the
        order of dates, acquirers and ids; the same for the same, however it came in.
    """
    matches: list[Match] = []
    left = sorted(lines, key=lambda line: (line.paid_date, line.acquirer, line.line_id))

    def take(found: Iterable[Match]) -> None:
        nonlocal left
        matches.extend(found)
        used = {line.line_id for match in matches for line in match.lines}
        left = [line for line in left if line.line_id not in used]

    expected = sorted(deposits, key=lambda one: one.deposit_id)
    for is_of_its_day in (True, False):  # what is paid late must not take the line of the next day's deposit
        for one in tuple(expected):
            last = days_after(one.payment_date, days_late, Counts.BUSINESS, holidays)
            exact = [line for line in left if _is_exact(line, one, last, is_of_its_day=is_of_its_day)]
            if exact:
                take([Match(Came.MATCHED, (one,), (exact[0],))])
                expected.remove(one)
    due: list[tuple[list[ExpectedDeposit], str]] = []
    overdue: list[list[ExpectedDeposit]] = []
    paid_over = [one for one in expected if one.state is DepositState.OVER]
    for some in _by_acquirer_and_date(one for one in expected if one not in paid_over):
        last = days_after(some[0].payment_date, days_late, Counts.BUSINESS, holidays)
        if last < today:
            overdue.append(some)
        else:
            due.append((some, last))
    late = [*paid_over, *(one for some in overdue for one in some)]
    take(_in_one_piece(late, left, [*late, *(one for some, _ in due for one in some)]))
    found = {one.deposit_id for match in matches for one in match.deposits}
    unpaid = [one for one in expected if one.deposit_id not in found]
    for some, last in due:
        take(_group(some, _free_for(some[0], left, last, unpaid), is_over=False))
    for some in overdue:
        rest = [one for one in some if one in unpaid]
        take(_group(rest, _free_for(some[0], left, today, unpaid), is_over=True))
    return matches + [Match(Came.UNKNOWN, (), (line,)) for line in left]


def _is_exact(line: BankLine, deposit: ExpectedDeposit, last: str, *, is_of_its_day: bool) -> bool:
    """Whether a line names the deposit's merchant number and is all that is open of it."""
    return (
        _may_pay(line, deposit, last)
        and line.merchant_number == deposit.merchant_number
        and line.amount_won == deposit.open_won
        and (line.paid_date == deposit.payment_date or not is_of_its_day)
    )


def _in_one_piece(
    overdue: Iterable[ExpectedDeposit], lines: Sequence[BankLine], deposits: Collection[ExpectedDeposit]
) -> Iterator[Match]:
    """What one line pays of what is late, where its acquirer owes that amount only once."""
    owed = Counter((one.acquirer, one.open_won) for one in deposits)
    for one in overdue:
        fits = [line for line in lines if _is_rest(line, one)]
        if one.open_won and len(fits) == owed[one.acquirer, one.open_won] == 1:
            yield Match(Came.MATCHED, (one,), (fits[0],))


def _is_rest(line: BankLine, one: ExpectedDeposit) -> bool:
    is_theirs = (line.acquirer, line.amount_won) == (one.acquirer, one.open_won)
    return (
        is_theirs and line.merchant_number in {"", one.merchant_number} and line.paid_date >= one.payment_date
    )


def _by_acquirer_and_date(deposits: Iterable[ExpectedDeposit]) -> list[list[ExpectedDeposit]]:
    groups: dict[tuple[str, str], list[ExpectedDeposit]] = {}
    for one in sorted(deposits, key=lambda one: one.deposit_id):
        groups.setdefault((one.payment_date, one.acquirer), []).append(one)
    return list(groups.values())


def _may_pay(line: BankLine, deposit: ExpectedDeposit, last: str) -> bool:
    return line.acquirer == deposit.acquirer and deposit.payment_date <= line.paid_date <= last


def _free_for(
    deposit: ExpectedDeposit, lines: Iterable[BankLine], last: str, unpaid: Collection[ExpectedDeposit]
) -> list[BankLine]:
    """Lines that may pay it, without those that came on the very date of another one that is unpaid."""
    others = [one for one in unpaid if one.payment_date != deposit.payment_date]
    return [
        line
        for line in lines
        if _may_pay(line, deposit, last) and not any(_is_of_its_date(line, one) for one in others)
    ]


def _is_of_its_date(line: BankLine, one: ExpectedDeposit) -> bool:
    is_theirs = (line.acquirer, line.paid_date) == (one.acquirer, one.payment_date)
    return is_theirs and line.merchant_number in {"", one.merchant_number}


def _group(
    deposits: Sequence[ExpectedDeposit], lines: Sequence[BankLine], *, is_over: bool
) -> Iterator[Match]:
    """One acquirer's deposits of one date: by number, by amount, all at once, and what then differs."""
    left = [one for one in deposits if one.open_won]
    yield from (Match(Came.MATCHED, (one,), ()) for one in deposits if not one.open_won)
    for one in tuple(left):
        named = tuple([line for line in lines if line.merchant_number == one.merchant_number])
        if named:
            left.remove(one)
            yield _judged((one,), named)
    free = [line for line in lines if not line.merchant_number]
    for exact in _of_one_amount(left, free):
        yield exact
        left = [one for one in left if one not in exact.deposits]
        free = [line for line in free if line not in exact.lines]
    if left and free:
        yield _judged(tuple(left), tuple(free))
    elif is_over:
        yield from (Match(_without_a_line(one), (one,), ()) for one in left)


def _without_a_line(one: ExpectedDeposit) -> Came:
    if not one.paid_won:
        return Came.MISSING
    return Came.SHORT if one.open_won > 0 else Came.OVER


def _of_one_amount(deposits: Sequence[ExpectedDeposit], lines: Sequence[BankLine]) -> list[Match]:
    """As many lines as deposits of an amount: whichever pays which, each is paid."""
    found: list[Match] = []
    for amount_won in sorted({one.open_won for one in deposits}):
        owed = [one for one in deposits if one.open_won == amount_won]
        paid = [line for line in lines if line.amount_won == amount_won]
        if len(owed) == len(paid):
            found.extend(Match(Came.MATCHED, (one,), (line,)) for one, line in zip(owed, paid, strict=True))
    return found


def _judged(deposits: tuple[ExpectedDeposit, ...], lines: tuple[BankLine, ...]) -> Match:
    """One deposit and its lines, or several and what was left to pay them."""
    match = Match(Came.MATCHED, deposits, lines)
    if len(deposits) > 1 and (len(lines) > 1 or match.difference_won):
        return replace(match, came=Came.AMBIGUOUS)
    if match.difference_won:
        return replace(match, came=Came.SHORT if match.difference_won < 0 else Came.OVER)
    return match


def settled(match: Match) -> list[ExpectedDeposit]:
    """The deposits as a match leaves them, with what was paid; of one that is ambiguous, as they were."""
    states = {
        Came.MATCHED: DepositState.MATCHED,
        Came.SHORT: DepositState.SHORT,
        Came.OVER: DepositState.OVER,
        Came.MISSING: DepositState.MISSING,
    }
    state = states.get(match.came)
    if state is None:
        return list(match.deposits)
    if len(match.deposits) > 1:
        return [replace(one, state=state, paid_won=one.net_won) for one in match.deposits]
    return [replace(one, state=state, paid_won=one.paid_won + match.paid_won) for one in match.deposits]


def paid_of(match: Match, deposit: ExpectedDeposit) -> dict[str, int]:
    """What each line of a match paid of a deposit, in won; of one that is ambiguous, nothing."""
    if match.came in {Came.AMBIGUOUS, Came.UNKNOWN}:
        return {}
    if len(match.deposits) == 1:
        return {line.line_id: line.amount_won for line in match.lines}
    return {
        line.line_id: won
        for line, shares in _shares(match)
        for one, won in shares
        if one.deposit_id == deposit.deposit_id
    }


def book_match(
    match: Match, rows_of: Callable[[ExpectedDeposit], Iterable[ClaimRow]], *, rows: Rows, books: Books
) -> None:
    """Book the lines of a match, and say that its rows are paid; run again, nothing happens.

    A line that nobody expected, or that is ambiguous, is booked as well: the money is there. Rows of a
    deposit that came short stay captured until the rest is there.

    Args:
        match: As `match_bank` found it.
        rows_of: The captured rows of a deposit.
        rows: Where they stand.
        books: The ledger.
    """
    for line, shares in _shares(match):
        books.deposit(Paid(line, shares))
    if match.came not in {Came.MATCHED, Came.OVER}:
        return
    for deposit in match.deposits:
        captured = (row for row in rows_of(deposit) if row.state is RowState.CAPTURED)
        while some := list(islice(captured, AT_ONCE)):
            rows.move([Move(row, moved(row, Step.PAY)) for row in some])


def _shares(match: Match) -> Iterator[tuple[BankLine, tuple[tuple[ExpectedDeposit, int], ...]]]:
    """What of each line pays which deposit; the rest waits in suspense."""
    if match.came is Came.MATCHED and len(match.deposits) > 1:
        (line,) = match.lines
        yield line, tuple([(one, one.net_won - _of_debt(one, one.paid_won)) for one in match.deposits])
        return
    if match.came in {Came.AMBIGUOUS, Came.UNKNOWN}:
        yield from ((line, ()) for line in match.lines)
        return
    (deposit,) = match.deposits
    paid_won = deposit.paid_won
    for line in match.lines:
        before_won = _of_debt(deposit, paid_won)
        paid_won += line.amount_won
        share_won = _of_debt(deposit, paid_won) - before_won
        yield line, ((deposit, share_won),) if share_won else ()


def _of_debt(deposit: ExpectedDeposit, paid_won: int) -> int:
    """What of all that was paid is of the debt: never more than it, and nothing where their signs differ."""
    least_won, most_won = sorted((0, deposit.net_won))
    return min(max(paid_won, least_won), most_won)
