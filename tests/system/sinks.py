"""Every place of a running world that something could have been written to, read back as bytes.

Outside: the simulated VANs and their books, which are the destination of card data; the memory of processes.
X-Ray has no store here: what a function puts into a trace goes to a socket that nobody listens on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from tests.system.canaries import as_bytes
from tools.world.running import client_words
from tools.world.world import World

HEARD: Final = "canary-heard"  # a queue that is told everything that buses and topics tell
SNAPSHOT_SECONDS: Final = 6.0  # after this without traffic, the engine has written what it keeps
MESSAGES_AT_ONCE: Final = 10
ALL_EVENTS: Final = json.dumps({"source": [{"prefix": ""}]})

Sink = Iterator[tuple[str, bytes]]


@dataclass
class Sinks:
    """The sinks of one world. ``told`` collects what POS and shopkeepers were shown."""

    world: World
    told: list[bytes] = field(default_factory=list)
    since: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        """Listen to every bus and topic from now on."""
        self.queue_url: str = self.client("sqs").create_queue(QueueName=HEARD)["QueueUrl"]
        arn = self.client("sqs").get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])
        queue_arn = arn["Attributes"]["QueueArn"]
        events = self.client("events")
        for bus in events.list_event_buses()["EventBuses"]:
            events.put_rule(Name=HEARD, EventBusName=bus["Name"], EventPattern=ALL_EVENTS)
            target = {"Id": HEARD, "Arn": queue_arn}
            events.put_targets(Rule=HEARD, EventBusName=bus["Name"], Targets=[target])
        for topic in self.client("sns").list_topics()["Topics"]:
            self.client("sns").subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=queue_arn)

    def client(self, service: str) -> Any:  # noqa: ANN401 -- a client of any service
        """A client of the world's AWS."""
        make: Callable[..., Any] = boto3.client
        return make(service, **client_words(self.world.running.endpoint))

    def by_kind(self) -> dict[str, Callable[[], Sink]]:
        """Every kind of sink, and how to read all of it."""
        return {
            "item": self._items,
            "table stream": self._table_streams,
            "event stream": self._event_streams,
            "bus or topic": self._heard,
            "queue": self._queues,
            "execution": self._executions,
            "log group": self._logs,
            "metric": self._metrics,
            "file": self._files,
            "told": self._told,
        }

    def settle(self) -> None:
        """Let consumers catch up and the engine write its state."""
        time.sleep(SNAPSHOT_SECONDS)

    def _items(self) -> Sink:
        dynamodb = self.client("dynamodb")
        for name in dynamodb.list_tables()["TableNames"]:
            for page in dynamodb.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
                for item in page["Items"]:
                    yield f"table {name}", as_bytes(item)

    def _table_streams(self) -> Sink:
        streams = self.client("dynamodbstreams")
        for stream in streams.list_streams()["Streams"]:
            arn = stream["StreamArn"]
            for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
                place = streams.get_shard_iterator(
                    StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
                )
                yield from _read_to_the_end(streams, place["ShardIterator"], stream["TableName"])

    def _event_streams(self) -> Sink:
        kinesis = self.client("kinesis")
        for name in kinesis.list_streams()["StreamNames"]:
            for shard in kinesis.list_shards(StreamName=name)["Shards"]:
                place = kinesis.get_shard_iterator(
                    StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
                )
                yield from _read_to_the_end(kinesis, place["ShardIterator"], name)

    def _heard(self) -> Sink:
        yield from self._messages(self.queue_url)

    def _queues(self) -> Sink:
        for url in self.client("sqs").list_queues()["QueueUrls"]:
            if url != self.queue_url:
                yield from self._messages(url)

    def _messages(self, url: str) -> Sink:
        """Everything that lies in a queue; messages are hidden meanwhile, and shown again."""
        sqs, seen = self.client("sqs"), []
        while batch := sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=MESSAGES_AT_ONCE,
            VisibilityTimeout=30,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages"):
            seen += batch
        for message in seen:
            yield f"queue {url.rpartition('/')[2]}", as_bytes(message)
            with suppress(ClientError):  # somebody else has taken it meanwhile
                sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )

    def _executions(self) -> Sink:
        workflows = self.client("stepfunctions")
        for machine in workflows.list_state_machines()["stateMachines"]:
            pages = workflows.get_paginator("list_executions").paginate(
                stateMachineArn=machine["stateMachineArn"]
            )
            for execution in (one for page in pages for one in page["executions"]):
                arn = execution["executionArn"]
                yield (
                    f"execution of {machine['name']}",
                    as_bytes(workflows.describe_execution(executionArn=arn)),
                )
                history = workflows.get_paginator("get_execution_history").paginate(
                    executionArn=arn, includeExecutionData=True
                )
                for page in history:
                    yield f"history of {machine['name']}", as_bytes(page["events"])

    def _logs(self) -> Sink:
        logs = self.client("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            name = group["logGroupName"]
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                for event in page["events"]:
                    yield f"log group {name}", as_bytes(event)

    def _metrics(self) -> Sink:
        for page in self.client("cloudwatch").get_paginator("list_metrics").paginate():
            for metric in page["Metrics"]:
                yield "metric", as_bytes(metric)

    def _files(self) -> Sink:
        """Every file below the state directory that was written since: what is older knows of no canary."""
        places = self.world.places
        of_the_vans = {places.books(name) for name in self.world.vans}
        for file in sorted(places.state.rglob("*")):
            with suppress(FileNotFoundError):  # replaced by a newer one under our eyes; that is read too
                if file in of_the_vans or not file.is_file() or file.stat().st_mtime < self.since - 1:
                    continue
                yield f"file {file.relative_to(places.state)}", file.read_bytes()

    def _told(self) -> Sink:
        for said in self.told:
            yield "told", said


def _read_to_the_end(streams: Any, place: str | None, name: str) -> Sink:  # noqa: ANN401 -- a client of either kind
    while place is not None:
        read = streams.get_records(ShardIterator=place)
        for record in read["Records"]:
            yield f"stream {name}", as_bytes(record)
            if "Data" in record:
                yield f"stream {name}", record["Data"]
        place = read.get("NextShardIterator") if read["Records"] else None
