"""Conformance of `patches/attribute_values`: what was read stays as it was, whatever changes later."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

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
