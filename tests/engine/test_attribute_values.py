"""Conformance of `patches/attribute_values`: what was read stays as it was, whatever changes later."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def test_an_update_changes_the_item_and_no_copy_of_it(cloud: Cloud) -> None:
    table: Any = cloud.client("dynamodb")
    name, key = cloud.outputs["Ledger"], {"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "values"}}
    first = {"parcels": {"L": [{"M": {"won": {"N": "007.50"}, "seal": {"B": b"\x00\xff"}}}]}}
    table.put_item(TableName=name, Item={**key, **first})

    changed = table.update_item(
        TableName=name,
        Key=key,
        UpdateExpression="SET parcels[0].won = :won, again = parcels",
        ExpressionAttributeValues={":won": {"N": "8e0"}},
        ReturnValues="ALL_OLD",
    )["Attributes"]
    now = table.get_item(TableName=name, Key=key)["Item"]

    parcel = {"won": {"N": "7.5"}, "seal": {"B": b"\x00\xff"}}
    assert changed == {**key, "parcels": {"L": [{"M": parcel}]}}
    assert now == {
        **changed,
        "parcels": {"L": [{"M": {**parcel, "won": {"N": "8"}}}]},
        "again": changed["parcels"],
    }


@pytest.mark.parametrize(
    ("expression", "value", "reason"),
    [
        ("SET heavy = :value", {"S": "." * 410_000}, "Item size to update has exceeded"),
        ("SET won = :value, parcel.seal = :value", {"S": "."}, "document path"),
    ],
    ids=["heavier than an item may be", "into a map that is not there"],
)
def test_an_update_that_is_refused_changes_nothing(
    cloud: Cloud, expression: str, value: dict[str, Any], reason: str
) -> None:
    table: Any = cloud.client("dynamodb")
    name, key = cloud.outputs["Ledger"], {"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "values"}}
    item = {**key, "won": {"N": "7"}}
    table.put_item(TableName=name, Item=item)

    with pytest.raises(ClientError, match=reason):
        table.update_item(
            TableName=name,
            Key=key,
            UpdateExpression=expression,
            ExpressionAttributeValues={":value": value},
        )

    assert table.get_item(TableName=name, Key=key)["Item"] == item


@pytest.mark.parametrize(("levels", "is_taken"), [(31, True), (32, False)])
def test_a_value_may_be_nested_as_deep_as_on_aws(cloud: Cloud, levels: int, *, is_taken: bool) -> None:
    table: Any = cloud.client("dynamodb")
    value: dict[str, Any] = {"S": "leaf"}
    for _ in range(levels):
        value = {"L": [value]}
    key = {"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "values"}}

    with nullcontext() if is_taken else pytest.raises(ClientError, match="Nesting Levels"):
        table.update_item(
            TableName=cloud.outputs["Ledger"],
            Key=key,
            UpdateExpression="SET deep = :deep",
            ExpressionAttributeValues={":deep": value},
        )
