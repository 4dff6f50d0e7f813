"""A repair: what people may do about each kind of break, the proposal first, and two of them for money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from payment_core.cases.model import NEEDS_ONE, Action, Kind
from payment_core.cases.ports import Stand
from payment_core.cases.refusals import SamePersonError
from payment_core.kernel.language import Language
from payment_core.reconciliation.break_history import BreakState, BreakVersion, begin_repair, changes
from payment_core.reconciliation.breaks import Break, BreakKind, Repair
from payment_core.reconciliation.letter import Asked, facts_of, letter
from payment_core.reconciliation.repair import (
    about,
    counterparty_of,
    merchant_of,
    repair_id,
    repairs,
)
from tests.spec.desk import REFUSED, Desk

DAY = date(2026, 11, 25)
OVER = Break(BreakKind.DEPOSIT_OVER, "20261125/haneul/1", (1,), (), 10_000, 11_000, DAY.toordinal())
MAY = """
DUPLICATE_HERE         ADJUST_ENTRY ASK_COUNTERPARTY DECIDE WAIT
DUPLICATE_THERE        ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
AMBIGUOUS              DECIDE ASK_COUNTERPARTY ADJUST_ENTRY WAIT
MISSING_THERE          ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
MISSING_HERE           ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
CANCEL_MISSING_THERE   REFUND_ROW ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
CANCEL_MISSING_HERE    ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
UNCLAIMED              REFILE ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
CLAIM_WITHOUT_SALE     REFUND_ROW ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
NOT_ANSWERED           ASK_COUNTERPARTY REFILE ADJUST_ENTRY DECIDE WAIT
ANSWER_WITHOUT_CLAIM   ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
DEPOSIT_MISSING        ASK_COUNTERPARTY WAIT
DEPOSIT_UNEXPECTED     ADJUST_ENTRY ASK_COUNTERPARTY DECIDE WAIT
LIVE_WITHOUT_APPROVAL  SEND_NET_CANCEL ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
CHARGED_TWICE          SEND_NET_CANCEL ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
APPROVAL_WITHOUT_LIVE  TELL_MERCHANT ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
RETURNED               RECLAIM GIVE_UP LEAVE ASK_COUNTERPARTY WAIT
HELD                   ASK_COUNTERPARTY WAIT
STATUS                 ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
AMOUNT                 ADJUST_ENTRY ASK_COUNTERPARTY DECIDE WAIT
CANCEL_AMOUNT          ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
DEPOSIT_SHORT          ASK_COUNTERPARTY WAIT
DEPOSIT_OVER           ADJUST_ENTRY ASK_COUNTERPARTY DECIDE WAIT
DATE                   ASK_COUNTERPARTY DECIDE WAIT
DEPOSIT_LATE           ASK_COUNTERPARTY DECIDE WAIT
FEE                    ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
VAT                    ASK_COUNTERPARTY DECIDE WAIT
APPROVAL_NUMBER        ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
MERCHANT_NUMBER        REFILE ASK_COUNTERPARTY ADJUST_ENTRY DECIDE WAIT
TERMINAL               ASK_COUNTERPARTY DECIDE WAIT
INSTALMENT             ASK_COUNTERPARTY DECIDE WAIT
CARD_KIND              ASK_COUNTERPARTY DECIDE WAIT
"""


def test_what_people_may_do_reads_as_this() -> None:
    told = {kind: " ".join(repairs(kind)) for kind in BreakKind}
    stated = dict(line.split(maxsplit=1) for line in MAY.strip().splitlines())

    assert told == stated


def test_a_repair_is_an_action_of_a_case_and_two_people_do_what_moves_money() -> None:
    assert set(Repair) <= set(Action)
    assert {one for one in Repair if Action(one) in NEEDS_ONE} == {
        *(Repair.ASK_COUNTERPARTY, Repair.TELL_MERCHANT, Repair.LEAVE, Repair.WAIT)
    }


def test_a_break_has_one_name_that_says_whose_and_of_which_date() -> None:
    compared = "1001/DEPOSIT/20261125/haneul/1"

    name = repair_id(compared, OVER)

    assert name == repair_id(compared, replace(OVER, their_won=12_000)), "the amount may move"
    assert name != repair_id(compared.replace("haneul", "sol"), OVER)
    assert name.startswith("1001-20261125:")
    assert about(compared, replace(OVER, day=0)) == "1001"


@pytest.mark.parametrize(
    ("compared", "merchant", "counterparty"),
    [
        ("1001/20261124/TRANSACTIONS/hangang", "1001", "hangang"),
        ("1001/DEPOSIT/20261125/haneul/1", "1001", "haneul"),
        ("1001/ROW/1001-10010001-1-20261124-7", "1001", ""),
        ("1001-20261124/FEES", "1001", ""),
    ],
)
def test_a_comparison_says_whose_lists_it_compared(compared: str, merchant: str, counterparty: str) -> None:
    assert (merchant_of(compared), counterparty_of(compared)) == (merchant, counterparty)


def entered(evidence: str = "adjust/1") -> BreakVersion:
    version = BreakVersion(OVER, BreakState.OPEN, 1, "found", "comparison", 0, 0)
    begun = begin_repair(
        version, Repair.ADJUST_ENTRY, actor="kim, lee", reason="paid twice", evidence=evidence, now_ms=1
    )
    assert begun is not None
    return begun


def compared_again(kept: BreakVersion, *found: Break) -> list[BreakVersion]:
    return [becomes for _, becomes in changes([kept], found, run="run 2", now_ms=2)]


def test_what_was_entered_accounts_for_what_a_list_will_always_show() -> None:
    (closed,) = compared_again(entered(), OVER)

    assert (closed.state, closed.reason) == (BreakState.CLOSED, "accounted for by adjust/1")
    assert compared_again(closed, OVER) == [], "and found again, it stays closed"


def test_another_amount_than_was_entered_is_a_difference_again() -> None:
    more = replace(OVER, their_won=12_000)
    (closed,) = compared_again(entered(), OVER)

    (opened,) = compared_again(closed, more)
    (moved,) = compared_again(entered(), more)

    assert (opened.state, opened.found) == (BreakState.OPEN, more)
    assert (moved.state, moved.evidence) == (BreakState.REPAIRING, "")
    assert compared_again(moved, more) == [], "what was entered was another amount"


def test_a_question_accounts_for_nothing() -> None:
    version = replace(entered(), repair=Repair.ASK_COUNTERPARTY)

    assert compared_again(version, OVER) == []


def test_the_case_of_a_break_waits_for_a_second_person_and_closes_when_the_break_does() -> None:
    desk = Desk()
    may = tuple(map(Action, repairs(BreakKind.DEPOSIT_OVER)))
    told = {language: OVER.sentence(language) for language in Language}
    part = replace(REFUSED, stand=Stand.BROKEN, may=may, told=told)
    desk.look(part)
    assert (desk.case.kind, desk.case.action) == (Kind.BREAK, Action.ADJUST_ENTRY)

    entry = desk.offer(Action.ADJUST_ENTRY)
    desk.propose(replace(entry, debit="SUSPENSE haneul/1001", credit="MERCHANT_PAYABLE 1001"))
    with pytest.raises(SamePersonError):
        desk.approve(by="kim")
    desk.approve(by="lee")
    desk.look(replace(part, stand=Stand.ENDED, evidence={"closed_by": "comparison"}))

    assert desk.steps()[-1] == "close"


ASKED = Asked("1001-20261125:3fa9", "1001", "haneul", "20261128")
SEVERAL = replace(OVER, ours=(1, 4), theirs=(7, 8))
ENGLISH = f"""\
To: haneul
About: 1001-20261125:3fa9, merchant 1001, business date 20261125
Answer by: 20261128

