"""Stages for the real workflow files: their functions are stubs whose acts a test writes.

On the engine the stubs are deployed, and the sale id carries their acts; in memory they are here.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from payment_adapters.destinations import destinations
from tests.contracts.aws import ROLE, client
from tools.world.engine.process import REPOSITORY, Engine

SENDERS: Final = {
    one.profile.name: f"{'VanLink' if one.kind == 'van' else 'CardDirect'}{one.profile.name.title()}Function"
    for one in destinations()
}
FUNCTIONS: Final = ("VanRouterFunction", *SENDERS.values(), "NetCancelFunction")
STUB: Final = Path(__file__).parent / "stub" / "stub.py"
LONGEST_SECONDS: Final = 10
_numbers = count(1)

Act = dict[str, Any]


def answers(**said: object) -> Act:
    """The function answers."""
    return {"answer": said}


def fails(name: str) -> Act:
    """The function raises an exception of this name."""
    return {"raise": name}


@dataclass(frozen=True)
class Played:
    """How one execution went.

    Attributes:
        calls: Function and event of every call, in order; the sale id is left out.
    """

    status: str
    output: Any
    calls: list[tuple[str, dict[str, Any]]]
    seconds: float

    @property
    def called(self) -> list[str]:
        """The functions that were called, in order."""
        return [name for name, _ in self.calls]


class Stage(Protocol):
    """Plays any workflow file with stubs for its functions."""

    def play(
        self, word: str, acts: dict[str, list[Act]], *, shrink: dict[str, Any] | None = None, **words: object
    ) -> Played:
        """Run ``workflows/<word>.asl.json`` once.

        Args:
            word: The workflow.
            acts: Function → what its calls do.
            shrink: Key → shorter value, for timeouts and waits that a test does not want to sit through.
            words: The input besides the sale id.
        """
        ...

    def without_room(self, name: str) -> AbstractContextManager[None]:
        """Leave a function no concurrency for a while."""
        ...


@dataclass
class EngineStage:
    """One engine with the stubs deployed."""

    engine: Engine
    folder: Path

    def deploy(self) -> None:
        """Put one stub behind every function name."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(STUB, "stub.py")
        functions = client("lambda", self.engine)
        for name in FUNCTIONS:
            functions.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=ROLE,
                Handler="stub.handler",
                Timeout=10,
                Code={"ZipFile": packed.getvalue()},
            )
            functions.invoke(
                FunctionName=name, Payload=json.dumps({"sale_id": self._script({name: [{}]})[0]})
            )

    def play(
        self, word: str, acts: dict[str, list[Act]], *, shrink: dict[str, Any] | None = None, **words: object
    ) -> Played:
        """Run it on the engine."""
        sale_id, journal = self._script(acts)
        definition = shrunk(json.loads(self._definition(word)), shrink or {})
        machine = self._workflows.create_state_machine(
            name=f"{word}-{next(_numbers)}",
            definition=json.dumps(definition),
            roleArn=ROLE,
            type="EXPRESS" if word == "approval" else "STANDARD",
        )["stateMachineArn"]
        started = time.monotonic()
        ended = self._run(machine, word, json.dumps({"sale_id": sale_id, **words}))
        lines = [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []
        return Played(
            ended["status"],
            json.loads(ended["output"]) if "output" in ended else None,
            [(line["function"], line["event"]) for line in lines],
            time.monotonic() - started,
        )

    @contextmanager
    def without_room(self, name: str) -> Iterator[None]:
        """Leave a function no concurrency for a while."""
        functions = client("lambda", self.engine)
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        try:
            yield
        finally:
            functions.delete_function_concurrency(FunctionName=name)

    @cached_property
    def _workflows(self) -> Any:  # noqa: ANN401 -- a client
        return client("stepfunctions", self.engine)

    def _run(self, machine: str, word: str, words: str) -> dict[str, Any]:
        if word == "approval":
            ran: dict[str, Any] = self._workflows.start_sync_execution(stateMachineArn=machine, input=words)
            return ran
        execution = self._workflows.start_execution(stateMachineArn=machine, input=words)["executionArn"]
        for described in self._looks(execution):
            if described["status"] != "RUNNING":
                return described
        self._workflows.stop_execution(executionArn=execution)
        return {"status": "STILL_RUNNING"}

    def _looks(self, execution: str) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            yield self._workflows.describe_execution(executionArn=execution)
            time.sleep(0.02)

    def _script(self, acts: dict[str, list[Act]]) -> tuple[str, Path]:
        journal = self.folder / f"journal-{next(_numbers)}.jsonl"
        return json.dumps({"journal": str(journal), **acts}), journal

    def _definition(self, word: str) -> str:
        text = (REPOSITORY / "workflows" / f"{word}.asl.json").read_text(encoding="utf-8")
        for name in FUNCTIONS:
            arn = f"arn:aws:lambda:{self.engine.region}:{self.engine.account}:function:{name}"
            text = text.replace(f"${{{name}}}", arn)
        assert "${" not in text, "every function of the workflow has a stub"
        return text


def shrunk(part: Any, shrink: dict[str, Any]) -> Any:  # noqa: ANN401 -- JSON
    """The same with other values for some keys."""
    if isinstance(part, dict):
        return {name: shrink.get(name, shrunk(inner, shrink)) for name, inner in part.items()}
    if isinstance(part, list):
        return [shrunk(inner, shrink) for inner in part]
    return part
