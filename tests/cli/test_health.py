"""`payrelay health` says in one sentence why a destination is open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_adapters.breaker_words import why as sentence
from payment_core.routing.breaker import OPEN_MS, Breaker, Reason, closed, leased, opened
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOW


@pytest.fixture
def breaker() -> Breaker:
    found = opened(Breaker("hangang"), Reason.INLINE, "10 technical errors within 4 s", NOW)
    assert found is not None
    return found


def test_one_that_never_opened() -> None:
    assert sentence(Breaker("hangang"), NOW) == "It takes sales; it has never been open."


def test_one_that_waits(breaker: Breaker) -> None:
    assert sentence(breaker, NOW + 12_500) == (
        "It takes no sales since 12 s: 10 technical errors within 4 s. Probes begin in 18 s."
    )


def test_one_that_a_person_opened(breaker: Breaker) -> None:
    by_hand = replace(breaker, reason="PERSON", why="work on the line")

    assert "a person: work on the line" in sentence(by_hand, NOW)


def test_one_that_is_probed(breaker: Breaker) -> None:
    probed = leased(breaker, "somebody", NOW + OPEN_MS)
    assert probed is not None

    assert sentence(probed, NOW + OPEN_MS + 2_000) == (
        "It is being probed since 2 s (0 of 3 probes were answered); "
        "it opened because of: 10 technical errors within 4 s."
    )


def test_one_that_came_back(breaker: Breaker) -> None:
    back = closed(breaker, Reason.PROBE, "3 probes in a row were answered", NOW)
    assert back is not None

    assert sentence(back, NOW + 5_000) == "It takes sales again since 5 s: 3 probes in a row were answered."
