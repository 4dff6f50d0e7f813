"""Failover: who opens a breaker, who tries whether it may close, and what the world is told.

Two openers, one write: the sender that saw the tenth error, and CloudWatch's alarm as its backstop. Whoever
comes second finds the breaker open and does nothing. The last path of a route is opened by neither.
Door: functions/failover. Promise: tests/spec/test_failover.py. Story: docs/flows/failover.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Final

from payment_core.events import rfc3339
from payment_core.events.breaker import BreakerClosedV1, BreakerHalfOpenV1, BreakerOpenedV1
from payment_core.kernel.hand import Hand
from payment_core.routing.breaker import (
    ERRORS_TO_OPEN,
    ROWS_TO_JUDGE,
    WINDOW_MS,
    Breaker,
    Failure,
    Reason,
    State,
    counts,
    exceeded,
    failed,
    leased,
    opened,
    span_seconds,
    succeeded,
    witnesses,
)
from payment_core.routing.ports import Breakers

Routes = Iterable[Collection[str]]
BreakerEvent = BreakerOpenedV1 | BreakerHalfOpenV1 | BreakerClosedV1

TRIES_TO_OPEN: Final = 5  # against other breakers that move at this very moment; the next error tries again


class Came(StrEnum):
    """What an error or an alarm came to."""

    IGNORED = "IGNORED"
    CAPPED = "CAPPED"
    COUNTED = "COUNTED"
    OPENED = "OPENED"
    LAST_PATH = "LAST_PATH"


def count(
    failure: Failure, *, breakers: Breakers, routes: Routes, now_ms: int, max_errors_per_terminal: int = 0
) -> Came:
    """Count one technical error, and open with the tenth within sixty seconds.

    Args:
        failure: Never a decline: who counts looks at the outcome first.
        breakers: The store.
        routes: The destinations of each route; the last one that is closed stays so.
        now_ms: Wall clock.
        max_errors_per_terminal: How many of one terminal's errors count within sixty seconds; 0: all.
    """
    breaker = breakers.read().get(failure.destination, Breaker(failure.destination))
    if not counts(breaker, failure):
        return Came.IGNORED
    slots = max_errors_per_terminal
    if slots and not breakers.take_slot(failure, breaker.generation, slots):
        return Came.CAPPED
    breakers.add(failure, breaker.generation)
    since_ms = failure.at_ms - WINDOW_MS
    moments = breakers.moments_ms(failure.destination, breaker.generation, since_ms, ROWS_TO_JUDGE)
    if not exceeded(moments):
        return Came.COUNTED
    why = f"{ERRORS_TO_OPEN} technical errors within {span_seconds(moments)} s"

    def still(now: Breaker) -> bool:
        return now.generation == breaker.generation

    return _open(failure.destination, Reason.INLINE, why, still, breakers, list(routes), now_ms)


def heed_alarm(
    destination: str, window_start_ms: int, *, breakers: Breakers, routes: Routes, now_ms: int
) -> Came:
    """Open because CloudWatch counted ten errors in a minute; it can only open, and never late.

    Args:
        destination: Whose errors.
        window_start_ms: When the alarm's minute began: errors from before the last close re-open nothing.
        breakers: The store.
        routes: As above.
        now_ms: Wall clock.
    """
    why = f"the alarm counted {ERRORS_TO_OPEN} or more technical errors in its minute"

    def still(now: Breaker) -> bool:
        return now.closed_at_ms <= window_start_ms

    return _open(destination, Reason.ALARM, why, still, breakers, list(routes), now_ms)


def probe(destination: str, ask: Callable[[], bool], *, breakers: Breakers, hand: Hand) -> Breaker:
    """Ask a destination that is open whether it is back: up to three times, under one lease.

    Args:
        destination: Which one.
        ask: Sends one probe; whether a clear answer came.
        breakers: The store.
        hand: Who acts; its invocation is the prober.

    Returns:
        The breaker as this prober left it, or as somebody else has it.
    """
    seen = breakers.read().get(destination, Breaker(destination))
    holder = leased(seen, hand.invocation_id, hand.now_ms())
    while holder is not None and breakers.move(seen, holder):
        seen = holder
        if seen.lease is None:
            return seen  # closed, or open again
        judge = succeeded if ask() else failed
        holder = judge(seen, seen.lease, hand.now_ms())
    return seen


def events_between(old: Breaker | None, new: Breaker) -> list[BreakerEvent]:
    """Tell what one write of a breaker meant: a state that did not change is no event."""
    before = old.state if old else State.CLOSED
    if new.state is before:
        return []
    if new.state is State.OPEN and before is State.HALF_OPEN:
        return []  # the same trip goes on: one event, one alarm
    kind = {
        State.OPEN: BreakerOpenedV1,
        State.HALF_OPEN: BreakerHalfOpenV1,
        State.CLOSED: BreakerClosedV1,
    }[new.state]
    return [
        kind(
            id=f"{new.destination}/{new.version}",
            time=rfc3339(new.since_ms),
            subject=new.destination,
            version=new.version,
            generation=new.generation,
            reason=new.reason,
            why=new.why,
        )
    ]


def _open(
    destination: str,
    reason: Reason,
    why: str,
    still: Callable[[Breaker], bool],
    breakers: Breakers,
    routes: list[Collection[str]],
    now_ms: int,
) -> Came:
    for _ in range(TRIES_TO_OPEN):
        known = breakers.read()
        seen = known.get(destination, Breaker(destination))
        becomes = opened(seen, reason, why, now_ms)
        if becomes is None or not still(seen):
            return Came.IGNORED
        others = witnesses(destination, routes, known)
        if others is None:
            return Came.LAST_PATH
        if breakers.move(seen, becomes, while_closed=others):
            return Came.OPENED
    return Came.COUNTED
