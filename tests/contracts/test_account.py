"""What the account lets a laboratory do: stop calls, lose answers, lag, refuse a part, forget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.contracts.account import AccountClock
from tools.lab.aws.calls import Call, NotProvidedError
from tools.lab.aws.cloud import Cloud
from tools.lab.aws.refusals import InConflict, PartlyRefused, server_error, throttled

THRICE: Final = Config(retries={"mode": "standard", "total_max_attempts": 3})
KEY: Final = {"PK": {"S": "SALE#1"}, "SK": {"S": "STATE"}}
UNANSWERED: Final = ReadTimeoutError(endpoint_url="https://nowhere.invalid")


@dataclass
class Watched:
    """An account, every call that passed, and what is still to go wrong: moment and error, in this order."""

    passed: list[Call] = field(default_factory=list)
    trouble: list[tuple[str, BaseException]] = field(default_factory=list)
    clock: AccountClock = field(default_factory=AccountClock)

    def __post_init__(self) -> None:
        self.cloud = Cloud(self.clock, self.passing)

    def passing(self, call: Call) -> None:
        """Note the call, and do what is to go wrong now."""
        self.passed.append(call)
        if self.trouble and self.trouble[0][0] == call.moment:
            raise self.trouble.pop(0)[1]

    def count(self, config: Config | None = None, **words: str) -> None:
        """Add one to a number, in a transaction."""
        update = {
            "TableName": "PaymentsTable",
            "Key": KEY,
            "UpdateExpression": "ADD won :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        dynamodb = self.cloud.client("dynamodb", config)
        dynamodb.transact_write_items(TransactItems=[{"Update": update}], **words)

    def put(self, config: Config | None = None, **words: Any) -> None:  # noqa: ANN401 -- values
        """Put an item that is not there yet."""
        self.cloud.client("dynamodb", config).put_item(
            TableName="PaymentsTable",
            Item={**KEY, **words},
            ConditionExpression="attribute_not_exists(PK)",
        )

    @property
    def won(self) -> str:
        """The number."""
        (item,) = self.cloud.tables["PaymentsTable"].items
        return str(item["won"]["N"])


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_call_passes_before_it_takes_effect_and_before_it_is_answered(watched: Watched) -> None:
    watched.put()

    assert watched.passed == [
        Call("dynamodb", "PutItem", "PaymentsTable", "before"),
        Call("dynamodb", "PutItem", "PaymentsTable", "after"),
    ]


@pytest.mark.parametrize(("moment", "items"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("error", [throttled("PutItem"), server_error("PutItem"), UNANSWERED, SystemExit()])
def test_what_is_raised_is_what_the_adapter_meets(
    watched: Watched, moment: str, items: int, error: BaseException
) -> None:
    watched.trouble = [(moment, error)]

    with pytest.raises(type(error)) as met:
        watched.put()

    assert met.value is error
    assert len(list(watched.cloud.tables["PaymentsTable"].items)) == items


@pytest.mark.parametrize("error", [throttled("PutItem"), server_error("PutItem"), UNANSWERED])
def test_the_sdk_sends_again_as_often_as_its_settings_say(watched: Watched, error: Exception) -> None:
    watched.trouble = [("before", error)] * 2
    watched.put(THRICE)

    watched.trouble = [("before", error)] * 3
    with pytest.raises(type(error)):
        watched.put(THRICE)


def test_a_write_that_took_effect_unheard_is_sent_again_and_refused(watched: Watched) -> None:
    watched.trouble = [("after", server_error("PutItem"))]

    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        watched.put(THRICE)


def test_a_transaction_that_took_effect_unheard_is_sent_again_under_its_token_and_counts_once(
    watched: Watched,
) -> None:
    watched.trouble = [("after", server_error("TransactWriteItems"))]

    watched.count(THRICE)

    assert watched.won == "1"


def test_a_token_is_forgotten_after_ten_minutes(watched: Watched) -> None:
    watched.count(ClientRequestToken="one")
    watched.count(ClientRequestToken="one")
    watched.clock.pass_seconds(601)

    watched.count(ClientRequestToken="one")

    assert watched.won == "2"


def test_another_writer_cancels_a_transaction_and_the_sdk_does_not_send_it_again(watched: Watched) -> None:
    watched.trouble = [("before", InConflict(0))]

    with pytest.raises(watched.cloud.client("dynamodb").exceptions.TransactionCanceledException) as met:
        watched.count(THRICE)

    assert [reason["Code"] for reason in met.value.response["CancellationReasons"]] == ["TransactionConflict"]
    watched.trouble = [("before", InConflict())]
    with pytest.raises(ClientError, match="TransactionConflictException"):
        watched.put(THRICE)


def test_an_index_is_behind_until_it_is_settled(watched: Watched) -> None:
    watched.put(open_bucket={"S": "OPEN#0"}, next_action_at_ms={"N": "5"})
    index = watched.cloud.tables["PaymentsTable"].indexes["open-money"]

    assert index.items("OPEN#0") == []
    assert watched.cloud.settle_indexes(at_most=0) == 1
    assert watched.cloud.settle_indexes() == 0
    assert [item["PK"] for item in index.items("OPEN#0")] == [KEY["PK"]]


def test_only_a_consistent_read_is_never_behind(watched: Watched) -> None:
    watched.put()
    dynamodb = watched.cloud.client("dynamodb")

    def seen(**words: bool) -> list[bool]:
        of_partition = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": KEY["PK"]}}
        return [
            "Item" in dynamodb.get_item(TableName="PaymentsTable", Key=KEY, **words),
            bool(dynamodb.query(TableName="PaymentsTable", **of_partition, **words)["Items"]),
        ]

    assert (seen(ConsistentRead=True), seen()) == ([True, True], [False, False])
    watched.cloud.settle_reads()
    assert seen() == [True, True]


def test_what_may_be_forgotten_is_forgotten_when_the_laboratory_says_so(watched: Watched) -> None:
    item = {"PK": {"S": "NONCE#1"}, "gone_at": {"N": str(int(watched.clock.now().timestamp()) + 900)}}
    watched.cloud.client("dynamodb").put_item(TableName="MarksTable", Item=item)

    assert watched.cloud.forget_expired() == 0
    watched.clock.pass_seconds(901)
    assert watched.cloud.forget_expired() == 1


def a_batch(size: int) -> list[dict[str, Any]]:
    return [{"Data": str(number).encode(), "PartitionKey": "one sale"} for number in range(size)]


def test_a_part_of_a_batch_is_refused_and_the_rest_is_taken(watched: Watched) -> None:
    watched.trouble = [("before", PartlyRefused(lambda place: place == 1))]

    told = watched.cloud.client("kinesis").put_records(StreamName="EventStream", Records=a_batch(3))

    assert told["FailedRecordCount"] == 1
    assert ["ErrorCode" in one for one in told["Records"]] == [False, True, False]
    assert len(watched.cloud.streams["EventStream"].records) == 2
    assert [call.moment for call in watched.passed] == ["before", "after"]


def test_what_a_batch_of_reads_leaves_is_named(watched: Watched) -> None:
    watched.put()
    watched.trouble = [("before", PartlyRefused(lambda place: place == 0))]
    dynamodb = watched.cloud.client("dynamodb")
    asked = {"PaymentsTable": {"Keys": [KEY, {**KEY, "SK": {"S": "NONE"}}], "ConsistentRead": True}}

    left = dynamodb.batch_get_item(RequestItems=asked)
    read = dynamodb.batch_get_item(RequestItems=left["UnprocessedKeys"])

    assert left["Responses"] == {"PaymentsTable": []}
    assert (read["Responses"], read["UnprocessedKeys"]) == ({"PaymentsTable": [KEY]}, {})


def test_an_event_goes_to_the_functions_whose_rules_it_fits(watched: Watched) -> None:
    entry = {"EventBusName": "EventBus", "Source": "payrelay", "Detail": '{"subject": "hangang"}'}
    kinds = ("payrelay.breaker.opened.v1", "payrelay.sale.moved.v1")

    told = watched.cloud.client("events").put_events(
        Entries=[{**entry, "DetailType": kind} for kind in kinds]
    )

    bus = watched.cloud.bus
    assert told["FailedEntryCount"] == 0
    assert [event["detail"] for _, event in bus.events] == [{"subject": "hangang"}] * 2
    assert [bus.targets_of(name, event) for name, event in bus.events] == [["FailoverFunction"], []]


@pytest.mark.parametrize(
    "does",
    [
        lambda cloud: cloud.client("sts"),
        lambda cloud: cloud.client("dynamodb").get_paginator("list_tables"),
        lambda cloud: cloud.client("dynamodb").put_item(TableName="MarksTable", Item=KEY, Expected={}),
        lambda cloud: cloud.client("kms").generate_data_key(
            KeyId="CardKey", KeySpec="AES_128", EncryptionContext={}
        ),
    ],
)
def test_what_no_adapter_uses_is_not_there_and_says_so(
    watched: Watched, does: Callable[[Cloud], object]
) -> None:
    with pytest.raises(NotProvidedError):
        does(watched.cloud)
