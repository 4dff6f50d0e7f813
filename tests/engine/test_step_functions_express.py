"""Conformance of `patches/step_functions_express`: what an Express execution was given ends with its call."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.engine.cloud import Cloud
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine

SNAPSHOT_SECONDS = 5  # after which the engine has written what it keeps


def test_nobody_can_ask_for_it_afterwards(cloud: Cloud, word: str) -> None:
    workflows = cloud.client("stepfunctions")
    ran = workflows.start_sync_execution(
        stateMachineArn=cloud.outputs["Express"], input=json.dumps({"do": "nothing", "word": word})
    )

    assert word in ran["input"]
    for ask in (workflows.describe_execution, workflows.get_execution_history):
        with pytest.raises(ClientError):
            ask(executionArn=ran["executionArn"])


def test_neither_its_input_nor_its_output_reaches_the_disk(
    tmp_path: Path, word: str, start_with_stack: Callable[[Path], tuple[Engine, Cloud]]
) -> None:
    _engine, cloud = start_with_stack(tmp_path)
    start = cloud.client("stepfunctions").start_sync_execution

    def run(what: dict[str, Any]) -> None:
        start(stateMachineArn=cloud.outputs["Express"], input=json.dumps({**what, "word": word}))

    run({"do": "nothing"})
    running = [threading.Thread(target=run, args=({"do": "sleep", "seconds": 1.5},)) for _ in range(3)]
    for one in running:  # the engine saves every two seconds: some save sees one that runs
        one.start()
        time.sleep(1.4)
    for one in running:
        one.join()
    time.sleep(SNAPSHOT_SECONDS)

    saved = tmp_path / "state" / "stepfunctions.json"
    assert cloud.outputs["Express"] in saved.read_text(encoding="utf-8")
    assert [
        file
        for file in (tmp_path / "state").rglob("*")
        if file.is_file() and word.encode() in file.read_bytes()
    ] == []
