"""What Step Functions promises: names that run once, and what a state makes of its input.

How tasks fail, are repeated, caught and timed out is played with the real workflows: tests/workflows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest

from tests.contracts.account import end_all, settled_cloud
from tests.contracts.aws import ROLE, client, create_endless_workflow
from tests.contracts.targets import TARGETS, Row, code_of, fresh, remote_client, rows
from tools.lab.aws.calls import NotProvidedError
from tools.lab.aws.deployment import machine_arn
from tools.lab.aws.states import definition

ALREADY_EXISTS: Final = "ExecutionAlreadyExists"
STARTED: Final = "started"


@dataclass
class Names:
    """One Standard workflow whose executions run until they are ended, and a name nobody has used."""

    client: Any
    arn: str
    target: str
    end_all: Callable[[], None]
    name: str = field(default_factory=lambda: fresh("nc"))

    def start(self, words: str = "{}", name: str = "") -> object:
        """``STARTED``, or the code of the refusal."""
        asked = {"stateMachineArn": self.arn, "name": name or self.name, "input": words}
        return code_of(lambda: (self.client.start_execution(**asked), STARTED)[1])

    def stands(self, name: str = "") -> object:
        """How an execution stands, or the code of the refusal."""
        arn = f"{self.arn.replace(':stateMachine:', ':execution:')}:{name or self.name}"
        return code_of(lambda: self.client.describe_execution(executionArn=arn)["status"])

    def ended(self) -> Names:
        """The same, with the execution started and ended."""
        self.start()
        self.end_all()
        return self


@pytest.fixture(params=TARGETS)
def names(request: pytest.FixtureRequest) -> Names:
    """A workflow on each target."""
    target: str = request.param
    if target == "laboratory":
        cloud = settled_cloud()[0]
        arn = machine_arn("net_cancel")
        return Names(cloud.client("stepfunctions"), arn, target, lambda: end_all(cloud))
    workflows = _service(request)
    arn = create_endless_workflow(workflows, fresh("net_cancel"))

    def stop() -> None:
        for one in workflows.list_executions(stateMachineArn=arn)["executions"]:
            workflows.stop_execution(executionArn=one["executionArn"])

    return Names(workflows, arn, target, stop)


def _service(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401 -- a client
    if request.param == "engine":
        return client("stepfunctions", request.getfixturevalue("engine"))
    if request.param == "aws":
        pytest.skip("a workflow of an account needs a role there")
    return remote_client("stepfunctions")


def twice(it: Names, *, words: str) -> object:
    """Start it, and start it again."""
    return it.start(), it.start(words)


@rows(
    Row(
        "runs once, and the same input finds it",
        lambda it: twice(it, words="{}"),
        (STARTED, STARTED),
        engine=(STARTED, ALREADY_EXISTS),
    ),
    Row("is refused with another input", lambda it: twice(it, words='{"run": 1}'), (STARTED, ALREADY_EXISTS)),
    Row("is used up when its run has ended", lambda it: it.ended().start(), ALREADY_EXISTS),
    Row("leaves other names alone", lambda it: it.ended().start(name=fresh("other")), STARTED),
    Row("is known while it runs", lambda it: (it.start(), it.stands()), (STARTED, "RUNNING")),
    Row("is known when it has ended", lambda it: it.ended().stands(), "ABORTED"),
    Row("is not known before", lambda it: it.stands(), "ExecutionDoesNotExist"),
    Row("has no spaces", lambda it: it.start(name="net cancel"), "InvalidName", engine=STARTED),
)
def test_a_name_keeps_its_promise(names: Names, row: Row) -> None:
    assert row.does(names) == row.expected(names.target)


def test_a_name_is_free_again_after_ninety_days() -> None:
    cloud, clock = settled_cloud()
    names = Names(cloud.client("stepfunctions"), machine_arn("cancel"), "laboratory", lambda: end_all(cloud))
    names.ended()

    clock.pass_seconds(89 * 86_400)
    assert names.start() == ALREADY_EXISTS

    clock.pass_seconds(2 * 86_400)
    assert (names.stands(), names.start()) == ("ExecutionDoesNotExist", STARTED)


@dataclass(frozen=True)
class Player:
    """Plays states as an Express workflow: on a service, or here where there is none."""

    target: str
    workflows: Any = None

    def play(self, words: object, **states: object) -> tuple[str, object]:
        """The status, and the output or the error."""
        text = json.dumps({"StartAt": next(iter(states)), "States": states})
        told = self._there(text, words) if self.workflows else self._here(text, words)
        return told["status"], told["error"] if "error" in told else json.loads(told["output"])

    def _here(self, text: str, words: object) -> dict[str, Any]:
        machine = replace(settled_cloud()[0].state_machine("approval"), definition=definition(text))
        execution = machine.start("played", json.dumps(words))
        execution.run()
        return execution.told()

    def _there(self, text: str, words: object) -> dict[str, Any]:
        made = self.workflows.create_state_machine(
            name=fresh("played"), definition=text, roleArn=ROLE, type="EXPRESS"
        )
        told: dict[str, Any] = self.workflows.start_sync_execution(
            stateMachineArn=made["stateMachineArn"], input=json.dumps(words)
        )
        self.workflows.delete_state_machine(stateMachineArn=made["stateMachineArn"])
        return told


@pytest.fixture(params=TARGETS)
def player(request: pytest.FixtureRequest) -> Player:
    """A player on each target."""
    target: str = request.param
    return Player(target, None if target == "laboratory" else _service(request))


def choice(comparison: str, value: object) -> dict[str, object]:
    """States that say ``yes`` where ``$.a.b`` is a value, else ``no``."""
    rule = {"Variable": "$.a.b", comparison: value, "Next": "Yes"}
    return {
        "Choice": {"Type": "Choice", "Choices": [rule], "Default": "No"},
        "Yes": {"Type": "Pass", "Parameters": {"said": "yes"}, "End": True},
        "No": {"Type": "Pass", "Parameters": {"said": "no"}, "End": True},
    }


def passing(**words: object) -> dict[str, object]:
    """One state that makes its output."""
    return {"Pass": {"Type": "Pass", "End": True, **words}}


WITHOUT_DEFAULT: Final = {
    **choice("StringEquals", "x"),
    "Choice": {"Type": "Choice", "Choices": [{"Variable": "$.a.b", "StringEquals": "x", "Next": "Yes"}]},
}
SAID_YES: Final = ("SUCCEEDED", {"said": "yes"})
SAID_NO: Final = ("SUCCEEDED", {"said": "no"})
RUNTIME: Final = ("FAILED", "States.Runtime")


@rows(
    Row("chooses by text", lambda it: it.play({"a": {"b": "x"}}, **choice("StringEquals", "x")), SAID_YES),
    Row(
        "chooses by truth",
        lambda it: it.play({"a": {"b": True}}, **choice("BooleanEquals", value=True)),
        SAID_YES,
    ),
    Row(
        "takes no number for a text",
        lambda it: it.play({"a": {"b": 1}}, **choice("StringEquals", "1")),
        SAID_NO,
    ),
    Row(
        "takes no text for a truth",
        lambda it: it.play({"a": {"b": "true"}}, **choice("BooleanEquals", value=True)),
        SAID_NO,
    ),
    Row(
        "ends an execution that chooses by what is not there",
        lambda it: it.play({"a": None}, **choice("StringEquals", "x")),
        RUNTIME,
        engine=SAID_NO,
    ),
    Row(
        "ends an execution that has no choice",
        lambda it: it.play({"a": {"b": "y"}}, **WITHOUT_DEFAULT),
        ("FAILED", "States.NoChoiceMatched"),
    ),
    Row("hands on what it was given", lambda it: it.play({"a": 1}, **passing()), ("SUCCEEDED", {"a": 1})),
    Row(
        "hands on what it makes",
        lambda it: it.play({"a": {"b": 1}}, **passing(Parameters={"c.$": "$.a.b", "d": None})),
        ("SUCCEEDED", {"c": 1, "d": None}),
    ),
    Row(
        "puts what it makes into what it was given",
        lambda it: it.play({"a": 1}, **passing(Parameters={"b": 2}, ResultPath="$.c")),
        ("SUCCEEDED", {"a": 1, "c": {"b": 2}}),
    ),
    Row(
        "ends an execution that makes something of what is not there",
        lambda it: it.play({}, **passing(Parameters={"c.$": "$.a.b"})),
        RUNTIME,
        engine=("SUCCEEDED", {"c": None}),
    ),
    Row(
        "waits as long as its input says",
        lambda it: it.play({"s": 0}, Wait={"Type": "Wait", "SecondsPath": "$.s", "End": True}),
        ("SUCCEEDED", {"s": 0}),
    ),
    Row(
        "ends an execution that is to wait for a word",
        lambda it: it.play({"s": "x"}, Wait={"Type": "Wait", "SecondsPath": "$.s", "End": True}),
        RUNTIME,
        engine=("SUCCEEDED", {"s": "x"}),
    ),
    Row(
        "fails in its own words",
        lambda it: it.play({}, Fail={"Type": "Fail", "Error": "NoSuchSale", "Cause": "none"}),
        ("FAILED", "NoSuchSale"),
    ),
    Row(
        "succeeds with what it was given",
        lambda it: it.play({"a": 1}, Succeed={"Type": "Succeed"}),
        ("SUCCEEDED", {"a": 1}),
    ),
)
def test_a_state_keeps_its_promise(player: Player, row: Row) -> None:
    assert row.does(player) == row.expected(player.target)


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Map"},
        {"Type": "Pass", "OutputPath": "$.a", "End": True},
        {"Type": "Pass", "Parameters": {"a.$": "States.UUID()"}, "End": True},
        {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "Odd"}]},
    ],
)
def test_what_no_workflow_says_is_refused_when_it_is_read(state: dict[str, object]) -> None:
    with pytest.raises(NotProvidedError):
        definition(json.dumps({"StartAt": "Odd", "States": {"Odd": state}}))
