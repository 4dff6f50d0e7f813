"""Open money: what is not known yet is one number, with its age and whose turn it is."""

from __future__ import annotations

from payment_core.approval.model import AttemptState
from payment_core.approval.open_money import by_age, is_for_a_person, open_since_ms, open_won
from payment_core.approval.outcome import InDoubt, Refused
from payment_core.kernel.open_ages import Money
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import Till, an_approved_sale, an_unanswered_sale


def test_an_unanswered_sale_is_open_since_its_intent() -> None:
    till = Till(link=ScriptedLink(authorisations=[SILENCE]))
    till.accept()
    till.clock.pass_seconds(1)

    till.send()

    assert open_since_ms(till.sale) == till.sale.attempts[0].intent_at_ms > till.sale.received_at_ms


def test_a_cancel_of_an_old_sale_is_open_since_the_cancel_and_for_its_own_amount() -> None:
    till = an_approved_sale()
    till.clock.pass_seconds(7 * 86_400)

    till.begin_cancel(amount_won=4_000, business_date="20261127")

    assert open_since_ms(till.sale) == till.clock.at_ms
    assert open_won(till.sale) == 4_000
    assert not is_for_a_person(till.sale, till.clock.at_ms)


def test_an_approval_of_another_amount_is_open_for_that_amount() -> None:
    doubt = InDoubt("another amount", approval_number="30000001", approved_won=11_001)

    assert open_won(an_unanswered_sale(link=ScriptedLink([doubt])).sale) == 11_001


def test_a_person_looks_at_what_takes_a_quarter_of_an_hour() -> None:
    sale = an_unanswered_sale().sale
    since_ms = open_since_ms(sale)

    assert not is_for_a_person(sale, since_ms + 899_999)
    assert is_for_a_person(sale, since_ms + 900_000)


def test_the_meter_shows_every_age() -> None:
    sale = an_unanswered_sale().sale
    since_ms = open_since_ms(sale)

    assert by_age([sale], since_ms + 60_000) == {
        "under 30 s": Money(),
        "under 15 min": Money(1, sale.amount_won),
        "under 24 h": Money(),
        "24 h and older": Money(),
    }
    assert by_age([sale], since_ms + 86_400_000)["24 h and older"] == Money(1, sale.amount_won)


def test_a_person_looks_at_once_when_a_destination_refuses() -> None:
    refusing = ScriptedLink(authorisations=[SILENCE], net_cancels=[Refused("2020", "망취소 기한 경과")])
    till = an_unanswered_sale(link=refusing)

    till.undo(in_line=True)

    assert till.sale.attempt_states()[0] is AttemptState.MANUAL
    assert is_for_a_person(till.sale, till.clock.at_ms)
