"""Conformance of `patches/lambda_runtime`: functions run by the real awslambdaric."""

from __future__ import annotations

import base64
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine


def test_an_exception_reaches_the_caller_with_its_own_type_message_and_trace(cloud: Cloud) -> None:
    failure, answer = cloud.invoke("Probe", {"do": "raise", "message": "sale 42"})

    assert failure == "Unhandled"
    assert answer["errorType"] == "NoSuchSale"
    assert answer["errorMessage"] == "sale 42"
    assert "raise NoSuchSale" in "".join(answer["stackTrace"])


def test_an_exception_does_not_cost_the_worker_its_life(cloud: Cloud) -> None:
    before = cloud.invoke("Probe", {"do": "pid"})

    cloud.invoke("Probe", {"do": "raise", "message": "once"})

    assert cloud.invoke("Probe", {"do": "pid"}) == before


def test_a_handler_that_forgot_its_dependency_fails_as_on_aws(cloud: Cloud) -> None:
    failure, answer = cloud.invoke("Broken", {})

    assert failure == "Unhandled"
    assert answer["errorType"] == "Runtime.ImportModuleError"
    assert "a_module_nobody_shipped" in answer["errorMessage"]


def test_a_hung_handler_is_killed_at_its_timeout_even_if_it_ignores_signals(cloud: Cloud) -> None:
    started = time.monotonic()
    failure, answer = cloud.invoke("Probe", {"do": "hang_deaf"})

    assert failure == "Unhandled"
    assert answer["errorType"] == "Sandbox.Timedout"
    assert "timed out after 2.00 seconds" in answer["errorMessage"]
    assert time.monotonic() - started < 4
    assert cloud.invoke("Probe", {"hello": 1}) == (None, {"hello": 1})


def test_a_handler_inherits_nothing_it_did_not_declare(cloud: Cloud, engine: Engine) -> None:
    _failure, seen = cloud.invoke("Probe", {"do": "self"})

    allowed = (
        "AWS_",
        "LAMBDA_",
        "_HANDLER",
        "PYTHON",
        "PATH",
        "LANG",
        "TZ",
        "PWD",
        "GREETING",
        "WITNESS_TABLE",
    )
    assert [name for name in seen["environment"] if not name.startswith(allowed)] == []
    assert seen["environment"]["GREETING"] == "hello"
    assert str(engine.state_dir) in seen["environment"]["LAMBDA_TASK_ROOT"]
    assert not any(".venv/" in path or ".venv-engine/" in path for path in seen["path"])


def test_imports_come_from_the_code_first_and_then_from_the_layers(cloud: Cloud) -> None:
    _failure, seen = cloud.invoke("Probe", {"do": "self"})
    code, layer = seen["environment"]["PYTHONPATH"].split(os.pathsep)[:2]

    assert code == seen["environment"]["LAMBDA_TASK_ROOT"]
    assert layer.endswith("/python")
    assert cloud.invoke("Probe", {"do": "import_layer"}) == (None, "from the layer")


def test_an_alias_runs_its_version_and_tells_the_handler_its_own_name(cloud: Cloud) -> None:
    _failure, seen = cloud.invoke("ProbeAlias", {"do": "self"})

    assert seen["arn"].endswith(":live")
    assert seen["version"] == "1"
    assert 0 < seen["remaining_milliseconds"] <= 2000


def test_reserved_concurrency_throttles_the_call_too_many(cloud: Cloud) -> None:
    def call(_index: int) -> str:
        try:
            cloud.invoke("OneAtATime", {"do": "sleep", "seconds": 0.6})
        except ClientError as refusal:
            return str(refusal.response["Error"]["Code"])
        return "done"

    with ThreadPoolExecutor(2) as callers:
        outcomes = sorted(callers.map(call, range(2)))

    assert outcomes == ["TooManyRequestsException", "done"]


def test_every_line_a_handler_writes_is_in_its_own_log_tail(cloud: Cloud) -> None:
    lines = [f"line {index}" for index in range(50)]

    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.outputs["Probe"],
        Payload=f'{{"do": "print", "lines": {lines}}}'.replace("'", '"'),
        LogType="Tail",
    )

    tail = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert [line for line in tail if line.startswith("line ")] == lines


def test_a_handler_that_says_more_than_its_pipe_holds_is_heard_to_the_end(cloud: Cloud) -> None:
    lines = [f"{index:03d} {'.' * 4_000}" for index in range(200)]

    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.outputs["Probe"],
        Payload=json.dumps({"do": "print", "lines": lines}),
        LogType="Tail",
    )

    assert answer["StatusCode"] == HTTPStatus.OK
    assert lines[-1] in base64.b64decode(answer["LogResult"]).decode()


def test_no_handler_outlives_a_killed_engine(
    tmp_path: Path, start_with_stack: Callable[[Path], tuple[Engine, Cloud]], eventually: Callable[..., Any]
) -> None:
    doomed, its_cloud = start_with_stack(tmp_path)
    _failure, handler_pid = its_cloud.invoke("Probe", {"do": "pid"})

    doomed.kill()

    eventually(lambda: not Path(f"/proc/{handler_pid}").exists(), seconds=3)
