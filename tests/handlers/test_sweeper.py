"""Three wakers, each alone enough: the stream, the delayed queue, and the minute."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.sweeper.handler import on_minute, on_queue, on_stream
from payment_adapters import wiring
from payment_adapters.tables.keys import sale_key
from payment_core.approval.accept import accept
from payment_core.approval.model import AttemptState, Decision, Sale, SaleId
from payment_core.approval.ports import DriverUnavailableError
from tests.adapters.scripted_van import stays_silent
from tests.contracts.aws import TABLE
from tests.contracts.sale import a_request
from tests.fakes.drivers import FakeDrivers
from tests.fakes.hands import Clock
from tests.handlers.world import SALE_ID, Invocation, World, event


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> FakeDrivers:
    fake = FakeDrivers()
    monkeypatch.setattr(wiring, "drivers", lambda: fake)
    return fake


@pytest.fixture
def unanswered(world: World) -> Sale:
    """A sale whose answer never came, and whose in-line net-cancel was not answered either."""
    world.van_does(stays_silent)
    world.approve()
    return world.sale


def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []

    class Queue:
        def watch(self, sale: Sale, seconds: int = 35) -> None:
            seen.append(f"{sale.sale_id} in {seconds} s")

    monkeypatch.setattr(wiring, "watchdog", Queue)
    return seen


class TestTheStream:
    """Sees a reversal the moment it is durable."""

    @pytest.fixture(autouse=True)
    def _as_the_stream_says(self, world: World) -> None:
        image = event("sweeper/stream")["Records"][-1]["dynamodb"]["NewImage"]
        world.dynamodb.put_item(TableName=TABLE, Item=image)

    def test_a_reversal_gets_its_driver_and_an_intent_its_watch(
        self, drivers: FakeDrivers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = watched(monkeypatch)

        told = on_stream(event("sweeper/stream"), Invocation())

        assert told == {"batchItemFailures": []}
        assert drivers.running == {f"nc-{SALE_ID}-0-0"}
        assert seen == [f"{SALE_ID} in 35 s"]

    def test_a_batch_that_is_delivered_again_starts_nothing_new(
        self, drivers: FakeDrivers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        watched(monkeypatch)
        on_stream(event("sweeper/stream"), Invocation())
        on_stream(event("sweeper/stream"), Invocation())

        assert len(drivers.running) == 1

    def test_only_the_record_that_failed_comes_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        watched(monkeypatch)
        monkeypatch.setattr(wiring, "drivers", _Unavailable)

        told = on_stream(event("sweeper/stream"), Invocation())

        last = event("sweeper/stream")["Records"][-1]["dynamodb"]["SequenceNumber"]
        assert told == {"batchItemFailures": [{"itemIdentifier": last}]}

    def test_the_real_queue_holds_the_watch_until_the_sender_must_have_ended(
        self, drivers: FakeDrivers, world: World
    ) -> None:
        on_stream(event("sweeper/stream"), Invocation())

        assert drivers.running
        (sent,) = [one for one in world.outgoing if "DelaySeconds" in one]
        assert str(SALE_ID) in sent
        assert "'DelaySeconds': 35" in sent


class TestTheQueue:
    """Looks at a sale 35 s after its last change, and goes on while nothing moves it."""

    def test_a_sale_that_still_reverses_gets_its_driver(self, unanswered: Sale, drivers: FakeDrivers) -> None:
        told = on_queue(self.about(unanswered.sale_id), Invocation())

        assert told == {"batchItemFailures": []}
        assert drivers.running == {f"nc-{unanswered.sale_id}-0-0"}

    def test_what_nothing_has_moved_is_looked_at_again_behind_its_next_moment(
        self, unanswered: Sale, drivers: FakeDrivers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = watched(monkeypatch)
        monkeypatch.setattr(wiring, "now_ms", lambda: unanswered.next_action_at_ms - 20_000)

        on_queue(self.about(unanswered.sale_id, unanswered.next_action_at_ms), Invocation())
        on_queue(self.about(unanswered.sale_id, unanswered.next_action_at_ms - 1), Invocation())

        assert drivers.running == {f"nc-{unanswered.sale_id}-0-0"}
        assert seen == [f"{unanswered.sale_id} in 55 s"], "who moved it has it watched"

    def test_a_sale_that_is_decided_needs_nothing(self, world: World, drivers: FakeDrivers) -> None:
        world.approve()

        on_queue(self.about(world.sale_id), Invocation())

        assert drivers.running == set()

    def test_a_message_that_names_no_sale_is_left_to_the_dead_letters(
        self, world: World, drivers: FakeDrivers
    ) -> None:
        good = self.about(world.sale_id)["Records"][0]
        bad = {**good, "body": "no sale", "messageId": "bad"}

        told = on_queue({"Records": [bad, good]}, Invocation())

        assert told == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
        assert drivers.running == set()

    def about(self, sale_id: SaleId, next_action_at_ms: int = 0) -> dict[str, Any]:
        batch = event("sweeper/queue")
        batch["Records"][0]["body"] = f"{sale_id} {next_action_at_ms}"
        return batch


class TestTheMinute:
    """Reads the index of open money, and says that it did."""

    @pytest.fixture
    def forgotten(self, world: World) -> list[SaleId]:
        """Three sales that were claimed long ago and never sent."""
        clock = Clock(at_ms=wiring.now_ms() - 3_600_000)
        ids = [replace(world.sale_id, sequence=number) for number in (1, 2, 3)]
        for one in ids:
            accept(a_request(one), wiring.sales(), wiring.claims(), clock.hand("gateway"))
            clock.pass_seconds(1)
        return ids

    def test_what_nobody_owns_any_more_is_ended(
        self, forgotten: list[SaleId], capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = on_minute(event("sweeper/minute"), Invocation())

        assert told == {"due": 3, "still_open": 0}
        decisions = [_sale(one).decision for one in forgotten]
        assert decisions == [Decision.DECLINED] * 3
        assert _metrics(capsys) == {"SweeperRan": 1, "OpenSales": 0, "OldestOpenSeconds": 0}

    def test_open_money_is_driven_and_its_age_is_told(
        self, unanswered: Sale, drivers: FakeDrivers, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        capsys.readouterr()
        world.dynamodb.update_item(
            TableName=TABLE,
            Key={name: {"S": value} for name, value in sale_key(unanswered.sale_id).items()},
            UpdateExpression="SET next_action_at_ms = :past, a0.intent_at_ms = :past",
            ExpressionAttributeValues={":past": {"N": str(wiring.now_ms() - 960_000)}},
        )

        told = on_minute(event("sweeper/minute"), Invocation())

        assert told == {"due": 1, "still_open": 1}
        assert drivers.running == {f"nc-{unanswered.sale_id}-0-0"}
        assert _metrics(capsys)["OldestOpenSeconds"] in {960, 961}

    def test_one_sale_that_cannot_be_woken_does_not_keep_the_others_asleep(
        self,
        forgotten: list[SaleId],
        world: World,
        capsys: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        _spoil(world, forgotten[0])

        with pytest.raises(ExceptionGroup, match="1 of 3 due sales could not be woken"):
            on_minute(event("sweeper/minute"), Invocation())

        assert [_sale(one).decision for one in forgotten[1:]] == [Decision.DECLINED] * 2
        assert "SweeperRan" not in _metrics(capsys)  # its silence is an alarm
        assert str(forgotten[0]) in caplog.text

    def test_a_minute_without_open_money_is_told_as_well(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert world.items() == []
        assert on_minute(event("sweeper/minute"), Invocation()) == {"due": 0, "still_open": 0}
        assert _metrics(capsys)["SweeperRan"] == 1


class _Unavailable:
    """Step Functions gives no answer."""

    def start_net_cancel(self, *_: object) -> bool:
        raise DriverUnavailableError("no answer")

    start_cancel = start_net_cancel


def _spoil(world: World, sale_id: SaleId) -> None:
    """Make an item that no rule can read."""
    world.dynamodb.update_item(
        TableName=TABLE,
        Key={name: {"S": value} for name, value in sale_key(sale_id).items()},
        UpdateExpression="SET decision = :nonsense",
        ExpressionAttributeValues={":nonsense": {"S": "NONSENSE"}},
    )


def _sale(sale_id: SaleId) -> Sale:
    sale = wiring.sales().read(sale_id)
    assert sale is not None
    return sale


def _metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        name = line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]
        found[name] = line[name]
    return found


def test_a_reversal_is_what_the_event_of_the_stream_shows() -> None:
    image = event("sweeper/stream")["Records"][-1]["dynamodb"]["NewImage"]

    assert image["a0"]["M"]["state"]["S"] == str(AttemptState.REVERSING)
