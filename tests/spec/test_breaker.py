"""Breaker: ten technical errors within any sixty seconds open it, once, and probes close it again."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.routing.breaker import (
    NEXT,
    ROWS_TO_JUDGE,
    Breaker,
    Failure,
    Lease,
    Reason,
    State,
    Step,
    closed,
    counts,
    exceeded,
    failed,
    leased,
    opened,
    span_seconds,
    succeeded,
    witnesses,
)
from tests.fakes.hands import NOON_IN_SEOUL_MS

NOW = NOON_IN_SEOUL_MS
MINUTE_MS = 60_000
OPEN_MS = 30_000
LEASE_MS = 20_000

# What moves a breaker; whatever is not here is refused.
TABLE = """
CLOSED     open     OPEN
OPEN       lease    HALF_OPEN
OPEN       close    CLOSED
HALF_OPEN  lease    HALF_OPEN
HALF_OPEN  succeed  HALF_OPEN
HALF_OPEN  close    CLOSED
HALF_OPEN  reopen   OPEN
"""


def an_open_one() -> Breaker:
    """Opened at noon."""
    found = opened(Breaker("hangang"), Reason.INLINE, "10 technical errors within 4 s", NOW)
    assert found is not None
    return found


def a_half_open_one(prober: str = "first") -> tuple[Breaker, Lease]:
    """Half a minute later, with the lease given."""
    found = leased(an_open_one(), prober, NOW + OPEN_MS)
    assert found is not None
    assert found.lease is not None
    return found, found.lease


def test_the_table_of_steps_is_the_one_that_people_read() -> None:
    told = [tuple(line.split()) for line in TABLE.strip().splitlines()]

    coded = [(state, step, after) for state, steps in NEXT.items() for step, after in steps.items()]

    assert told == [tuple(map(str, one)) for one in coded]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_what_is_not_in_the_table_is_refused(state: State, step: Step) -> None:
    lease = Lease(1, "first", NOW + LEASE_MS)
    held = lease if state is State.HALF_OPEN else None
    breaker = Breaker("hangang", state, generation=1, version=1, successes=0, lease=held)
    moves = {
        Step.OPEN: opened(breaker, Reason.INLINE, "ten", NOW),
        Step.LEASE: leased(replace(breaker, lease=None), "second", NOW),
        Step.SUCCEED: succeeded(breaker, lease, NOW),
        Step.CLOSE: closed(breaker, Reason.PERSON, "a person", NOW),
        Step.REOPEN: failed(breaker, lease, NOW),
    }

    found = moves[step]

    assert (found.state if found else None) == NEXT[state].get(step)


def test_ten_errors_within_sixty_seconds_are_enough_and_nine_are_not() -> None:
    spread = [NOW + place * MINUTE_MS // 9 for place in range(10)]

    assert exceeded(spread)
    assert not exceeded(spread[:9])
    assert not exceeded([*spread[:9], spread[9] + 1])


def test_a_new_error_is_judged_with_the_nine_on_either_side_of_it() -> None:
    assert ROWS_TO_JUDGE == 9 + 1 + 9


@given(
    st.lists(st.integers(0, 240_000), max_size=40),
    st.integers(0, MINUTE_MS),
)
def test_the_rule_holds_wherever_the_minute_begins(moments: list[int], shift: int) -> None:
    ordered = sorted(moments)
    somewhere = any(sum(first <= at <= first + MINUTE_MS for at in ordered) >= 10 for first in ordered)

    assert exceeded(moments) == somewhere
    assert exceeded(at + shift for at in moments) == somewhere


def test_a_few_errors_are_judged_by_trying_every_ten_of_them() -> None:
    drawn = random.Random(9)  # noqa: S311 -- patterns, no secrets
    for _ in range(300):
        moments = [drawn.randrange(90_000) for _ in range(drawn.randrange(9, 13))]
        by_hand = any(max(ten) - min(ten) <= MINUTE_MS for ten in combinations(moments, 10))

        assert exceeded(moments) == by_hand


@pytest.mark.parametrize(("seconds", "missed_percent"), [(40, 66.6), (59, 98.3)])
def test_an_alarm_that_counts_by_the_minute_would_miss_most_bursts(
    seconds: int, missed_percent: float
) -> None:
    """Ten errors at even distances; the burst begins at every millisecond of a minute once."""
    span_ms = seconds * 1_000
    missed = sum(begin + span_ms >= MINUTE_MS for begin in range(MINUTE_MS))

    assert exceeded(place * span_ms // 9 for place in range(10))
    assert missed / MINUTE_MS * 100 == pytest.approx(missed_percent, abs=0.1)


def test_opening_begins_a_generation_and_a_wait() -> None:
    breaker = an_open_one()

    assert (breaker.state, breaker.generation, breaker.since_ms) == (State.OPEN, 1, NOW)
    assert breaker.until_ms == NOW + 30_000
    assert opened(breaker, Reason.ALARM, "again", NOW) is None


def test_an_error_of_a_telegram_that_left_before_the_last_close_does_not_count() -> None:
    breaker = Breaker("hangang", closed_at_ms=NOW)

    assert counts(breaker, Failure("hangang", "1", NOW, NOW + 1_000))
    assert not counts(breaker, Failure("hangang", "1", NOW - 1, NOW + 1_000))
    assert not counts(an_open_one(), Failure("hangang", "1", NOW + 1, NOW + 1_000))


def test_nobody_probes_before_the_wait_is_over() -> None:
    assert leased(an_open_one(), "first", NOW + OPEN_MS - 1) is None
    assert leased(an_open_one(), "first", NOW + OPEN_MS) is not None


def test_one_prober_holds_the_lease_and_a_dead_one_loses_it() -> None:
    breaker, lease = a_half_open_one()

    assert leased(breaker, "second", lease.expires_at_ms - 1) is None
    taken = leased(breaker, "second", lease.expires_at_ms)
    assert taken is not None
    assert taken.lease is not None
    assert taken.lease.prober == "second"
    assert succeeded(taken, lease, lease.expires_at_ms) is None, "the late success of a dead prober"
    assert failed(taken, lease, lease.expires_at_ms) is None


def test_a_result_of_another_generation_is_ignored() -> None:
    breaker, lease = a_half_open_one()
    later = replace(breaker, generation=2)

    assert succeeded(later, lease, NOW + OPEN_MS) is None
    assert failed(later, lease, NOW + OPEN_MS) is None


def test_the_third_answered_probe_closes() -> None:
    breaker, lease = a_half_open_one()
    at_ms = NOW + OPEN_MS
    for answered in (1, 2):
        found = succeeded(breaker, lease, at_ms)
        assert found is not None
        assert found.lease is not None
        assert (found.state, found.successes) == (State.HALF_OPEN, answered)
        breaker, lease = found, found.lease

    done = succeeded(breaker, lease, at_ms + 5)

    assert done is not None
    assert (done.state, done.closed_at_ms, done.lease, done.successes) == (State.CLOSED, at_ms + 5, None, 0)
    assert (done.generation, done.why) == (1, "3 probes in a row were answered")


def test_one_failed_probe_waits_another_half_minute_in_the_same_generation() -> None:
    breaker, lease = a_half_open_one()

    again = failed(breaker, lease, NOW + OPEN_MS + 7)

    assert again is not None
    assert (again.state, again.until_ms, again.generation) == (State.OPEN, NOW + 2 * OPEN_MS + 7, 1)
    assert again.why == "10 technical errors within 4 s"


def test_at_the_very_end_of_a_lease_its_result_is_late() -> None:
    breaker, lease = a_half_open_one()

    assert succeeded(breaker, lease, lease.expires_at_ms - 1) is not None
    assert succeeded(breaker, lease, lease.expires_at_ms) is None


def test_every_answered_probe_gives_its_prober_the_whole_time_again() -> None:
    breaker, lease = a_half_open_one()
    answered_at_ms = lease.expires_at_ms - 1

    found = succeeded(breaker, lease, answered_at_ms)

    assert found is not None
    assert found.lease == replace(lease, expires_at_ms=answered_at_ms + LEASE_MS)


def test_a_failed_probe_forgets_those_that_were_answered_and_gives_the_lease_back() -> None:
    breaker, lease = a_half_open_one()
    answered = succeeded(breaker, lease, NOW + OPEN_MS)
    assert answered is not None
    assert answered.lease is not None

    again = failed(answered, answered.lease, NOW + OPEN_MS)

    assert again is not None
    assert (again.successes, again.lease) == (0, None)


def test_what_is_closed_keeps_of_its_trip_only_when_it_ended_and_why() -> None:
    breaker, _ = a_half_open_one()

    done = closed(breaker, Reason.PERSON, "the line is new", NOW + MINUTE_MS)

    assert done == Breaker(
        "hangang",
        generation=1,
        version=3,
        since_ms=NOW + MINUTE_MS,
        closed_at_ms=NOW + MINUTE_MS,
        reason="PERSON",
        why="the line is new",
    )


@pytest.mark.parametrize(("spread_ms", "seconds"), [(0, 0), (1, 1), (4_000, 4), (4_001, 5)])
def test_people_are_told_the_shortest_time_that_ten_errors_took_in_seconds_begun(
    spread_ms: int, seconds: int
) -> None:
    long_before = NOW - MINUTE_MS

    assert span_seconds([long_before, *[NOW] * 9, NOW + spread_ms]) == seconds


def test_the_last_path_of_a_route_has_no_witness() -> None:
    routes = [{"hangang", "namsan"}, {"hangang"}]

    assert witnesses("hangang", routes[:1], {}) == (Breaker("namsan"),)
    assert witnesses("hangang", routes, {}) is None
    assert witnesses("hangang", routes[:1], {"namsan": replace(an_open_one(), destination="namsan")}) is None
    assert witnesses("sol", routes, {}) == (), "a destination of no route takes nothing away"
