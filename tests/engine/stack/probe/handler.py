"""The functions of the conformance stack: they answer, fail, hang or keep a witness, as the event asks."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = dict[str, Any]


class NoSuchSale(Exception):  # noqa: N818 - an error type of our own, to be seen in the caller's errorType
    """What a handler raises when asked to."""


def answer(event: EVENT, context: Any) -> object:  # noqa: ANN401 - the Lambda context has no public type
    """Do what `event["do"]` says; an API Gateway event is echoed as the proxy response."""
    if "httpMethod" in event:
        return _proxy_answer(event)
    match event.get("do"):
        case "raise":
            raise NoSuchSale(event["message"])
        case "sleep":
            time.sleep(event["seconds"])
            return "slept"
        case "hang_deaf":
            import signal  # noqa: PLC0415 - only a hung handler needs it

            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        case "print":
            for line in event["lines"]:
                print(line)  # noqa: T201 - the log line is what is tested
        case "pid":
            return os.getpid()
        case "import_layer":
            import layered_word  # type: ignore[import-not-found] # noqa: PLC0415 - comes with the layer

            return layered_word.WORD
        case "self":
            return {
                "environment": dict(os.environ),
                "path": sys.path,
                "arn": context.invoked_function_arn,
                "version": context.function_version,
                "remaining_milliseconds": context.get_remaining_time_in_millis(),
                "modules": sorted(sys.modules),
            }
        case _:
            pass
    return event


def _proxy_answer(event: EVENT) -> EVENT:
    if event["path"].endswith("/picture"):
        picture = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
        return {
            "statusCode": 200,
            "headers": {"Content-Type": "application/octet-stream"},
            "isBase64Encoded": True,
            "body": base64.b64encode(picture[::-1]).decode(),
        }
    return {
        "statusCode": 201,
        "headers": {"X-Relay-Answer": "echo", "Content-Type": "application/json"},
        "body": json.dumps(event),
    }


def consume(event: EVENT, _context: object) -> EVENT:
    """Keep a witness of the batch, then fail as its words ask: `crash*` raises, `poison*` is reported."""
    words = [word for word, _identifier in _words(event)]
    _keep_witness(words)
    if any(word.startswith("crash") for word in words):
        raise NoSuchSale("crash")
    failed = [identifier for word, identifier in _words(event) if word.startswith("poison")]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def witness(event: EVENT, _context: object) -> None:
    """Keep a witness of any event whole, then fail when its kind, or a notice's subject, is `crash`."""
    _keep_witness([json.dumps(event, sort_keys=True)])
    subjects = [record.get("Sns", {}).get("Subject") for record in event.get("Records", [])]
    if "crash" in (event.get("detail-type"), *subjects):
        raise NoSuchSale("crash")


def _words(event: EVENT) -> Iterator[tuple[str, str]]:
    for record in event["Records"]:
        match record["eventSource"]:
            case "aws:dynamodb":
                image = record["dynamodb"].get("NewImage") or record["dynamodb"]["OldImage"]
                yield image["word"]["S"], record["dynamodb"]["SequenceNumber"]
            case "aws:kinesis":
                data = json.loads(base64.b64decode(record["kinesis"]["data"]))
                yield data["word"], record["kinesis"]["sequenceNumber"]
            case _:
                yield record["body"], record["messageId"]


def _keep_witness(words: list[str]) -> None:
    boto3.client("dynamodb").put_item(
        TableName=os.environ["WITNESS_TABLE"],
        Item={
            "pk": {"S": os.environ["AWS_LAMBDA_FUNCTION_NAME"]},
            "sk": {"S": f"{time.time_ns():020d}"},
            "words": {"L": [{"S": word} for word in words]},
        },
    )
