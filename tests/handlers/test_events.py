"""Every deployed function has an event to be invoked with, and a person can sign one by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.handlers.world import MASTER, World
from tools.generate.signed_event import EVENTS
from tools.template import FUNCTION, load, resources
from tools.world.engine.process import REPOSITORY

FOLDERS = {
    name: Path(function["Properties"]["CodeUri"]).name
    for name, function in resources(load(REPOSITORY / "template.yaml"), FUNCTION).items()
}


@pytest.mark.parametrize("name", FOLDERS)
def test_every_deployed_function_has_an_event(name: str) -> None:
    readme = (EVENTS.parent / "README.md").read_text(encoding="utf-8")

    assert list((EVENTS / FOLDERS[name]).glob("*.json"))
    assert f"`{name}`" in readme


def test_every_event_belongs_to_a_function() -> None:
    assert {path.name for path in EVENTS.iterdir()} == set(FOLDERS.values())


def test_an_event_that_was_signed_by_hand_is_answered(world: World) -> None:
    signed = subprocess.run(
        [sys.executable, "-m", "tools.generate.signed_event", str(EVENTS / "gateway" / "approve.json")],
        input=MASTER + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )

    assert world.ask(json.loads(signed.stdout)).words["state"] == "APPROVED"
