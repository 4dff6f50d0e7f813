"""The breakers at rest: each opened if, and only if, ten errors came within a minute (invariant 12).

Error rows are read as the senders left them; whether they are enough is counted here a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from payment_adapters import wiring
from payment_core.routing.breaker import Breaker, State
from tools.lab.watch import BrokenError

if TYPE_CHECKING:
    from tools.lab.world import World

ENOUGH: Final = 10
WINDOW_MS: Final = 60_000
MANY: Final = 500
LATE_MS: Final = 5_000  # a cache of a second, and a sender that was chosen and starts cold
BURST: Final = 61


def require_breakers(world: World) -> None:
    """Look at every destination that was called.

    Raises:
        BrokenError: one opened without ten errors or more than once for ten, stayed closed after them, or was
            asked while it was open.
    """
    breakers = wiring.breakers()
    known = breakers.read()
    for name in world.parties:
        errors = breakers.moments_ms(name, 0, 0, MANY)
        world.watch.seen[12] += bool(errors)
        breaker = known.get(name, Breaker(name))
        if breaker.generation > len(errors) // ENOUGH or (breaker.generation and not _are_enough(errors)):
            raise BrokenError(12, f"{name} opened {breaker.generation} times after {len(errors)} errors")
        if not breaker.generation and _are_enough(errors) and _only_a_burst(world):
            raise BrokenError(12, f"{name} never opened, and {len(errors)} errors were counted")
        if breaker.state is State.OPEN:
            _require_nothing_sent(world, name, breaker.since_ms)


def _are_enough(errors: Sequence[int]) -> bool:
    return any(last - first <= WINDOW_MS for first, last in zip(errors, errors[ENOUGH - 1 :], strict=False))


def _only_a_burst(world: World) -> bool:
    """Whether nothing else went wrong, so that no error was left uncounted."""
    return {strike.row for strike in world.plan.strikes} == {BURST}


def _require_nothing_sent(world: World, name: str, since_ms: int) -> None:
    """Open means that no new attempt goes there."""
    for known in world.watch.sales.values():
        for index in range(len(known.attempts)):
            attempt = known.image[f"a{index}"]["M"]
            if attempt["destination"]["S"] == name and int(attempt["intent_at_ms"]["N"]) > since_ms + LATE_MS:
                raise BrokenError(12, f"{known.sale_id} was sent to {name} while its breaker was open")