{SEVERAL.sentence(Language.ENGLISH)}

  What both lists call it: 20261125/haneul/1
  Our records: 10,000 won (rows 1, 4)
  Your records: 11,000 won (rows 7, 8)

Please tell us how it stands with you, and what shows it. Quote 1001-20261125:3fa9 in your answer.
"""
KOREAN = f"""\
수신: haneul
제목: 대사 차이 조회 1001-20261125:3fa9 (가맹점 1001, 거래일 20261125)
회신 기한: 20261128

{SEVERAL.sentence(Language.KOREAN)}

  양측 식별자: 20261125/haneul/1
  당사 내역: 10,000원 (행 1, 4)
  귀사 내역: 11,000원 (행 7, 8)

귀사의 처리 상태와 근거 자료를 회신하여 주시기 바랍니다. 회신 시 1001-20261125:3fa9을 기재하여 주십시오.
"""


@pytest.mark.parametrize(("language", "written"), [(Language.ENGLISH, ENGLISH), (Language.KOREAN, KOREAN)])
def test_a_counterparty_is_asked_with_the_facts_of_both_lists(language: Language, written: str) -> None:
    assert letter(SEVERAL, ASKED, language) == written


@pytest.mark.parametrize(
    ("language", "nobody"), [(Language.ENGLISH, "whoever it concerns"), (Language.KOREAN, "담당자")]
)
def test_what_no_list_tells_is_left_open_in_the_question(language: Language, nobody: str) -> None:
    untold = replace(OVER, ours=(), theirs=(), day=0)

    assert facts_of(untold, replace(ASKED, to=""), language) == {
        "name": "1001-20261125:3fa9",
        "merchant": "1001",
        "to": nobody,
        "date": "-",
        "due": "20261128",
        "kind": "DEPOSIT_OVER",
        "subject": "20261125/haneul/1",
        "our_won": 10_000,
        "their_won": 11_000,
        "ours": "-",
        "theirs": "-",
    }
