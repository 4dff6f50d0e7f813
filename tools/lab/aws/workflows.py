"""Step Functions: executions of the real workflow files, one state at a time or to their end.

A Standard execution moves when the laboratory calls ``step``. An Express one runs in whoever started it; what
``passing`` raises as it enters a state leaves it there for ever, as one that AWS lost, and is the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tools.lab.aws import tasks
from tools.lab.aws.calls import Clock, Line, NotProvidedError, Passing, moments
from tools.lab.aws.deployment import Machine, machine_arn
from tools.lab.aws.refusals import refused
from tools.lab.aws.states import (
    Choice,
    Data,
    Definition,
    Fail,
    Json,
    Pass,
    PathNotFoundError,
    Succeed,
    Task,
    Wait,
    catches,
    definition,
)
from tools.lab.aws.tasks import Invoke, TaskFailedError

NAMES_KEPT: Final = timedelta(days=90)
EXPRESS_LIFE: Final = timedelta(minutes=5)
DATA_BYTES: Final = 262_144
NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
RUNNING: Final = "RUNNING"
ENCODER: Final = json.JSONEncoder()
DECODER: Final = json.JSONDecoder()
AS_TOLD: Final = json.JSONEncoder(ensure_ascii=False)


@dataclass
class Execution:
    """One run of a workflow.

    Attributes:
        state: The one it is in or goes to next; empty once it has ended.
        data: That state's input.
        status: ``RUNNING``, ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT`` or ``ABORTED``.
        history: Every state it entered, in order.
    """

    machine: StateMachine
    name: str
    input: str
    started_at: datetime
    state: str
    data: Json
    status: str = RUNNING
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    stopped_at: datetime | None = None
    history: list[str] = field(default_factory=list)
    _tries: list[int] = field(default_factory=list)  # of the state it is in, by its retriers

    @property
    def arn(self) -> str:
        """Its name in AWS."""
        return f"{machine_arn(self.machine.word).replace(':stateMachine:', ':execution:')}:{self.name}"

    def run(self) -> None:
        """Go on to the end."""
        while self.step():
            pass

    def step(self) -> bool:
        """Run the state it is in, once; whether there is more to run."""
        if self.status != RUNNING:
            return False
        self.machine.enter(self.state)
        if self.machine.express and self.machine.clock.now() - self.started_at > EXPRESS_LIFE:
            self._end("TIMED_OUT", error=tasks.TIMED_OUT)
            return False
        if not self._tries:
            self.history.append(self.state)
        try:
            self._act()
        except PathNotFoundError as error:
            self._end("FAILED", error="States.Runtime", cause=str(error))
        return self.status == RUNNING

    def stop(self) -> None:
        """End it from outside."""
        if self.status == RUNNING:
            self._end("ABORTED")

    def told(self) -> Data:
        """As ``DescribeExecution`` and ``StartSyncExecution`` tell it; what does not apply is left out."""
        told: Data = {
            "executionArn": self.arn,
            "stateMachineArn": machine_arn(self.machine.word),
            "name": self.name,
            "status": self.status,
            "startDate": self.started_at,
            "input": self.input,
        }
        more = {"stopDate": self.stopped_at, "output": self.output, "error": self.error, "cause": self.cause}
        return told | {name: value for name, value in more.items() if value is not None}

    def _act(self) -> None:
        state = self.machine.definition.states[self.state]
        match state:
            case Task():
                self._run_task(state)
            case Choice():
                then = next((then for holds, then in state.rules if holds(self.data)), state.default)
                if then:
                    self._go(then, self.data)
                else:
                    self._end("FAILED", error="States.NoChoiceMatched")
            case Pass():
                self._go(state.then, state.put(self.data, state.made(self.data)))
            case Wait():
                seconds = state.seconds(self.data)
                if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
                    raise PathNotFoundError(f"{seconds!r} are no seconds to wait")
                self.machine.wait(seconds)
                self._go(state.then, self.data)
            case Fail():
                self._end("FAILED", error=state.error, cause=state.cause)
            case Succeed():
                self._go("", self.data)

    def _run_task(self, task: Task) -> None:
        try:
            payload = _copied(task.payload(self.data))
            answer = _copied(self.machine.invoke(task.function, payload, task.timeout_seconds))
        except TaskFailedError as failure:
            self._heed(task, failure)
            return
        self._go(task.then, task.put(self.data, task.select(answer)))

    def _heed(self, task: Task, failure: TaskFailedError) -> None:
        """Try again, go where the error leads, or end in it."""
        self._tries = self._tries or [0] * len(task.retriers)
        place = _first(failure.error, [one.errors for one in task.retriers])
        if place is not None and self._tries[place] < len(task.retriers[place].delays):
            delay = task.retriers[place].delays[self._tries[place]]
            self._tries[place] += 1
            self.machine.wait(delay)
            return
        caught = _first(failure.error, [one.errors for one in task.catchers])
        if caught is None:
            self._end("FAILED", error=failure.error, cause=failure.cause)
            return
        catcher = task.catchers[caught]
        told = {"Error": failure.error, "Cause": failure.cause}
        self._go(catcher.then, catcher.put(self.data, told))

    def _go(self, then: str, data: Json) -> None:
        self._tries = []
        if then:
            self.state, self.data = then, data
        else:
            self.output = AS_TOLD.encode(data)
            self._end("SUCCEEDED")

    def _end(self, status: str, error: str | None = None, cause: str | None = None) -> None:
        self.status, self.error, self.cause = status, error, cause
        self.state, self.stopped_at = "", self.machine.clock.now()


def _first(error: str, lists: list[tuple[str, ...]]) -> int | None:
    return next((place for place, errors in enumerate(lists) if catches(errors, error)), None)


def _copied(value: Json) -> Json:
    """What arrives of a value at the other side: JSON, and nothing shared."""
    try:
        text = ENCODER.encode(value)
    except (TypeError, ValueError) as error:
        raise TaskFailedError("Runtime.MarshalError", str(error)) from error
    if len(text) > DATA_BYTES:
        raise TaskFailedError("States.DataLimitExceeded", f"{len(text)} bytes")
    return DECODER.raw_decode(text)[0]


@dataclass(frozen=True)
class StateMachine:
    """One workflow, and what its executions reach."""

    word: str
    express: bool
    definition: Definition
    clock: Clock
    passing: Passing
    invoke: Invoke
    wait: tasks.Wait

    def start(self, name: str, words: str) -> Execution:
        """An execution that has not entered its first state yet."""
        return Execution(self, name, words, self.clock.now(), self.definition.start, json.loads(words))

    def enter(self, state: str) -> None:
        """Tell whoever watches that an execution enters a state."""
        before, _ = moments("stepfunctions", "EnterState", f"{self.word}.{state}")
        self.passing(before)


@dataclass
class Workflows:
    """Every workflow of the account, and the names of Standard executions of the last ninety days."""

    machines: Mapping[str, StateMachine]
    clock: Clock
    executions: list[Execution] = field(default_factory=list)
    _named: dict[tuple[str, str], Execution] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def of(
        cls, told: Mapping[str, Machine], clock: Clock, passing: Passing, invoke: Invoke, wait: tasks.Wait
    ) -> Workflows:
        """The workflows of the template."""
        machines = {
            word: StateMachine(word, one.express, definition(one.text), clock, passing, invoke, wait)
            for word, one in told.items()
        }
        return cls(machines, clock)

    def machine(self, operation: str, arn: str) -> StateMachine:
        """A workflow by its name in AWS."""
        word = arn.rpartition(":")[2]
        if word not in self.machines or machine_arn(word) != arn:
            raise refused("StateMachineDoesNotExist", operation, f"State Machine Does Not Exist: '{arn}'")
        return self.machines[word]

    def new_name(self) -> str:
        """A name for an execution that was given none."""
        self._count += 1
        return f"execution-{self._count:012d}"

    def start(self, machine: StateMachine, name: str, words: str) -> Execution:
        """Start a Standard execution, or find the one that runs under this name with this input.

        Raises:
            ClientError: ``ExecutionAlreadyExists``: it has ended, or runs with another input.
        """
        if not NAME.fullmatch(name):
            raise refused("InvalidName", "StartExecution", f"Invalid Name: '{name}'")
        known = self._known(machine.word, name)
        if known is not None:
            if known.status == RUNNING and known.input == words:
                return known
            raise refused(
                "ExecutionAlreadyExists", "StartExecution", f"Execution Already Exists: '{known.arn}'"
            )
        started = machine.start(name, words)
        self._named[machine.word, name] = started
        self.executions.append(started)
        return started

    def find(self, arn: str) -> Execution:
        """An execution by its name in AWS.

        Raises:
            ClientError: ``ExecutionDoesNotExist``: there is none, or no longer.
        """
        word, name = arn.split(":")[-2:]
        known = self._known(word, name)
        if known is None:
            raise refused("ExecutionDoesNotExist", "DescribeExecution", f"Execution Does Not Exist: '{arn}'")
        return known

    def _known(self, word: str, name: str) -> Execution | None:
        known = self._named.get((word, name))
        if known is None or known.stopped_at is None:
            return known
        return known if self.clock.now() - known.stopped_at < NAMES_KEPT else None


@dataclass(frozen=True)
class StepFunctionsClient:
    """What the adapters ask of Step Functions."""

    line: Line
    workflows: Workflows

    def start_sync_execution(self, *, stateMachineArn: str, input: str) -> Data:  # noqa: A002 -- boto3's word
        """Run an Express workflow to its end; one that failed is told in an answer like any other."""
        machine = self.workflows.machine("StartSyncExecution", stateMachineArn)
        if not machine.express:
            raise refused("StateMachineTypeNotSupported", "StartSyncExecution", "only Express runs in line")

        def run() -> Data:
            execution = machine.start(self.workflows.new_name(), input)
            execution.run()
            return execution.told()

        return self.line.call("StartSyncExecution", machine.word, run)

    def start_execution(self, *, stateMachineArn: str, input: str, name: str = "") -> Data:  # noqa: A002 -- boto3's word
        """Start a Standard workflow."""
        machine = self.workflows.machine("StartExecution", stateMachineArn)
        if machine.express:
            raise NotProvidedError("an Express workflow that nobody waits for")

        def start() -> Data:
            started = self.workflows.start(machine, name or self.workflows.new_name(), input)
            return {"executionArn": started.arn, "startDate": started.started_at}

        return self.line.call("StartExecution", machine.word, start)

    def describe_execution(self, *, executionArn: str) -> Data:
        """Tell how a Standard execution stands."""
        word = executionArn.split(":")[-2]
        return self.line.call("DescribeExecution", word, lambda: self.workflows.find(executionArn).told())
