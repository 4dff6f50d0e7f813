"""Kept: what a list shows of sales that our log has as undone at its destination, and never knew as approved.

Nothing is different where the list has their whole cancel too. Where it has the sale alone, its destination
keeps what it said was undone: the customer pays for nothing, or, where another destination approved the sale
meanwhile, twice.
Caller: payment_adapters/settling/comparison.py. Rule: payment_core/reconciliation/undone.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from payment_adapters.settling.booking import approved_at
from payment_core.approval.model import OPEN_ATTEMPTS, Attempt, AttemptState, Decision, Sale
from payment_core.kernel.card import masked_in_files
from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.reconciliation.matching import Effect, Entry
from payment_core.reconciliation.repair import counterparty_of
from payment_core.reconciliation.undone import Undone, undone_on_both, whose
from payment_core.settlement.calendar import as_date

SALE_AND_CANCEL: Final = 2  # rows
CLOSED: Final = frozenset({AttemptState.REVERSED})


def without_undone(
    ours: list[Entry], theirs: list[Entry], sales: list[Sale], destination: str
) -> list[Entry]:
    """Their rows without sales whose whole cancel stands beside them, and which our log has as undone there.

    Args:
        ours: Our log of the date, against that list.
        theirs: The list.
        sales: What `ours` was read from, and what never was an approval here.
        destination: Whose list it is; empty for a merchant's own, which knows every destination.
    """
    rows: dict[tuple[str, str], list[Entry]] = {}
    for one in theirs:
        rows.setdefault(_number_and_terminal(one), []).append(one)
    pairs = {
        Undone(*place, max(one.amount_won for one in some), some[0].day): place
        for place, some in rows.items()
        if len(some) == SALE_AND_CANCEL
        and not sum(one.amount_won for one in some)
        and some[0].day == some[1].day
    }
    live = {_number_and_terminal(one)[0] for one in ours if one.effect is not Effect.UNDONE}
    undone = _attempts_at(sales, destination, CLOSED)
    gone = {pairs[one] for one in undone_on_both(pairs, undone, live)}
    return [one for one in theirs if _number_and_terminal(one) not in gone]


def kept_there(
    ours: list[Entry], theirs: list[Entry], sales: list[Sale], destination: str, cards: Mapping[str, str]
) -> list[Entry]:
    """What our log says of their rows about attempts that it undid, or undoes, and never knew as approved.

    A destination that approved what it could not tell, and said "undone" without doing it, lists such a sale
    alone. Without an entry of ours its row would be of nobody's sale; so it stays where it may be about a
    sale that came to nothing as well as about one that another destination approved.

    Args:
        ours: Our log of the date, against that list.
        theirs: The list, without what is undone on both.
        sales: What `ours` was read from, and what never was an approval here.
        destination: Whose list it is; empty for a merchant's own, which cannot tell who charged twice.
        cards: Masked cards of the list's rows, by approval number.
    """
    known = {one.key for one in ours}
    lone: dict[Undone, Entry] = {}
    for one in theirs:
        if one.amount_won > 0 and one.key not in known:
            number, terminal = _number_and_terminal(one)
            lone[Undone(number, terminal, one.amount_won, one.day, cards.get(number, ""))] = one
    logged = [
        (attempt_as_listed(sale, one), Effect.ELSEWHERE if approved_at(sale) else Effect.UNDONE)
        for sale in sales
        for one in _attempts_undone(sale)
        if one.destination == destination or not (destination or approved_at(sale))
    ]
    undone = [one for one, _ in logged]
    found = undone_on_both(lone, undone, ())
    rows: list[Entry] = []
    for about in filter(found.__contains__, lone):
        effects = {effect for one, effect in logged if one in whose(about, undone)}
        if len(effects) == 1:
            rows.append(replace(lone[about], place=len(ours) + len(rows) + 1, effect=effects.pop()))
    return rows


def _attempts_undone(sale: Sale) -> Iterator[Attempt]:
    """What of a decided sale is undone, or being undone, away from whoever approved it."""
    if sale.decision is Decision.RECEIVED:
        return
    approved = approved_at(sale)
    yield from (
        one for one in sale.attempts if one.state in CLOSED | OPEN_ATTEMPTS and one.destination != approved
    )


def _number_and_terminal(one: Entry) -> tuple[str, str]:
    number, terminal, _ = one.key.split("/")
    return number, terminal


def _attempts_at(sales: list[Sale], destination: str, states: frozenset[AttemptState]) -> Iterator[Undone]:
    """What our log has as undone there, by the standing of each attempt."""
    for sale in sales:
        yield from (
            attempt_as_listed(sale, one)
            for one in sale.attempts
            if one.state in states and destination in {"", one.destination}
        )


def attempt_as_listed(sale: Sale, attempt: Attempt) -> Undone:
    """An attempt as a list would show it, had it been approved."""
    return Undone(
        attempt.approval_number.strip(),
        sale.sale_id.terminal.strip(),
        attempt.approved_won or sale.amount_won,
        as_date(sale.sale_id.business_date).toordinal(),
        masked_in_files(sale.card_masked),
    )


def attempt_kept_there(found: Break, sale: Sale, compared: str) -> int | None:
    """Which attempt of a sale a break is about that was undone and never known as approved, if one is.

    By its number once people had it undone by that; before, by terminal, won and date.
    """
    number, _, terminal = found.name.rpartition("/")[0].partition("/")
    if not number or bool(approved_at(sale)) is not (found.kind is BreakKind.CHARGED_TWICE):
        return None
    row = Undone(number, terminal, abs(found.their_won), found.day)
    for one in _attempts_undone(sale):
        is_there = one.destination == counterparty_of(compared)
        if is_there and undone_on_both([row], [attempt_as_listed(sale, one)], ()):
            return sale.attempts.index(one)
    return None
