"""The bare door: one claim of three items, one workflow, its output back."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from botocore.config import Config

TABLE = boto3.client("dynamodb")
WORKFLOWS = boto3.client("stepfunctions", config=Config(inject_host_prefix=False))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Claim, run, answer."""
    sale_id = json.loads(event["body"])["sale_id"]
    new = {"ConditionExpression": "attribute_not_exists(PK)"}
    TABLE.transact_write_items(
        TransactItems=[
            {
                "Update": {
                    "TableName": os.environ["TABLE"],
                    "Key": {"PK": {"S": sale_id}, "SK": {"S": "STATE"}},
                    "UpdateExpression": "SET decision = :received",
                    "ExpressionAttributeValues": {":received": {"S": "RECEIVED"}},
                    **new,
                }
            },
            {"Put": {"TableName": os.environ["MARKS"], "Item": {"PK": {"S": f"nonce {sale_id}"}}, **new}},
            {"Put": {"TableName": os.environ["MARKS"], "Item": {"PK": {"S": f"card {sale_id}"}}, **new}},
        ]
    )
    ran = WORKFLOWS.start_sync_execution(
        stateMachineArn=os.environ["WORKFLOW"], input=json.dumps({"sale_id": sale_id})
    )
    assert ran["status"] == "SUCCEEDED", ran
    return {"statusCode": 201, "body": ran["output"]}
