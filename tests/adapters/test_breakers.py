"""What stands between senders, routers and the breakers' store: it may be down, and no sale notices."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from payment_adapters.networks.error_report import ErrorReport
from payment_adapters.networks.measured import MeasuredLink
from payment_adapters.tables.breakers import KnownBreakers
from payment_core.approval.outcome import AuthorisationOutcome, Declined, InDoubt, NotSent
from payment_core.routing.breaker import Breaker, Reason, State, opened
from tests.adapters.orders import CARD, ORDER
from tests.fakes.breakers import InMemoryBreakers
from tests.fakes.hands import Clock
from tests.fakes.links import ScriptedLink

ROUTES = ({"hangang", "namsan"},)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breakers(clock: Clock) -> InMemoryBreakers:
    """Hangang's is open."""
    breaker = opened(Breaker("hangang"), Reason.INLINE, "ten", clock.at_ms)
    assert breaker is not None
    return InMemoryBreakers({"hangang": breaker})


def test_a_router_reads_at_most_once_a_second(breakers: InMemoryBreakers, clock: Clock) -> None:
    known = KnownBreakers(breakers, lambda: clock.at_ms)
    assert known.open_destinations() == {"hangang"}

    breakers.items["hangang"] = replace(breakers.items["hangang"], state=State.CLOSED)
    clock.pass_ms(999)
    assert known.open_destinations() == {"hangang"}
    clock.pass_ms(1)

    assert known.open_destinations() == frozenset()


def test_what_is_being_probed_takes_no_sale(breakers: InMemoryBreakers, clock: Clock) -> None:
    breakers.items["hangang"] = replace(breakers.items["hangang"], state=State.HALF_OPEN)

    assert KnownBreakers(breakers, lambda: clock.at_ms).open_destinations() == {"hangang"}


def test_without_the_store_the_last_known_state_stands_for_a_minute_and_then_none(
    breakers: InMemoryBreakers, clock: Clock
) -> None:
    known = KnownBreakers(breakers, lambda: clock.at_ms)
    known.open_destinations()
    breakers.down = True

    clock.pass_seconds(60)
    assert known.open_destinations() == {"hangang"}
    clock.pass_seconds(1)
    assert known.open_destinations() == frozenset()


def test_a_router_that_never_reached_the_store_passes_over_nothing(
    breakers: InMemoryBreakers, clock: Clock
) -> None:
    breakers.down = True

    assert KnownBreakers(breakers, lambda: clock.at_ms).open_destinations() == frozenset()


def a_line(report: ErrorReport, outcome: AuthorisationOutcome) -> MeasuredLink:
    return MeasuredLink("hangang", ScriptedLink(authorisations=[outcome]), report.keep)


def test_ten_errors_of_a_line_open_its_breaker_when_they_are_reported(clock: Clock) -> None:
    store = InMemoryBreakers()
    report = ErrorReport(store, lambda: ROUTES, lambda: clock.at_ms)
    line = a_line(report, NotSent("refused"))
    for _ in range(10):
        line.authorise(ORDER, CARD, 1_000)
    assert store.items == {}, "a telegram's decision comes first"

    report.report()

    assert store.items["hangang"].state is State.OPEN


@pytest.mark.parametrize(
    "outcome",
    [
        Declined("8326", "한도초과"),
        NotSent("no time is left", by_us=True),
        InDoubt("9998", "9998", unlisted_code=True, destination_fault=False),
        InDoubt("code 4949 leaves it open", "4949", destination_fault=False),
    ],
)
def test_a_storm_of_what_is_not_its_fault_keeps_nothing(clock: Clock, outcome: AuthorisationOutcome) -> None:
    report = ErrorReport(InMemoryBreakers(), lambda: ROUTES, lambda: clock.at_ms)
    line = a_line(report, outcome)
    for _ in range(30):
        line.authorise(ORDER, CARD, 1_000)

    assert report.waiting == []


def test_a_store_that_is_down_is_counted_and_disturbs_nobody(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ErrorReport(InMemoryBreakers(down=True), lambda: ROUTES, lambda: clock.at_ms)
    report.keep("hangang", ORDER, NotSent("refused"))
    report.keep("hangang", ORDER, NotSent("refused"))

    report.report()

    names = [
        json.loads(line)["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]
        for line in capsys.readouterr().out.splitlines()
    ]
    assert names.count("BreakersUnavailable") == 1, "one look, not one for each error"
    assert names.count("DestinationError") == 2, "the alarm opens without the store"
    assert report.waiting == []


def test_errors_on_the_last_path_are_counted_as_such(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ErrorReport(InMemoryBreakers(), lambda: ({"hangang"},), lambda: clock.at_ms)
    for _ in range(11):
        report.keep("hangang", ORDER, NotSent("refused"))

    report.report()

    assert capsys.readouterr().out.count('"Name":"LastPath"') == 2


@pytest.mark.parametrize(("down", "told"), [(False, 3), (True, 10)])
def test_an_error_that_a_cap_holds_back_does_not_ring_the_alarm_either(
    clock: Clock, capsys: pytest.CaptureFixture[str], *, down: bool, told: int
) -> None:
    store = InMemoryBreakers(down=down)
    report = ErrorReport(store, lambda: ROUTES, lambda: clock.at_ms, lambda _: 3)
    for _ in range(10):
        report.keep("hangang", ORDER, NotSent("refused"))

    report.report()

    assert capsys.readouterr().out.count('"Name":"DestinationError"') == told
    assert store.items == {}
