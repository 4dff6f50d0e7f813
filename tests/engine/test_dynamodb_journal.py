"""Conformance of `patches/dynamodb_journal`: `kill -9` loses nothing acknowledged."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.engine.cloud import client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.engine.cloud import Cloud
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine

KILLS = 6
WRITERS = 4
SECONDS_UNDER_LOAD = 0.5


def _client(engine: Engine, service: str) -> Any:  # noqa: ANN401 - a client of any service
    return client(service, engine.endpoint, tuple(engine.credentials.items()))


def _create_table(engine: Engine) -> None:
    _client(engine, "dynamodb").create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


@dataclass
class _Acknowledged:
    """What one writer was told is written."""

    puts: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    counter: int = 0


def _write_until_the_engine_dies(engine: Engine, name: str, told: _Acknowledged) -> None:
    """A conditional put, a conditional increment and a transaction in turn; note each answer."""
    table = _client(engine, "dynamodb")
    key = name
    try:
        for index in count(len(told.puts)):
            key = f"{name}-{index}"
            table.put_item(
                TableName="ledger",
                Item={"pk": {"S": key}, "amount_won": {"N": "11000"}},
                ConditionExpression="attribute_not_exists(pk)",
            )
            told.puts.append(key)
            stored = table.update_item(
                TableName="ledger",
                Key={"pk": {"S": name}},
                UpdateExpression="ADD writes :one",
                ConditionExpression="attribute_not_exists(writes) OR writes >= :told",
                ExpressionAttributeValues={":one": {"N": "1"}, ":told": {"N": str(told.counter)}},
                ReturnValues="UPDATED_NEW",
            )
            told.counter = int(stored["Attributes"]["writes"]["N"])
            halves = [
                {"Put": {"TableName": "ledger", "Item": {"pk": {"S": f"{key}-{half}"}}}} for half in "ab"
            ]
            table.transact_write_items(TransactItems=halves)
            told.pairs.append(key)
    except ClientError as refusal:  # the write before the kill was done but not acknowledged
        assert refusal.response["Error"]["Code"] == "ConditionalCheckFailedException"  # noqa: PT017 - a writer thread, not a test
        told.puts.append(key)
    except BotoCoreError:
        return  # the engine is gone


def _everything(engine: Engine) -> dict[str, dict[str, Any]]:
    pages = (
        _client(engine, "dynamodb").get_paginator("scan").paginate(TableName="ledger", ConsistentRead=True)
    )
    return {item["pk"]["S"]: item for page in pages for item in page["Items"]}


def _stream_keys(engine: Engine) -> list[str]:
    streams = _client(engine, "dynamodbstreams")
    arn = streams.list_streams(TableName="ledger")["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    keys: list[str] = []
    token = iterator["ShardIterator"]
    while records := (page := streams.get_records(ShardIterator=token))["Records"]:
        keys += [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]
        token = page["NextShardIterator"]
    return keys


@pytest.mark.slow
def test_no_acknowledged_write_is_lost_over_kills_under_load(
    tmp_path: Path, start_engine: Callable[[Path], Engine]
) -> None:
    told = {f"writer{number}": _Acknowledged() for number in range(WRITERS)}
    engine = start_engine(tmp_path)
    _create_table(engine)

    for _kill in range(KILLS):
        writers = [
            threading.Thread(target=_write_until_the_engine_dies, args=(engine, name, acknowledged))
            for name, acknowledged in told.items()
        ]
        for writer in writers:
            writer.start()
        time.sleep(SECONDS_UNDER_LOAD)
        engine.kill()
        for writer in writers:
            writer.join()
        engine = start_engine(tmp_path)
        _assert_nothing_lost(engine, told)

    assert {key for acknowledged in told.values() for key in acknowledged.puts} <= set(_stream_keys(engine))
    total = sum(len(each.puts) + each.counter + len(each.pairs) for each in told.values())
    print(f"{total} acknowledged writes over {KILLS} kills, 0 lost")  # noqa: T201 - evidence, shown with -s
    assert total > 100


def _assert_nothing_lost(engine: Engine, told: dict[str, _Acknowledged]) -> None:
    stored = _everything(engine)
    for name, acknowledged in told.items():
        assert [key for key in acknowledged.puts if key not in stored] == []
        assert [key for key in acknowledged.pairs if not {f"{key}-a", f"{key}-b"} <= stored.keys()] == []
        if acknowledged.counter:
            assert int(stored[name]["writes"]["N"]) >= acknowledged.counter
    halves = {key[:-2] for key in stored if key.endswith(("-a", "-b"))}
    assert [key for key in halves if not {f"{key}-a", f"{key}-b"} <= stored.keys()] == []


def test_a_removed_item_stays_removed_and_a_table_made_anew_stays_empty(
    tmp_path: Path, start_engine: Callable[[Path], Engine]
) -> None:
    engine = start_engine(tmp_path)
    _create_table(engine)
    table = _client(engine, "dynamodb")
    table.put_item(TableName="ledger", Item={"pk": {"S": "from the first table"}})
    table.delete_table(TableName="ledger")
    _create_table(engine)
    table.put_item(TableName="ledger", Item={"pk": {"S": "kept"}})
    table.put_item(TableName="ledger", Item={"pk": {"S": "removed"}})
    table.delete_item(TableName="ledger", Key={"pk": {"S": "removed"}})

    engine.kill()

    assert list(_everything(start_engine(tmp_path))) == ["kept"]


@pytest.mark.slow
def test_the_deployed_world_goes_on_after_a_kill(
    tmp_path: Path,
    word: str,
    start_engine: Callable[[Path], Engine],
    start_with_stack: Callable[[Path], tuple[Engine, Cloud]],
    eventually: Callable[..., Any],
) -> None:
    engine, cloud = start_with_stack(tmp_path)
    read, unread = [f"read-{word}-{index}" for index in range(3)], f"unread-{word}"
    for each in read:
        _put_word(cloud, each, owner=word)
    eventually(lambda: {each for batch in cloud.witnessed("TableConsumer") for each in batch} >= set(read))
    _put_word(cloud, unread, owner=word)
    cloud.client("kinesis").put_record(
        StreamName=cloud.outputs["Stream"], PartitionKey="p", Data=json.dumps({"word": unread}).encode()
    )

    engine.kill()
    start_engine(tmp_path)

    assert cloud.invoke("ProbeAlias", {"do": "import_layer"}) == (None, "from the layer")
    answer = cloud.client("stepfunctions").start_sync_execution(
        stateMachineArn=cloud.outputs["Express"], input='{"do": "pid"}'
    )
    assert answer["status"] == "SUCCEEDED"
    for consumer in ("TableConsumer", "StreamConsumer"):
        eventually(lambda consumer=consumer: unread in str(cloud.witnessed(consumer)))
    seen = [each for batch in cloud.witnessed("TableConsumer") for each in batch]
    assert [seen.count(each) for each in read] == [1, 1, 1]
    found = cloud.client("dynamodb").query(
        TableName=cloud.outputs["Ledger"],
        IndexName="by_owner",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": word}},
    )
    assert found["Count"] == 4


def _put_word(cloud: Cloud, word: str, *, owner: str) -> None:
    item = {"pk": {"S": word}, "sk": {"S": "stream"}, "word": {"S": word}, "owner": {"S": owner}}
    cloud.client("dynamodb").put_item(TableName=cloud.outputs["Ledger"], Item=item)


def test_a_reset_forgets_everything_also_on_disk(
    tmp_path: Path, start_engine: Callable[[Path], Engine]
) -> None:
    engine = start_engine(tmp_path)
    _create_table(engine)
    _client(engine, "dynamodb").put_item(TableName="ledger", Item={"pk": {"S": "forgotten"}})

    engine.reset()

    assert _client(engine, "dynamodb").list_tables()["TableNames"] == []
    engine.kill()
    assert _client(start_engine(tmp_path), "dynamodb").list_tables()["TableNames"] == []
