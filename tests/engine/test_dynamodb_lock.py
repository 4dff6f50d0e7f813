"""Conformance of `patches/dynamodb_lock`: a conditional write has exactly one winner."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tools.world.engine.process import ENGINE_PYTHON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine


def _contested_rounds(variant: str) -> int:
    run = subprocess.run(
        [ENGINE_PYTHON, "-m", "tests.engine.inside.conditional_put_race", variant],
        cwd=REPOSITORY,
        env={"PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    return int(run.stdout.split()[-1])


def test_one_thread_of_eight_wins_each_conditional_put(engine: Engine) -> None:
    assert engine.is_healthy()
    assert _contested_rounds("patched") == 0


def test_the_race_is_real_without_the_lock(engine: Engine) -> None:
    assert engine.is_healthy()
    assert _contested_rounds("stock") > 0


def test_a_request_and_a_workflow_never_both_win(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    workflows, table = cloud.client("stepfunctions"), cloud.client("dynamodb")

    def by_workflow(key: str) -> bool:
        request = json.dumps({"pause_seconds": 0, "write": True, "pk": key})
        arn = workflows.start_execution(stateMachineArn=cloud.outputs["Standard"], input=request)[
            "executionArn"
        ]
        eventually(lambda: workflows.describe_execution(executionArn=arn)["status"] != "RUNNING")
        output = workflows.describe_execution(executionArn=arn)["output"]
        return bool(json.loads(output)["won"])

    def by_request(key: str) -> bool:
        try:
            table.put_item(
                TableName=cloud.outputs["Ledger"],
                Item={"pk": {"S": key}, "sk": {"S": "workflow"}, "word": {"S": "written"}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(6) as callers:
        for index in range(8):
            key = f"{word}-{index}"
            attempts = [callers.submit(by, key) for by in (by_workflow, by_request, by_request) * 2]
            assert sum(attempt.result() for attempt in attempts) == 1


def _document(refusal: ClientError) -> dict[str, Any]:
    """The refusal's whole error document; botocore's types know only its code and message."""
    return dict(refusal.response)


@pytest.mark.parametrize("operation", ["put", "update"])
def test_a_lost_condition_returns_the_item_that_was_there(cloud: Cloud, word: str, operation: str) -> None:
    table, name = cloud.client("dynamodb"), cloud.outputs["Ledger"]
    there = {"pk": {"S": word}, "sk": {"S": "claim"}, "owner": {"S": "first"}}
    table.put_item(TableName=name, Item=there)
    update = {
        "Key": {"pk": there["pk"], "sk": there["sk"]},
        "UpdateExpression": "SET word = :w",
        "ExpressionAttributeValues": {":w": {"S": "second"}},
    }
    write, request = (table.put_item, {"Item": there}) if operation == "put" else (table.update_item, update)

    with pytest.raises(ClientError) as refusal:
        write(
            TableName=name,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **request,
        )

    assert refusal.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert _document(refusal.value)["Item"] == there


def test_a_cancelled_transaction_names_the_item_and_the_reason(cloud: Cloud, word: str) -> None:
    table, name = cloud.client("dynamodb"), cloud.outputs["Ledger"]
    there = {"pk": {"S": word}, "sk": {"S": "claim"}}
    table.put_item(TableName=name, Item=there)

    with pytest.raises(ClientError) as refusal:
        table.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": name, "Item": {"pk": {"S": word}, "sk": {"S": "other"}}}},
                {
                    "Put": {
                        "TableName": name,
                        "Item": there,
                        "ConditionExpression": "attribute_not_exists(pk)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
            ]
        )

    reasons = _document(refusal.value)["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"] == there
    assert "Item" not in table.get_item(TableName=name, Key={"pk": {"S": word}, "sk": {"S": "other"}})
