"""A probe: an echo where the paper has one, an inquiry for a sale that never was where it has none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_adapters.destinations import Destination, Purpose, destination, destinations
from payment_adapters.networks.filling import Filling, paper_of, software_mac
from payment_adapters.networks.link import TelegramLink
from payment_adapters.networks.probing import probe_order
from payment_adapters.networks.words import words_of
from payment_core.approval.outcome import InDoubt, InquiryOutcome, NotApproved, NotFound, NotSent
from telegram_codec.specs import hangang
from tests.adapters.orders import line_to
from tests.adapters.scripted_van import Act, Caller, StartVan, stays_silent
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOW

HANGANG = destination("hangang")


def says(code: str) -> Act:
    """A VAN that answers an echo with this code."""

    def act(caller: Caller) -> None:
        assert isinstance(caller.request, hangang.EchoRequest)
        rows = {name: getattr(caller.request, name) for name in ("terminal_id", "serial", "transaction_date")}
        answer = hangang.EchoAnswer(
            **rows, transaction_time=caller.request.transaction_time, response_code=code
        )
        caller.say(answer.encode())

    return act


def test_a_van_in_service_answers_its_echo(van: StartVan) -> None:
    assert line_to(van(says("0000"))).answers(probe_order(HANGANG, NOW), 1_000)


def test_a_van_that_says_anything_else_is_not_back(van: StartVan) -> None:
    assert not line_to(van(says("9999"))).answers(probe_order(HANGANG, NOW), 1_000)


def test_a_silent_van_is_not_back(van: StartVan) -> None:
    assert not line_to(van(stays_silent)).answers(probe_order(HANGANG, NOW), 600)


@pytest.mark.parametrize(
    ("outcome", "is_there"),
    [
        (NotFound("2810", "원거래 없음", NOW), True),
        (NotApproved("0000", "취소된 거래"), True),
        (
            InDoubt("9998", "9998", unlisted_code=True, destination_fault=False),
            True,
        ),
        (InDoubt("no answer by the deadline"), False),
        (NotSent("refused"), False),
    ],
)
def test_without_an_echo_any_clear_answer_to_an_inquiry_counts(
    outcome: InquiryOutcome, *, is_there: bool, van: StartVan, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = line_to(van(stays_silent))
    plans = {purpose: plan for purpose, plan in line.destination.telegrams.items() if purpose != "echo"}
    line = replace(line, destination=replace(line.destination, telegrams=plans))
    monkeypatch.setattr(TelegramLink, "inquire", lambda *_: outcome)

    assert line.answers(probe_order(HANGANG, NOW), 1_000) is is_there


@pytest.mark.parametrize("one", destinations(), ids=lambda one: one.profile.name)
def test_every_destination_can_be_probed(one: Destination) -> None:
    purpose = Purpose.ECHO if Purpose.ECHO in one.telegrams else Purpose.INQUIRE

    _, wire = Filling(one, paper_of(one), software_mac(b"key")).request(
        one.telegrams[purpose], words_of(probe_order(one, NOW))
    )

    assert wire
