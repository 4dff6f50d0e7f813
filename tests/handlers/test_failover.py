"""Failover's door: an alarm opens, an open breaker calls people, a minute later it is probed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.failover.handler import on_event, on_minute
from functions.van_router.handler import handler as route
from payment_adapters import wiring
from payment_adapters.aws.alarm_events import raised_metric
from payment_adapters.networks.link import TelegramLink
from payment_core.approval.ports import Order
from payment_core.routing.breaker import Breaker, Reason, State, opened
from tests.handlers.world import Invocation, World, event

TWO_VANS = (frozenset({"hangang", "namsan"}),)


@pytest.fixture
def two_vans(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A route that hangang may leave."""
    monkeypatch.setattr(wiring, "routes", lambda: TWO_VANS)
    return world


def measured(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, int]]:
    found = []
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        name = line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]
        found.append((name, line[name]))
    return found


def open_hangang(at_ms: int) -> None:
    breaker = opened(Breaker("hangang"), Reason.PERSON, "work on the line", at_ms)
    assert breaker is not None
    assert wiring.breakers().move(Breaker("hangang"), breaker)


@pytest.mark.usefixtures("two_vans")
def test_an_alarm_about_a_destination_opens_its_breaker_once() -> None:
    assert on_event(event("failover/alarm"), Invocation()) == {"came": "OPENED"}
    assert on_event(event("failover/alarm"), Invocation()) == {"came": "IGNORED"}

    breaker = wiring.breakers().read()["hangang"]
    assert (breaker.state, breaker.generation, breaker.reason) == (State.OPEN, 1, "ALARM")


@pytest.mark.usefixtures("world")
def test_an_alarm_about_the_last_path_opens_nothing_and_calls_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "routes", lambda: (frozenset({"hangang"}),))

    assert on_event(event("failover/alarm"), Invocation()) == {"came": "LAST_PATH"}

    assert measured(capsys) == [("LastPath", 1)]
    assert wiring.breakers().read() == {}


@pytest.mark.usefixtures("two_vans")
@pytest.mark.parametrize("difference", ["another metric", "the alarm ends", "a composite"])
def test_any_other_alarm_is_nothing_to_it(difference: str) -> None:
    told = event("failover/alarm")
    match difference:
        case "another metric":
            told["detail"]["configuration"]["metrics"][0]["metricStat"]["metric"]["name"] = "SweeperRan"
        case "the alarm ends":
            told["detail"]["state"]["value"] = "OK"
        case _:
            told["detail"]["configuration"] = {"alarmRule": "ALARM(a)"}

    assert on_event(told, Invocation()) == {"came": "IGNORED"}


def test_the_window_begins_where_the_reason_says_else_one_period_before() -> None:
    detail: dict[str, Any] = event("failover/alarm")["detail"]
    with_reason = raised_metric(detail)
    del detail["state"]["reasonData"]
    without = raised_metric(detail)

    assert with_reason is not None
    assert without is not None
    assert without.window_start_ms - with_reason.window_start_ms == 2_000


@pytest.mark.usefixtures("world")
def test_an_opened_breaker_moves_the_alarm_that_calls_people(capsys: pytest.CaptureFixture[str]) -> None:
    told = event("failover/opened")
    on_event(told, Invocation())
    on_event({**told, "detail-type": "payrelay.breaker.closed.v1"}, Invocation())

    assert measured(capsys) == [("BreakerOpened", 1), ("BreakerOpened", 0)]


@pytest.mark.usefixtures("world")
def test_a_destination_that_answers_is_closed_by_three_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Order] = []

    def answers(_line: TelegramLink, order: Order, _budget_ms: int) -> bool:
        asked.append(order)
        return True

    monkeypatch.setattr(TelegramLink, "answers", answers)
    open_hangang(wiring.now_ms() - 31_000)

    assert on_minute(event("failover/minute"), Invocation()) == {"hangang": "CLOSED"}

    assert len(asked) == 3


@pytest.mark.usefixtures("world")
def test_a_destination_that_is_still_silent_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TelegramLink, "answers", lambda *_: False)
    open_hangang(wiring.now_ms() - 31_000)

    assert on_minute(event("failover/minute"), Invocation()) == {"hangang": "OPEN"}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("merchant", "held"), [("1002", True), ("1001", False)], ids=["one of four", "the only one"]
)
def test_the_router_passes_over_what_is_open_where_there_is_another(merchant: str, *, held: bool) -> None:
    open_hangang(wiring.now_ms())
    wiring.known_breakers.cache_clear()

    asked: Any = event("van_router/route")
    chosen = set()
    for sequence in range(1, 41):
        asked["sale_id"] = f"{merchant}-{merchant}0001-1-20261120-{sequence}"
        chosen.add(route(asked, Invocation())["destination"])
    wiring.known_breakers.cache_clear()

    assert ("hangang" not in chosen) is held
