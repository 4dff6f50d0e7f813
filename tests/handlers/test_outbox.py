"""The outbox's door: every transition of the table's stream is told once and in order; a failure is loud."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from functions.outbox.handler import handler
from payment_adapters import wiring
from payment_adapters.aws.publishing import EventPublisher, NotPublishedError
from tests.adapters.test_publishing import Listening
from tests.handlers.world import Invocation, World, event


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Listening:
    ears: Any = Listening()
    monkeypatch.setattr(wiring, "publisher", lambda: EventPublisher(ears, "events", ears, "facts"))
    heard: Listening = ears
    return heard


def told(listening: Listening) -> list[tuple[int, str]]:
    moves = [json.loads(record["Data"]) for record in listening.records]
    return [(move["version"], move["step"]) for move in moves]


def test_every_transition_is_told_in_order(listening: Listening) -> None:
    handler(event("outbox/transitions"), Invocation())

    assert told(listening) == [(1, "accept"), (2, "intent"), (3, "approve")]
    ((fact,),) = listening.entries
    assert json.loads(fact["Detail"])["step"] == "approve"


def test_a_write_and_its_event_are_found_under_the_sale_and_have_one_cause(
    world: World, listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    """What `payrelay trace` looks for; no line holds a card, an amount or a word of a destination."""
    caplog.set_level(logging.INFO, logger="payrelay.trace")
    world.approve()
    handler(world.changes(), Invocation())

    lines = [vars(record) for record in caplog.records if record.name == "payrelay.trace"]
    assert {line["sale_id"] for line in lines} == {str(world.sale_id)}
    writes = {line["step"]: line["write_id"] for line in lines if "event" not in line}
    events = {line["step"]: line["write_id"] for line in lines if "event" in line}
    assert list(events) == ["accept", "intent", "approve"]
    assert writes == events
    assert len(listening.records) == len(events)
    ours = {"sale_id", "step", "at_ms", "trace_id", "by", "write_id", "event"}
    plain = set(vars(logging.makeLogRecord({}))) | {"message", "taskName"}
    assert all(set(line) <= ours | plain for line in lines)


def test_a_repeated_try_is_no_news(listening: Listening) -> None:
    batch = event("outbox/transitions")
    change = batch["Records"][2]["dynamodb"]
    change["OldImage"] = {**change["NewImage"], "next_action_at_ms": {"N": "1"}}

    handler({"Records": batch["Records"][2:]}, Invocation())

    assert listening.records == []


def test_a_batch_that_is_delivered_again_tells_the_same_ids(listening: Listening) -> None:
    handler(event("outbox/transitions"), Invocation())
    handler(event("outbox/transitions"), Invocation())

    ids = [json.loads(record["Data"])["id"] for record in listening.records]
    assert ids[:3] == ids[3:]


def test_what_was_not_taken_fails_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    ears: Any = Listening(refused_records=1)
    monkeypatch.setattr(wiring, "publisher", lambda: EventPublisher(ears, "events", ears, "facts"))

    with pytest.raises(NotPublishedError):
        handler(event("outbox/transitions"), Invocation())


def test_what_the_table_really_streams_can_be_told(world: World, listening: Listening) -> None:
    world.approve()

    handler(world.changes(), Invocation())

    assert told(listening) == [(1, "accept"), (2, "intent"), (3, "approve")]


def test_a_difference_between_journal_and_books_is_told_with_its_sentence(listening: Listening) -> None:
    handler(event("outbox/finding"), Invocation())

    ((fact,),) = listening.entries
    words = json.loads(fact["Detail"])
    assert (words["type"], words["kind"]) == ("payrelay.difference.found.v1", "NOT_IN_JOURNAL")
    assert words["sentence"]["en"].startswith("11,000 won are approved here")
    assert len(listening.records) == 1
