"""Open money by age: how much, in how many sales, how long already; for `payrelay open` and the meter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

A_PERSON_LOOKS_AFTER_MS: Final = 15 * 60_000
# Whose turn it is, by age: the request's, the repeating workflow's, a person's, and the page at night.
AGES_MS: Final[Mapping[str, int]] = {
    "under 30 s": 30_000,
    "under 15 min": A_PERSON_LOOKS_AFTER_MS,
    "under 24 h": 86_400_000,
}
OLDER: Final = "24 h and older"


@dataclass(frozen=True)
class Money:
    """Some sales, and what they hold in won."""

    sales: int = 0
    won: int = 0


def by_age(open_sales: Iterable[tuple[int, int]], now_ms: int) -> dict[str, Money]:
    """How much is open, by age; every age is there, so that nothing is a zero that can be read.

    Args:
        open_sales: Of each: since when, and its won.
        now_ms: Wall clock.
    """
    found = dict.fromkeys((*AGES_MS, OLDER), Money())
    for since_ms, won in open_sales:
        age_ms = now_ms - since_ms
        age = next((name for name, limit_ms in AGES_MS.items() if age_ms < limit_ms), OLDER)
        found[age] = Money(found[age].sales + 1, found[age].won + won)
    return found
