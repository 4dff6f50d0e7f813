"""대사: our log of a day against the list of each VAN that the merchant sold through, and against its own.

Our side is the truth, sale by sale; a list is the file that was taken in, read again from the archive. What
differs is kept as breaks, which a later comparison closes: each day looks again at what earlier days left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from payment_adapters import read_side, wiring
from payment_adapters.files.families import Addressee
from payment_adapters.files.plan import FilePlan, plan_of
from payment_adapters.files.plan import plans as all_plans
from payment_adapters.files.reading import read_file
from payment_adapters.settling import wired
from payment_adapters.settling.awaited import agreed_with, applied, waits_for
from payment_adapters.settling.booking import (
    TAKEN_BACK,
    acquirer_of,
    approval_number_of,
    approved_at,
    attempt_approved,
    merchant_number_at,
)
from payment_adapters.settling.fee_check import check_fees_again
from payment_adapters.settling.kept import attempt_kept_there, kept_there, without_undone
from payment_core.approval.kept import undone_at_ms
from payment_core.approval.model import OPEN_ATTEMPTS, Decision, Sale, SaleId
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.tender import Tender
from payment_core.reconciliation.break_history import BreakVersion
from payment_core.reconciliation.breaks import Break, BreakKind, Repair
from payment_core.reconciliation.matching import Effect, Entry, Subject, Terms, match
from payment_core.reconciliation.repair import counterparty_of, merchant_of
from payment_core.settlement.calendar import as_date
from payment_core.settlement.model import FileKind, RowKind
from payment_core.settlement.rows import ListedRow
from payment_core.settlement.settlement_day import Done, Outcome, Waits

TERMS: Final = Terms(
    Subject.TRANSACTIONS,
    tolerance_days=1,  # a till may date a sale a day back
    marks=(BreakKind.MERCHANT_NUMBER,),
)
RUN: Final = "the settlement day"
NO_TERMINAL: Final = "//"  # in a key: nothing between approval number and kind
NUMBER_DIGITS: Final = 14  # of a merchant number, its last ones, in a list
LACKING: Final = frozenset({BreakKind.MISSING_THERE, BreakKind.CANCEL_MISSING_THERE})
LIVES_THERE: Final = frozenset({BreakKind.LIVE_WITHOUT_APPROVAL, BreakKind.CHARGED_TWICE})


def compare(merchant: str, business_date: str, hand: Hand) -> Outcome:
    """Compare every list of the day that is there; those of whoever approved a sale, and its own, must be.

    Whoever approved nothing may list a sale all the same: one that we undid, or never heard of.
    """
    sales = sales_of(merchant, business_date)
    sellers = sorted({approved for one in sales if (approved := approved_at(one))})
    plans = [plan for one in (*sellers, merchant) if (plan := plan_of(one, FileKind.TRANSACTIONS))]
    if waits := waits_for(plans, merchant, business_date, hand):
        return Waits(waits)
    known = {one.counterparty for one in plans}
    plans += [
        one
        for one in all_plans()
        if (one.kind, one.counterparty in known) == (FileKind.TRANSACTIONS, False)
        and applied(one, merchant, business_date)
    ]
    told = {"lists": len(plans), "matches": 0, "breaks": 0}
    for plan in plans:
        awaited = frozenset().union(*(one.awaited for one in _earlier(plan, merchant, business_date)))
        theirs = [
            (row, entry)
            for row, entry in _listed(plan, merchant, business_date)
            if row.date == business_date or entry.key not in awaited
        ]
        matches, open_now = _compared(plan, merchant, business_date, sales, theirs, hand)
        told["matches"] += matches
        told["breaks"] += open_now
    look_again(merchant, business_date, hand)
    return Done(told)


def look_again(merchant: str, business_date: str, hand: Hand) -> None:
    """See what became of what earlier days left: what a later list brings, and what was mended.

    A list is not sent twice. What it lacked may stand in a later one under its own date; what lived there and
    was undone since stays in it, and is gone when the destination has answered the undoing.
    """
    plans = {one: plan_of(one, FileKind.TRANSACTIONS) for one in _counterparties(merchant)}
    for plan in filter(None, plans.values()):
        for one in _earlier(plan, merchant, business_date):
            theirs = _listed(plan, merchant, one.date)
            for later in _dates_between(one.date, business_date):
                more = _listed(plan, merchant, later)
                theirs += [pair for pair in more if pair[0].date == one.date and pair[1].key in one.awaited]
            _compared(plan, merchant, one.date, sales_of(merchant, one.date), theirs, hand)
    for compared in sorted({name for name, _ in _open_of(merchant) if name.endswith("/FEES")}):
        check_fees_again(compared.removesuffix("/FEES"), hand.now_ms())


@dataclass(frozen=True)
class _Earlier:
    """An earlier day's comparison that left differences.

    Attributes:
        awaited: Keys of rows that their list lacked.
    """

    date: str
    awaited: frozenset[str]


def _earlier(plan: FilePlan, merchant: str, business_date: str) -> list[_Earlier]:
    missing: dict[str, set[str]] = {}
    for compared, version in _open_of(merchant):
        date = compared.split("/")[1] if "/" in compared else ""
        if compared == _name(plan, merchant, date) and date < business_date:
            lacking = {version.found.name} if version.found.kind in LACKING else set()
            missing.setdefault(date, set()).update(lacking)
    return [_Earlier(date, frozenset(names)) for date, names in sorted(missing.items())]


def _open_of(merchant: str) -> list[tuple[str, BreakVersion]]:
    return [one for one in wired.breaks().open_breaks() if merchant_of(one[0]) == merchant]


def _counterparties(merchant: str) -> list[str]:
    return sorted({counterparty_of(compared) for compared, _ in _open_of(merchant)} - {""})


def _dates_between(first: str, last: str) -> list[str]:
    """The dates after one, up to and with another."""
    days = (as_date(last) - as_date(first)).days
    return [f"{as_date(first) + timedelta(days=one):%Y%m%d}" for one in range(1, days + 1)]


def _name(plan: FilePlan, merchant: str, business_date: str) -> str:
    return f"{merchant}/{business_date}/{FileKind.TRANSACTIONS}/{plan.counterparty}"


def _listed(plan: FilePlan, merchant: str, business_date: str) -> list[tuple[ListedRow, Entry]]:
    """What their list of a date says; nothing, where none counts."""
    files = applied(plan, merchant, business_date)
    if not files:
        return []
    to = Addressee(plan, agreed_with(merchant), business_date)
    with (
        wired.store().archived(files[0].file_id) as stream,
        closing(read_file(to, files[0].name, stream)) as checked,
    ):
        rows = [one for one in checked.rows() if isinstance(one, ListedRow)]
    tells_number = plan.counterparty != merchant  # its own list has its own number, at every acquirer
    return [(one, _entry_of_list(one, tells_number=tells_number)) for one in rows]


def _compared(
    plan: FilePlan,
    merchant: str,
    business_date: str,
    sales: list[Sale],
    listed: list[tuple[ListedRow, Entry]],
    hand: Hand,
) -> tuple[int, int]:
    """Hold our log of a date against their rows, and keep what differs: matches, and what is open now."""
    destination = "" if plan.counterparty == merchant else plan.counterparty
    ours, theirs = list(entries_of(sales, destination, business_date)), [entry for _, entry in listed]
    cards = {row.approval_number.strip(): row.card_masked for row, _ in listed}
    if any(NO_TERMINAL in one.key for one in theirs):  # a party whose telegrams name no terminal lists none
        ours, theirs = list(map(_anywhere, ours)), list(map(_anywhere, theirs))
    compared = _name(plan, merchant, business_date)
    theirs = without_undone(ours, theirs, sales, destination)
    ours += kept_there(ours, theirs, sales, destination, cards)
    verdict = match(ours, theirs, TERMS)
    undone = _undone_since(compared, sales) if verdict.breaks else frozenset()
    found = [one for one in verdict.breaks if one.break_id not in undone]
    open_now = wired.breaks().compared(compared, found, run=RUN, now_ms=hand.now_ms())
    return len(verdict.matches), open_now


def _anywhere(one: Entry) -> Entry:
    """The same, whichever terminal it was at: an approval number is one party's own."""
    number, _, kind = one.key.split("/")
    key = f"{number}{NO_TERMINAL}{kind}"
    return replace(one, key=key, name=key)


