"""Failover: CloudWatch's alarm opens a breaker; a breaker moves the alarm that calls people; probes close it.

Rule: payment_core/routing/failover.py. Deployed twice: `on_event` hears alarms and `breaker.*` events,
`on_minute` probes what is open. Story: docs/flows/failover.md.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from payment_adapters import wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.alarm_events import raised_metric
from payment_adapters.networks.probing import probe_order
from payment_adapters.wiring import Invocation
from payment_core.events.breaker import CLOSED, OPENED
from payment_core.routing.breaker import State
from payment_core.routing.failover import Came, heed_alarm, probe

PROBE_MS = 5_000  # of the lease's 20 s


def on_event(event: dict[str, Any], _context: Invocation) -> dict[str, str]:
    """Hear one event: an alarm about a destination, or a breaker that opened or closed."""
    if event["detail-type"] in (OPENED, CLOSED):
        return _tell_people(event["detail"]["subject"], is_open=event["detail-type"] == OPENED)
    raised = raised_metric(event["detail"])
    if raised is None or raised.name != "DestinationError":
        return {"came": str(Came.IGNORED)}
    came = heed_alarm(
        raised.dimensions["destination"],
        raised.window_start_ms,
        breakers=wiring.breakers(),
        routes=wiring.routes(),
        now_ms=wiring.now_ms(),
    )
    if came is Came.LAST_PATH:
        metrics.count("LastPath")
    return {"came": str(came)}


def on_minute(_event: dict[str, Any], context: Invocation) -> dict[str, str]:
    """Probe every destination whose wait is over; say of each whether it is open, once a minute."""
    hand, found = wiring.hand("failover", context), {}
    for name, breaker in wiring.breakers().read().items():
        _tell_people(name, is_open=breaker.state is not State.CLOSED)
        if breaker.state is not State.CLOSED:
            line = wiring.line(name)
            ask = partial(line.answers, probe_order(line.destination, hand.now_ms()), PROBE_MS)
            found[name] = str(probe(name, ask, breakers=wiring.breakers(), hand=hand).state)
    return found


def _tell_people(destination: str, *, is_open: bool) -> dict[str, str]:
    """Move the alarm that people are called by; nobody else calls them."""
    metrics.count("BreakerOpened", int(is_open), destination=destination)
    return {"destination": destination}
