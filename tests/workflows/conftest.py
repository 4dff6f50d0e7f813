"""The engine, and one stage on it for all workflows."""

from __future__ import annotations

import pytest

from tests.contracts.engine import engine as engine  # noqa: PLC0414 -- a fixture is shared by its name
from tests.workflows.stage import Stage
from tools.world.engine.process import Engine


@pytest.fixture(scope="session")
def stage(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Stubs behind every function, deployed once."""
    built = Stage(engine, tmp_path_factory.mktemp("stage"))
    built.deploy()
    return built
