"""What each stage of a day does, on tables and files; the order and the once are settlement_day.py's.

Each may be stopped anywhere and run again from its start. One that lacks a file says which, and changes
nothing that it would not change again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Final

from payment_adapters import wiring
from payment_adapters.files.families import Addressee
from payment_adapters.files.plan import FilePlan, plan_of, settled_merchant
from payment_adapters.files.reading import read_file
from payment_adapters.settling import wired
from payment_adapters.settling.awaited import agreed_with, applied, waits_for
from payment_adapters.settling.booking import book
from payment_adapters.settling.bridges import ClaimsOfSales
from payment_adapters.settling.comparison import compare
from payment_adapters.settling.deciding import open_day
from payment_adapters.settling.fee_check import check_fees
from payment_adapters.settling.leaving import leave_file
from payment_adapters.settling.statement import state
from payment_adapters.settling.taking_in import expect, take_in
from payment_core.kernel.hand import Hand
from payment_core.settlement.claim_file import claim_files
from payment_core.settlement.close import close
from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.model import ClaimRow, FileKind, RowState
from payment_core.settlement.ports import Move
from payment_core.settlement.settlement_day import Done, MerchantDay, Outcome, Stage, Waits

Work = Callable[[str, str, Hand], Outcome]
BOUGHT: Final = frozenset({RowState.CAPTURED, RowState.PAID})


def work_of(stage: Stage) -> Work:
    """Who does a stage."""
    return WORK[stage]


def _close(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Take what waits into the day's batch, make its rows, and book each of its sales once more."""
    if settled_merchant(merchant) is None:
        return Waits((f"[settlement] of merchants/{merchant}.toml",))
    batch, queue, sales = _batch(merchant, business_date), wired.claim_queue(), wiring.sales()
    closed = close(
        merchant,
        business_date,
        batch,
        claims=ClaimsOfSales(sales, queue, hand),
        rows=wired.rows(merchant),
        terms=wired.terms(),
        holidays=wired.holidays(business_date),
    )
    postings = book(sales.read_all(list(queue.enlisted(batch))), wired.ledger())
    counted = {"sales": closed.sales, "refunds": closed.refunds, "postings": postings}
    return Done({**counted, "sale_won": closed.sale_won, "refund_won": closed.refund_won})


def _compare(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Hold our log against the list of each VAN, and against the merchant's own where it sends one."""
    take_in(hand)
    return compare(merchant, business_date, hand)


def _claim(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Write a claim file for each destination; the same rows are the same bytes."""
    rows = list(wired.rows(merchant).of_batch(_batch(merchant, business_date)))
    told = claim_files(_batch(merchant, business_date), business_date, rows)
    lacking = [one.destination for one in told if plan_of(one.destination, FileKind.CLAIM) is None]
    if lacking:
        return Waits(tuple(f"[files.claims] of destinations/{one}.toml" for one in lacking))
    for one in told:
        leave_file(one, merchant, hand)
    sums = {"files": len(told), "rows": len(rows), "claimed_won": sum(one.total_won for one in told)}
    return Done(sums)


def _capture(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Wait until what came back of every claim file is applied."""
    take_in(hand)
    states, destinations, late = Counter[RowState](), set[str](), list[ClaimRow]()
    for row in wired.rows(merchant).of_batch(_batch(merchant, business_date)):
        if row.state is RowState.TO_CLAIM:
            late.append(row)
        else:
            states[row.state] += 1
            destinations.add(row.destination)
    _send_on(late, merchant, business_date)
    waits = waits_for(_answers(destinations), merchant, business_date, hand)
    return Waits(waits) if waits else Done({str(one).lower(): states[one] for one in RowState})


def _send_on(late: Sequence[ClaimRow], merchant: str, business_date: str) -> None:
    """Give rows that came when the day's claim files had left to the first day that is still open.

    Somebody decided to claim them again just as the day was closed. What its files hold is claimed.
    """
    if late:
        batch = _batch(merchant, open_day(merchant, business_date))
        wired.rows(merchant).move([Move(row, replace(row, batch=batch)) for row in late])


def _expect(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Say what the day's captured rows will bring, and whether each costs what was agreed.

    The bank is held against the files' own totals. Whoever took a file in may have been stopped before it
    wrote those down: they are read again here.
    """
    batch = _batch(merchant, business_date)
    rows = partial(wired.rows(merchant).of_batch, batch)
    for plan in _answers({row.destination for row in rows()}):
        to = Addressee(plan, agreed_with(merchant), business_date)
        for file in applied(plan, merchant, business_date):
            with (
                wired.store().archived(file.file_id) as stream,
                closing(read_file(to, file.name, stream)) as checked,
            ):
                expect(file.file_id, checked.notices, merchant)
    deposits = expected_deposits(rows())
    sums = {
        "deposits": len(deposits),
        "fees_differ": check_fees(batch, rows(), hand.now_ms()),
        "gross_won": sum(one.gross_won for one in deposits),
        "refund_won": sum(one.refund_won for one in deposits),
        "fee_won": sum(one.fee_won for one in deposits),
    }
    return Done({**sums, "net_won": sum(one.net_won for one in deposits)})


def _match(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Wait for the bank's statement of each day on which something of the day is paid."""
    take_in(hand)
    rows = wired.rows(merchant).of_batch(_batch(merchant, business_date))
    bought = Counter((row.payment_date, row.state) for row in rows if row.state in BOUGHT)
    dates = sorted({date for date, _ in bought})
    bank = agreed_with(merchant).bank
    plan = plan_of(bank, FileKind.BANK)
    if dates and plan is None:
        return Waits((f"[files.bank] of banks/{bank}.toml",))
    waits = [one for date in dates if plan for one in waits_for([plan], merchant, date, hand)]
    if waits:
        return Waits(tuple(waits))
    paid = sum(count for (_, state), count in bought.items() if state is RowState.PAID)
    return Done({"paid": paid, "not_paid": bought.total() - paid})


def _statement(merchant: str, business_date: str, _hand: Hand) -> Outcome:
    """Make what the merchant gets to read."""
    return Done(state(merchant, business_date))


def _answers(destinations: Iterable[str]) -> list[FilePlan]:
    """What comes back of each claim file, by contract."""
    found = (plan_of(one, FileKind.RETURN) or plan_of(one, FileKind.DEPOSIT) for one in sorted(destinations))
    return [plan for plan in found if plan is not None]


def _batch(merchant: str, business_date: str) -> str:
    return MerchantDay(merchant, business_date).batch


WORK: Final[Mapping[Stage, Work]] = {
    Stage.CLOSE: _close,
    Stage.COMPARE: _compare,
    Stage.CLAIM: _claim,
    Stage.CAPTURE: _capture,
    Stage.EXPECT: _expect,
    Stage.MATCH: _match,
    Stage.STATEMENT: _statement,
}
