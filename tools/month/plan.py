"""Which difference of the menu strikes whose file on which day: each has its turn, in an order from a seed.

One that finds nothing to strike on a day lets the next one go first, and keeps its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tools.simulators.settlement.menu import ANSWER, BANK, LIST, MENU, Difference, NothingToChangeError

KINDS: Final = {"list": LIST, "answer": ANSWER, "bank": BANK}
Pair = tuple[str, str]  # a party, or a bank; and a merchant


@dataclass(frozen=True)
class Struck:
    """One difference that struck."""

    difference: Difference
    party: str
    merchant: str
    day: str


@dataclass
class Menu:
    """Whose turn it is.

    Attributes:
        struck: What struck so far, in its order.
    """

    seed: int
    struck: list[Struck] = field(default_factory=list)
    _turns: dict[str, list[Difference]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for word, kinds in KINDS.items():
            some = [one for one, dish in MENU.items() if dish.strikes[0] in kinds]
            Random(f"{self.seed}/{word}").shuffle(some)  # noqa: S311 -- the same every time
            self._turns[word] = some

    def strike(
        self, word: str, day: str, pairs: Iterable[Pair], send: Callable[[Difference, Pair], object]
    ) -> Struck | None:
        """Have the next difference strike one of these; ``None`` where none finds anything."""
        order = sorted(pairs)
        Random(f"{self.seed}/{word}/{day}").shuffle(order)  # noqa: S311 -- as above
        turns = self._turns[word]
        for difference in tuple(turns):
            for pair in order:
                try:
                    send(difference, pair)
                except NothingToChangeError:
                    continue
                turns.remove(difference)
                turns.append(difference)
                self.struck.append(Struck(difference, *pair, day))
                return self.struck[-1]
        return None
