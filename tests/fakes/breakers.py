"""Breakers in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from payment_core.routing.breaker import WINDOW_MS, Breaker, Failure, State
from payment_core.routing.ports import BreakersUnavailableError


@dataclass
class InMemoryBreakers:
    """Breakers by destination; ``moved`` is every step in order, ``down`` makes every call fail."""

    items: dict[str, Breaker] = field(default_factory=dict)
    errors: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    slots: dict[tuple[str, int, str], dict[int, tuple[str, int]]] = field(default_factory=dict)
    moved: list[tuple[Breaker, Breaker]] = field(default_factory=list)
    down: bool = False
    before_move: Callable[[], object] = lambda: None

    def read(self) -> Mapping[str, Breaker]:
        """Every breaker that was written."""
        self._answer()
        return dict(self.items)

    def move(self, seen: Breaker, becomes: Breaker, *, while_closed: Sequence[Breaker] = ()) -> bool:
        """Write one step, if it and the others are as they were seen."""
        self._answer()
        self.before_move()
        if self.items.get(seen.destination, Breaker(seen.destination)).version != seen.version:
            return False
        if any(self.items.get(other.destination, other).state is not State.CLOSED for other in while_closed):
            return False
        self.items[seen.destination] = becomes
        self.moved.append((seen, becomes))
        return True

    def add(self, failure: Failure, generation: int) -> None:
        """Keep one error."""
        self._answer()
        self.errors.setdefault((failure.destination, generation), {})[failure.id] = failure.at_ms

    def take_slot(self, failure: Failure, generation: int, slots: int) -> bool:
        """Take a terminal's first slot that is free."""
        self._answer()
        key = (failure.destination, generation, failure.terminal)
        taken = self.slots.setdefault(key, {})
        for slot in range(slots):
            error, at_ms = taken.get(slot, ("", failure.at_ms - WINDOW_MS - 1))
            if error == failure.id or at_ms < failure.at_ms - WINDOW_MS:
                taken[slot] = (failure.id, failure.at_ms)
                return True
        return False

    def moments_ms(self, destination: str, generation: int, since_ms: int, limit: int) -> Sequence[int]:
        """When errors happened, oldest first."""
        self._answer()
        kept = self.errors.get((destination, generation), {}).values()
        return sorted(at_ms for at_ms in kept if at_ms >= since_ms)[:limit]

    def _answer(self) -> None:
        if self.down:
            raise BreakersUnavailableError("nobody answers")
