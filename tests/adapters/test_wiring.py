"""A hand ends where its invocation ends, or earlier when its door says so."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from payment_adapters import wiring
from payment_adapters.networks.link import TelegramLink
from payment_adapters.settings import SettingMissingError, setting
from payment_adapters.sockets import Address


@dataclass
class Invocation:
    """What Lambda tells a handler."""

    aws_request_id: str = "run-1"
    left_ms: int = 24_000

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


@pytest.mark.parametrize(("limit_ms", "fence_ms"), [(None, 24_000), (4_000, 4_000), (60_000, 24_000)])
def test_a_hand_has_the_shorter_of_its_function_and_its_door(limit_ms: int | None, fence_ms: int) -> None:
    hand = wiring.hand("net_cancel", Invocation(), limit_ms=limit_ms)

    assert fence_ms - 200 < hand.remaining_ms() <= fence_ms


def test_the_time_of_a_hand_runs_out_with_the_clock() -> None:
    hand = wiring.hand("van_link", Invocation(left_ms=100))

    hand.pause_ms(60)

    assert hand.remaining_ms() <= 40


def test_a_hand_knows_its_run_and_never_repeats_an_id() -> None:
    hand = wiring.hand("van_link", Invocation("run-7"))

    assert (hand.name, hand.invocation_id) == ("van_link", "run-7")
    assert len({hand.new_id() for _ in range(1_000)}) == 1_000
    assert abs(hand.now_ms() - time.time() * 1_000) < 1_000
    assert {hand.chance_below(3) for _ in range(200)} == {0, 1, 2}


def line_of(name: str) -> TelegramLink:
    wiring.line.cache_clear()
    return wiring.line(name)


def test_a_line_goes_where_the_contract_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADDRESS_HANGANG", "ANSWER_SECONDS"):
        monkeypatch.setenv(name, "")

    line = line_of("hangang")

    assert (line.address, line.answer_seconds) == (Address("van.hangang.example", 9_100), 11)


def test_a_line_goes_elsewhere_when_the_deployment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADDRESS_HANGANG", "127.0.0.1:9101")
    monkeypatch.setenv("ANSWER_SECONDS", "2")

    line = line_of("hangang")

    assert (line.address, line.answer_seconds) == (Address("127.0.0.1", 9_101), 2)


@pytest.mark.parametrize("environment", [{}, {"PAYMENTS_TABLE": ""}])
def test_a_function_without_a_name_it_needs_says_which(environment: dict[str, str]) -> None:
    with pytest.raises(SettingMissingError) as missing:
        setting("PAYMENTS_TABLE", environment)

    assert missing.value.name == "PAYMENTS_TABLE"
