"""A workflow that does not say how it ended has said nothing; and an approval is started once, ever."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_adapters.aws import clients
from payment_adapters.aws.workflows import ExpressApproval, RecoveryDrivers
from payment_core.approval.model import Answer
from payment_core.approval.ports import DriverUnavailableError
from payment_core.kernel.tender import Tender
from tests.adapters.orders import ORDER

ARN = "arn:aws:states:ap-northeast-2:000000000000:stateMachine:approval"
SEALED = {"key": "k", "nonce": "n", "box": "b"}


@dataclass
class Engine:
    """Stands for Step Functions: answers or refuses, and remembers what it was asked."""

    says: dict[str, Any] | Exception
    asked: list[dict[str, Any]] = field(default_factory=list)

    def start_sync_execution(self, **said: Any) -> dict[str, Any]:  # noqa: ANN401 -- boto3's words
        self.asked.append(said)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def approve(engine: Any) -> Answer | None:  # noqa: ANN401 -- stands for a client
    return ExpressApproval(engine, ARN).approve(ORDER.sale_id, Tender.CARD, "411111", SEALED)


def ended(status: str, output: object = None) -> dict[str, Any]:
    return {"status": status, **({"output": json.dumps(output)} if output is not None else {})}


def test_an_answer_of_the_workflow_is_told_as_it_is() -> None:
    engine = Engine(ended("SUCCEEDED", {"answer": {"http_status": 201, "body": '{"state": "APPROVED"}'}}))

    assert approve(engine) == Answer(201, '{"state": "APPROVED"}')
    (asked,) = engine.asked
    assert asked["stateMachineArn"] == ARN
    assert json.loads(asked["input"]) == {
        "sale_id": str(ORDER.sale_id),
        "tender": "card",
        "bin": "411111",
        "sealed_card": SEALED,
        "attempt": 0,
        "tried": [],
    }


@pytest.mark.parametrize(
    "says",
    [
        ended("FAILED"),
        ended("TIMED_OUT"),
        ended("SUCCEEDED", {"answer": None}),
        ended("SUCCEEDED", {}),
        ClientError({"Error": {"Code": "ServiceUnavailable"}}, "StartSyncExecution"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "StartSyncExecution"),
    ],
)
def test_a_workflow_that_does_not_say_how_it_ended_said_nothing(says: dict[str, Any] | Exception) -> None:
    engine = Engine(says)

    assert approve(engine) is None
    assert len(engine.asked) == 1


@pytest.fixture
def hangs_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """An endpoint that takes every request and closes the line without an answer; the requests it took."""
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return  # closed by the test
                with connection:
                    taken.append(connection.recv(65_536))

        threading.Thread(target=serve, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
        made_once = (clients.session, clients.approval_starter, clients.driver_starter)
        for made in made_once:
            made.cache_clear()
        yield taken
        for made in made_once:
            made.cache_clear()
        listener.shutdown(socket.SHUT_RDWR)


def test_a_lost_answer_is_silence_and_never_a_second_start(hangs_up: list[bytes]) -> None:
    assert approve(clients.approval_starter()) is None
    assert len(hangs_up) == 1


def test_a_recovery_driver_that_cannot_be_asked_is_tried_again_and_then_unavailable(
    hangs_up: list[bytes],
) -> None:
    drivers = RecoveryDrivers(clients.driver_starter(), ARN, ARN)

    with pytest.raises(DriverUnavailableError):
        drivers.start_net_cancel(ORDER.sale_id, 0, 0)

    assert len(hangs_up) == 3
