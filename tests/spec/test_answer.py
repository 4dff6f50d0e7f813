"""Answers: every sentence that a till shows in our own words exists in both languages."""

from __future__ import annotations

import json

import pytest

from payment_core.approval.answer import SENTENCES
from payment_core.kernel.language import Language
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import Till


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_of_ours_exists_in_every_language(code: str) -> None:
    told = SENTENCES[code]

    assert set(told) == set(Language)
    assert all(told.values())
    assert told[Language.KOREAN] != told[Language.ENGLISH]


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
