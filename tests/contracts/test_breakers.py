"""What the store of the breakers promises: one winner per version, exact reads, errors counted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from payment_core.routing.breaker import (
    OPEN_MS,
    ROWS_TO_JUDGE,
    WINDOW_MS,
    Breaker,
    Failure,
    Reason,
    State,
    closed,
    leased,
    opened,
)
from payment_core.routing.failover import Came, count
from payment_core.routing.ports import Breakers
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOW


def an_open_one(destination: str) -> Breaker:
    """Opened at noon."""
    breaker = opened(Breaker(destination), Reason.INLINE, "10 technical errors within 4 s", NOW)
    assert breaker is not None
    return breaker


def test_a_breaker_comes_back_as_it_was_written(breakers: Breakers, destination: str) -> None:
    breaker = an_open_one(destination)
    held = leased(breaker, "a prober", NOW + OPEN_MS)
    assert held is not None

    assert breakers.move(Breaker(destination), breaker)
    assert breakers.read()[destination] == breaker
    assert breakers.move(breaker, held)

    assert breakers.read()[destination] == held


def test_whoever_saw_an_older_version_changes_nothing(breakers: Breakers, destination: str) -> None:
    breaker = an_open_one(destination)
    assert breakers.move(Breaker(destination), breaker)

    assert not breakers.move(Breaker(destination), replace(breaker, reason="ALARM"))

    assert breakers.read()[destination].reason == "INLINE"


@pytest.mark.engine
def test_of_many_openers_one_wins(engine_breakers: Breakers, destination: str) -> None:
    breakers = engine_breakers
    with ThreadPoolExecutor(8) as openers:
        won = list(
            openers.map(lambda _: breakers.move(Breaker(destination), an_open_one(destination)), range(8))
        )

    assert won.count(True) == 1


def test_it_opens_only_while_its_witness_is_closed(breakers: Breakers, destination: str) -> None:
    witness = Breaker(f"{destination}-other")
    open_witness = an_open_one(witness.destination)

    assert breakers.move(witness, open_witness)
    assert not breakers.move(Breaker(destination), an_open_one(destination), while_closed=[witness])
    assert destination not in breakers.read()

    again = closed(open_witness, Reason.PERSON, "it is back", NOW + 1)
    assert again is not None
    assert breakers.move(open_witness, again)
    assert breakers.move(Breaker(destination), an_open_one(destination), while_closed=[witness])


def test_errors_are_read_from_a_moment_on_in_time_order_and_each_once(
    breakers: Breakers, destination: str
) -> None:
    for place, at_ms in enumerate([NOW + 5, NOW - 1, NOW, NOW + 2, NOW]):
        breakers.add(Failure(destination, f"error-{place}", NOW, at_ms), 0)
    breakers.add(Failure(destination, "error-0", NOW, NOW + 5), 0)
    breakers.add(Failure(destination, "of another generation", NOW, NOW + 1), 1)

    assert list(breakers.moments_ms(destination, 0, NOW, ROWS_TO_JUDGE)) == [NOW, NOW, NOW + 2, NOW + 5]
    assert list(breakers.moments_ms(destination, 0, NOW, 2)) == [NOW, NOW]


@pytest.mark.engine
def test_fifty_sandboxes_that_fail_at_once_open_it_once(engine_breakers: Breakers, destination: str) -> None:
    breakers = engine_breakers
    routes = [{destination, f"{destination}-other"}]

    def fail(place: int) -> Came:
        failure = Failure(destination, f"error-{place}", NOW, NOW + place)
        return count(failure, breakers=breakers, routes=routes, now_ms=NOW + place)

    with ThreadPoolExecutor(25) as sandboxes:
        came = list(sandboxes.map(fail, range(50)))

    assert came.count(Came.OPENED) == 1
    assert breakers.read()[destination].generation == 1
    assert breakers.read()[destination].state is State.OPEN


def test_a_slot_is_free_again_after_sixty_seconds_and_its_own_errors_again_at_once(
    breakers: Breakers, destination: str
) -> None:
    def takes(name: str, at_ms: int, *, terminal: str = "1001-1", generation: int = 0) -> bool:
        failure = Failure(destination, name, at_ms, at_ms, terminal)
        return breakers.take_slot(failure, generation, 2)

    assert [takes("a", NOW), takes("b", NOW + 1), takes("c", NOW + 2)] == [True, True, False]
    assert takes("a", NOW), "told twice"
    assert takes("of another terminal", NOW + 2, terminal="1001-2")
    assert takes("of another generation", NOW + 2, generation=1)
    assert not takes("d", NOW + WINDOW_MS)
    assert takes("e", NOW + WINDOW_MS + 1)


@pytest.mark.engine  # moto answers one caller at a time: there it would be no race
def test_of_many_errors_of_one_terminal_at_once_as_many_count_as_the_cap_says(
    engine_breakers: Breakers, destination: str
) -> None:
    failures = [Failure(destination, str(place), NOW, NOW + place, "1001-1") for place in range(30)]

    with ThreadPoolExecutor(10) as sandboxes:
        taken = list(sandboxes.map(lambda one: engine_breakers.take_slot(one, 0, 3), failures))

    assert taken.count(True) == 3
