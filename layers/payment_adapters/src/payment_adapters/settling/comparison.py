"""대사: our log of a day against the list of each VAN that the merchant sold through, and against its own.

Our side is the truth, sale by sale; a list is the file that was taken in, read again from the archive. What
differs is kept as breaks, which a later comparison closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from payment_adapters import read_side, wiring
from payment_adapters.files.families import Addressee
from payment_adapters.files.plan import plan_of
from payment_adapters.files.reading import read_file
from payment_adapters.settling import wired
from payment_adapters.settling.awaited import agreed_with, applied, waits_for
from payment_adapters.settling.booking import TAKEN_BACK, approved_at
from payment_core.approval.model import OPEN_ATTEMPTS, AttemptState, Decision, Sale, SaleId, Step
from payment_core.kernel.hand import Hand
from payment_core.kernel.tender import Tender
from payment_core.reconciliation.matching import Effect, Entry, Subject, Terms, match
from payment_core.settlement.model import FileKind, RowKind
from payment_core.settlement.rows import ListedRow
from payment_core.settlement.settlement_day import Done, Outcome, Waits

TERMS: Final = Terms(Subject.TRANSACTIONS, tolerance_days=1)  # a till may date a sale a day back
RUN: Final = "the settlement day"


def compare(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Compare every list of the day that there is a contract about; all of them must be there."""
    sales = sales_of(merchant, business_date)
    sellers = sorted({approved for one in sales if (approved := approved_at(one))})
    plans = [plan for one in (*sellers, merchant) if (plan := plan_of(one, FileKind.TRANSACTIONS))]
    if waits := waits_for(plans, merchant, business_date, hand):
        return Waits(waits)
    told = {"lists": len(plans), "matches": 0, "breaks": 0}
    for plan in plans:
        file = applied(plan, merchant, business_date)[0]
        to = Addressee(plan, agreed_with(merchant), business_date)
        with wired.store().archived(file.file_id) as stream:
            rows = read_file(to, file.name, stream).rows()
            listed = [one for one in rows if isinstance(one, ListedRow)]
        of_all = plan.counterparty == merchant
        ours = list(entries_of(sales, "" if of_all else plan.counterparty, business_date))
        theirs = [_entry_of_list(one) for one in listed]
        if not all(one.terminal for one in listed):  # a party whose telegrams name no terminal lists none
            ours, theirs = list(map(_anywhere, ours)), list(map(_anywhere, theirs))
        verdict = match(ours, theirs, TERMS)
        compared = f"{merchant}/{business_date}/{FileKind.TRANSACTIONS}/{plan.counterparty}"
        told["matches"] += len(verdict.matches)
        told["breaks"] += wired.breaks().compared(compared, verdict.breaks, run=RUN, now_ms=hand.now_ms())
    return Done(told)


def sales_of(merchant: str, business_date: str) -> list[Sale]:
    """Every sale that the merchant made or cancelled on a date, as it stands."""
    days = read_side.days()
    ids: dict[str, None] = {}
    for terminal in days.terminals(business_date):
        if terminal.split("-")[0] == merchant:
            ids |= dict.fromkeys(days.sales(terminal, business_date))
    return [
        one
        for one in wiring.sales().read_all([SaleId.parse(name) for name in ids])
        if one.tender is not Tender.CASH_RECEIPT
    ]


def entries_of(sales: list[Sale], destination: str, business_date: str) -> Iterator[Entry]:
    """What our log says of a date, numbered from 1: approvals, and cancels that were done."""
    place = 0
    for sale in sales:
        approved = approved_at(sale)
        if not approved or (destination and approved != destination):
            continue
        number = _approval_number(sale)
        if sale.sale_id.business_date == business_date:
            place += 1
            yield _entry(place, number, sale.sale_id.terminal, sale.amount_won, business_date, _effect(sale))
        for name, one in sale.cancels.items():
            if one.state in TAKEN_BACK and not one.claim_batch and name.startswith(f"{business_date}-"):
                place += 1
                yield _entry(
                    place, number, sale.sale_id.terminal, -one.amount_won, business_date, Effect.LIVE
                )


def _effect(sale: Sale) -> Effect:
    if OPEN_ATTEMPTS.intersection(sale.attempt_states()):
        return Effect.UNKNOWN
    return Effect.UNDONE if sale.decision is Decision.REVERSE else Effect.LIVE


def _approval_number(sale: Sale) -> str:
    entry = next(one for one in sale.history if one.step is Step.APPROVE)
    return sale.attempts[entry.attempts.index(AttemptState.APPROVED)].approval_number


def _entry_of_list(row: ListedRow) -> Entry:
    won = row.amount_won if row.kind is RowKind.SALE else -row.amount_won
    return _entry(row.row, row.approval_number, row.terminal, won, row.date, Effect.LIVE)


def _entry(place: int, number: str, terminal: str, won: int, day: str, effect: Effect) -> Entry:
    kind = "cancel" if won < 0 else "sale"
    key = f"{number.strip()}/{terminal.strip()}/{kind}"
    ordinal = date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal()
    return Entry(place, key, key, won, ordinal, effect)


def _anywhere(one: Entry) -> Entry:
    """The same, whichever terminal it was at: its approval number is one party's own."""
    number, _, kind = one.key.split("/")
    key = f"{number}//{kind}"
    return replace(one, key=key, name=key)
