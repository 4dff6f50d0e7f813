"""Conformance of `patches/state_snapshots`: what is not in the journal survives a kill as well."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.cloud import deploy_conformance_stack
from tools.world.engine.process import ENGINE_PYTHON, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.engine.cloud import Cloud
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine


def test_a_stack_reported_complete_survives_an_immediate_kill(
    tmp_path: Path,
    start_engine: Callable[[Path], Engine],
    start_with_stack: Callable[[Path], tuple[Engine, Cloud]],
) -> None:
    engine, cloud = start_with_stack(tmp_path)

    engine.kill()  # at once: no two-second save can have helped
    start_engine(tmp_path)

    stack = cloud.client("cloudformation").describe_stacks()["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert cloud.invoke("Probe", {"do": "import_layer"}) == (None, "from the layer")
    assert deploy_conformance_stack(engine.endpoint, engine.region) == cloud.outputs


def test_a_queued_message_survives_a_kill_after_the_next_save(
    tmp_path: Path,
    word: str,
    start_engine: Callable[[Path], Engine],
    start_with_stack: Callable[[Path], tuple[Engine, Cloud]],
    eventually: Callable[..., Any],
) -> None:
    engine, cloud = start_with_stack(tmp_path)
    queue, url = cloud.client("sqs"), cloud.outputs["DeadWork"]
    queue.send_message(QueueUrl=url, MessageBody=word)
    saved = engine.state_dir / "sqs.json"
    eventually(lambda: word in saved.read_text(encoding="utf-8"), seconds=5)

    engine.kill()
    start_engine(tmp_path)

    messages = queue.receive_message(QueueUrl=url)["Messages"]
    assert [message["Body"] for message in messages] == [word]


def test_what_is_written_to_while_it_is_copied_is_saved() -> None:
    run = subprocess.run(
        [ENGINE_PYTHON, "-m", "tests.engine.inside.written_while_copied"],
        cwd=REPOSITORY,
        env={"PATH": ""},
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.stdout.split()[-1:] == ["copied"], run.stderr
