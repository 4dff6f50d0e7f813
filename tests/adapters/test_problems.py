"""Every refusal is told in the one form of RFC 9457, with a stable code, in the caller's language."""

from __future__ import annotations

import importlib
import json
import pkgutil
import string
from collections import Counter
from collections.abc import Iterator

import pytest

import payment_adapters
import payment_core
from payment_adapters.http.catalogue import BY_CODE, CATALOGUE
from payment_adapters.http.languages import language_of
from payment_adapters.http.problem_entry import Entry, Place
from payment_adapters.http.problems import CONTENT_TYPE, Problem, Refused, problem_of, problem_with
from payment_core.approval.model import SaleId
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.refusals import SaleInProgressError
from payment_core.kernel.language import Language
from payment_core.kernel.refusal import Refusal
from tools.generate.refusals import REFUSALS, example

SALE_ID = SaleId("1001", "10010001", 1, "20261120", 42)


def every_refusal() -> Iterator[type[Refusal]]:
    """Every class of core and adapters; a test's own are left out."""
    for package in (payment_core, payment_adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    waiting = [Refusal]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.startswith(("payment_core.", "payment_adapters.")):
                yield one


def test_every_refusal_is_in_the_catalogue_once_under_its_own_status() -> None:
    refusals = list(every_refusal())

    assert len(refusals) > 15
    assert Counter(one.code for one in refusals).most_common(1)[0][1] == 1
    for one in refusals:
        assert BY_CODE[one.code].http_status == one.http_status


def test_every_code_is_there_once_and_is_raised_or_told_by_somebody() -> None:
    codes = [entry.code for entry in CATALOGUE]
    raised = {one.code for one in every_refusal()}
    at_the_door = {entry.code for entry in CATALOGUE if entry.place is Place.DOOR}

    assert len(codes) == len(set(codes))
    assert set(codes) == raised | at_the_door | {"store-unavailable"}


def test_there_is_an_example_of_every_refusal() -> None:
    assert {one.code for one in every_refusal()} <= set(REFUSALS)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_both_languages_say_the_same_facts(entry: Entry) -> None:
    def facts(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert facts(entry.detail.en) == facts(entry.detail.ko)
    assert any("가" <= letter <= "힣" for letter in entry.detail.ko)
    assert any("가" <= letter <= "힣" for letter in entry.title.ko)


@pytest.mark.parametrize("code", BY_CODE)
@pytest.mark.parametrize("language", Language)
def test_a_problem_is_a_document_in_one_language(code: str, language: Language) -> None:
    problem = example(code, language)

    told = json.loads(problem.body())
    assert told["type"] == f"urn:payrelay:problem:{code}"
    assert (told["code"], told["status"]) == (code, problem.http_status)
    assert told["title"] == BY_CODE[code].title.in_(language)
    assert "{" not in told["detail"]
    assert problem.headers()["Content-Type"] == CONTENT_TYPE
    assert problem.headers()["Content-Language"] == language.value


@pytest.mark.parametrize("code", BY_CODE)
def test_only_what_may_succeed_later_asks_for_patience(code: str) -> None:
    assert ("Retry-After" in example(code).headers()) is (BY_CODE[code].http_status in {409, 429, 503})


def test_a_detail_is_filled_from_what_the_refusal_knows() -> None:
    refusal = SaleInProgressError(SALE_ID)

    assert str(SALE_ID) in problem_of(refusal).detail
    assert str(SALE_ID) in problem_of(refusal, Language.KOREAN).detail


@pytest.mark.parametrize(
    "told", [problem_of(StoreUnavailableError("the table gave no answer")), problem_with("store-unavailable")]
)
def test_an_unavailable_store_promises_nothing(told: Problem) -> None:
    assert (told.http_status, told.code) == (503, "store-unavailable")
    assert "Repeat the same request" in told.detail
    assert "the table" not in told.body()


def test_nobody_can_refuse_with_a_code_that_is_not_listed() -> None:
    class Planted(Refusal):
        """Raised by this test only."""

        code = "planted"
        http_status = 400

    unlisted: Refused = Planted("planted")
    with pytest.raises(KeyError):
        problem_of(unlisted)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("KO", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en;q=0.5, ko", "ko"),
        ("en, ko", "en"),
        ("ko;q=0.8, en;q=0.801", "en"),
        ("ko;q=0", "en"),
        ("*", "en"),
        ("*, en;q=0.1", "ko"),
        ("de, fr;q=0.9", "en"),
        ("en;q=0, ko;q=0.001", "ko"),
        ("ko;q=9", "en"),
        ("ko;q=0.12345", "en"),
        (",,;;q=", "en"),
        ("\u00e9" * 5_000, "en"),
        ("x," * 100 + "ko", "en"),
    ],
)
def test_the_language_that_is_liked_most_is_spoken(header: str, language: str) -> None:
    assert language_of(header).value == language
