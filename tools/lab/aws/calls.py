"""What every call of a fake has in common: whoever watches may stop it, lose it, or lose its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final, Literal, Protocol, TypeVar

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 -- botocore's name

from tools.lab.aws.refusals import PartlyRefused, Refuses

Answer = TypeVar("Answer")
Moment = Literal["before", "after"]

# Of botocore's standard mode: what it sends again by itself.
SENT_AGAIN_STATUS: Final = (500, 502, 503, 504)
SENT_AGAIN_CODES: Final = (
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "KMSThrottlingException",
)


class Clock(Protocol):
    """Tells the time of the cloud."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way.

    Attributes:
        service: As boto3 names it, e.g. ``dynamodb``.
        operation: As AWS names it, e.g. ``UpdateItem``.
        resource: What it is about, by its logical id in template.yaml; of a workflow, its word.
        moment: ``before`` it takes effect, or ``after`` that and before its answer.
    """

    service: str
    operation: str
    resource: str
    moment: Moment


Passing = Callable[[Call], None]


class NotProvidedError(Exception):
    """Something of AWS that no adapter uses, and that the fake therefore does not have."""


@dataclass(frozen=True)
class Line:
    """How one client reaches its service.

    Attributes:
        service: As boto3 names it.
        passing: Called before and after; what it raises is what the client meets.
        attempts: How often the SDK sends one call in all, as its ``Config`` says. It pauses in between on
            AWS; here ``passing`` is what may let time go by.
    """

    service: str
    passing: Passing
    attempts: int = 1

    def call(self, operation: str, resource: str, take_effect: Callable[[], Answer]) -> Answer:
        """Make one call: a refusal is an answer like another, and may be lost on its way as well."""
        before, after = moments(self.service, operation, resource)
        for left in range(self.attempts - 1, -1, -1):
            try:
                self.passing(before)
                try:
                    answer = take_effect()
                except ClientError:
                    self.passing(after)
                    raise
                self.passing(after)
            except (ClientError, ConnectionError, HTTPClientError) as error:
                if not left or not is_sent_again(error):
                    raise
            else:
                return answer
        raise NotProvidedError(f"a client of {self.service} that never tries")

    def call_in_parts(self, operation: str, resource: str, take: Callable[[Refuses], Answer]) -> Answer:
        """Make one call whose entries may be taken in part."""
        try:
            return self.call(operation, resource, lambda: take(lambda _place: False))
        except PartlyRefused as partly:
            answer = take(partly.refuses)
            self.passing(moments(self.service, operation, resource)[1])
            return answer


@cache
def moments(service: str, operation: str, resource: str) -> tuple[Call, Call]:
    """A call before and after it takes effect."""
    return Call(service, operation, resource, "before"), Call(service, operation, resource, "after")


def is_sent_again(error: ClientError | ConnectionError | HTTPClientError) -> bool:
    """Whether the SDK sends a call again that ended so."""
    if not isinstance(error, ClientError):
        return True
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status in SENT_AGAIN_STATUS or error.response["Error"]["Code"] in SENT_AGAIN_CODES
