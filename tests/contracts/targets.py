"""Where contracts of AWS itself are checked: the laboratory's account, the engine, and a real one if named.

``RELAY_TARGET=localstack`` or ``aws`` adds that target, reached with the environment's endpoint and
credentials. A row of a contract says what AWS does; where the engine does otherwise, the row says that too.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

REMOTE: Final = os.environ.get("RELAY_TARGET", "")
TARGETS: Final = (
    "laboratory",
    pytest.param("engine", marks=pytest.mark.engine),
    *([REMOTE] if REMOTE in {"localstack", "aws"} else []),
)
SAME: Final = "the same"

_numbers = count(1)


@dataclass(frozen=True)
class Row:
    """One line of a contract.

    Attributes:
        promise: In words.
        does: What is asked; a refusal is told by its code.
        told: What AWS tells.
        engine: What the engine tells instead.
    """

    promise: str
    does: Callable[[Any], object]
    told: object
    engine: object = SAME

    def expected(self, target: str) -> object:
        """What a target tells."""
        return self.engine if target == "engine" and self.engine != SAME else self.told


def rows(*told: Row) -> pytest.MarkDecorator:
    """Every row as a test of its own."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.promise) for row in told])


def code_of(does: Callable[[], object]) -> object:
    """What a call tells, or the code of its refusal."""
    try:
        return does()
    except ClientError as refusal:
        return refusal.response["Error"]["Code"]


def fresh(word: str) -> str:
    """A name that nothing else has, in this run and beside another."""
    return f"{word}-{os.getpid()}-{next(_numbers)}"


def remote_client(service: str) -> Any:  # noqa: ANN401 -- a client of any service
    """A client of the target that the environment names; it never tries twice by itself."""
    session: Any = boto3.Session()
    settings = Config(retries={"total_max_attempts": 1}, inject_host_prefix=False)
    return session.client(service, config=settings)


def records_of(streams: Any, table: str) -> list[dict[str, Any]]:  # noqa: ANN401 -- a client
    """Every record of a table's stream, shard by shard."""
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    found: list[dict[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        at = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        ).get("ShardIterator")
        while at:
            read = streams.get_records(ShardIterator=at)
            found += read["Records"]
            at = read.get("NextShardIterator") if read["Records"] else None
    return found