def _undone_since(compared: str, sales: list[Sale]) -> frozenset[str]:
    """Breaks of what lived there alone, whose destination has answered an undoing that began after them."""
    mended = [
        one
        for one in wired.breaks().of(compared)
        if one.repair is Repair.SEND_NET_CANCEL and one.found.kind in LIVES_THERE
    ]
    return frozenset(
        one.break_id
        for one in mended
        for sale in sales
        if (index := _attempt_told_of(one.found, sale, compared)) is not None
        and undone_at_ms(sale, index) > one.found_at_ms
    )


def _attempt_told_of(found: Break, sale: Sale, compared: str) -> int | None:
    """Which attempt a break is about, by a number that it was told: no likeness closes a break."""
    kept = attempt_kept_there(found, sale, compared)
    if kept is not None and sale.attempts[kept].approval_number:
        return kept
    return attempt_approved(sale) if is_about(found.name, sale, compared) else None


def is_about(name: str, sale: Sale, compared: str) -> bool:
    """Whether what a comparison found is about a sale; without a terminal, by its party's own number."""
    key = name.rpartition("/")[0]
    number, _, terminal = key.partition("/")
    if terminal or not number:
        return key_of(sale) == key
    return (approval_number_of(sale).strip(), approved_at(sale)) == (number, counterparty_of(compared))


