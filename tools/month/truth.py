"""The end of a month: our books beside everybody's, sum by sum and row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from payment_adapters.files.plan import settled
from payment_adapters.settling import wired
from payment_adapters.settling.booking import approved_at
from payment_adapters.tables.items import sale_from_wire
from payment_adapters.tables.row_pages import is_row_page, row_page_from_wire
from payment_core.approval.claim import held_amounts
from payment_core.approval.model import Decision, Sale
from payment_core.kernel.tender import Tender
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import TrialBalance, trial_balance
from payment_core.reconciliation.break_history import BreakVersion
from payment_core.settlement.model import ClaimRow, RowKind, RowState
from tools.month.found import found_as
from tools.month.plan import Struck
from tools.month.world import MonthWorld
from tools.simulators.settlement.answers import PAID, Answered, Drawer
from tools.simulators.settlement.day import parties

if TYPE_CHECKING:
    from tools.month.office import Office

EMPTY_AT_THE_END: Final = (
    AccountKind.APPROVED,
    AccountKind.RECEIVABLE,
    AccountKind.DUE,
    AccountKind.HELD,
    AccountKind.SUSPENSE,
)
ENDS: Final = frozenset({RowState.PAID, RowState.GIVEN_UP})


@dataclass
class Side:
    """What one party has of what was bought, in won; fees with their sign."""

    sales: int = 0
    gross_won: int = 0
    refund_won: int = 0
    fee_won: int = 0
    live: int = 0
    live_won: int = 0

    @property
    def net_won(self) -> int:
        """What is paid."""
        return self.gross_won - self.refund_won - self.fee_won


@dataclass
class Books:
    """Everything at the end.

    Attributes:
        theirs, ours: By destination.
        found: As what each thing that went wrong was found; empty for one that was not.
        differences: What is not the same, in words.
    """

    theirs: dict[str, Side] = field(default_factory=dict)
    ours: dict[str, Side] = field(default_factory=dict)
    balance: TrialBalance = field(default_factory=lambda: trial_balance([]))
    rows: list[ClaimRow] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    breaks: list[tuple[str, BreakVersion]] = field(default_factory=list)
    metrics: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    found: dict[Struck, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)


def compare(world: MonthWorld, office: Office) -> Books:
    """Read all books, and say what differs."""
    world.settle()
    books = Books(balance=trial_balance(wired.ledger().balances()), breaks=wired.breaks().open_breaks())
    for name, value in world.metrics:
        books.metrics[name] += value
    settlement = list(world.cloud.tables["SettlementTable"].items)
    pages = [row_page_from_wire(item) for item in settlement if is_row_page(item)]
    books.rows = [row for page in pages for row in page.rows.values()]
    books.files = Counter(_file(item) for item in settlement if "refusal" in item)
    books.sales = [
        sale_from_wire(item) for item in world.cloud.tables["PaymentsTable"].items if "decision" in item
    ]
    _add_theirs(books, world, office)
    _add_ours(books)
    books.found = {one: found_as(one, settlement, books.metrics) for one in office.menu.struck}
    books.differences = [*_of_sides(books), *_of_rows(books), *_of_ledger(books), *_of_days(world)]
    books.differences += [f"{one} was not found" for one, found in books.found.items() if not found]
    return books


def _file(item: Any) -> str:  # noqa: ANN401 -- an item
    return f"{item['kind']['S']} {item['refusal']['S'] or item['state']['S']}"


def _add_theirs(books: Books, world: MonthWorld, office: Office) -> None:
    for party, decided in world.books().items():
        side = books.theirs[party] = Side()
        for one in decided:
            if one.is_live and not one.receipt_kind:
                side.live += 1
                side.live_won += one.remaining_won
        for merchant in settled():
            for row in Drawer(office.home.joinpath(party)).kept(merchant.merchant):
                _count_theirs(side, row)


def _count_theirs(side: Side, row: Answered) -> None:
    if row.outcome not in PAID:
        return
    side.sales += not row.is_refund
    side.gross_won += 0 if row.is_refund else row.amount_won
    side.refund_won += row.amount_won if row.is_refund else 0
    side.fee_won += row.fee_won


def _add_ours(books: Books) -> None:
    books.ours = {party: Side() for party in parties()}
    for row in books.rows:
        if row.state is not RowState.PAID:
            continue
        side, is_sale = books.ours[row.destination], row.kind is RowKind.SALE
        side.sales += is_sale
        side.gross_won += row.amount_won if is_sale else 0
        side.refund_won += 0 if is_sale else row.amount_won
        side.fee_won += row.fee_won
    for sale in books.sales:
        held_won = held_amounts(sale)[0]
        if sale.decision is Decision.APPROVED and sale.tender is not Tender.CASH_RECEIPT and held_won:
            side = books.ours[approved_at(sale)]
            side.live += 1
            side.live_won += held_won


def _of_sides(books: Books) -> list[str]:
    return [
        f"{party}: theirs {books.theirs[party]}, ours {books.ours[party]}"
        for party in parties()
        if books.theirs[party] != books.ours[party]
    ]


def _of_rows(books: Books) -> list[str]:
    """Each approval is claimed once, and each claim ends once; what was undone is never claimed."""
    ends: dict[tuple[str, str], list[RowState]] = {}
    for row in books.rows:
        ends.setdefault((row.sale_id, row.cancel_id), []).append(row.state)
    wrong = [
        f"{'/'.join(name)} ends as {', '.join(states)}"
        for name, states in sorted(ends.items())
        if [one in ENDS for one in states if one is not RowState.RECLAIMED] != [True]
    ]
    claimed = {name for name, cancel in ends if not cancel}
    for sale in books.sales:
        is_owed = (
            sale.decision is Decision.APPROVED
            and sale.tender is not Tender.CASH_RECEIPT
            and held_amounts(sale)[0] > 0
        )
        if is_owed != (str(sale.sale_id) in claimed):
            wrong.append(f"{sale.sale_id} is {sale.decision}, and {'not ' if is_owed else ''}claimed")
    return wrong


def _of_ledger(books: Books) -> list[str]:
    won = books.balance.won
    net_won = sum(one.net_won for one in books.theirs.values())
    fee_won = sum(one.fee_won for one in books.theirs.values())
    gross_won = sum(one.gross_won - one.refund_won for one in books.theirs.values())
    said = [(f"{kind} holds {won(kind):,} won", won(kind), 0) for kind in EMPTY_AT_THE_END]
    said += [
        ("banks paid", won(AccountKind.BANK), net_won),
        ("acquirers kept", won(AccountKind.ACQUIRER_FEE), fee_won),
        ("gross is net and fees", gross_won, net_won + fee_won),
        ("merchants are owed", -won(AccountKind.MERCHANT_PAYABLE), gross_won),
        ("debits are credits", books.balance.debit_won, books.balance.credit_won),
    ]
    return [f"{what}: {ours:,} won, and not {theirs:,}" for what, ours, theirs in said if ours != theirs]


def _of_days(world: MonthWorld) -> list[str]:
    """Every day is over, and nothing failed on the way."""
    waits = [
        f"the day {one.batch} stands at {one.next_stage}: {', '.join(one.waits_for)}"
        for one in wired.days().open_days()
    ]
    failed = Counter(f"{name}: {failure!r}"[:400] for name, failure in world.scheduler.failures)
    return [*waits, *(f"{what} ({many} times)" for what, many in failed.items())]
