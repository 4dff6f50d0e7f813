"""A month from its seed: days of sales, quiet days until everything is paid, and then the comparison."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from tools.lab.campaign import standing
from tools.month.office import Office
from tools.month.people import People
from tools.month.plan import Menu
from tools.month.shop import Shops
from tools.month.truth import Books, compare
from tools.month.world import MonthWorld
from tools.simulators.settlement.answers import Mood

FIRST_DAY: Final = "20270201"  # 설 with its substitute holiday, and 3·1절 while the last of it is paid
WHOLE_DAYS: Final = 28
QUIET_DAYS: Final = 3  # a little is sold, so that what came back or was held has a file to go by
REST_DAYS: Final = 9  # nobody sells; banks pay
SALES_A_TILL: Final = 12


@dataclass(frozen=True)
class Month:
    """What a month came to.

    Attributes:
        books: Ours and everybody's at its end.
    """

    seed: int
    world: MonthWorld
    days: tuple[str, ...]
    office: Office
    books: Books

    @property
    def busy_days(self) -> int:
        """On how many everything could go wrong."""
        return len(self.days) - QUIET_DAYS - REST_DAYS

    @property
    def is_good(self) -> bool:
        """Whether all books are one."""
        return not self.books.differences


def month(
    seed: int,
    *,
    days: int = WHOLE_DAYS,
    first_day: str = FIRST_DAY,
    sales_a_till: int = SALES_A_TILL,
    tick: Callable[[str], None] = lambda _: None,
) -> Month:
    """Play a month to its end, within `tools.lab.campaign.laboratory`.

    Args:
        seed: Of everything.
        days: How many on which everything may go wrong.
        first_day: YYYYMMDD.
        sales_a_till: Of a day.
        tick: Hears of each day.
    """
    world = MonthWorld(seed, first_day)
    with tempfile.TemporaryDirectory() as home, standing(world):
        shops = Shops(world, seed, sales_a_till)
        mood = Mood(seed, returned_per_mille=40, held_per_mille=40)
        office = Office(world, shops, Menu(seed), Path(home), mood, People(world))
        told: list[Books] = []
        dates = tuple(_dates(first_day, days + QUIET_DAYS + REST_DAYS))

        def play() -> None:
            for place, day in enumerate(dates):
                tick(day)
                office.is_over = place >= days
                if place < days + QUIET_DAYS:
                    shops.open(day, is_quiet=office.is_over)
                office.goes_through(day)
            told.append(compare(world, office))

        task = world.scheduler.spawn("office", play)
        world.scheduler.run()
        world.scheduler.close()
        if world.broken is not None:
            raise world.broken
        if task.failure is not None:
            raise task.failure
    return Month(seed, world, dates, office, told[0])


def _dates(first: str, many: int) -> Iterator[str]:
    day = date.fromisoformat(first)
    return (f"{day + timedelta(days=place):%Y%m%d}" for place in range(many))
