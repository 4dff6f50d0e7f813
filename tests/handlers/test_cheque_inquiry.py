"""A cheque through the doors: the VAN is asked, the till is told, and nothing is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from telegram_codec.specs import hangang
from tests.adapters.scripted_van import Act, answers, stays_silent
from tests.handlers.world import Told, World

ACCOUNT = "384729"
GOOD, STOLEN = answers(message="정상 수표입니다"), answers(response_code="6101", message="도난 신고")


def ask(world: World, **changes: Any) -> Told:  # noqa: ANN401 -- any word of a POS
    return world.ask(world.signed("gateway/inquire_cheque", **changes))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (GOOD, {"state": "GOOD", "response_code": "0000", "message": "정상 수표입니다"}),
        (STOLEN, {"state": "BAD", "response_code": "6101", "message": "도난 신고"}),
    ],
)
def test_the_bank_is_asked_the_till_is_told_and_nothing_is_kept(
    world: World, act: Act, words: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    world.van_does(act)

    told = ask(world)

    (request,) = world.van.requests
    assert isinstance(request, hangang.ChequeInquiryRequest)
    assert (request.cheque_number, request.cheque_account, request.amount_won) == (
        *("10000013", ACCOUNT),
        100_000,
    )
    assert (told.http_status, told.words) == (
        200,
        {"number": "10000013", "destination": "hangang", **words},
    )
    assert world.items() == []
    logged = capsys.readouterr()
    for written in (*world.outgoing, logged.out, logged.err):
        assert ACCOUNT not in written


@pytest.mark.parametrize("act", [stays_silent, answers(response_code="9998"), answers(amount_won=1)])
def test_what_nobody_answers_clearly_is_not_known_and_may_be_asked_again(world: World, act: Act) -> None:
    world.van_does(act, GOOD)

    unknown, again = ask(world), ask(world)

    assert (unknown.http_status, unknown.words["code"]) == (503, "cheque-not-known")
    assert unknown.headers["Retry-After"]
    assert again.words["state"] == "GOOD"


def test_a_function_that_fails_has_said_nothing(world: World) -> None:
    world.functions.fails = True

    assert ask(world).words["code"] == "cheque-not-known"


def test_a_silent_van_counts_for_its_breaker(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.van_does(stays_silent)

    ask(world)

    assert "DestinationError" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_won": 300_000}, "cheque-does-not-fit"),
        ({"issued_on": "20991231"}, "cheque-does-not-fit"),
        ({"kind": "12"}, "malformed-request"),
        ({"account": None}, "malformed-request"),
    ],
)
def test_a_cheque_that_cannot_be_reaches_no_van(world: World, changes: dict[str, Any], code: str) -> None:
    told = ask(world, **changes)

    assert (told.words["code"], world.telegrams) == (code, [])
    assert ACCOUNT not in json.dumps(told.words)
