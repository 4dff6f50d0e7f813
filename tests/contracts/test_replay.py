"""What a replay promises: the archive comes to the same read models, bytes for bytes, whatever came twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
from moto import mock_aws

from payment_adapters.aws.archive import S3Archive
from payment_adapters.tables.day_models import MODELS
from payment_adapters.tables.known_sales import DynamoKnownSales
from payment_adapters.tables.read_models import DynamoApprovals, DynamoDays
from payment_core.approval.outbox import moves_between
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.project import Models, project
from tests.contracts.aws import (
    READ_MODELS,
    REGION,
    SEARCH,
    client,
    create_read_models_table,
    create_search_table,
)
from tests.spec.test_projection import EVENTS, a_cancelled_sale
from tools.replay.replay import ArchiveLacksError, Tables, replay

DAY: Final = "20261120"


class ReadSide:
    """The tables, the archive, and whoever writes them from the stream."""

    def __init__(self) -> None:
        self.dynamodb = client("dynamodb")
        s3 = client("s3")
        for table in self.dynamodb.list_tables()["TableNames"]:
            self.dynamodb.delete_table(TableName=table)
        self.tables = Tables(
            self.dynamodb, create_search_table(self.dynamodb), create_read_models_table(self.dynamodb)
        )
        name = f"archive-{len(s3.list_buckets()['Buckets'])}"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.archive = S3Archive(s3, name)
        self.models = Models(
            DynamoApprovals(self.dynamodb, READ_MODELS),
            DynamoDays(self.dynamodb, READ_MODELS),
            DynamoKnownSales(self.dynamodb, SEARCH, READ_MODELS),
        )

    def tell(self, events: Sequence[SaleMovedV2], size: int, *, archived: bool = True) -> None:
        """Have both consumers read the stream in batches."""
        for start in range(0, len(events), size):
            batch = events[start : start + size]
            project(batch, self.models)
            if archived:
                self.archive.keep([a_record(event, start + place) for place, event in enumerate(batch)])

    def forget(self, table: str, *names: str) -> None:
        """Lose a whole table."""
        for item in self.dynamodb.scan(TableName=table)["Items"]:
            self.dynamodb.delete_item(TableName=table, Key={name: item[name] for name in names})


def a_record(event: SaleMovedV2, number: int) -> dict[str, Any]:
    """A record of the stream as Lambda delivers it."""
    data = base64.b64encode(json.dumps(vars(event), ensure_ascii=False).encode()).decode()
    stream = {"sequenceNumber": f"{number:05d}", "approximateArrivalTimestamp": 1.0, "data": data}
    return {"eventID": f"shard-0:{number:05d}", "kinesis": stream}


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        yield


@pytest.fixture
def read_side(aws: None) -> ReadSide:  # noqa: ARG001 -- stands while it is used
    return ReadSide()


def test_a_replay_comes_to_the_same_bytes_whatever_was_delivered_twice_and_in_whatever_cuts(
    read_side: ReadSide,
) -> None:
    read_side.tell(EVENTS, 7)
    read_side.tell(EVENTS[3:], 5)
    read_side.archive.keep(
        [
            {
                **a_record(EVENTS[0], 99),
                "kinesis": {
                    "sequenceNumber": "00099",
                    "approximateArrivalTimestamp": 1.0,
                    "data": base64.b64encode(b"poison").decode(),
                },
            }
        ]
    )

    report = replay(DAY, read_side.archive, read_side.tables)

    assert report.before == report.archived == report.after
    assert {model: report.after[model].items for model in MODELS} == {
        "sales": 5,
        "totals": 10,
        "works": 6,
        "approvals": 2,
        "days": 6,
        "terminals": 1,
    }


def test_tables_that_were_lost_are_made_again_from_the_archive_alone(read_side: ReadSide) -> None:
    read_side.tell(EVENTS, 9)
    before = replay(DAY, read_side.archive, read_side.tables).before
    read_side.forget(SEARCH, "PK")
    read_side.forget(READ_MODELS, "PK", "SK")

    report = replay(DAY, read_side.archive, read_side.tables)
    project(EVENTS, read_side.models)  # the stream comes again, and counts nothing twice

    assert report.before["sales"].items == 0
    assert report.after == report.archived == before
    assert replay(DAY, read_side.archive, read_side.tables).before == before


def test_a_count_that_went_wrong_is_put_right(read_side: ReadSide) -> None:
    read_side.tell(EVENTS, 9)
    read_side.dynamodb.put_item(
        TableName=READ_MODELS,
        Item={
            "PK": {"S": f"TOTALS#{DAY}"},
            "SK": {"S": "hangang#APPROVED#5"},
            "sales": {"N": "9"},
            "won": {"N": "1"},
        },
    )

    report = replay(DAY, read_side.archive, read_side.tables)

    assert report.before["totals"] != report.archived["totals"]
    assert report.after == report.archived


def test_what_the_archive_lacks_is_never_taken_from_the_tables(read_side: ReadSide) -> None:
    read_side.tell(EVENTS, 9)
    more = moves_between(None, a_cancelled_sale(50).sale)
    read_side.tell(more, 9, archived=False)

    with pytest.raises(ArchiveLacksError, match="events of 1 sales"):
        replay(DAY, read_side.archive, read_side.tables)

    read_side.archive.keep([a_record(event, 500 + place) for place, event in enumerate(more[:2])])
    with pytest.raises(ArchiveLacksError, match="events of 1 sales"):
        replay(DAY, read_side.archive, read_side.tables)
