"""The projection's door: records are counted once; one that cannot be read stops what follows it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from functions.outbox import handler as outbox
from functions.projection.handler import handler
from functions.van_router import handler as van_router
from payment_adapters import read_side, wiring
from payment_adapters.aws.publishing import EventPublisher
from payment_core.approval.outbox import moves_between
from payment_core.projection.approvals import Approval, Counted, ReadModelsUnavailableError
from payment_core.projection.project import project
from tests.adapters.test_publishing import Listening
from tests.contracts.aws import READ_MODELS, SEARCH
from tests.handlers.world import Invocation, World, event

KEPT = {"hangang": Counted(1, 11_000)}


def told() -> dict[str, Any]:
    return event("projection/told")


def november() -> dict[str, Counted]:
    return dict(read_side.approvals().since("1001", "20261101"))


def everything(world: World) -> dict[str, list[dict[str, Any]]]:
    """What the tables of the read side hold."""
    return {table: world.dynamodb.scan(TableName=table)["Items"] for table in (READ_MODELS, SEARCH)}


def of(*words: object) -> dict[str, Any]:
    """Records of the stream that hold these words."""
    record = told()["Records"][0]
    return {
        "Records": [
            {
                **record,
                "kinesis": {
                    **record["kinesis"],
                    "sequenceNumber": str(place),
                    "data": base64.b64encode(json.dumps(one).encode()).decode(),
                },
            }
            for place, one in enumerate(words)
        ]
    }


@pytest.mark.usefixtures("world")
class TestRecords:
    """At least once, in order per sale, and sometimes not what it should be."""

    def test_an_approval_is_counted_and_everything_else_passed_over(self) -> None:
        assert handler(told(), Invocation()) == {"batchItemFailures": []}

        assert november() == KEPT

    def test_a_batch_that_is_delivered_again_changes_nothing(self) -> None:
        for _ in range(3):
            handler(told(), Invocation())

        assert november() == KEPT

    @pytest.mark.parametrize(
        "poison",
        [
            "no event",
            {"type": "payrelay.sale.moved.v99"},
            {"type": "payrelay.sale.moved.v1", "more": "words"},
        ],
    )
    def test_a_record_that_cannot_be_read_is_reported_and_the_others_are_counted(
        self, poison: object
    ) -> None:
        approved = json.loads(base64.b64decode(told()["Records"][1]["kinesis"]["data"]))

        answer = handler(of(approved, poison), Invocation())

        assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
        assert november() == KEPT

    def test_how_far_it_is_behind_is_told_of_each_event(self, capsys: pytest.CaptureFixture[str]) -> None:
        handler(told(), Invocation())

        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        (lags,) = [one["ProjectionLag"] for one in lines if "ProjectionLag" in one]
        assert len(lags) == 2, "two of a sale, and one of a breaker, which is in no read model"
        assert min(lags) > 300_000, "the example is of last November"
        done = [(one["destination"], one["outcome"], one["Outcomes"]) for one in lines if "Outcomes" in one]
        assert ("hangang", "approved", 1) in done
        assert [one["destination"] for one in lines if "AnswerTime" in one] == ["hangang"]

    def test_without_the_table_the_batch_fails_loudly(self, world: World) -> None:
        world.dynamodb.delete_table(TableName=READ_MODELS)
        approved = json.loads(base64.b64decode(told()["Records"][1]["kinesis"]["data"]))

        with pytest.raises(ReadModelsUnavailableError):
            handler(of(approved), Invocation())


def test_what_the_outbox_tells_is_what_a_rebuild_from_the_table_comes_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears: Any = Listening()
    monkeypatch.setattr(wiring, "publisher", lambda: EventPublisher(ears, "events", ears, "facts"))
    world.approve()
    outbox.handler(world.changes(), Invocation())

    handler(of(*(json.loads(record["Data"]) for record in ears.records)), Invocation())

    by_the_stream = everything(world)
    for table, items in by_the_stream.items():
        for item in items:
            key = {name: item[name] for name in ("PK", "SK") if name in item}
            world.dynamodb.delete_item(TableName=table, Key=key)
    read_side.days.cache_clear()
    read_side.models.cache_clear()  # a rebuild is another process
    moves = moves_between(None, world.sale)
    project(moves, read_side.models())
    assert everything(world) == by_the_stream
    assert len(by_the_stream[SEARCH]) == 1
    assert len(by_the_stream[READ_MODELS]) == 8, "day, terminal, count and mark; two totals and two works"
    assert read_side.days().sales("1001-10010001-1", world.sale_id.business_date) == [str(world.sale_id)]


class TestTheRouter:
    """Looks at the month, and waits for nobody."""

    @pytest.fixture(autouse=True)
    def _fresh(self, world: World) -> None:  # noqa: ARG002 -- its tables
        read_side.known_approvals.cache_clear()

    def ways(self) -> list[str]:
        sales = [f"1009-10090001-1-20261120-{sequence}" for sequence in range(40)]
        return [
            van_router.handler(
                {"sale_id": sale, "tender": "card", "bin": "411111", "tried": []}, Invocation()
            )["why"]
            for sale in sales
        ]

    def test_a_month_that_went_to_one_van_alone_sends_more_to_the_others(self) -> None:
        plain = self.ways()
        for number in range(30):
            read_side.approvals().add(Approval(f"sale-{number}/3", "1009", "20261119", "hangang", 1_000))
        read_side.known_approvals.cache_clear()

        corrected = self.ways()

        assert not any("month's" in why for why in plain)
        assert all("of the month's 30 approvals so far" in why for why in corrected)
        assert sum("share 40 %" in why for why in corrected) < sum("share 40 %" in why for why in plain)

    def test_a_month_that_cannot_be_read_is_no_reason_not_to_sell(self, world: World) -> None:
        plain = self.ways()
        read_side.known_approvals.cache_clear()
        world.dynamodb.delete_table(TableName=READ_MODELS)

        assert self.ways() == plain
