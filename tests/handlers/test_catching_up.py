"""What a consumer could not take, or never heard, comes back: a poison record, and two days of silence.

Played with the real commands (`payrelay redrive`, `payrelay projection rebuild`) and handlers; that Lambda
itself gives a record up and writes the letter is tested in tests/engine and tests/contracts/test_feeds.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer

from functions.projection.handler import handler as projection
from payment_adapters import read_side
from payment_adapters.aws import event_stream
from payment_core.approval.outbox import moves_between
from payment_core.events.sale_moved import TYPE, SaleMovedV2
from tests.adapters.scripted_van import answers, stays_silent
from tests.contracts.aws import READ_MODELS, SEARCH, TABLE, client
from tests.handlers.world import Invocation, World
from tools.cli import projection as commands
from tools.cli import redrive as redriving

V3 = "payrelay.sale.moved.v3"
ANYWHERE = Path("anywhere")


@dataclass
class Deployed:
    """A running world as commands see it, in this process."""

    world: World
    letters: str
    endpoint: None = None
    outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dynamodb = self.world.dynamodb
        self.outputs = {
            "ProjectionDeadLettersUrl": self.letters,
            "EventStream": "events",
            "PaymentsTable": TABLE,
            "SearchTable": SEARCH,
            "ReadModelsTable": READ_MODELS,
        }

    def invoke(self, logical_id: str, words: dict[str, Any]) -> dict[str, Any]:
        assert logical_id == "ProjectionFunction"
        return projection(words, Invocation())


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    letters = client("sqs").create_queue(QueueName="projection-dead-letters")["QueueUrl"]
    there = Deployed(world, letters)
    for module in (redriving, commands):
        monkeypatch.setattr(module, "running", lambda _: there)
    yield there
    client("sqs").delete_queue(QueueUrl=letters)


def moves(world: World) -> list[SaleMovedV2]:
    return moves_between(None, world.sale)


def delivered(records: list[dict[str, Any]]) -> dict[str, Any]:
    """A batch as Lambda brings it."""
    return {
        "Records": [
            {
                "kinesis": {
                    "sequenceNumber": one["SequenceNumber"],
                    "data": base64.b64encode(one["Data"]).decode(),
                }
            }
            for one in records
        ]
    }


def everything(world: World) -> dict[str, list[Any]]:
    """What the read models hold, whatever the order; a count that came back to nothing is none."""
    held = {table: world.dynamodb.scan(TableName=table)["Items"] for table in (READ_MODELS, SEARCH)}
    return {
        table: sorted((one for one in items if one.get("sales") != {"N": "0"}), key=repr)
        for table, items in held.items()
    }


def emptied(world: World) -> None:
    for table in (READ_MODELS, SEARCH):
        for item in world.dynamodb.scan(TableName=table)["Items"]:
            key = {name: item[name] for name in ("PK", "SK") if name in item}
            world.dynamodb.delete_item(TableName=table, Key=key)
    read_side.days.cache_clear()
    read_side.models.cache_clear()


def told(world: World, events: list[SaleMovedV2]) -> dict[str, list[Any]]:
    """What the read models are when every event of these comes in order."""
    emptied(world)
    texts = (json.dumps(vars(one)).encode() for one in events)
    projection(
        delivered([{"SequenceNumber": str(n), "Data": text} for n, text in enumerate(texts)]), Invocation()
    )
    return everything(world)


def redriven(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    capsys.readouterr()
    with suppress(typer.Exit):
        redriving.redrive("projection", state=ANYWHERE, as_json=True)
    (line,) = [one for one in capsys.readouterr().out.splitlines() if '"taken"' in one]
    read: dict[str, int] = json.loads(line)
    return read


def test_a_poison_record_waits_as_a_dead_letter_and_comes_back_when_it_is_understood(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The outbox was deployed before the projection: its approval is of a version that nobody knows yet."""
    world = deployed.world
    world.approve()
    accept, intent, approve = moves(world)
    kinesis = client("kinesis")
    for one in (vars(accept), vars(intent), {**vars(approve), "type": V3}):
        kinesis.put_record(StreamName="events", Data=json.dumps(one).encode(), PartitionKey=accept.subject)
    shard = kinesis.describe_stream(StreamName="events")["StreamDescription"]["Shards"][0]["ShardId"]
    start = kinesis.get_shard_iterator(StreamName="events", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"][-3:]
    poison = records[-1]["SequenceNumber"]

    assert projection(delivered(records), Invocation()) == {"batchItemFailures": [{"itemIdentifier": poison}]}
    assert read_side.search().open(), "what came before it was taken in"
    place = {"shardId": shard, "startSequenceNumber": poison, "endSequenceNumber": poison}
    letter = json.dumps({"KinesisBatchInfo": place})
    client("sqs").send_message(QueueUrl=deployed.letters, MessageBody=letter)

    assert redriven(capsys) == {"taken": 0, "left": 1}
    client("sqs").purge_queue(QueueUrl=deployed.letters)  # it would be visible again in two minutes
    client("sqs").send_message(QueueUrl=deployed.letters, MessageBody=letter)
    as_v2 = {**event_stream.KNOWN, V3: lambda **words: SaleMovedV2(**{**words, "type": TYPE})}
    monkeypatch.setattr(event_stream, "KNOWN", as_v2)
    assert redriven(capsys) == {"taken": 1, "left": 0}
    assert redriven(capsys) == {"taken": 0, "left": 0}, "it was taken away"
    assert read_side.search().open() == []
    by_redrive = everything(world)
    assert told(world, [accept, intent, approve]) == by_redrive


def test_after_two_days_of_silence_the_table_s_history_tells_what_the_stream_forgot(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table's stream keeps a day: the first moves were never published, and the last one comes alone."""
    world = deployed.world
    world.van_does(stays_silent, answers())
    world.approve()
    whole = moves(world)
    assert [one.step for one in whole][-1] == "reversal_confirmed"
    in_order = told(world, whole)

    forgotten = told(world, whole[-1:])
    assert forgotten[SEARCH][0]["versions"] != in_order[SEARCH][0]["versions"]
    read_side.days.cache_clear()
    capsys.readouterr()
    commands.rebuild(state=ANYWHERE, as_json=True)

    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"sales": 1, "approvals_added": 0}
    assert everything(world) == in_order
    commands.rebuild(state=ANYWHERE, as_json=True)
    assert everything(world) == in_order, "however often"
