"""Conformance of `patches/expression_texts`: an expression means the same the second time as the first."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def test_a_verdict_is_the_same_each_time_it_is_asked_for(cloud: Cloud) -> None:
    table: Any = cloud.client("dynamodb")
    name, key = cloud.outputs["Ledger"], {"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "condition"}}

    def put(condition: str) -> str:
        try:
            table.put_item(TableName=name, Item=key, ConditionExpression=condition)
        except ClientError as refusal:
            return str(refusal)
        return "taken"

    broken = [put("attribute_not_exists(pk) AND AND pk") for _ in range(2)]
    lost = [put("attribute_not_exists(pk)") for _ in range(3)]

    assert broken[0] == broken[1]
    assert 'Syntax error; token: "AND"' in broken[0]
    assert lost[0] == "taken"
    assert lost[1] == lost[2]
    assert "ConditionalCheckFailed" in lost[1]
