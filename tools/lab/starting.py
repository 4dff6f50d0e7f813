"""Workflows run by themselves: not in the sandbox that started them, and not only as long as it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ReadTimeoutError

from tools.lab.aws.calls import Line
from tools.lab.aws.workflows import Execution
from tools.lab.scheduler import Killed, Task

if TYPE_CHECKING:
    from tools.lab.world import World

PATIENCE_MS: Final = 27_000  # of the client that starts an approval
APPROVAL: Final = "approval"


class Starter:
    """The client of Step Functions: each execution gets a task of its own."""

    def __init__(self, world: World, client: Any) -> None:  # noqa: ANN401 -- the cloud's client
        """Take the cloud's client, and who runs what it starts."""
        self._world = world
        self._client = client
        self._line = Line("stepfunctions", world.mishaps.passing)

    def start_sync_execution(self, *, stateMachineArn: str, input: str) -> dict[str, Any]:  # noqa: A002, N803 -- boto3's words
        """Run an Express execution beside its caller, who waits for it as long as its client would."""
        del stateMachineArn
        return self._line.call("StartSyncExecution", APPROVAL, lambda: self._ran(input))

    def _ran(self, words: str) -> dict[str, Any]:
        world = self._world
        execution = world.cloud.state_machine(APPROVAL).start(f"express-{world.scheduler.steps}", words)
        task = self._run(execution)
        if world.strikes.at("workflow:approval:begin"):
            self._run(world.cloud.state_machine(APPROVAL).start(f"again-{world.scheduler.steps}", words))
        if not world.scheduler.wait(task.ended, PATIENCE_MS):
            raise ReadTimeoutError(endpoint_url="https://states.invalid")
        if isinstance(task.failure, Killed) or world.strikes.at("workflow:approval:end"):
            return {"status": "FAILED"}
        return execution.told()

    def _run(self, execution: Execution) -> Task:
        return self._world.scheduler.spawn(execution.name, execution.run, about=execution)

    def start_execution(self, **words: str) -> dict[str, Any]:
        """Start a Standard execution, which then goes on by itself."""
        before = len(self._world.cloud.executions)
        try:
            told: dict[str, Any] = self._client.start_execution(**words)
        finally:  # also one whose start was not heard of
            for execution in self._world.cloud.executions[before:]:
                self._world.begun(execution)
        return told

    def describe_execution(self, **words: str) -> dict[str, Any]:
        """Tell how one stands."""
        told: dict[str, Any] = self._client.describe_execution(**words)
        return told
