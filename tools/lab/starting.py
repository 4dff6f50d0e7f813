"""Workflows run by themselves: not in the sandbox that started them, and not only as long as it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ReadTimeoutError

from tools.lab.scheduler import Killed
from tools.lab.strikes import Strike

if TYPE_CHECKING:
    from tools.lab.world import World

PATIENCE_MS: Final = 27_000  # of the client that starts an approval


@dataclass(frozen=True)
class Starter:
    """The client of Step Functions: each execution gets a task of its own."""

    world: World
    client: Any

    def start_sync_execution(self, **words: str) -> dict[str, Any]:
        """Run an Express execution beside its caller, who waits for it as long as its client would."""
        scheduler = self.world.scheduler
        caller = scheduler.current
        begin, end = self.world.strikes.at("workflow:approval:begin"), self.world.strikes.at("workflow:approval:end")
        task = scheduler.spawn("approval", lambda: self.client.start_sync_execution(**words), about=caller and caller.about)
        if begin is not None:
            scheduler.spawn("approval again", lambda: self.client.start_sync_execution(**words), about=None)
        if not scheduler.wait(task.ended, PATIENCE_MS):
            raise ReadTimeoutError(endpoint_url="https://states.invalid")
        if isinstance(task.failure, Killed):
            return {"status": "FAILED"}
        if task.failure is not None:
            raise task.failure
        return {"status": "FAILED"} if end is not None else task.ended.value

    def start_execution(self, **words: str) -> dict[str, Any]:
        """Start a Standard execution, which then goes on by itself."""
        told: dict[str, Any] = self.client.start_execution(**words)
        self.world.drive()
        return told

    def describe_execution(self, **words: str) -> dict[str, Any]:
        """Tell how one stands."""
        told: dict[str, Any] = self.client.describe_execution(**words)
        return told
