"""The hand that acts: who it is, and where its time, ids and chance come from."""

from __future__ import annotations

from collections.abc import Callable

from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True)
class Hand:
    """Everything of the outside world that a rule may use besides its ports.

    Attributes:
        name: Who acts, as history tells it: ``gateway``, ``van_link``, ``net_cancel``, ``sweeper`` …
        invocation_id: The run of that hand, so that a sent telegram can be traced to one sandbox.
        now_ms: Wall clock, milliseconds since 1970 UTC. Decides only *when* something is tried.
        monotonic_ms: A clock that never jumps, milliseconds from an arbitrary start.
        remaining_ms: Milliseconds until this invocation is stopped from outside (its fence).
        pause_ms: Waits that long.
        new_id: A fresh id for every write.
        chance_below: A whole number in ``[0, limit)``, for jitter.
    """

    name: str
    invocation_id: str
    now_ms: Callable[[], int]
    monotonic_ms: Callable[[], int]
    remaining_ms: Callable[[], int]
    pause_ms: Callable[[int], None]
    new_id: Callable[[], str]
    chance_below: Callable[[int], int]

    def seconds_until(self, at_ms: int) -> int:
        """Whole seconds to wait for a moment, rounded up; at least one."""
        return max(1, -((self.now_ms() - at_ms) // 1_000))
