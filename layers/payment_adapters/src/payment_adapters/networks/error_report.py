"""Technical errors on their way to the breaker: kept while a telegram is out, counted after its decision.

A sale's decision never waits for this and never fails by it: the store of the breakers may be down.
CloudWatch's alarm counts the same errors once more (functions/failover).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from payment_adapters.aws import metrics
from payment_core.approval.outcome import Outcome
from payment_core.routing.breaker import Failure
from payment_core.routing.failover import Came, count
from payment_core.routing.ports import Breakers, BreakersUnavailableError


@dataclass
class ErrorReport:
    """The errors of one sandbox that are not yet counted."""

    breakers: Breakers
    routes: Callable[[], Sequence[Collection[str]]]
    now_ms: Callable[[], int]
    waiting: list[Failure] = field(default_factory=list)

    def keep(self, destination: str, outcome: Outcome) -> None:
        """Keep one error until the next report."""
        started_ms = outcome.trail.started_at_ms or self.now_ms()
        self.waiting.append(Failure(destination, secrets.token_hex(8), started_ms, self.now_ms()))

    def report(self) -> None:
        """Count what waits; what the store does not take is left to the alarm."""
        waiting, self.waiting = self.waiting, []
        for failure in waiting:
            try:
                came = count(failure, breakers=self.breakers, routes=self.routes(), now_ms=self.now_ms())
            except BreakersUnavailableError:
                metrics.count("BreakersUnavailable")
                return
            if came is Came.LAST_PATH:
                metrics.count("LastPath")
