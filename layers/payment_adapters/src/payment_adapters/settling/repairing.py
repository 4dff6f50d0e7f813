"""A break's case: opened when somebody proposes a repair, followed as the break stands, closed when it does.

Rule: payment_core/reconciliation/repair.py; two people: payment_core/cases. What is then done:
payment_adapters/settling/mending.py. Promise: tests/handlers/test_repair.py. Story: docs/flows/repair.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.settling import wired
from payment_adapters.tables.breaks import DynamoBreaks
from payment_core.cases.look import look
from payment_core.cases.model import Action, Case
from payment_core.cases.ports import Cases, Part, Stand
from payment_core.cases.propose import Offer, propose, require_words
from payment_core.cases.refusals import ActionNotPossibleError, CaseNotFoundError
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.language import Language
from payment_core.ledger.model import Account, AccountKind
from payment_core.reconciliation.break_history import BreakState, BreakVersion
from payment_core.reconciliation.breaks import BreakKind, Repair
from payment_core.reconciliation.repair import about, merchant_of, repair_id, repairs, sign_of

Found = tuple[str, BreakVersion]  # which comparison, and what it found
PROPOSED_ACCOUNTS: Final[Mapping[BreakKind, tuple[AccountKind, AccountKind]]] = {
    BreakKind.DUPLICATE_HERE: (AccountKind.MERCHANT_PAYABLE, AccountKind.APPROVED),
    BreakKind.DEPOSIT_OVER: (AccountKind.SUSPENSE, AccountKind.MERCHANT_PAYABLE),
    BreakKind.DEPOSIT_UNEXPECTED: (AccountKind.SUSPENSE, AccountKind.MERCHANT_PAYABLE),
}


@dataclass(frozen=True)
class Wish:
    """What somebody wants done about a break.

    Attributes:
        repair: One that the kind lets people do.
        reason: Why, in their words.
        debit, credit: For an entry, the accounts; empty where the kind proposes them.
    """

    repair: Repair
    reason: str
    debit: str = ""
    credit: str = ""


def proposed(name: str, wish: Wish, *, by: str, cases: Cases, breaks: DynamoBreaks, hand: Hand) -> Case:
    """Propose a repair of an open break: its case, opened if it has none.

    What moves no money is ordered by it; anything else waits for another person.

    Args:
        name: Of the break, ``1001-20261124:3fa9c1d2a0b4`` (payment_core/reconciliation/repair.py).
        wish: What is to be done.
        by: Who proposes.
        cases: What people must look at.
        breaks: What differs.
        hand: Who writes.

    Raises:
        CaseRefusal: it was turned down, and nothing was proposed.
    """
    compared, version = found_by(name, breaks)
    require_words(who=by, reason=wish.reason)  # what is turned down opens no case
    action, may = Action(wish.repair), tuple(map(Action, repairs(version.found.kind)))
    if action not in may:
        raise ActionNotPossibleError(action, may)
    debit, credit = wish.debit, wish.credit
    if wish.repair is Repair.ADJUST_ENTRY:
        accounts = (debit, credit) if debit or credit else proposed_accounts(compared, version)
        debit, credit = _readable(*accounts)
    case = opened(compared, version, cases, hand)
    offer = Offer(case.case_id, case.version, action, wish.reason, debit=debit, credit=credit)
    return propose(offer, by=by, cases=cases, hand=hand)


def opened(compared: str, version: BreakVersion, cases: Cases, hand: Hand) -> Case:
    """The case of a break, as it stands."""
    part = part_of(compared, version)
    look([part], cases, hand)
    case = cases.read(part.case_id)
    if case is None:
        raise CaseNotFoundError(part.case_id)
    return case


def found_by(name: str, breaks: DynamoBreaks) -> Found:
    """An open break by the name of its case.

    Raises:
        CaseNotFoundError: no open break is called so.
    """
    for compared, version in breaks.open_breaks():
        if repair_id(compared, version.found) == name:
            return compared, version
    raise CaseNotFoundError(name)


def part_of_case(case: Case) -> Part | None:
    """The break that a case is about, as it stands now, open or closed."""
    found = standing(case)
    return part_of(*found) if found else None


def standing(case: Case) -> Found | None:
    """Which break a case is about, and its newest version."""
    compared, name = case.evidence.get("compared", ""), case.evidence.get("break", "")
    version = wired.breaks().read(compared, name)
    return (compared, version) if version else None


def part_of(compared: str, version: BreakVersion) -> Part:
    """A break as cases see it."""
    found, is_open = version.found, version.state is not BreakState.CLOSED
    said = {
        "compared": compared,
        "break": found.break_id,
        "our_won": str(found.our_won),
        "their_won": str(found.their_won),
    }
    closed = {"closed_by": version.actor, "reason": version.reason, "evidence": version.evidence}
    return Part(
        about=about(compared, found),
        part=sign_of(compared, found),
        stand=Stand.BROKEN if is_open else Stand.ENDED,
        since_ms=version.found_at_ms,
        won=found.at_risk_won,
        evidence=said if is_open else {name: text for name, text in closed.items() if text},
        may=tuple(map(Action, repairs(found.kind))),
        told={language: found.sentence(language) for language in Language},
    )


def proposed_accounts(compared: str, version: BreakVersion) -> tuple[str, str]:
    """Debit and credit that an entry about a break has by itself; empty where people must name them."""
    kinds = PROPOSED_ACCOUNTS.get(version.found.kind)
    if kinds is None:
        return "", ""
    parts = compared.split("/")
    side = "/".join(parts[3:5]) if "DEPOSIT" in parts else ""
    merchant = merchant_of(compared)
    holders = [merchant if one is AccountKind.MERCHANT_PAYABLE else side for one in kinds]
    if not all(holders):
        return "", ""
    debit, credit = (str(Account(kind, holder)) for kind, holder in zip(kinds, holders, strict=True))
    return debit, credit


def _readable(debit: str, credit: str) -> tuple[str, str]:
    """Both accounts, as the ledger calls them.

    Raises:
        CaseRefusal: one is not said, or holds a card's number.
        ActionNotPossibleError: one of them is none, or they are the same.
    """
    require_words(debit=debit, credit=credit)
    try:
        sides = str(Account.parse(debit)), str(Account.parse(credit))
    except ValueError:
        raise ActionNotPossibleError(Action.ADJUST_ENTRY, ()) from None
    if sides[0] == sides[1]:
        raise ActionNotPossibleError(Action.ADJUST_ENTRY, ())
    return sides
