"""Answers: in the language the till asked in, stored once, and moved on when the sale has."""

from __future__ import annotations

import json

import pytest

from payment_core.approval.answer import (
    cancel_answer,
    current_answer,
    healthy_answer,
    look_answer,
    undone_by_pos_answer,
)
from payment_core.approval.model import Answer
from payment_core.approval.outcome import Approved, Declined, InDoubt, NotSent, Undone
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


def test_whoever_looks_reads_the_sale_as_it_stands_and_korean_as_korean() -> None:
    till = Till()
    till.accept(language=Language.KOREAN)

    answer = look_answer(till.sale)

    body = json.loads(answer.body)
    assert answer.http_status == 200
    assert body == current_answer(till.sale)
    assert [body[word] for word in WORDS] == ["RECEIVED", "", "", "", 0, 0]
    assert sentence(till.sale, Language.KOREAN) in answer.body


def test_a_healthy_door_says_so() -> None:
    assert healthy_answer() == Answer(200, '{"status": "ok"}')


def test_a_till_is_told_how_its_cancel_stands_and_how_its_sale_does() -> None:
    till = an_approved_sale(link=ScriptedLink(cancels=[Undone("0000", "취소되었습니다")]))
    till.begin_cancel(43, 4_000)
    asked = cancel_answer(till.sale, "20261120-43")
    till.try_cancel(43)

    told = cancel_answer(till.sale, "20261120-43")

    assert (asked.http_status, told.http_status) == (202, 201)
    assert json.loads(told.body) == {
        **current_answer(till.sale),
        "cancel": {
            "id": "20261120-43",
            "state": "DONE",
            "amount_won": 4_000,
            "vat_won": 364,
            "response_code": "0000",
            "message": "취소되었습니다",
        },
    }
    assert "취소되었습니다" in told.body


def test_of_a_refund_no_destination_said_anything_so_a_till_is_told_how_its_sale_stands() -> None:
    till = an_approved_sale()
    till.claim()

    answer = cancel_answer(till.begin_cancel(43, 4_000), "20261120-43")

    told = json.loads(answer.body)["cancel"]
    assert answer.http_status == 201
    assert (told["state"], told["message"]) == ("REFUND", sentence(till.sale, Language.ENGLISH))


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
