"""Technical errors on their way to the breaker: kept while a telegram is out, counted after its decision.

A sale's decision never waits for this and never fails by it: the store of the breakers may be down.
CloudWatch's alarm counts the same errors once more (functions/failover).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from payment_adapters import outside
from payment_adapters.aws import metrics
from payment_core.approval.outcome import Outcome
from payment_core.approval.ports import Order
from payment_core.routing.breaker import Failure
from payment_core.routing.failover import Came, count
from payment_core.routing.ports import Breakers, BreakersUnavailableError


def _no_cap(destination: str) -> int:  # noqa: ARG001 -- asked of each destination
    """Every error counts."""
    return 0


@dataclass
class ErrorReport:
    """The errors of one sandbox that are not yet counted.

    What no cap can hold back is told to the alarm at once; the rest only when it has counted.
    """

    breakers: Breakers
    routes: Callable[[], Sequence[Collection[str]]]
    now_ms: Callable[[], int]
    max_errors_per_terminal: Callable[[str], int] = _no_cap
    waiting: list[Failure] = field(default_factory=list)

    def keep(self, destination: str, order: Order, outcome: Outcome) -> None:
        """Keep one error until the next report."""
        started_ms = outcome.trail.started_at_ms or self.now_ms()
        terminal = f"{order.sale_id.merchant}-{order.sale_id.terminal}"
        if not self.max_errors_per_terminal(destination):
            metrics.count("DestinationError", destination=destination)
        self.waiting.append(Failure(destination, outside.fresh_id(), started_ms, self.now_ms(), terminal))

    def report(self) -> None:
        """Count what waits; what the store does not take is left to the alarm."""
        waiting, self.waiting = self.waiting, []
        for place, failure in enumerate(waiting):
            try:
                came = self._count(failure)
            except BreakersUnavailableError:
                metrics.count("BreakersUnavailable")
                self._tell(waiting[place:])
                return
            if came is Came.LAST_PATH:
                metrics.count("LastPath")
            if came is not Came.CAPPED:
                self._tell([failure])

    def _count(self, failure: Failure) -> Came:
        return count(
            failure,
            breakers=self.breakers,
            routes=self.routes(),
            now_ms=self.now_ms(),
            max_errors_per_terminal=self.max_errors_per_terminal(failure.destination),
        )

    def _tell(self, failures: Sequence[Failure]) -> None:
        for failure in failures:
            if self.max_errors_per_terminal(failure.destination):
                metrics.count("DestinationError", destination=failure.destination)
