"""Breaker: ten technical errors of one destination within sixty seconds, and its sales go elsewhere.

CLOSED lets sales through, OPEN none, HALF_OPEN one prober under a lease. Every rule is a pure function from
the breaker that was seen to the one that shall be; the store writes it if it still is as it was seen.
Called by functions/van_link and net_cancel (errors), van_router (who is open), failover (alarms, probes).
Promise: tests/spec/test_breaker.py. Story: docs/flows/failover.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass

ERRORS_TO_OPEN: Final = 10
WINDOW_MS: Final = 60_000
# Nine before and nine after one row: rows that were committed out of time order are still judged exactly.
ROWS_TO_JUDGE: Final = 2 * ERRORS_TO_OPEN - 1
OPEN_MS: Final = 30_000
LEASE_MS: Final = 20_000  # a probe's wait and a margin; after it the prober is taken for dead
SUCCESSES_TO_CLOSE: Final = 3


class State(StrEnum):
    """What the breaker does with sales."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Step(StrEnum):
    """What moves it."""

    OPEN = "open"
    LEASE = "lease"
    SUCCEED = "succeed"
    CLOSE = "close"
    REOPEN = "reopen"


class Reason(StrEnum):
    """Who opened or closed it: the sender that saw the tenth error, CloudWatch's alarm, a probe, a person."""

    INLINE = "INLINE"
    ALARM = "ALARM"
    PROBE = "PROBE"
    PERSON = "PERSON"


NEXT: Final[Mapping[State, Mapping[Step, State]]] = {
    State.CLOSED: {Step.OPEN: State.OPEN},
    State.OPEN: {Step.LEASE: State.HALF_OPEN, Step.CLOSE: State.CLOSED},
    State.HALF_OPEN: {
        Step.LEASE: State.HALF_OPEN,
        Step.SUCCEED: State.HALF_OPEN,
        Step.CLOSE: State.CLOSED,
        Step.REOPEN: State.OPEN,
    },
}


@dataclass(frozen=True)
class Lease:
    """The right to probe, of one prober, in one generation, for a while."""

    generation: int
    prober: str
    expires_at_ms: int


@dataclass(frozen=True)
class Breaker:
    """One destination's breaker.

    Attributes:
        generation: How often it has opened; errors are counted under the one they happened in.
        version: How often it was written: the whole of a write's condition.
        since_ms: When it came into this state.
        closed_at_ms: When it last closed; errors of telegrams that left before do not count.
        until_ms: Before it nobody probes.
        reason: Who moved it last.
        why: The sentence for people.
        successes: Probes that were answered since it is half open.
    """

    destination: str
    state: State = State.CLOSED
    generation: int = 0
    version: int = 0
    since_ms: int = 0
    closed_at_ms: int = 0
    until_ms: int = 0
    reason: str = ""
    why: str = ""
    successes: int = 0
    lease: Lease | None = None


@dataclass(frozen=True)
class Failure:
    """One technical error.

    Attributes:
        id: Of its own, so that an error that is written twice counts once.
        started_at_ms: When its telegram left: by it an error of before the last close is told.
        at_ms: When it was known.
        terminal: Whose sale it was, where a terminal's errors are capped.
    """

    destination: str
    id: str
    started_at_ms: int
    at_ms: int
    terminal: str = ""


def exceeded(moments_ms: Iterable[int]) -> bool:
    """Whether any ten errors lie within sixty seconds, wherever a clock's minute begins."""
    return any(span <= WINDOW_MS for span in _spans_ms(moments_ms))


def counts(breaker: Breaker, failure: Failure) -> bool:
    """Whether an error speaks against the destination as it is now: in use, also when it was asked."""
    return breaker.state is State.CLOSED and failure.started_at_ms >= breaker.closed_at_ms


def opened(breaker: Breaker, reason: Reason, why: str, now_ms: int) -> Breaker | None:
    """Open a closed breaker, in the next generation; ``None`` where it is not closed."""
    moved = _moved(breaker, Step.OPEN, reason, why, now_ms)
    return moved and replace(moved, generation=breaker.generation + 1, until_ms=now_ms + OPEN_MS)


