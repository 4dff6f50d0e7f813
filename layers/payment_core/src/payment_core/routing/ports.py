"""What the rules of routing need from the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from payment_core.routing.breaker import Breaker, Failure


class Breakers(Protocol):
    """Every breaker, and the errors that are counted against a closed one.

    Each method raises `BreakersUnavailableError` when the store gives no answer.
    """

    def read(self) -> Mapping[str, Breaker]:
        """Read every breaker that was ever written, strongly consistent, by destination."""
        ...

    def move(self, seen: Breaker, becomes: Breaker, *, while_closed: Sequence[Breaker] = ()) -> bool:
        """Write one step in one condition: it is as it was seen, and the others are still closed.

        Returns:
            Whether this write won; whoever comes second finds another version.
        """
        ...

    def add(self, failure: Failure, generation: int) -> None:
        """Keep one error for five minutes; the same error twice is one."""
        ...

    def take_slot(self, failure: Failure, generation: int, slots: int) -> bool:
        """Take one of a terminal's slots for an error; each is free again once sixty seconds have passed.

        Returns:
            Whether the error has one, also when it took it before.
        """
        ...

    def moments_ms(self, destination: str, generation: int, since_ms: int, limit: int) -> Sequence[int]:
        """Read when errors happened, from a moment on, oldest first, strongly consistent."""
        ...


class BreakersUnavailableError(Exception):
    """The store of the breakers gave no answer; no sale waits for it."""
