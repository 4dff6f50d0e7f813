"""`payrelay redrive`: hand what a function gave up to it once more."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from tools.world.running import RunningWorld

# Which queue belongs to which function, by the word that people use.
CONSUMERS: Final[Mapping[str, tuple[str, str]]] = {
    "projection": ("ProjectionDeadLettersUrl", "ProjectionFunction"),
    "archive": ("ArchiveDeadLettersUrl", "ArchiveFunction"),
    "alarms": ("AlarmsDeadLettersUrl", "AlarmsFunction"),
}
MESSAGES_AT_ONCE: Final = 10
RECORDS_AT_ONCE: Final = 100


def redrive(
    queue: Annotated[str, typer.Argument(help=f"{', '.join(CONSUMERS)}.")],
    *,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Hand what dead letters hold, or name in the event stream, to their function again."""
    if queue not in CONSUMERS:
        raise typer.BadParameter(f"one of {', '.join(CONSUMERS)}, not {queue}", param_hint="QUEUE")
    output, function = CONSUMERS[queue]
    world = running(state)
    taken, left = 0, 0
    for message in _messages(world, world.outputs[output]):
        if _taken_in(world, function, json.loads(message["Body"])):
            _client(world, "sqs").delete_message(
                QueueUrl=world.outputs[output], ReceiptHandle=message["ReceiptHandle"]
            )
            taken += 1
        else:
            left += 1
    if as_json:
        typer.echo(json.dumps({"taken": taken, "left": left}))
    else:
        typer.echo(f"{taken} dead letters were taken in, {left} are left.")
    if left:
        raise typer.Exit(Exit.UNFINISHED)


def _messages(world: RunningWorld, url: str) -> Iterator[dict[str, Any]]:
    """Each message once; those that stay become visible again by themselves."""
    while (
        found := _client(world, "sqs")
        .receive_message(QueueUrl=url, MaxNumberOfMessages=MESSAGES_AT_ONCE, VisibilityTimeout=120)
        .get("Messages", [])
    ):
        yield from found


def _taken_in(world: RunningWorld, function: str, letter: Mapping[str, Any]) -> bool:
    """Whether the function took all of it that is still there."""
    from tools.world.running import FunctionFailedError  # noqa: PLC0415 -- heavy

    batches = _batches(world, letter)
    if not batches:
        typer.echo("The stream has forgotten them: `payrelay projection rebuild` asks the sales.", err=True)
        return False
    for batch in batches:
        try:
            answer = world.invoke(function, batch)
        except FunctionFailedError as failed:
            typer.echo(f"payrelay: {failed}", err=True)
            return False
        if answer and answer.get("batchItemFailures"):
            typer.echo(f"{function} still cannot read {len(answer['batchItemFailures'])} records.", err=True)
            return False
    return True


def _batches(world: RunningWorld, letter: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the function was called with: in the letter itself, or where the stream still has it.

    SNS and EventBridge leave the bare event of a call that reached no function.
    """
    if "KinesisBatchInfo" not in letter:
        return [letter["requestPayload"] if "requestPayload" in letter else _of_sns_or_bus(letter)]
    records = list(_records(world, letter["KinesisBatchInfo"]))
    starts = range(0, len(records), RECORDS_AT_ONCE)
    return [{"Records": records[start : start + RECORDS_AT_ONCE]} for start in starts]


def _of_sns_or_bus(letter: Mapping[str, Any]) -> dict[str, Any]:
    return dict(letter) if "detail-type" in letter else {"Records": [{"Sns": letter}]}


def _records(world: RunningWorld, batch: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The records of a dead letter, as Lambda would deliver them."""
    kinesis, stream = _client(world, "kinesis"), world.outputs["EventStream"]
    at = kinesis.get_shard_iterator(
        StreamName=stream,
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    last = int(batch["endSequenceNumber"])
    while records := (read := kinesis.get_records(ShardIterator=at, Limit=RECORDS_AT_ONCE))["Records"]:
        for record in records:
            if int(record["SequenceNumber"]) > last:
                return
            yield {
                "eventID": f"{batch['shardId']}:{record['SequenceNumber']}",
                "eventSource": "aws:kinesis",
                "kinesis": {
                    "partitionKey": record["PartitionKey"],
                    "sequenceNumber": record["SequenceNumber"],
                    "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
                    "data": base64.b64encode(record["Data"]).decode(),
                },
            }
        at = read["NextShardIterator"]


def _client(world: RunningWorld, service: str) -> Any:  # noqa: ANN401 -- of any service
    import boto3  # noqa: PLC0415 -- heavy

    from tools.world.running import client_words  # noqa: PLC0415 -- heavy

    return boto3.client(service, **client_words(world.endpoint))  # type: ignore[call-overload]  # by its name
