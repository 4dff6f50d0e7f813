"""Conformance of `patches/step_functions_resume`: a workflow outlives the engine that ran it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.engine.cloud import Cloud
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine


def test_a_waiting_execution_goes_on_after_a_kill_and_writes_what_it_was_to_write(
    tmp_path: Path,
    word: str,
    start_engine: Callable[[Path], Engine],
    start_with_stack: Callable[[Path], tuple[Engine, Cloud]],
    eventually: Callable[..., Any],
) -> None:
    engine, cloud = start_with_stack(tmp_path)
    workflows = cloud.client("stepfunctions")
    request = json.dumps({"pause_seconds": 2, "write": True, "pk": word})
    arn = workflows.start_execution(
        stateMachineArn=cloud.outputs["Standard"], name=f"sale-{word}", input=request
    )["executionArn"]

    engine.kill()  # at once: the start was acknowledged
    start_engine(tmp_path)

    execution = workflows.describe_execution(executionArn=arn)
    assert (execution["status"], execution["input"]) == ("RUNNING", request)
    eventually(lambda: workflows.describe_execution(executionArn=arn)["status"] == "SUCCEEDED", seconds=8)
    execution = workflows.describe_execution(executionArn=arn)
    assert execution["stateMachineArn"] == cloud.outputs["Standard"]
    written = cloud.client("dynamodb").get_item(
        TableName=cloud.outputs["Ledger"], Key={"pk": {"S": word}, "sk": {"S": "workflow"}}
    )
    assert written["Item"]["word"]["S"] == "written"
    assert json.loads(execution["output"]) == {"won": True}


def test_an_execution_saved_in_a_later_state_goes_on_from_there(
    tmp_path: Path,
    word: str,
    start_engine: Callable[[Path], Engine],
    start_with_stack: Callable[[Path], tuple[Engine, Cloud]],
    eventually: Callable[..., Any],
) -> None:
    engine, cloud = start_with_stack(tmp_path)
    workflows = cloud.client("stepfunctions")
    request = json.dumps({"pause_seconds": 8, "write": False})  # longer than a busy machine takes to save it
    arn = workflows.start_execution(
        stateMachineArn=cloud.outputs["Standard"], name=f"sale-{word}", input=request
    )["executionArn"]
    saved = engine.state_dir / "stepfunctions.json"
    eventually(lambda: f"sale-{word}" in saved.read_text(encoding="utf-8"))

    engine.kill()
    start_engine(tmp_path)

    eventually(lambda: workflows.describe_execution(executionArn=arn)["status"] == "SUCCEEDED", seconds=25)
    history = workflows.get_execution_history(executionArn=arn)["events"]
    assert "Resumed after a restart" in str(history)
    machines = workflows.list_state_machines()["stateMachines"]
    assert not [machine for machine in machines if "#" in machine["stateMachineArn"]]


def test_a_finished_execution_is_not_run_again(
    tmp_path: Path,
    word: str,
    start_engine: Callable[[Path], Engine],
    start_with_stack: Callable[[Path], tuple[Engine, Cloud]],
    eventually: Callable[..., Any],
) -> None:
    engine, cloud = start_with_stack(tmp_path)
    workflows = cloud.client("stepfunctions")
    arn = workflows.start_execution(
        stateMachineArn=cloud.outputs["Standard"],
        input=json.dumps({"pause_seconds": 0, "write": True, "pk": word}),
    )["executionArn"]
    eventually(lambda: workflows.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
    before = workflows.get_execution_history(executionArn=arn)["events"]

    engine.kill()
    start_engine(tmp_path)

    assert workflows.get_execution_history(executionArn=arn)["events"] == before
