"""Everybody's books against ours: what tills showed, what the table says, what VANs and issuers hold.

`lost`: a till showed "approved", and no such approval lives. `double`: one sale, two live approvals.
`orphans`: a live approval that no approved sale of ours stands for. All three are counted at rest.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from payment_core.approval.model import AttemptState, Decision, Sale
from payment_core.approval.open_money import open_since_ms
from tools.world.running import RunningWorld
from tools.world.truth import Live, all_sales, known_as, live_at_the_vans

HORIZON_SECONDS: Final = 120
POLL_SECONDS: Final = 2.0
EVER_MS: Final = 86_400_000 * 365
MOST_OPEN: Final = 1_000
COLUMNS: Final = ("theirs", "theirs_won", "ours", "ours_won", "differences")


@dataclass
class Party:
    """One destination: approvals that live there, by its books and by ours."""

    destination: str
    theirs: int = 0
    theirs_won: int = 0
    ours: int = 0
    ours_won: int = 0
    differences: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether every single one agrees, not only the sums."""
        return not self.differences


@dataclass
class Books:
    """What all sides say at rest."""

    sales: int
    decisions: dict[str, int]
    open: int
    shown_approved: int
    lost: list[str]
    double: list[str]
    orphans: list[str]
    parties: list[Party] = field(default_factory=list)

    @property
    def are_equal(self) -> bool:
        """Whether nobody has a won more or less."""
        return not (self.lost or self.double or self.orphans or self.open) and all(
            party.is_equal for party in self.parties
        )

    def as_words(self) -> dict[str, Any]:
        """As raw data."""
        return {**asdict(self), "are_equal": self.are_equal}


def lines(*files: Path) -> Iterator[dict[str, Any]]:
    """What tills wrote; a line that a kill tore is no line."""
    for file in files:
        if file.exists():
            for line in file.read_bytes().split(b"\n")[:-1]:
                yield json.loads(line)


def compare(world: RunningWorld, shown: Sequence[dict[str, Any]]) -> Books:
    """Read everything and compare sale by sale."""
    sales, held = list(all_sales(world)), live_at_the_vans(world)
    by_id = {str(sale.sale_id): sale for sale in sales}
    shown_approved = [one["sale"] for one in shown if one["told"] == "APPROVED"]
    ours: Live = {}
    double: list[str] = []
    for sale in sales:
        keys = [known_as(sale, index) for index in range(len(sale.attempts))]
        if sum(key in held for key in keys) > 1:
            double.append(str(sale.sale_id))
        if sale.decision is Decision.APPROVED:
            ours[keys[sale.attempt_states().index(AttemptState.APPROVED)]] = sale.cancellable_won
    lost = [name for name in shown_approved if not _lives(by_id.get(name), ours, held)]
    orphans = [" ".join(key) for key in sorted(held.keys() - ours.keys())]
    decisions = Counter(str(sale.decision) for sale in sales)
    is_open = sum(sale.is_open for sale in sales)
    return Books(
        len(sales),
        dict(decisions),
        is_open,
        len(shown_approved),
        lost,
        double,
        orphans,
        _parties(ours, held, world),
    )


def _lives(sale: Sale | None, ours: Live, held: Live) -> bool:
    if sale is None or sale.decision is not Decision.APPROVED:
        return False
    key = known_as(sale, sale.attempt_states().index(AttemptState.APPROVED))
    return held.get(key, 0) == ours[key] > 0


def _parties(ours: Live, held: Live, world: RunningWorld) -> list[Party]:
    found = {name: Party(name) for name in world.vans}
    for (name, *_), won in held.items():
        found[name].theirs += 1
        found[name].theirs_won += won
    for (name, *_), won in ours.items():
        found[name].ours += 1
        found[name].ours_won += won
    for key in ours.keys() | held.keys():
        found[key[0]].differences += ours.get(key, 0) != held.get(key, 0)
    return list(found.values())


def open_ages(world: RunningWorld) -> list[float]:
    """Since how many seconds each open sale is not known; asked of the index of open money."""
    now_ms = time.time_ns() // 1_000_000
    found = (world.sales.read(one) for one in world.sales.due(now_ms + EVER_MS, MOST_OPEN))
    return [(now_ms - open_since_ms(sale)) / 1_000 for sale in found if sale is not None and sale.is_open]


def at_rest(world: RunningWorld, seconds: float) -> float:
    """Wait until nothing is open; how long it took.

    Raises:
        TimeoutError: something still is.
    """
    began = time.monotonic()
    while ages := open_ages(world):
        if time.monotonic() - began > seconds:
            raise TimeoutError(
                f"{len(ages)} sales are still open after {seconds:.0f} s, one since {max(ages):.0f} s"
            )
        time.sleep(POLL_SECONDS)
    return time.monotonic() - began


def verdict(books: dict[str, Any]) -> str:
    """The counts that must be nothing."""
    named = (f"{name} **{len(books[name])}**" for name in ("lost", "double", "orphans"))
    return f"{', '.join(named).capitalize()}, still open {books['open']}"


def table(books: dict[str, Any]) -> str:
    """Every destination's books beside ours."""
    rows = [(one["destination"], *(one[name] for name in COLUMNS)) for one in books["parties"]]
    sums = [sum(row[place + 1] for row in rows) for place in range(len(COLUMNS))]
    head = [
        "| destination | live there | won there | live here | won here | differences |",
        "|---|---|---|---|---|---|",
    ]
    body = [_row(*row) for row in (*rows, ("**together**", *sums))]
    return "\n".join(head + body)


def _row(name: str, *figures: int) -> str:
    return " | ".join([f"| {name}", *(f"{one:,}" for one in figures)]) + " |"
