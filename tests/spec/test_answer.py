"""Answers: in the language the till asked in, stored once, and moved on when the sale has."""

from __future__ import annotations

import json

import pytest

from payment_core.approval.answer import current_answer
from payment_core.approval.standing import sentence
from payment_core.kernel.language import Language
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import Till


@pytest.mark.parametrize(
    ("language", "says"), [(Language.KOREAN, "승인되지 않았습니다"), (Language.ENGLISH, "Not approved")]
)
def test_a_till_is_answered_in_the_language_it_asked_in(language: Language, says: str) -> None:
    till = Till(link=ScriptedLink([SILENCE]))
    till.accept(language=language)

    sent = till.send()

    assert sent.answer is not None
    assert says in json.loads(sent.answer.body)["message"]


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

    till.undo(in_line=True)

    after = current_answer(till.sale)["message"]
    assert after == sentence(till.sale, Language.ENGLISH) != before
    assert "confirmed" in str(after)
