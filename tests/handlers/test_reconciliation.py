"""The reconciliation's door: a POS that died is found in the morning, told once, and settled in the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.net_cancel import handler as net_cancel
from functions.outbox import handler as outbox
from functions.reconciliation.handler import handler
from payment_adapters import comparing, read_side, wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.publishing import EventPublisher
from payment_adapters.tables.keys import sale_id_of
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.outbox import moves_between
from payment_core.projection.project import project
from payment_core.reconciliation.day import Day
from payrelay.client import CardInHand, Journal, Pos
from tests.adapters.test_publishing import Listening
from tests.contracts.aws import JOURNALS, TABLE, client, create_settlement_table
from tests.handlers.door import Door
from tests.handlers.world import MASTER, SALE_ID, Invocation, World, event
from tools.generate.signed_event import today
from tools.terminals import pos_of

TERMINAL = Terminal(SALE_ID.merchant, SALE_ID.terminal, SALE_ID.terminal_epoch)
CARD = CardInHand("4111111111111111", "1230")
LONG = Invocation(left_ms=900_000)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    found: dict[str, int] = {}
    monkeypatch.setattr(metrics, "count", lambda name, value=1: found.update({name: value}))
    return found


@pytest.fixture(autouse=True)
def _settlement(world: World) -> None:
    create_settlement_table(world.dynamodb)


@pytest.fixture
def pos(world: World, tmp_path: Path) -> Iterator[Pos]:
    with Door(world).open() as url:
        yield pos_of(url, TERMINAL, MASTER.encode(), Journal(tmp_path / "pos.jsonl"))


def projected() -> None:
    """The outbox and the projection, at once."""
    for item in client("dynamodb").scan(TableName=TABLE)["Items"]:
        if item["SK"]["S"] == "STATE":
            sale = wiring.sales().read(sale_id_of(item["PK"]["S"]))
            assert sale is not None
            moves = moves_between(None, sale)
            project(moves, read_side.models())


def compare() -> dict[str, int]:
    return handler({"business_date": today()}, LONG)


def findings() -> set[str]:
    kept, _ = comparing.findings().of_merchant("1001", today())
    return {f"{one.difference.kind} {one.state}" for one in kept}


def changes() -> dict[str, Any]:
    """What the table of journals really streams, behind the filter of the mapping."""
    streams = client("dynamodbstreams")
    arn = client("dynamodb").describe_table(TableName=JOURNALS)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=place["ShardIterator"])["Records"]
    found = [one for one in records if one["dynamodb"]["Keys"]["SK"]["S"].startswith("FOUND#")]
    return {"Records": [one for one in found if "kind" in one["dynamodb"]["NewImage"]]}


def test_a_pos_that_died_is_found_told_once_and_settled_when_the_sale_is_cancelled(
    world: World, pos: Pos, counted: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ears: Any = Listening()
    monkeypatch.setattr(wiring, "publisher", lambda: EventPublisher(ears, "events", ears, "facts"))
    dead = pos.approval(31_000, CARD)
    assert pos.send(dead).state == "APPROVED"  # and here the POS dies: it shows nothing
    pos.deliver_journal()
    projected()

    first, again = compare(), compare()

    assert first == again == {"compared": 1, "differences": 1}
    assert counted == {"JournalDifferences": 1, "ReconciliationRan": 1}
    assert findings() == {"NOT_IN_JOURNAL OPEN"}
    outbox.handler(changes(), Invocation())
    (told,) = [json.loads(record["Data"]) for record in ears.records]
    assert (told["type"], told["sale_id"], told["our_won"]) == (
        "payrelay.difference.found.v1",
        dead.key,
        31_000,
    )

    pos.settle_pending()  # it comes up again, and undoes what it never showed
    pos.deliver_journal()
    assert compare() == {"compared": 1, "differences": 1}
    assert findings() == {"NOT_IN_JOURNAL SETTLED", "STILL_UNKNOWN OPEN"}
    net_cancel.handler({"sale_id": dead.key, "attempt": 0, "in_line": True}, Invocation())
    assert compare() == {"compared": 1, "differences": 0}
    assert findings() == {"NOT_IN_JOURNAL SETTLED", "STILL_UNKNOWN SETTLED"}
    written = json.dumps(world.dynamodb.scan(TableName=JOURNALS)["Items"])
    assert "411111" not in written


def test_one_terminal_that_cannot_be_compared_does_not_hide_the_others(
    world: World, counted: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_side.days().note(f"1001-10010002-1-{today()}-1")
    world.approve()
    projected()
    real = comparing.books()

    class Stumbling:
        sold = staticmethod(real.sold)

        @staticmethod
        def entries(day: Day, named: list[str]) -> Any:  # noqa: ANN401 -- as the real one
            if day.terminal == "1001-10010001-1":
                raise RuntimeError("this item cannot be read")
            return real.entries(day, named)

    monkeypatch.setattr(comparing, "books", Stumbling)

    with pytest.raises(ExceptionGroup, match="not all were made"):
        compare()

    assert "ReconciliationRan" not in counted
    _, compared = comparing.findings().of_merchant("1001", today())
    assert [one.day.terminal for one in compared] == ["1001-10010002-1"]


def test_a_run_that_is_out_of_time_says_so_instead_of_having_run(
    world: World, counted: dict[str, int]
) -> None:
    world.approve()
    projected()

    with pytest.raises(ExceptionGroup):
        handler({"business_date": today()}, Invocation(left_ms=10_000))

    assert counted == {"JournalDifferences": 0}


def test_a_morning_without_a_sale_has_run(world: World, counted: dict[str, int]) -> None:  # noqa: ARG001 -- its tables
    assert handler(event("reconciliation/morning"), LONG) == {"compared": 0, "differences": 0}
    assert counted == {"JournalDifferences": 0, "ReconciliationRan": 1}
