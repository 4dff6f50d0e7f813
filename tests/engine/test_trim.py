"""Conformance of `patches/trim`: memory is bounded, and nothing running or unread is dropped."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tools.world.engine.process import ENGINE_PYTHON, REPOSITORY

if TYPE_CHECKING:
    from tools.world.engine.process import Engine

pytestmark = pytest.mark.engine


def test_the_past_is_bounded_but_nothing_running_or_unread_is_dropped(engine: Engine) -> None:
    assert engine.is_healthy()

    run = subprocess.run(
        [ENGINE_PYTHON, "-m", "tests.engine.inside.trimmed_stores"],
        cwd=REPOSITORY,
        env={"PATH": ""},
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.stdout.split()[-1:] == ["kept"], run.stderr
