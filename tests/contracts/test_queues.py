"""What a queue promises: late, at least once, hidden while somebody works on it, dead after some tries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pytest

from tests.contracts.account import settled_cloud
from tests.contracts.aws import client
from tests.contracts.targets import REMOTE, TARGETS, fresh, remote_client
from tools.lab.aws.queues import Queue

HIDDEN_SECONDS: Final = 2
SETTINGS: Final = {"VisibilityTimeout": HIDDEN_SECONDS}


class Desk(Protocol):
    """A queue that hides what was received for two seconds and gives up after two receipts."""

    def send(self, body: str, delay_seconds: int = 0) -> None:
        """Send a message."""

    def receive(self) -> list[str]:
        """Receive what is visible."""
        ...

    def delete(self, body: str) -> None:
        """Delete a message that was received."""

    def dead(self) -> list[str]:
        """What was given up."""
        ...

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by."""


@dataclass
class InMemory:
    """The laboratory's queue."""

    queue: Queue
    given_up: Queue
    pass_seconds: Callable[[float], None]
    client: Any

    def send(self, body: str, delay_seconds: int = 0) -> None:
        self.client.send_message(QueueUrl=self.queue.name, MessageBody=body, DelaySeconds=delay_seconds)

    def receive(self) -> list[str]:
        return [one.body for one in self.queue.receive(10)]

    def delete(self, body: str) -> None:
        self.queue.delete(next(one.number for one in self.queue.messages if one.body == body))

    def dead(self) -> list[str]:
        return [one.body for one in self.given_up.messages]


class Served:
    """A queue of a service."""

    def __init__(self, service: Any) -> None:  # noqa: ANN401 -- a client
        self.client = service
        self.given_up = service.create_queue(QueueName=fresh("given-up"))["QueueUrl"]
        told = service.get_queue_attributes(QueueUrl=self.given_up, AttributeNames=["QueueArn"])
        policy = f'{{"deadLetterTargetArn": "{told["Attributes"]["QueueArn"]}", "maxReceiveCount": "2"}}'
        settings = {"VisibilityTimeout": str(HIDDEN_SECONDS), "RedrivePolicy": policy}
        self.url = service.create_queue(QueueName=fresh("queue"), Attributes=settings)["QueueUrl"]
        self.receipts: dict[str, str] = {}
        self.pass_seconds = time.sleep

    def send(self, body: str, delay_seconds: int = 0) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=body, DelaySeconds=delay_seconds)

    def receive(self) -> list[str]:
        return self._received(self.url)

    def delete(self, body: str) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=self.receipts[body])

    def dead(self) -> list[str]:
        return self._received(self.given_up)

    def _received(self, url: str) -> list[str]:
        told = self.client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        self.receipts |= {one["Body"]: one["ReceiptHandle"] for one in told}
        return [one["Body"] for one in told]


@pytest.fixture(params=TARGETS)
def desk(request: pytest.FixtureRequest) -> Desk:
    """A queue on each target."""
    if request.param == "laboratory":
        cloud, clock = settled_cloud()
        dead = {"deadLetterTargetArn": {"Fn::GetAtt": ["given-up", "Arn"]}, "maxReceiveCount": 2}
        cloud.queues["given-up"] = Queue("given-up", clock, {}, cloud.queues)
        cloud.queues["queue"] = Queue("queue", clock, {**SETTINGS, "RedrivePolicy": dead}, cloud.queues)
        sqs = cloud.client("sqs")
        return InMemory(cloud.queues["queue"], cloud.queues["given-up"], clock.pass_seconds, sqs)
    engine = None if request.param == REMOTE else request.getfixturevalue("engine")
    return Served(client("sqs", engine) if engine else remote_client("sqs"))


def test_a_message_is_hidden_while_somebody_works_on_it_comes_again_and_dies(desk: Desk) -> None:
    desk.send("at once")
    desk.send("late", delay_seconds=1)
    seen = [desk.receive()]

    desk.pass_seconds(1.2)
    seen.append(desk.receive())
    desk.delete("late")
    desk.pass_seconds(HIDDEN_SECONDS - 1)
    seen.append(desk.receive())
    desk.pass_seconds(HIDDEN_SECONDS + 0.2)
    seen.append(desk.receive())

    assert seen == [["at once"], ["late"], ["at once"], []]
    assert desk.dead() == ["at once"]
