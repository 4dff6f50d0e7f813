"""The stage in memory: the laboratory's workflows, whose time goes by only where something waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tests.contracts.account import AccountClock
from tests.workflows.stage import LONGEST_SECONDS, Act, Played, shrunk
from tools.lab.aws import tasks
from tools.lab.aws.cloud import Cloud
from tools.lab.aws.deployment import deployed
from tools.lab.aws.states import definition


@dataclass
class MemoryStage:
    """Plays a workflow file in one go."""

    full: set[str] = field(default_factory=set)

    def play(
        self, word: str, acts: dict[str, list[Act]], *, shrink: dict[str, Any] | None = None, **words: object
    ) -> Played:
        """Run it in memory."""
        clock, stubs = AccountClock(), Stubs(acts, self.full)
        began = clock.now()

        def invoke(function: str, payload: dict[str, Any], timeout_seconds: int) -> Any:  # noqa: ANN401 -- JSON
            return stubs.call(function, payload, timeout_seconds, clock)

        cloud = Cloud(clock, lambda _call: None, invoke=invoke, wait=clock.pass_seconds)
        text = json.dumps(shrunk(json.loads(deployed().machines[word].text), shrink or {}))
        machine = replace(cloud.state_machine(word), definition=definition(text))
        execution = machine.start("played", json.dumps({"sale_id": "played", **words}))
        while execution.step():
            if (clock.now() - began).total_seconds() > LONGEST_SECONDS:
                return Played("STILL_RUNNING", None, stubs.calls, LONGEST_SECONDS)
        output = None if execution.output is None else json.loads(execution.output)
        return Played(execution.status, output, stubs.calls, (clock.now() - began).total_seconds())

    @contextmanager
    def without_room(self, name: str) -> Iterator[None]:
        """Leave a function no concurrency for a while."""
        self.full.add(name)
        try:
            yield
        finally:
            self.full.discard(name)


@dataclass
class Stubs:
    """Every function of a workflow: the n-th call does the n-th act, the last one again and again."""

    acts: dict[str, list[Act]]
    full: set[str]
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def call(self, function: str, payload: dict[str, Any], timeout_seconds: int, clock: AccountClock) -> Any:  # noqa: ANN401 -- JSON
        """Do the next act; what would take longer than the task has is stopped there."""
        if function in self.full:
            raise tasks.throttled()
        payload.pop("sale_id", None)  # the day of a merchant has none
        self.calls.append((function, payload))
        acts, done = self.acts[function], sum(name == function for name, _ in self.calls)
        act = acts[min(done, len(acts)) - 1]
        if "raise" in act:
            raise tasks.raised(type(act["raise"], (Exception,), {})("as the script says"))
        if "exit" in act:
            raise tasks.crashed()
        slept = act.get("sleep", 0)
        clock.pass_seconds(min(slept, timeout_seconds))
        if slept > timeout_seconds:
            raise tasks.timed_out()
        return act.get("answer")
