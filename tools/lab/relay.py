"""The relay of one run: the deployed functions in sandboxes, on fakes of AWS, behind an API and feeds.

A sandbox is a task: it dies where it stands, and no ``finally`` of it reaches the world any more. It is
stopped at its function's own timeout, whatever its caller gave up before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Final

from tools.lab.aws.deployment import deployed
from tools.lab.aws.tasks import crashed, raised, timed_out
from tools.lab.scheduler import Killed, Scheduler, Task

INTEGRATION_MS: Final = 28_500  # of API Gateway; the function's own timeout is shorter
GATEWAY: Final = "GatewayFunction"
START_MS: Final = 4


@dataclass(eq=False)
class Run:
    """One run of a function.

    Attributes:
        skew_ms: How far the clock of its machine is off.
        memory: What its sandbox keeps for itself.
    """

    function: str
    payload: dict[str, Any]
    number: int
    ends_ms: int
    scheduler: Scheduler
    skew_ms: int = 0
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def aws_request_id(self) -> str:
        """Its id."""
        return f"run-{self.number}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until its fence."""
        return self.ends_ms - self.scheduler.elapsed_ms


@cache
def handler_of(function: str) -> Callable[[dict[str, Any], Any], Any]:
    """The deployed handler."""
    module, _, name = deployed().functions[function].handler.rpartition(".")
    handler: Callable[[dict[str, Any], Any], Any] = getattr(import_module(module), name)
    return handler


class Sandboxes:
    """Runs functions."""

    def __init__(self, scheduler: Scheduler, starting: Callable[[Run], int]) -> None:
        """Take who decides how long a start takes, or that there is no room."""
        self._scheduler = scheduler
        self._starting = starting
        self.runs = 0

    def start(self, function: str, payload: dict[str, Any]) -> Task:
        """Run a function; whoever wants its end waits for it."""
        scheduler = self._scheduler
        self.runs += 1
        limit_ms = deployed().functions[function].timeout_seconds * 1_000
        run = Run(function, payload, self.runs, scheduler.elapsed_ms + limit_ms, scheduler)
        after_ms = START_MS + self._starting(run)
        run.ends_ms += after_ms
        handler = handler_of(function)
        task = scheduler.spawn(function, lambda: handler(payload, run), about=run, after_ms=after_ms)
        task.skew_ms = run.skew_ms
        scheduler.later(after_ms + limit_ms, lambda: scheduler.kill(task))
        return task

    def invoke(self, function: str, payload: dict[str, Any], timeout_seconds: int) -> Any:  # noqa: ANN401 -- JSON
        """Run a function as a workflow's Task.

        Raises:
            TaskFailedError: it failed, died, was throttled, or its time is over.
        """
        task = self.start(function, payload)
        if not self._scheduler.wait(task.ended, timeout_seconds * 1_000):
            raise timed_out()
        if isinstance(task.failure, Killed):
            raise crashed()
        if task.failure is not None:
            raise raised(task.failure)
        return task.ended.value

    def ask(self, event: dict[str, Any]) -> dict[str, Any]:
        """Have API Gateway ask the gateway, and wait as long as an integration may."""
        task = self.start(GATEWAY, event)
        if not self._scheduler.wait(task.ended, INTEGRATION_MS):
            return _problem(504)
        if task.failure is not None:
            return _problem(502)
        answered: dict[str, Any] = task.ended.value
        return answered


def _problem(http_status: int) -> dict[str, Any]:
    """What API Gateway says by itself."""
    body = json.dumps({"message": "Internal server error"})
    return {
        "statusCode": http_status,
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "body": body,
    }
