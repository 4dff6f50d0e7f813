"""The bare sender: a write, one exchange over TCP, a write."""

from __future__ import annotations

import os
import socket

import boto3

TABLE = boto3.client("dynamodb")
HOST, _, PORT = os.environ["ECHO_ADDRESS"].rpartition(":")
REQUEST = bytes(540)  # as long as an authorisation of hangang


def handler(event: dict[str, str], _context: object) -> dict[str, str]:
    """Note it, ask, decide."""
    _moved(event["sale_id"], "RECEIVED", "INTENT")
    with socket.create_connection((HOST, int(PORT)), timeout=2) as line:
        line.sendall(REQUEST)
        heard = line.makefile("rb").read()
    _moved(event["sale_id"], "INTENT", "APPROVED")
    return {"sale_id": event["sale_id"], "state": "APPROVED", "heard": f"{len(heard)} bytes"}


def _moved(sale_id: str, seen: str, now: str) -> None:
    TABLE.update_item(
        TableName=os.environ["TABLE"],
        Key={"PK": {"S": sale_id}, "SK": {"S": "STATE"}},
        UpdateExpression="SET decision = :now",
        ConditionExpression="decision = :seen",
        ExpressionAttributeValues={":now": {"S": now}, ":seen": {"S": seen}},
        ReturnValues="ALL_NEW",
    )
