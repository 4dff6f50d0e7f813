"""What search promises: every word finds its sales, newest first, in three requests at most, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import pytest
from moto import mock_aws

from benchmarks.million_sales import MillionSales
from payment_adapters.tables.known_sales import DynamoKnownSales
from payment_adapters.tables.search import DynamoSearch
from payment_adapters.tables.totals import DynamoTotals
from payment_core.approval.outbox import moves_between
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.kernel.open_ages import Money
from payment_core.projection.known import Sums
from payment_core.projection.search import MOST_REQUESTS, CursorRefusedError, Query
from payment_core.projection.totals import Health, Place
from tests.contracts.aws import (
    READ_MODELS,
    REGION,
    client,
    create_read_models_table,
    create_search_table,
)
from tests.fakes.known_sales import InMemoryKnownSales
from tests.spec.test_projection import EVENTS, SALES, a_sale
from tools.world.engine.process import Engine

NOON_MS: Final = 1_795_143_600_000
MOVED: Final = EVENTS[2]
WAY: Final = ("APPROVED", "DECLINED", "BEING_REVERSED")
PLACES: Final = ("hangang", "namsan")


def sold(number: int, **said: Any) -> SaleMovedV2:  # noqa: ANN401 -- any word of an event
    """One event of one of many sales, no two alike."""
    merchant, terminal = f"{2001 + number % 2}", f"{2001 + number % 2}00{number % 4:02d}"
    usual: dict[str, Any] = {
        "subject": f"{merchant}-{terminal}-1-20261120-{number}",
        "received_at_ms": NOON_MS + number * 1_000,
        "amount_won": 10_000 + number % 5,
        "card_masked": f"41111{number % 3}******1111",
        "card_token": f"token-{number % 6}",
        "state": WAY[number % 3],
        "destination": PLACES[number % 2],
        "approval_number": f"{30_000_000 + number}",
    }
    return replace(MOVED, **{**usual, **said})


MANY: Final = [sold(number) for number in range(60)]

BETWEEN: Final = Query(merchant="2001", from_ms=NOON_MS + 10_000, until_ms=NOON_MS + 40_000)


class Tables:
    """The tables of the read side, and how often they were asked."""

    def __init__(self, dynamodb: Any, read_models: str = READ_MODELS) -> None:  # noqa: ANN401 -- a client
        names = create_search_table(dynamodb), create_read_models_table(dynamodb, read_models)
        self.known = DynamoKnownSales(dynamodb, *names)
        self.search = DynamoSearch(dynamodb, names[0])
        self.totals = DynamoTotals(dynamodb, names[1])
        self.asked = 0
        for operation in ("Query", "GetItem"):
            dynamodb.meta.events.register(f"before-call.dynamodb.{operation}", self._count)

    def _count(self, **_: object) -> None:
        self.asked += 1

    def find(self, query: Query, limit: int = 20) -> list[str]:
        """Every page, each within its requests."""
        found: list[str] = []
        cursor = ""
        while True:
            self.asked = 0
            page = self.search.find(query, limit=limit, cursor=cursor)
            assert self.asked <= MOST_REQUESTS
            assert len(page.hits) <= limit
            found += [one.sale_id for one in page.hits]
            if not (cursor := page.cursor):
                return found


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        made = Tables(client("dynamodb"))
        made.known.take_in(MANY)
        yield made


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(merchant="2001"),
        Query(terminal="2002-20020003"),
        Query(approval_number="30000007"),
        Query(card_token="token-4"),  # noqa: S106 -- a name for a card, not a password
        Query(card_masked="411112******1111"),
        Query(amount_won=10_003),
        Query(state="BEING_REVERSED"),
        Query(destination="namsan"),
        Query(destination="namsan", state="DECLINED", amount_won=10_001),
        BETWEEN,
        Query(merchant="none"),
    ],
)
@pytest.mark.parametrize("limit", [3, 100])
def test_every_word_finds_its_sales_newest_first_page_by_page(
    tables: Tables, query: Query, limit: int
) -> None:
    words = {name: value for name, value in vars(query).items() if value and not name.endswith("_ms")}
    expected = [
        one.subject
        for one in reversed(MANY)
        if query.from_ms <= one.received_at_ms <= query.until_ms
        and all(_word(one, name) == value for name, value in words.items())
    ]

    assert tables.find(query, limit) == expected


def _word(event: SaleMovedV2, name: str) -> object:
    return event.subject[: len("2001-20010000")] if name == "terminal" else getattr(event, name)


def test_a_sale_id_is_one_request(tables: Tables) -> None:
    assert tables.find(Query(sale_id=MANY[5].subject)) == [MANY[5].subject]
    assert tables.asked == 1
    assert tables.find(Query(sale_id="2001-1-1-20261120-1")) == []


def test_a_page_ends_after_three_requests_and_goes_on_from_there() -> None:
    """However many sales lie between two hits: a page of the index is a megabyte on AWS."""
    asked: list[dict[str, Any]] = []

    class Sparse:
        def query(self, **said: Any) -> dict[str, Any]:  # noqa: ANN401 -- boto3's words
            asked.append(said)
            at = {
                "PK": {"S": f"2001-1-1-20261120-{len(asked)}"},
                "moment": {"S": f"{NOON_MS}#2001-{len(asked)}"},
            }
            return {"Items": [], "LastEvaluatedKey": at}

    sparse: Any = Sparse()
    page = DynamoSearch(sparse, "search").find(Query(merchant="2001", state="DECLINED"), limit=10)
    DynamoSearch(sparse, "search").find(
        Query(merchant="2001", state="DECLINED"), limit=10, cursor=page.cursor
    )

    assert (len(asked), page.hits) == (2 * MOST_REQUESTS, [])
    assert asked[MOST_REQUESTS]["ExclusiveStartKey"]["moment"]["S"] == f"{NOON_MS}#2001-{MOST_REQUESTS}"


@pytest.mark.engine
def test_the_engine_finds_the_same_and_the_same_pages(tables: Tables, engine: Engine) -> None:
    in_the_engine = Tables(client("dynamodb", engine), "read_models_beside_search")
    in_the_engine.known.take_in(MANY)

    for query in (Query(merchant="2001"), Query(terminal="2002-20020003", state="DECLINED")):
        assert in_the_engine.find(query, 7) == tables.find(query, 7)


def test_the_table_that_holds_a_million_answers_as_this_one(tables: Tables) -> None:
    """benchmarks/read_side.py searches there; hits, cursors and requests are the same."""
    stand_in = MillionSales(Path(":memory:"))
    stand_in.fill(tables.search.between(0, 9_999_999_999_999))
    there = DynamoSearch(cast("Any", stand_in), "search")

    for query in (Query(), Query(merchant="2001", state="DECLINED"), Query(state="BEING_REVERSED"), BETWEEN):
        cursor = ""
        while True:
            tables.asked = stand_in.requests = 0
            here = tables.search.find(query, limit=7, cursor=cursor)
            assert there.find(query, limit=7, cursor=cursor) == here
            assert stand_in.requests == tables.asked
            if not (cursor := here.cursor):
                break
    assert there.find(Query(sale_id=MANY[5].subject), limit=7).hits[0].sale_id == MANY[5].subject


@pytest.mark.parametrize("cursor", ["x", "not base64 at all!", "MTIz", "w7_DvcO8"])
def test_a_cursor_that_no_page_gave_is_refused(tables: Tables, cursor: str) -> None:
    with pytest.raises(CursorRefusedError):
        tables.search.find(Query(), limit=1, cursor=cursor)


class TestCounts:
    """The tables come to what the rule comes to in memory, whatever is repeated."""

    def test_totals_and_works_are_those_of_the_rule(self, tables: Tables) -> None:
        november = [*EVENTS, *EVENTS[:5]]
        for start in range(0, len(november), 7):
            tables.known.take_in(november[start : start + 7])
        in_memory = InMemoryKnownSales()
        in_memory.take_in(EVENTS)

        assert tables.totals.of_day("20261120", "1001") == _of_merchant(in_memory.sums, "20261120")
        assert tables.totals.of_day("20261201") == {Place("hangang", "APPROVED"): Money(1, 11_000)}
        assert tables.totals.health("20261119") == {
            "hangang": Health(asked=1, approved=1, answer_ms=0, fee_won=80)
        }
        known = {one.sale_id: one for one in tables.search.between(0, 9_999_999_999_999)}
        assert all(known[sale_id] == one for sale_id, one in in_memory.sales.items())
        assert {str(till.sale_id) for till in SALES if till.sale.is_open} == {
            one.sale_id for one in tables.search.open() if one.merchant == "1001"
        }

    def test_who_was_quicker_elsewhere_is_read_again(
        self, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        till = a_sale(77, business_date="20261121")
        first, *rest = moves_between(None, till.sale)
        real, others = tables.known.client.batch_get_item, [[first]]

        def read_too_early(**said: Any) -> Any:  # noqa: ANN401 -- boto3's words
            seen = real(**said)
            if others:
                tables.known.take_in(others.pop())
            return seen

        monkeypatch.setattr(tables.known.client, "batch_get_item", read_too_early)
        tables.known.take_in(rest)

        (one,) = tables.search.find(Query(sale_id=str(till.sale_id)), limit=1).hits
        assert (one.versions, one.version) == (0b111, 3)
        assert tables.totals.of_day("20261121") == {Place("hangang", "APPROVED"): Money(1, 11_000)}


def _of_merchant(sums: Sums, business_date: str) -> dict[Place, Money]:
    return {
        Place(one.destination, one.state): Money(sales, sums.won[one])
        for one, sales in sorted(sums.sales.items())
        if sales and one.business_date == business_date
    }
