"""Answers: in the language the till asked in, stored once, and moved on when the sale has."""

from __future__ import annotations

import json

import pytest

from payment_core.approval.answer import current_answer, undone_by_pos_answer
from payment_core.approval.outcome import Approved, Declined, InDoubt, NotSent
from payment_core.approval.standing import sentence
from payment_core.kernel.language import Language
from tests.fakes.links import APPROVAL, SILENCE, ScriptedLink
from tests.spec.till import Till, an_approved_sale


@pytest.mark.parametrize(
    ("language", "says"), [(Language.KOREAN, "승인되지 않았습니다"), (Language.ENGLISH, "Not approved")]
)
def test_a_till_is_answered_in_the_language_it_asked_in(language: Language, says: str) -> None:
    till = Till(link=ScriptedLink([SILENCE]))
    till.accept(language=language)

    sent = till.send()

    assert sent.answer is not None
    assert says in json.loads(sent.answer.body)["message"]


# What the destination said → HTTP status and state, approval number, destination, code, amount and VAT left.
TOLD = [
    (APPROVAL, (201, "APPROVED", "30000001", "hangang", "0000", 11_000, 1_000)),
    (Declined("8037", "no"), (201, "DECLINED", "", "hangang", "8037", 0, 0)),
    (NotSent("no line"), (201, "DECLINED", "", "hangang", "R001", 0, 0)),
    (SILENCE, (202, "BEING_REVERSED", "", "hangang", "R002", 0, 0)),
]
WORDS = (
    "state",
    "approval_number",
    "destination",
    "response_code",
    "remaining_amount_won",
    "remaining_vat_won",
)


@pytest.mark.parametrize(("outcome", "told"), TOLD, ids=[str(told[1]) for _, told in TOLD])
def test_a_till_is_told_all_that_its_receipt_needs(
    outcome: Approved | Declined | NotSent | InDoubt, told: tuple[int | str, ...]
) -> None:
    answer = an_approved_sale(link=ScriptedLink([outcome])).sale.answer

    assert answer is not None
    body = json.loads(answer.body)
    assert (answer.http_status, *(body[word] for word in WORDS)) == told
    assert body["sale_id"] == "1001-10010001-1-20261120-42"
    assert body["message"]


def test_whoever_looks_at_a_sale_given_back_in_part_is_told_what_is_left() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 4_000)
    till.try_cancel(43)

    body = current_answer(till.sale)

    assert [body[word] for word in WORDS] == ["APPROVED", "30000001", "hangang", "0000", 7_000, 636]


def test_a_repeated_key_hears_the_first_answer_whatever_language_it_asks_in_now() -> None:
    till = Till(link=ScriptedLink([SILENCE]))
    till.accept(language=Language.KOREAN)
    told = till.send().answer

    assert till.accept(language=Language.ENGLISH) == told


def test_whoever_looks_after_the_undoing_is_told_that_it_is_undone() -> None:
    till = Till(link=ScriptedLink([SILENCE]))
    till.accept()
    till.send()
    before = current_answer(till.sale)["message"]
    assert current_answer(till.sale)["state"] == "BEING_REVERSED"

    till.undo(in_line=True)

    assert current_answer(till.sale)["state"] == "REVERSED"
    after = current_answer(till.sale)["message"]
    assert after == sentence(till.sale, Language.ENGLISH) != before
    assert "confirmed" in str(after)


def test_whoever_repeats_a_sale_that_its_pos_took_back_is_told_whether_anything_is_being_undone() -> None:
    approved, unsent = an_approved_sale(), Till(link=ScriptedLink([NotSent("no line")]))
    unsent.accept()
    unsent.send(spare=True)

    told = [
        json.loads(undone_by_pos_answer(till.undo_for_pos()).body)["message"] for till in (approved, unsent)
    ]

    assert "hangang" in told[0]
    assert "hangang" not in told[1]
