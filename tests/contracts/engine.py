"""One embedded engine per session for whoever imports this fixture into its conftest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.world.engine.process import Engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The embedded engine, with nothing deployed."""
    with Engine.start(0, None, tmp_path_factory.mktemp("engine") / "engine.log") as started:
        yield started
