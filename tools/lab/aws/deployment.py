"""What template.yaml deploys, read once: every name is its logical id, so that a reader finds it there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tools.template import FUNCTION, STATE_MACHINE, load, resources

ROOT: Final = Path(__file__).resolve().parents[3]
REGION: Final = "ap-northeast-2"
ACCOUNT: Final = "000000000000"

NOT_PLAYED: Final = frozenset({"reconcile_files"})  # a distributed map: its parts are tested one by one

Words = dict[str, Any]


@dataclass(frozen=True)
class Function:
    """One deployed function.

    Attributes:
        handler: Its place in Python, e.g. ``functions.sweeper.handler.on_queue``.
        timeout_seconds: After which its sandbox is stopped.
        at_once: How many may run at the same time; ``None`` if only the account limits it.
        environment: As its sandbox has it.
    """

    name: str
    handler: str
    timeout_seconds: int
    at_once: int | None
    environment: Mapping[str, str]


@dataclass(frozen=True)
class EventSource:
    """One mapping that feeds a function with batches of a stream or a queue.

    Attributes:
        kind: ``DynamoDB``, ``Kinesis`` or ``SQS``.
        source: The table, stream or queue.
        patterns: Of the filter; a record that fits none is never delivered. Empty: all are.
        retries: How often a batch of a stream is tried again; ``None`` for a queue, which counts receipts.
        age_seconds: How old a record of a stream may be.
        dead_letters: The queue that hears of records that were given up; empty if none.
    """

    function: str
    kind: str
    source: str
    batch_size: int
    patterns: tuple[Words, ...]
    retries: int | None
    age_seconds: int | None
    bisects: bool
    in_parts: bool
    dead_letters: str


@dataclass(frozen=True)
class Rule:
    """One rule of an event bus; ``bus`` is ``default`` for AWS's own events."""

    function: str
    bus: str
    pattern: Words


@dataclass(frozen=True)
class Machine:
    """One workflow: its word, whether it is Express, and its text with functions' names put in."""

    word: str
    express: bool
    text: str


@dataclass(frozen=True)
class Deployment:
    """The whole stack, as the fakes need it."""

    tables: Mapping[str, Words]
    queues: Mapping[str, Words]
    streams: tuple[str, ...]
    secrets: tuple[str, ...]
    functions: Mapping[str, Function]
    sources: tuple[EventSource, ...]
    rules: tuple[Rule, ...]
    machines: Mapping[str, Machine]


@cache
def deployed() -> Deployment:
    """Read template.yaml and the workflows it names."""
    template = load(ROOT / "template.yaml")
    told = _Template(template)
    functions = resources(template, FUNCTION)
    events = [
        (name, event)
        for name, one in functions.items()
        for event in one["Properties"].get("Events", {}).values()
    ]
    machines = {name: told.machine(one) for name, one in resources(template, STATE_MACHINE).items()}
    return Deployment(
        tables={name: one["Properties"] for name, one in resources(template, "AWS::DynamoDB::Table").items()},
        queues={name: one["Properties"] for name, one in resources(template, "AWS::SQS::Queue").items()},
        streams=tuple(resources(template, "AWS::Kinesis::Stream")),
        secrets=tuple(resources(template, "AWS::SecretsManager::Secret")),
        functions={name: told.function(name, one["Properties"]) for name, one in functions.items()},
        sources=tuple(
            told.source(name, event)
            for name, event in events
            if event["Type"] in {"DynamoDB", "Kinesis", "SQS"}
        ),
        rules=tuple(
            told.rule(name, event["Properties"])
            for name, event in events
            if event["Type"] == "EventBridgeRule"
        ),
        machines={one.word: one for one in machines.values() if one.word not in NOT_PLAYED},
    )


def arn(service: str, rest: str) -> str:
    """A name that AWS would give."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def queue_url(name: str) -> str:
    """The address of a queue."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def machine_arn(word: str) -> str:
    """The name of a workflow."""
    return arn("states", f"stateMachine:{word}")


@dataclass(frozen=True)
class _Template:
    template: Words

    def function(self, name: str, told: Words) -> Function:
        shared = self.template["Globals"]["Function"]["Environment"]["Variables"]
        own = told.get("Environment", {}).get("Variables", {})
        return Function(
            name,
            told["Handler"],
            told["Timeout"],
            told.get("ReservedConcurrentExecutions"),
            {word: self._text(value) for word, value in {**shared, **own}.items()},
        )

    def source(self, function: str, event: Words) -> EventSource:
        told = event["Properties"]
        at = told["Queue"] if event["Type"] == "SQS" else told["Stream"]
        failures = told.get("DestinationConfig", {}).get("OnFailure", {})
        filters = told.get("FilterCriteria", {}).get("Filters", [])
        return EventSource(
            function=function,
            kind=event["Type"],
            source=at["Fn::GetAtt"][0],
            batch_size=told["BatchSize"],
            patterns=tuple(json.loads(one["Pattern"]) for one in filters),
            retries=told.get("MaximumRetryAttempts"),
            age_seconds=told.get("MaximumRecordAgeInSeconds"),
            bisects=told.get("BisectBatchOnFunctionError", False),
            in_parts="ReportBatchItemFailures" in told.get("FunctionResponseTypes", ()),
            dead_letters=failures["Destination"]["Fn::GetAtt"][0] if failures else "",
        )

    def rule(self, function: str, told: Words) -> Rule:
        return Rule(function, self._text(told.get("EventBusName", "default")), told["Pattern"])

    def machine(self, told: Words) -> Machine:
        words = told["Properties"]
        path = ROOT / words["DefinitionUri"]
        text = path.read_text(encoding="utf-8")
        for name, value in words["DefinitionSubstitutions"].items():
            function, _, _alias = value["Ref"].partition(".")
            text = text.replace(f"${{{name}}}", function)
        return Machine(path.name.partition(".")[0], words["Type"] == "EXPRESS", text)

    def _text(self, value: object) -> str:
        """A value of the environment: plain text, or what Ref and GetAtt would put there."""
        if not isinstance(value, dict):
            return str(value)
        referred = value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
        name, _, _alias = referred.partition(".")
        if name in self.template["Parameters"]:
            return str(self.template["Parameters"][name].get("Default", ""))
        made = self.template["Resources"][name]
        if made["Type"] == STATE_MACHINE:
            return machine_arn(Path(made["Properties"]["DefinitionUri"]).name.partition(".")[0])
        return queue_url(name) if made["Type"] == "AWS::SQS::Queue" else name