def key_of(sale: Sale) -> str:
    """Approval number and terminal: what both lists call a sale, but for its kind."""
    return f"{approval_number_of(sale).strip()}/{sale.sale_id.terminal.strip()}"


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
        number = approval_number_of(sale)
        at = merchant_number_listed(sale) if destination else ""
        if sale.sale_id.business_date == business_date:
            place += 1
            won, effect = sale.amount_won, _effect(sale)
            yield _entry(place, number, sale.sale_id.terminal, won, business_date, effect, at)
        for name, one in sale.cancels.items():
            if one.state in TAKEN_BACK and not one.claim_batch and name.startswith(f"{business_date}-"):
                place += 1
                won, effect = -one.amount_won, Effect.LIVE
                yield _entry(place, number, sale.sale_id.terminal, won, business_date, effect, at)


def _effect(sale: Sale) -> Effect:
    if OPEN_ATTEMPTS.intersection(sale.attempt_states()):
        return Effect.UNKNOWN
    return Effect.UNDONE if sale.decision is Decision.REVERSE else Effect.LIVE


def merchant_number_listed(sale: Sale) -> str:
    """Under which number the sale's acquirer pays, as far as a list has room for it."""
    acquirer = acquirer_of(approved_at(sale), sale.card_masked)
    return merchant_number_at(acquirer, sale.sale_id.merchant)[-NUMBER_DIGITS:]


def _entry_of_list(row: ListedRow, *, tells_number: bool) -> Entry:
    won = row.amount_won if row.kind is RowKind.SALE else -row.amount_won
    at = row.merchant_number if tells_number else ""
    return _entry(row.row, row.approval_number, row.terminal, won, row.date, Effect.LIVE, at)


def _entry(place: int, number: str, terminal: str, won: int, day: str, effect: Effect, at: str) -> Entry:
    kind = "cancel" if won < 0 else "sale"
    key = f"{number.strip()}/{terminal.strip()}/{kind}"
    ordinal = date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal()
    return Entry(place, key, key, won, ordinal, effect, marks=(at,))
