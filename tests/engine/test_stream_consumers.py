"""Conformance of `patches/stream_consumers`: in order, at least once, and no poison for ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def _write_together(cloud: Cloud, words: list[str]) -> None:
    """One transaction: its changes lie side by side in the table's stream."""
    puts = [
        {
            "Put": {
                "TableName": cloud.outputs["Ledger"],
                "Item": {"pk": {"S": word}, "sk": {"S": "stream"}, "word": {"S": word}},
            }
        }
        for word in words
    ]
    cloud.client("dynamodb").transact_write_items(TransactItems=puts)


def _send_together(cloud: Cloud, words: list[str]) -> None:
    entries = [{"Data": json.dumps({"word": word}).encode(), "PartitionKey": "one shard"} for word in words]
    cloud.client("kinesis").put_records(StreamName=cloud.outputs["Stream"], Records=entries)


def _batches_with(cloud: Cloud, function: str, mark: str) -> list[list[str]]:
    """The batches a consumer saw, reduced to the words of this test."""
    batches = [[word for word in batch if mark in word] for batch in cloud.witnessed(function)]
    return [batch for batch in batches if batch]


def _notices(cloud: Cloud, kind: str) -> list[dict[str, Any]]:
    """The notices about given-up batches that wait in the queue, of one kind of stream; they are consumed."""
    queue, url = cloud.client("sqs"), cloud.outputs["GivenUp"]
    messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [body for message in messages if kind in (body := json.loads(message["Body"]))]


def test_a_batch_is_tried_again_only_from_its_first_failed_record(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    first, poison, last = f"first-{word}", f"poison-{word}", f"last-{word}"

    _write_together(cloud, [first, poison, last])

    eventually(lambda: [last] in _batches_with(cloud, "TableConsumer", word))
    batches = _batches_with(cloud, "TableConsumer", word)
    assert batches[0] == [first, poison, last]
    assert batches[1] == [poison, last]
    assert [first in batch for batch in batches].count(True) == 1
    notice = eventually(lambda: _notices(cloud, "DDBStreamBatchInfo"))[0]
    assert notice["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert notice["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_crash_is_cornered_by_halving_and_its_neighbours_get_through(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    words = [f"a-{word}", f"b-{word}", f"crash-{word}", f"d-{word}"]

    _write_together(cloud, words)

    eventually(lambda: [words[3]] in _batches_with(cloud, "TableConsumer", word))
    batches = _batches_with(cloud, "TableConsumer", word)
    assert batches[0] == words
    assert words[:2] in batches
    assert batches.count([words[2]]) == 3
    assert (
        eventually(lambda: _notices(cloud, "DDBStreamBatchInfo"))[0]["DDBStreamBatchInfo"]["batchSize"] == 1
    )


def test_records_outside_the_filter_never_reach_the_function(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    table, name = cloud.client("dynamodb"), cloud.outputs["Ledger"]
    key = {"pk": {"S": word}, "sk": {"S": "stream"}}

    table.put_item(TableName=name, Item=key)  # no word
    table.put_item(TableName=name, Item={**key, "word": {"S": f"seen-{word}"}})
    table.delete_item(TableName=name, Key=key)
    _write_together(cloud, [f"after-{word}"])

    eventually(lambda: [f"after-{word}"] in _batches_with(cloud, "TableConsumer", f"after-{word}"))
    seen = [each for batch in _batches_with(cloud, "TableConsumer", word) for each in batch]
    assert seen == [f"seen-{word}", f"after-{word}"]


def test_one_shard_is_consumed_in_the_order_it_was_written(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    words = [f"{index:02d}-{word}" for index in range(40)]

    for start in range(0, 40, 4):
        _send_together(cloud, words[start : start + 4])

    eventually(lambda: sum(map(len, _batches_with(cloud, "StreamConsumer", word))) == 40)
    assert [each for batch in _batches_with(cloud, "StreamConsumer", word) for each in batch] == words


def test_without_halving_the_rest_of_the_batch_is_given_up_together(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    first, poison, last = f"first-{word}", f"poison-{word}", f"last-{word}"

    _send_together(cloud, [first, poison, last])

    notice = eventually(lambda: _notices(cloud, "KinesisBatchInfo"))[0]
    assert notice["KinesisBatchInfo"]["batchSize"] == 2
    assert _batches_with(cloud, "StreamConsumer", word) == [[first, poison, last], [poison, last]]