def leased(breaker: Breaker, prober: str, now_ms: int) -> Breaker | None:
    """Give one prober the lease, once the wait is over and nobody holds it; else ``None``."""
    if now_ms < breaker.until_ms or (breaker.lease and now_ms < breaker.lease.expires_at_ms):
        return None
    moved = _moved(breaker, Step.LEASE, Reason.PROBE, breaker.why, now_ms)
    return moved and replace(moved, lease=Lease(breaker.generation, prober, now_ms + LEASE_MS))


def succeeded(breaker: Breaker, lease: Lease, now_ms: int) -> Breaker | None:
    """Count an answered probe, and close with the third; ``None`` for a result that came too late."""
    if not _holds(breaker, lease, now_ms):
        return None
    successes = breaker.successes + 1
    if successes >= SUCCESSES_TO_CLOSE:
        return closed(breaker, Reason.PROBE, f"{successes} probes in a row were answered", now_ms)
    moved = _moved(breaker, Step.SUCCEED, Reason.PROBE, breaker.why, now_ms)
    return moved and replace(
        moved, successes=successes, lease=replace(lease, expires_at_ms=now_ms + LEASE_MS)
    )


def failed(breaker: Breaker, lease: Lease, now_ms: int) -> Breaker | None:
    """Open again for a while: the same trip goes on. ``None`` for a result that came too late."""
    if not _holds(breaker, lease, now_ms):
        return None
    moved = _moved(breaker, Step.REOPEN, Reason.PROBE, breaker.why, now_ms)
    return moved and replace(moved, until_ms=now_ms + OPEN_MS, successes=0, lease=None)


def closed(breaker: Breaker, reason: Reason, why: str, now_ms: int) -> Breaker | None:
    """Close: by the third answered probe, or by a person at any time; ``None`` where it is closed."""
    moved = _moved(breaker, Step.CLOSE, reason, why, now_ms)
    return moved and replace(moved, closed_at_ms=now_ms, until_ms=0, successes=0, lease=None)


def witnesses(
    destination: str, routes: Iterable[Collection[str]], breakers: Mapping[str, Breaker]
) -> tuple[Breaker, ...] | None:
    """Find for each route of the destination another one that is closed (docs/adr/0021).

    Returns:
        What must still be closed when this one opens; ``None`` where it is the last path of a route.
    """
    found: dict[str, Breaker] = {}
    for route in routes:
        if destination not in route:
            continue
        others = [breakers.get(name, Breaker(name)) for name in sorted(route) if name != destination]
        healthy = [other for other in others if other.state is State.CLOSED]
        if not healthy:
            return None
        found[healthy[0].destination] = healthy[0]
    return tuple(found.values())


def span_seconds(moments_ms: Iterable[int]) -> int:
    """The shortest time that ten of the errors took, in whole seconds, rounded up."""
    return -(-min(_spans_ms(moments_ms)) // 1_000)


def _spans_ms(moments_ms: Iterable[int]) -> list[int]:
    """How long every ten took that came one after the other."""
    ordered = sorted(moments_ms)
    return [last - first for first, last in zip(ordered, ordered[ERRORS_TO_OPEN - 1 :], strict=False)]


def _holds(breaker: Breaker, lease: Lease, now_ms: int) -> bool:
    ours = breaker.lease is not None and (breaker.lease.generation, breaker.lease.prober) == (
        lease.generation,
        lease.prober,
    )
    return ours and breaker.generation == lease.generation and now_ms < lease.expires_at_ms


def _moved(breaker: Breaker, step: Step, reason: Reason, why: str, now_ms: int) -> Breaker | None:
    state = NEXT[breaker.state].get(step)
    if state is None:
        return None
    since_ms = breaker.since_ms if state is breaker.state else now_ms
    return replace(
        breaker,
        state=state,
        version=breaker.version + 1,
        since_ms=since_ms,
        reason=str(reason),
        why=why,
    )
