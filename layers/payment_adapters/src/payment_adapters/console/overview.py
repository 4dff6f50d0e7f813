"""The overview: how sales go now, the money whose end is not known, and every destination with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from payment_adapters.breaker_words import why
from payment_adapters.console.charts import Bars, bars
from payment_core.approval.model import Sale, SaleId
from payment_core.approval.open_money import by_age, is_for_a_person, open_since_ms, open_won
from payment_core.approval.standing import sentence
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.kernel.open_ages import Money
from payment_core.projection.known import Known
from payment_core.projection.search import Query, Search
from payment_core.projection.totals import Place, Totals
from payment_core.routing.breaker import WINDOW_MS, Breaker
from payment_core.routing.ports import Breakers

ANY_TIME_MS: Final = 4_102_444_800_000  # the year 2100: every next action is due by then
OPEN_AT_MOST: Final = 200
SALES_AT_MOST: Final = 1_000
ERRORS_AT_MOST: Final = 100
RECENT: Final = 8
BIN_MS: Final = 120_000
BINS: Final = 30
# What a person tells apart at a glance, by the word for how a sale stands.
OUTCOMES: Final[Mapping[str, str]] = {
    "APPROVED": "approved",
    "CANCELLING": "approved",
    "CANCELLED": "approved",
    "DECLINED": "declined",
    "REVERSED": "undone",
    "BEING_REVERSED": "open",
    "RECEIVED": "open",
}
SERIES: Final = ("approved", "declined", "undone", "open")


class Sales(Protocol):
    """What is read of the truth."""

    def due(self, now_ms: int, limit: int) -> list[SaleId]:
        """Open sales."""
        ...

    def read_all(self, sale_ids: Sequence[SaleId]) -> list[Sale]:
        """Many sales."""
        ...


@dataclass(frozen=True)
class Line:
    """One sale in a list."""

    sale_id: str
    at_ms: int
    amount_won: int
    card: str
    state: str
    outcome: str
    destination: str


@dataclass(frozen=True)
class Open:
    """One sale whose end is not known."""

    sale_id: str
    won: int
    sentence: str
    owner: str
    for_a_person: bool
    seconds: int
    next_seconds: int


@dataclass(frozen=True)
class Board:
    """One destination as it is now; `errors` of the last minute, `sales` of today."""

    name: str
    kind: str
    state: str
    why: str
    errors: int
    sales: int


@dataclass(frozen=True)
class Overview:
    """Everything the page shows.

    Attributes:
        today: Outcome → how many sales and won.
        is_whole: Whether the last hour is drawn whole, and not its newest sales only.
        ages: Age → open money, the youngest first.
    """

    now_ms: int
    today: Mapping[str, Money]
    is_whole: bool
    chart: Bars
    ages: Mapping[str, Money]
    open: Sequence[Open]
    destinations: Sequence[Board]
    recent: Sequence[Line]

    @property
    def open_won(self) -> int:
        """How much is open."""
        return sum(money.won for money in self.ages.values())

    @property
    def open_sales(self) -> int:
        """In how many sales."""
        return sum(money.sales for money in self.ages.values())

    @property
    def today_sales(self) -> int:
        """How many sales came today."""
        return sum(money.sales for money in self.today.values())


def overview(
    *,
    sales: Sales,
    search: Search,
    totals: Totals,
    breakers: Breakers,
    kinds: Mapping[str, str],
    now_ms: int,
    language: Language,
) -> Overview:
    """Read what the page shows.

    Args:
        sales: The truth.
        search: The newest sales.
        totals: What today comes to.
        breakers: Of every destination.
        kinds: Destination → ``van`` or ``issuer``.
        now_ms: Wall clock.
        language: Of the sentences.
    """
    known = sales.read_all(sales.due(ANY_TIME_MS, OPEN_AT_MOST))
    open_sales = sorted((one for one in known if one.is_open), key=open_since_ms)
    last_hour = search.find(Query(from_ms=now_ms - BIN_MS * BINS), limit=SALES_AT_MOST)
    today = totals.of_day(f"{korean_time(now_ms):%Y%m%d}")
    at: Counter[str] = Counter()
    for place, money in today.items():
        at[place.destination] += money.sales
    return Overview(
        now_ms,
        today=_outcomes(today),
        is_whole=not last_hour.cursor,
        chart=_throughput(last_hour.hits, now_ms),
        ages=by_age(open_sales, now_ms),
        open=[_open(one, now_ms, language) for one in open_sales],
        destinations=board(breakers, kinds, at, now_ms, language),
        recent=[line(one) for one in last_hour.hits[:RECENT]],
    )


def board(
    breakers: Breakers, kinds: Mapping[str, str], sales: Mapping[str, int], now_ms: int, language: Language
) -> list[Board]:
    """Every destination: VANs first."""
    known = breakers.read()
    found = []
    for name, kind in sorted(kinds.items(), key=lambda one: (one[1] != "van", one[0])):
        breaker = known.get(name, Breaker(name))
        errors = breakers.moments_ms(name, breaker.generation, now_ms - WINDOW_MS, ERRORS_AT_MOST)
        reason = why(breaker, now_ms, language)
        found.append(Board(name, kind, str(breaker.state), reason, len(errors), sales.get(name, 0)))
    return found


def line(known: Known) -> Line:
    """One sale in a list."""
    return Line(
        known.sale_id,
        known.received_at_ms,
        known.amount_won,
        known.card_masked,
        known.state,
        OUTCOMES[known.state],
        known.destination,
    )


def _outcomes(totals: Mapping[Place, Money]) -> dict[str, Money]:
    counted = dict.fromkeys(SERIES, Money())
    for place, money in totals.items():
        word = OUTCOMES[place.state]
        counted[word] = Money(counted[word].sales + money.sales, counted[word].won + money.won)
    return counted


def _throughput(sales: Iterable[Known], now_ms: int) -> Bars:
    """The last hour in bins of two minutes; the newest bin is the one that is still filling."""
    last = now_ms // BIN_MS
    counted = [Counter[str]() for _ in range(BINS)]
    for sale in sales:
        place = sale.received_at_ms // BIN_MS - last + BINS - 1
        if 0 <= place < BINS:
            counted[place][OUTCOMES[sale.state]] += 1
    return bars(counted, SERIES, first_ms=(last - BINS + 1) * BIN_MS, bin_ms=BIN_MS)


def _open(sale: Sale, now_ms: int, language: Language) -> Open:
    return Open(
        str(sale.sale_id),
        open_won(sale),
        sentence(sale, language),
        sale.owner,
        is_for_a_person(sale, now_ms),
        max(0, now_ms - open_since_ms(sale)) // 1_000,
        max(0, sale.next_action_at_ms - now_ms) // 1_000,
    )
