"""What payrelay needs of AWS and ministack already gives: no patch, but a test that says so."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def _post(cloud: Cloud, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(f"{cloud.api_url}{path}", data=body, headers=headers, method="POST")  # noqa: S310 - the API under test
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - the API under test
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


def test_a_request_reaches_the_function_as_a_proxy_event(cloud: Cloud) -> None:
    body = json.dumps({"store": "강남점"}, ensure_ascii=False).encode()

    status, headers, answer = _post(
        cloud, "/sales/42/echo?a=1&a=2", body, {"Content-Type": "application/json", "X-Relay-Key": "k1"}
    )

    event = json.loads(answer)
    assert (status, headers["x-relay-answer"]) == (201, "echo")
    assert event["resource"] == "/sales/{sale_id}/echo"
    assert event["pathParameters"] == {"sale_id": "42"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["requestContext"]["stage"] == "live"
    assert {name.lower(): value for name, value in event["headers"].items()}["x-relay-key"] == "k1"
    assert (event["isBase64Encoded"], json.loads(event["body"])) == (False, {"store": "강남점"})


def test_bytes_travel_unharmed_in_both_directions(cloud: Cloud) -> None:
    picture = bytes(range(256))

    headers = {"Content-Type": "application/octet-stream", "Accept": "application/octet-stream"}
    _status, _headers, answer = _post(cloud, "/picture", picture, headers)

    assert answer == picture[::-1]


def test_a_delayed_message_arrives_late_and_a_failed_one_alone_goes_to_the_dead_letters(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    queue, sent = cloud.client("sqs"), time.monotonic()
    entries = [
        {"Id": str(index), "MessageBody": f"{mark}-{word}"} for index, mark in enumerate(("good", "poison"))
    ]

    queue.send_message_batch(QueueUrl=cloud.outputs["Work"], Entries=entries)

    eventually(lambda: f"good-{word}" in str(cloud.witnessed("QueueConsumer")))
    assert time.monotonic() - sent >= 1
    dead = eventually(
        lambda: queue.receive_message(QueueUrl=cloud.outputs["DeadWork"], WaitTimeSeconds=1).get("Messages"),
        seconds=40,
    )
    assert [message["Body"] for message in dead] == [f"poison-{word}"]
    seen = [each for batch in cloud.witnessed("QueueConsumer") for each in batch]
    # A queue delivers at least once, and a delivery that ran into its function's limit leaves no witness.
    assert seen.count(f"good-{word}") >= 1
    assert seen.count(f"poison-{word}") >= 1


def test_a_notice_reaches_the_queue_raw_and_the_function_wrapped(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    cloud.client("sns").publish(TopicArn=cloud.outputs["Notices"], Message=word)

    queue = cloud.client("sqs")

    def bodies() -> list[str]:
        messages = queue.receive_message(QueueUrl=cloud.outputs["NoticeQueue"], MaxNumberOfMessages=10)
        return [message["Body"] for message in messages.get("Messages", []) if message["Body"] == word]

    assert eventually(bodies) == [word]
    eventually(lambda: word in str(cloud.witnessed("Listener")))


def test_a_data_key_opens_only_in_the_context_it_was_made_for(cloud: Cloud) -> None:
    keys = cloud.client("kms")
    made = keys.generate_data_key(
        KeyId=cloud.outputs["Key"], KeySpec="AES_256", EncryptionContext={"sale": "42"}
    )

    opened = keys.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"sale": "42"})

    assert opened["Plaintext"] == made["Plaintext"]
    with pytest.raises(ClientError) as refusal:
        keys.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"sale": "43"})
    assert refusal.value.response["Error"]["Code"] == "InvalidCiphertextException"


def test_a_generated_secret_can_be_read(cloud: Cloud) -> None:
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["Secret"])

    document = json.loads(secret["SecretString"])
    assert document["merchant"] == "M1"
    assert len(document["key"]) == 32


def test_an_index_is_queried_in_its_own_order(cloud: Cloud, word: str) -> None:
    table, name = cloud.client("dynamodb"), cloud.outputs["Ledger"]
    for index in (2, 1, 3):
        item = {"pk": {"S": f"{word}-{index}"}, "sk": {"S": f"2026-0{index}"}, "owner": {"S": word}}
        table.put_item(TableName=name, Item=item)

    found = table.query(
        TableName=name,
        IndexName="by_owner",
        KeyConditionExpression="#o = :o AND sk < :end",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": word}, ":end": {"S": "2026-03"}},
        ScanIndexForward=False,
    )["Items"]

    assert [item["sk"]["S"] for item in found] == ["2026-02", "2026-01"]


def test_an_event_on_the_bus_is_archived(cloud: Cloud, word: str, eventually: Callable[..., Any]) -> None:
    events = cloud.client("events")

    answer = events.put_events(
        Entries=[
            {
                "EventBusName": cloud.outputs["Bus"],
                "Source": "payrelay",
                "DetailType": "test",
                "Detail": json.dumps({"word": word}),
            }
        ]
    )

    assert answer["FailedEntryCount"] == 0
    eventually(lambda: events.describe_archive(ArchiveName=cloud.outputs["Archive"])["EventCount"] >= 1)
