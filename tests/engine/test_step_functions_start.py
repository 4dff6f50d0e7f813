"""Conformance of `patches/step_functions_start`, and of the workflow features payrelay stands on."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def _run_express(cloud: Cloud, request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = cloud.client("stepfunctions").start_sync_execution(
        stateMachineArn=cloud.outputs["Express"], input=json.dumps(request)
    )
    return answer


def _run_standard(cloud: Cloud, request: dict[str, Any], eventually: Callable[..., Any]) -> dict[str, Any]:
    workflows = cloud.client("stepfunctions")
    started = workflows.start_execution(stateMachineArn=cloud.outputs["Standard"], input=json.dumps(request))

    def finished() -> dict[str, Any] | None:
        execution: dict[str, Any] = workflows.describe_execution(executionArn=started["executionArn"])
        return execution if execution["status"] != "RUNNING" else None

    ended: dict[str, Any] = eventually(finished)
    return ended


def test_an_express_workflow_answers_without_a_start_pause(cloud: Cloud) -> None:
    _run_express(cloud, {"do": "pid"})
    seconds = []

    for _ in range(15):
        started = time.monotonic()
        assert _run_express(cloud, {"do": "pid"})["status"] == "SUCCEEDED"
        seconds.append(time.monotonic() - started)

    assert statistics.median(seconds) < 0.1


def test_a_task_past_its_time_limit_reaches_its_catch(cloud: Cloud) -> None:
    started = time.monotonic()

    answer = _run_express(cloud, {"do": "sleep", "seconds": 1.8})

    assert json.loads(answer["output"]) == {"outcome": "silent", "error": "States.Timeout"}
    assert 1.0 <= time.monotonic() - started < 1.7


def test_a_failed_express_workflow_says_which_error_and_why(
    cloud: Cloud, eventually: Callable[..., Any]
) -> None:
    def failed() -> dict[str, Any] | None:
        answer = _run_express(cloud, {"do": "raise", "message": "no such sale"})
        return answer if "error" in answer else None  # a busy machine may let the task run into its limit

    answer = eventually(failed)

    assert (answer["status"], answer["error"], answer["cause"]) == (
        "FAILED",
        "Refused",
        "the sale does not exist",
    )


def test_a_standard_workflow_waits_as_long_as_its_input_says(
    cloud: Cloud, eventually: Callable[..., Any]
) -> None:
    started = time.monotonic()

    ended = _run_standard(cloud, {"pause_seconds": 1, "write": False}, eventually)

    assert json.loads(ended["output"]) == {"won": True}
    assert time.monotonic() - started >= 1


def test_a_conditional_write_inside_a_workflow_loses_to_an_earlier_one(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    first = _run_standard(cloud, {"pause_seconds": 0, "write": True, "pk": word}, eventually)
    second = _run_standard(cloud, {"pause_seconds": 0, "write": True, "pk": word}, eventually)

    assert (json.loads(first["output"]), json.loads(second["output"])) == ({"won": True}, {"won": False})
