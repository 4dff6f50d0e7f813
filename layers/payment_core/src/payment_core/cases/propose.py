"""Propose: one person says what should be done; what moves money waits for another (maker and checker).

Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from payment_core.cases.model import NEEDS_TWO, Action, Case, Proposal, State, Step, allows, moved
from payment_core.cases.ports import Cases
from payment_core.cases.refusals import (
    ActionNotPossibleError,
    CardNumberSaidError,
    CaseBusyError,
    CaseClosedError,
    CaseMovedError,
    CaseNotFoundError,
    NothingProposedError,
    SamePersonError,
    WordsMissingError,
    WordsTooLongError,
)
from payment_core.kernel.card import check_digit_holds
from payment_core.kernel.hand import Hand

LONGEST: Final = 500  # characters of one text
GROUPED: Final = re.compile(r"(?<=\d{4})[ -](?=\d{4})")
CARD_LIKE: Final = re.compile(r"(?<!\d)\d{13,19}(?!\d)")


@dataclass(frozen=True)
class Offer:
    """What a person proposes, about the version of the case that they saw.

    Attributes:
        approval_number, approved_won: For a cancel of an approval that only the destination knows.
        proof: For closing with proof.
        debit, credit: For an entry that is adjusted, its two accounts.
    """

    case_id: str
    version: int
    action: Action
    reason: str
    approval_number: str = ""
    approved_won: int = 0
    proof: str = ""
    debit: str = ""
    credit: str = ""


def propose(offer: Offer, *, by: str, cases: Cases, hand: Hand) -> Case:
    """Write a proposal down; what moves no money is ordered by it.

    Raises:
        CaseRefusal: it was turned down, and nothing was written; the kinds in the order of refusals.py.
    """
    case = _standing(offer.case_id, offer.version, cases)
    step = Step.PROPOSE if offer.action in NEEDS_TWO else Step.ORDER
    if not allows(step, case.state):
        raise CaseBusyError(case.case_id, case.state)
    require_words(who=by, reason=offer.reason, **_besides(offer))
    if offer.action not in case.may and not _names_the_approval(offer, case):
        raise ActionNotPossibleError(offer.action, case.may)
    proposal = Proposal(
        action=offer.action,
        maker=by,
        reason=offer.reason,
        at_ms=hand.now_ms(),
        approval_number=offer.approval_number,
        approved_won=offer.approved_won,
        proof=offer.proof,
        debit=offer.debit,
        credit=offer.credit,
    )
    return _written(step, case, replace(case, proposal=proposal), _said(proposal), by, cases, hand)


def approve(case_id: str, version: int, *, by: str, cases: Cases, hand: Hand) -> Case:
    """Approve what another person proposed; from then on it is carried out (execute.py).

    Raises:
        CaseRefusal: as ``propose``.
    """
    case = _standing(case_id, version, cases)
    proposal = _proposal(case)
    require_words(who=by)
    if same_person(by, proposal.maker):
        raise SamePersonError(by)
    checked = replace(proposal, checker=by)
    return _written(Step.APPROVE, case, replace(case, proposal=checked), _said(checked), by, cases, hand)


def refuse(case_id: str, version: int, *, by: str, reason: str, cases: Cases, hand: Hand) -> Case:
    """Turn a proposal down, with a reason; who made it may take it back so.

    Raises:
        CaseRefusal: as ``propose``.
    """
    case = _standing(case_id, version, cases)
    proposal = _proposal(case)
    require_words(who=by, reason=reason)
    words = {"action": str(proposal.action), "maker": proposal.maker, "reason": reason}
    return _written(Step.REFUSE, case, replace(case, proposal=None), words, by, cases, hand)


def same_person(one: str, other: str) -> bool:
    """Whether two names mean one person, however they are written."""
    return one.strip().casefold() == other.strip().casefold()


def require_words(**said: str) -> None:
    """Take no empty text, no endless one, and none that seems to hold a card number."""
    for what, text in said.items():
        if not text.strip():
            raise WordsMissingError(what)
        if len(text) > LONGEST:
            raise WordsTooLongError(what, LONGEST)
        if any(map(check_digit_holds, CARD_LIKE.findall(GROUPED.sub("", text)))):
            raise CardNumberSaidError(what)


def _standing(case_id: str, version: int, cases: Cases) -> Case:
    case = cases.read(case_id)
    if case is None:
        raise CaseNotFoundError(case_id)
    if not case.is_open:
        raise CaseClosedError(case_id)
    if case.version != version:
        raise CaseMovedError(case_id, version, case.version)
    return case


def _proposal(case: Case) -> Proposal:
    if case.state is not State.PROPOSED or case.proposal is None:
        raise NothingProposedError(case.case_id, case.state)
    return case.proposal


def _besides(offer: Offer) -> dict[str, str]:
    """What must be said besides who and why: what proves it, or the two accounts of an entry."""
    match offer.action:
        case Action.PROVE | Action.DISPROVE:
            return {"proof": offer.proof}
        case Action.ADJUST_ENTRY:
            return {"debit": offer.debit, "credit": offer.credit}
        case _:
            return {}


def _names_the_approval(offer: Offer, case: Case) -> bool:
    """Whether it brings what a cancel lacks: number and won, where something is still to be undone."""
    brings_both = bool(offer.approval_number) and offer.approved_won > 0
    return offer.action is Action.CANCEL and brings_both and Action.SEND_AGAIN in case.may


def _said(proposal: Proposal) -> dict[str, str]:
    told = {
        "action": str(proposal.action),
        "maker": proposal.maker,
        "reason": proposal.reason,
        "approval_number": proposal.approval_number,
        "approved_won": str(proposal.approved_won or ""),
        "proof": proposal.proof,
        "debit": proposal.debit,
        "credit": proposal.credit,
        "checker": proposal.checker,
    }
    return {name: text for name, text in told.items() if text}


def _written(
    step: Step, case: Case, becomes: Case, words: dict[str, str], by: str, cases: Cases, hand: Hand
) -> Case:
    after = moved(step, becomes, hand, words, by=by)
    if not cases.move(case, after):
        raise CaseMovedError(case.case_id, case.version, case.version)
    return after
