"""One stage for all workflows in the laboratory's account, and one on the engine."""

from __future__ import annotations

import pytest

from tests.contracts.engine import engine as engine  # noqa: PLC0414 -- a fixture is shared by its name
from tests.workflows.memory_stage import MemoryStage
from tests.workflows.stage import EngineStage, Stage
from tools.world.engine.process import Engine


@pytest.fixture(scope="session")
def engine_stage(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> EngineStage:
    """Stubs behind every function, deployed once."""
    built = EngineStage(engine, tmp_path_factory.mktemp("stage"))
    built.deploy()
    return built


@pytest.fixture(params=["laboratory", pytest.param("engine", marks=[pytest.mark.engine, pytest.mark.slow])])
def stage(request: pytest.FixtureRequest) -> Stage:
    """A stage in the laboratory's account, and one on the engine."""
    if request.param == "laboratory":
        return MemoryStage()
    built: EngineStage = request.getfixturevalue("engine_stage")
    return built
