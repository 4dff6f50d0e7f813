"""Rules over workflows/*.asl.json: what a driver of money may do, and the subset that runs everywhere."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tests.house.repository import Rule, files, python

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVEN_TYPES: Final = {"Task", "Choice", "Wait", "Pass", "Succeed", "Fail"}
MAPS: Final = {
    "reconcile_files"
}  # many executions at once: only AWS has them (docs/flows/reconcile_files.md)
UNPROVEN_FIELDS: Final = {"HeartbeatSeconds", "HeartbeatSecondsPath", "TimeoutSecondsPath"}
# Where repeating is the purpose (망취소, 취소): a net-cancel and a cancel are the same telegram every time.
# And where nothing is sent: a shard that is cut again writes the same bytes.
MAY_RETRY: Final = {"net_cancel", "cancel", "reconcile_files"}
ERRORS_OF_AWS: Final = {
    *("States.ALL", "States.Timeout", "States.TaskFailed", "States.Runtime", "States.DataLimitExceeded"),
    *("Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.SdkClientException"),
    *("Lambda.ClientExecutionTimeoutException", "Lambda.Unknown", "Lambda.AWSLambdaException"),
}


@dataclass(frozen=True)
class Workflow:
    """One state machine: its word and its definition."""

    word: str
    definition: dict[str, Any]

    @property
    def states(self) -> dict[str, dict[str, Any]]:
        """States by name, those inside a Map too."""
        states: dict[str, dict[str, Any]] = dict(self.definition["States"])
        for state in self.definition["States"].values():
            states |= state.get("ItemProcessor", {}).get("States", {})
        return states

    def tasks(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Only the states that call something."""
        return ((name, state) for name, state in self.states.items() if state["Type"] == "Task")


def workflows() -> list[Workflow]:
    """Read every workflow."""
    return [
        Workflow(file.place.removeprefix("workflows/").removesuffix(".asl.json"), json.loads(file.text))
        for file in files("workflows")
        if file.place.endswith(".asl.json")
    ]


@cache
def error_names() -> frozenset[str]:
    """Collect the names of all exception classes that deployed code can raise out of a handler."""
    return frozenset(
        node.name
        for file in python("functions", "layers")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ClassDef) and node.bases
    )


def every_task_ends(workflow: Workflow) -> Iterator[str]:
    """Each Task has an integer timeout; the machine has none, because on AWS that one skips every Catch."""
    if "TimeoutSeconds" in workflow.definition:
        yield f"{workflow.word}: a machine-level timeout skips every Catch"
    for name, state in workflow.tasks():
        seconds = state.get("TimeoutSeconds")
        if not isinstance(seconds, int) or seconds <= 0:
            yield f"{workflow.word}.{name}: TimeoutSeconds is {seconds!r}, not a whole number"


def sends_are_never_retried(workflow: Workflow) -> Iterator[str]:
    """A Retry sends a second telegram; only a workflow whose purpose is to repeat may have one."""
    for name, state in workflow.states.items():
        if "Retry" in state and workflow.word not in MAY_RETRY:
            yield f"{workflow.word}.{name}: Retry"


def failures_are_caught(workflow: Workflow) -> Iterator[str]:
    """Every Task catches everything in the end: an error that nobody named still leads somewhere."""
    for name, state in workflow.tasks():
        caught = [error for catcher in state.get("Catch", []) for error in catcher["ErrorEquals"]]
        if caught[-1:] != ["States.ALL"]:
            yield f"{workflow.word}.{name}: the last Catch is not States.ALL"


def error_names_exist(workflow: Workflow) -> Iterator[str]:
    """A caught error that nobody raises is a promise that is never kept."""
    for name, state in workflow.states.items():
        for handler in [*state.get("Catch", []), *state.get("Retry", [])]:
            for error in set(handler["ErrorEquals"]) - ERRORS_OF_AWS:
                if error not in error_names() and not re.fullmatch(r"(DynamoDB|StepFunctions)\.\w+", error):
                    yield f"{workflow.word}.{name}: nobody raises {error}"


