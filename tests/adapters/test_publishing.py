"""Every transition goes to the stream, facts also to the bus, and nothing is lost without a word."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from payment_adapters.aws.publishing import BUS_BATCH, EventPublisher, NotPublishedError
from payment_core.events.sale_moved import SaleMovedV2
from tests.contracts.aws import client

MOVE = SaleMovedV2(
    id="1001-10010001-1-20261120-42/1",
    time="2026-11-20T03:00:00.000Z",
    subject="1001-10010001-1-20261120-42",
    version=1,
    causation_id="write-1",
    step="approve",
    by="van_link",
    decision="APPROVED",
    attempts=["APPROVED", "ABSENT"],
    amount_won=11_000,
    cancellable_won=11_000,
    card_masked="411111******1111",
    card_token="token",  # noqa: S106 -- a name for a card, not a password
    evidence={"message": "정상처리"},
    tender="card",
    received_at_ms=1_795_143_600_000,
    state="APPROVED",
    destination="hangang",
    approval_number="30000001",
    took_ms=0,
    open_since_ms=0,
    open_won=0,
)
WAYSTATION = replace(MOVE, step="intent")


class Listening:
    """Stream and bus that remember what came, and refuse what a test says."""

    def __init__(self, refused_records: int = 0, refused_entries: int = 0) -> None:
        self.records: list[dict[str, Any]] = []
        self.entries: list[list[dict[str, Any]]] = []
        self._refused = (refused_records, refused_entries)

    def put_records(self, **said: Any) -> dict[str, int]:  # noqa: ANN401 -- boto3's words
        self.records += said["Records"]
        return {"FailedRecordCount": self._refused[0]}

    def put_events(self, **said: Any) -> dict[str, int]:  # noqa: ANN401 -- boto3's words
        self.entries.append(said["Entries"])
        return {"FailedEntryCount": self._refused[1]}


def publisher(listening: Any) -> EventPublisher:  # noqa: ANN401 -- stands for two clients
    return EventPublisher(listening, "events", listening, "facts")


def test_transitions_go_to_the_stream_in_order_under_their_sale() -> None:
    listening = Listening()

    publisher(listening).publish([WAYSTATION, replace(MOVE, version=2)])

    assert [record["PartitionKey"] for record in listening.records] == [MOVE.subject] * 2
    assert [json.loads(record["Data"])["version"] for record in listening.records] == [1, 2]
    assert "정상처리".encode() in listening.records[0]["Data"]


def test_only_facts_go_to_the_bus_and_in_batches_it_takes() -> None:
    listening = Listening()
    facts = [replace(MOVE, version=version) for version in range(1, BUS_BATCH + 2)]

    publisher(listening).publish([WAYSTATION, *facts])

    assert [len(batch) for batch in listening.entries] == [BUS_BATCH, 1]
    entry = listening.entries[0][0]
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "facts",
        "payrelay",
        "payrelay.sale.moved.v2",
    )


def test_nothing_to_tell_is_told_to_nobody() -> None:
    listening = Listening()

    publisher(listening).publish([])

    assert (listening.records, listening.entries) == ([], [])


@pytest.mark.parametrize(
    ("listening", "where", "failed"),
    [
        (Listening(refused_records=2), "the event stream", 2),
        (Listening(refused_entries=1), "the event bus", 1),
    ],
)
def test_a_partly_refused_batch_is_an_error_so_that_it_comes_again(
    listening: Listening, where: str, failed: int
) -> None:
    with pytest.raises(NotPublishedError) as refused:
        publisher(listening).publish([MOVE])

    assert (refused.value.where, refused.value.failed) == (where, failed)


@pytest.mark.usefixtures("aws")
def test_the_real_services_take_what_is_published() -> None:
    kinesis, events = client("kinesis"), client("events")
    kinesis.create_stream(StreamName="events", ShardCount=1)
    events.create_event_bus(Name="facts")

    EventPublisher(kinesis, "events", events, "facts").publish([MOVE])

    shard = kinesis.describe_stream(StreamName="events")["StreamDescription"]["Shards"][0]["ShardId"]
    place = kinesis.get_shard_iterator(StreamName="events", ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    (record,) = kinesis.get_records(ShardIterator=place)["Records"]
    assert json.loads(record["Data"])["id"] == MOVE.id
