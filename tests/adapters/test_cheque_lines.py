"""A cheque inquiry on every line that takes it, whatever the VAN does to its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_adapters.destinations import Purpose, destinations
from payment_core.approval.outcome import BadCheque, GoodCheque, InDoubt, NotSent, Outcome
from payment_core.kernel.cheque import Cheque, ChequeKind
from tests.adapters.orders import CHEQUE
from tests.adapters.parties import BRIEF_SECONDS, BUDGET_MS, PATIENT_SECONDS, Running, an_order
from tools.simulators.faults import Fault

TAKE_CHEQUES = [one.profile.name for one in destinations() if Purpose.CHEQUE_INQUIRY in one.telegrams]
UNCLEAR = (Fault.GARBLE, Fault.TRUNCATE, Fault.WRONG_AMOUNT, Fault.UNKNOWN_CODE, Fault.TRY_LATER, Fault.CLOSE)

every = pytest.mark.parametrize("party", TAKE_CHEQUES, indirect=True)


def told(party: Running, cheque: Cheque = CHEQUE, *, seconds: int = PATIENT_SECONDS) -> Outcome:
    """Ask; whatever it comes to, its trail shows no account."""
    order = an_order(amount_won=cheque.amount_won)
    outcome = party.line(seconds=seconds).inquire_cheque(order, cheque, BUDGET_MS)
    assert cheque.account not in outcome.trail.sent + outcome.trail.received
    return outcome


def test_two_vans_are_asked_about_cheques() -> None:
    assert TAKE_CHEQUES == ["dongdaemun", "hangang"]


@every
def test_a_bank_knows_its_good_cheques_and_says_why_it_stands_behind_no_other(party: Running) -> None:
    three = replace(CHEQUE, number="10000014", kind=ChequeKind.THREE_HUNDRED_THOUSAND, amount_won=300_000)
    bad = [
        *(replace(CHEQUE, number="20000013"), replace(CHEQUE, number="30000013")),
        *(replace(CHEQUE, number="10000099"), replace(CHEQUE, account="384728")),
    ]

    assert [type(told(party, one)) for one in (CHEQUE, three)] == [GoodCheque, GoodCheque]
    codes = [outcome.response_code for one in bad if isinstance(outcome := told(party, one), BadCheque)]
    assert codes == ["6101", "6102", "6103", "6103"]


@every
@pytest.mark.parametrize("fault", UNCLEAR)
def test_an_unclear_answer_is_no_word_about_the_cheque(party: Running, fault: Fault) -> None:
    party.script(fault, "cheque_inquiry")

    assert isinstance(told(party), InDoubt)
    assert isinstance(told(party), GoodCheque)


@every
def test_an_answer_about_another_inquiry_is_not_believed(party: Running) -> None:
    party.script(Fault.OTHER_SALE, "cheque_inquiry")

    assert isinstance(told(party, seconds=BRIEF_SECONDS), InDoubt)


@pytest.mark.parametrize("party", ["gyeongbok"], indirect=True)
def test_a_van_without_the_telegram_is_not_sent_one(party: Running) -> None:
    outcome = told(party)

    assert isinstance(outcome, NotSent)
    assert outcome.by_us