def every_state_says_why(workflow: Workflow) -> Iterator[str]:
    """A Comment on the machine and on each state: the picture in the console is a page of the book."""
    if not workflow.definition.get("Comment"):
        yield f"{workflow.word}: no Comment"
    for name, state in workflow.states.items():
        if not state.get("Comment"):
            yield f"{workflow.word}.{name}: no Comment"


def within_the_proven_subset(workflow: Workflow) -> Iterator[str]:
    """Only what the embedded engine, LocalStack and AWS do alike."""
    for name, state in workflow.states.items():
        if state["Type"] not in PROVEN_TYPES and not (state["Type"] == "Map" and workflow.word in MAPS):
            yield f"{workflow.word}.{name}: type {state['Type']}"
        for unproven in UNPROVEN_FIELDS & state.keys():
            yield f"{workflow.word}.{name}: {unproven}"


def every_path_leads_somewhere(workflow: Workflow) -> Iterator[str]:
    """Every target exists, and every state can be reached."""
    reached, ahead = set(), [workflow.definition["StartAt"]]
    while ahead:
        name = ahead.pop()
        if name not in workflow.states:
            yield f"{workflow.word}: {name} does not exist"
        elif name not in reached:
            reached.add(name)
            ahead += _targets(workflow.states[name])
    for lost in workflow.states.keys() - reached:
        yield f"{workflow.word}: {lost} is never reached"


def _targets(state: dict[str, Any]) -> list[str]:
    branches = [*state.get("Catch", []), *state.get("Choices", []), state, state.get("ItemProcessor", {})]
    return [branch[key] for branch in branches for key in ("Next", "Default", "StartAt") if key in branch]


def calls_go_to_an_alias(workflow: Workflow) -> Iterator[str]:
    """A function is named by a substitution that carries its alias; $LATEST changes under a running sale."""
    for name, state in workflow.tasks():
        text = json.dumps(state)
        if "$LATEST" in text or re.search(r"arn:aws:lambda:", text):
            yield f"{workflow.word}.{name}: names a function directly"


def only_the_approval_sees_a_card(workflow: Workflow) -> Iterator[str]:
    """A Standard workflow keeps its inputs for 90 days: keys and tokens go in, never a card."""
    if workflow.word != "approval" and re.search(
        r"\$\.[\w.]*(card|cvc|track)", json.dumps(workflow.definition)
    ):
        yield f"{workflow.word}: card data in a history"


def _planted(**state: object) -> Workflow:
    return Workflow("planted", {"StartAt": "Send", "States": {"Send": {"Type": "Task"} | state}})


RULES: Final = (
    Rule("every_task_has_a_timeout_and_the_machine_has_none", workflows, every_task_ends, _planted()),
    Rule("nothing_on_the_send_path_is_retried", workflows, sends_are_never_retried, _planted(Retry=[])),
    Rule("every_task_catches_everything_in_the_end", workflows, failures_are_caught, _planted()),
    Rule("every_error_name_exists", workflows, error_names_exist,
         _planted(Catch=[{"ErrorEquals": ["NobodyRaisesThisError"], "Next": "Send"}])),
    Rule("every_state_has_a_comment", workflows, every_state_says_why, _planted()),
    Rule("workflows_stay_within_the_proven_subset", workflows, within_the_proven_subset,
         _planted(HeartbeatSeconds=3)),
    Rule("every_path_leads_somewhere", workflows, every_path_leads_somewhere, _planted(Next="Nowhere")),
    Rule("only_the_approval_workflow_sees_a_card", workflows, only_the_approval_sees_a_card,
         _planted(Parameters={"card.$": "$.sealed_card"})),
    Rule("workflows_call_functions_by_their_alias", workflows, calls_go_to_an_alias,
         _planted(Resource="arn:aws:lambda:ap-northeast-2:123456789012:function:van_link")),
)  # fmt: skip
