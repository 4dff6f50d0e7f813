"""Who waits for whom, and for how long: each layer gives up before the one that waits for it.

Figures are read where they are true: template.yaml, workflows/, destinations/ and the code that keeps them.
"""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from typing import Any, Final

import pytest

from functions.net_cancel.handler import IN_LINE_LIMIT_MS
from payment_adapters.aws import clients
from payment_core.approval.accept import WORKFLOW_BUDGET_MS
from payment_core.approval.change import DRIVER_LIMIT_MS
from payment_core.approval.cheque_inquiry import ANSWER_MS, SHORTEST_ASKING_MS
from payment_core.approval.net_cancel import FENCE_SECONDS, HORIZON_MARGIN_SECONDS, HORIZON_SECONDS
from payment_core.approval.send import DECISION_WRITE_MS
from payrelay.client import PATIENCE_SECONDS
from tests.house.repository import ROOT
from tests.house.rules_of_template import FUNCTION, resources
from tests.house.rules_of_workflows import workflows

API_GATEWAY_SECONDS: Final = 29.0  # the default, and the most a Regional API takes without a raised quota
BEFORE_THE_WIRE_SECONDS: Final = 1.0  # open, accept, route, intent: all of it together
DESTINATIONS: Final = {
    file.stem: tomllib.loads(file.read_text()) for file in ROOT.glob("destinations/*.toml")
}
SENDERS: Final = ("van_link", "card_direct", "net_cancel")


def timeout_seconds(word: str) -> list[float]:
    """Timeouts of every deployment of one function folder."""
    return [
        float(function.properties["Timeout"]) for function in resources(FUNCTION) if function.word == word
    ]


def approval_tasks() -> dict[str, dict[str, Any]]:
    """The tasks of the approval workflow, by the function they call."""
    approval = next(workflow for workflow in workflows() if workflow.word == "approval")
    return {json.dumps(state["Resource"]): state for _, state in approval.tasks()}


def sender(name: str) -> tuple[str, str]:
    """Folder and logical id of a destination's sender, less ``Function``."""
    if DESTINATIONS[name]["kind"] == "van":
        return "van_link", f"VanLink{name.title()}"
    return "card_direct", f"CardDirect{name.title()}"


def task_seconds(called: str) -> float:
    """Timeout of the approval task whose resource names the called function."""
    (state,) = (state for resource, state in approval_tasks().items() if called in resource)
    return float(state["TimeoutSeconds"])


@pytest.mark.parametrize("name", DESTINATIONS)
def test_each_layer_gives_up_before_the_one_that_waits_for_it(name: str) -> None:
    timeouts = DESTINATIONS[name]["timeouts"]
    socket = float(timeouts["connect_seconds"] + timeouts["answer_seconds"])
    folder, logical_id = sender(name)
    chain = {
        "POS": PATIENCE_SECONDS,
        "API Gateway": API_GATEWAY_SECONDS,
        "gateway function": timeout_seconds("gateway")[0],
        "SDK": float(clients.WORKFLOW_ANSWER_SECONDS),
        "approval workflow": WORKFLOW_BUDGET_MS / 1_000,
        "fence": max(timeout_seconds(folder)),
        "send task": task_seconds(logical_id),
        "work": BEFORE_THE_WIRE_SECONDS + socket + DECISION_WRITE_MS / 1_000,
        "socket": socket,
    }

    for (outer, waits), (inner, works) in pairwise(chain.items()):
        assert waits > works, f"{outer} waits {waits} s, but {inner} takes up to {works} s"


@pytest.mark.parametrize("name", DESTINATIONS)
def test_the_tasks_of_the_first_attempt_fit_into_the_workflow_budget(name: str) -> None:
    seconds = [task_seconds(called) for called in ("VanRouter", sender(name)[1], "NetCancel")]

    assert sum(seconds) <= WORKFLOW_BUDGET_MS / 1_000


def test_the_in_line_net_cancel_ends_before_its_task_does() -> None:
    assert task_seconds("NetCancel") > IN_LINE_LIMIT_MS / 1_000


@pytest.mark.parametrize(
    "name", [name for name, told in DESTINATIONS.items() if "cheque_inquiry" in told["codes"]]
)
def test_a_till_hears_of_a_cheque_even_where_two_vans_are_asked(name: str) -> None:
    timeouts = DESTINATIONS[name]["timeouts"]
    socket = float(timeouts["connect_seconds"] + timeouts["answer_seconds"])
    chain = {
        "POS": PATIENCE_SECONDS,
        "API Gateway": API_GATEWAY_SECONDS,
        "gateway function": timeout_seconds("gateway")[0],
        "SDK": float(clients.WORKFLOW_ANSWER_SECONDS),
        "function": timeout_seconds("cheque_inquiry")[0],
        "first VAN": timeout_seconds("cheque_inquiry")[0] - (ANSWER_MS + SHORTEST_ASKING_MS) / 1_000,
        "socket": socket,
    }

    for (outer, waits), (inner, works) in pairwise(chain.items()):
        assert waits > works, f"{outer} waits {waits} s, but {inner} takes up to {works} s"


def test_no_sandbox_outlives_the_fence_that_the_horizon_counts_on() -> None:
    fences = {word: timeout_seconds(word) for word in SENDERS if timeout_seconds(word)}

    assert fences.keys() == set(SENDERS)
    assert max(max(seconds) for seconds in fences.values()) <= FENCE_SECONDS


@pytest.mark.parametrize("name", DESTINATIONS)
def test_not_found_is_believed_only_after_the_slowest_telegram_is_over(name: str) -> None:
    slowest = DESTINATIONS[name]["timeouts"]["max_processing_seconds"]

    assert FENCE_SECONDS + slowest + HORIZON_MARGIN_SECONDS <= HORIZON_SECONDS


def test_nobody_else_touches_a_sale_while_its_request_may_still_be_running() -> None:
    assert timeout_seconds("gateway")[0] <= DRIVER_LIMIT_MS / 1_000


def test_the_client_that_starts_an_approval_tries_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")

    config: Any = clients.approval_starter.__wrapped__().meta.config

    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout == clients.WORKFLOW_ANSWER_SECONDS
