"""Queues: messages that are invisible for a while, come again until they are deleted, and then die."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tools.lab.aws.calls import Clock, Line
from tools.lab.aws.deployment import REGION, Words, arn

VISIBILITY_SECONDS: Final = 30
LIFE_SECONDS: Final = 345_600


@dataclass(slots=True)
class Message:
    """One message; ``visible_at`` is when it can be received next, in seconds since 1970."""

    number: str
    body: str
    sent_at: float
    visible_at: float
    receipts: int = 0


@dataclass
class Queue:
    """One queue: at least once, in no promised order."""

    name: str
    clock: Clock
    settings: Words
    queues: Mapping[str, Queue]
    messages: list[Message] = field(default_factory=list)
    _count: int = 0

    def send(self, body: str, delay_seconds: int = 0) -> Message:
        """Take a message."""
        now = self.clock.now().timestamp()
        message = Message(f"{self.name}-{self._count:012d}", body, now, now + delay_seconds)
        self._count += 1
        self.messages.append(message)
        return message

    def receive(self, at_most: int) -> list[Message]:
        """Hand out what is visible, oldest first, and hide it; what came too often dies."""
        now = self.clock.now().timestamp()
        life = self.settings.get("MessageRetentionPeriod", LIFE_SECONDS)
        self.messages = [one for one in self.messages if now - one.sent_at < life]
        visible = [one for one in self.messages if one.visible_at <= now]
        hidden_until = now + self.settings.get("VisibilityTimeout", VISIBILITY_SECONDS)
        received: list[Message] = []
        for message in visible:
            if len(received) == at_most:
                break
            if message.receipts >= self._receipts_at_most():
                self._bury(message)
                continue
            message.receipts += 1
            message.visible_at = hidden_until
            received.append(message)
        return received

    def delete(self, number: str) -> None:
        """Forget a message that was dealt with."""
        self.messages = [one for one in self.messages if one.number != number]

    def next_at(self) -> float | None:
        """When the next message is visible, in seconds since 1970."""
        return min((one.visible_at for one in self.messages), default=None)

    def event(self, messages: list[Message]) -> dict[str, Any]:
        """What Lambda hands to a function."""
        return {"Records": [self._words(one) for one in messages]}

    def _words(self, message: Message) -> dict[str, Any]:
        return {
            "messageId": message.number,
            "receiptHandle": f"{message.number}-{message.receipts}",
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.receipts),
                "SentTimestamp": str(int(message.sent_at * 1_000)),
                "SenderId": "relay",
                "ApproximateFirstReceiveTimestamp": str(int(self.clock.now().timestamp() * 1_000)),
            },
            "messageAttributes": {},
            "md5OfBody": _md5(message.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": arn("sqs", self.name),
            "awsRegion": REGION,
        }

    def _receipts_at_most(self) -> float:
        policy = self.settings.get("RedrivePolicy")
        return float("inf") if policy is None else int(policy["maxReceiveCount"])

    def _bury(self, message: Message) -> None:
        self.delete(message.number)
        self.queues[self.settings["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]].send(message.body)


@dataclass(frozen=True)
class SqsClient:
    """What the adapters ask of SQS."""

    line: Line
    queues: Mapping[str, Queue]

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> dict[str, Any]:
        """Send one message, to be seen after a while."""
        queue = self.queues[QueueUrl.rpartition("/")[2]]

        def take() -> dict[str, Any]:
            sent = queue.send(MessageBody, DelaySeconds)
            return {"MessageId": sent.number, "MD5OfMessageBody": _md5(MessageBody)}

        return self.line.call("SendMessage", queue.name, take)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
