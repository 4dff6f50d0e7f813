"""One conformance stack for the whole session, on the target that RELAY_TARGET names.

`embedded` (the default) starts an engine of its own; `localstack` and `aws` use the endpoint and the
credentials of the environment. A test that must look inside the engine asks for the `engine` fixture and is
skipped elsewhere.

RELAY_ENGINE_PATCHES (comma-separated) applies these patches instead of all: leave one out to see its tests
fail.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.cloud import Cloud, deploy_conformance_stack
from tools.world.engine.process import DEFAULT_REGION, Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TARGET = os.environ.get("RELAY_TARGET", "embedded")
HERE = Path(__file__).parent
PATCH_CHOICE = ("--only", os.environ["RELAY_ENGINE_PATCHES"]) if "RELAY_ENGINE_PATCHES" in os.environ else ()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask the engine a second time: its clock is real, and a starved machine makes it late, never wrong.

    Only here: a test of payrelay itself that fails once has found something. A second run shows as `R`.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def _running_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine | None]:
    if TARGET != "embedded":
        yield None
        return
    log_path = tmp_path_factory.mktemp("engine") / "engine.log"
    with Engine.start(0, None, log_path, extra_arguments=PATCH_CHOICE) as engine:
        yield engine


@pytest.fixture(scope="session")
def cloud(_running_engine: Engine | None) -> Cloud:
    """The target with the conformance stack on it."""
    endpoint: str | None = None
    credentials = {"region_name": os.environ.get("AWS_DEFAULT_REGION", DEFAULT_REGION)}
    if _running_engine is not None:
        endpoint, credentials = _running_engine.endpoint, _running_engine.credentials
    elif TARGET == "localstack":
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    return Cloud(endpoint, credentials, deploy_conformance_stack(endpoint, credentials["region_name"]))


@pytest.fixture(scope="session")
def engine(_running_engine: Engine | None) -> Engine:
    """The embedded engine itself, for what only it can be asked."""
    if _running_engine is None:
        pytest.skip(f"only the embedded engine can be asked this, not {TARGET}")
    return _running_engine


@pytest.fixture
def word() -> str:
    """A word no other test uses, so that tests can share one stack."""
    return uuid.uuid4().hex[:12]


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Call `look` until it returns something truthy, which is returned; fail after `seconds`."""

    def wait(look: Callable[[], Any], *, seconds: float = 60.0) -> Any:  # noqa: ANN401 - returns what `look` returns
        deadline = time.monotonic() + seconds
        while not (seen := look()):
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds:.0f} s; the last look saw {seen!r}")
            time.sleep(0.05)
        return seen

    return wait


@pytest.fixture
def start_engine(engine: Engine) -> Iterator[Callable[[Path], Engine]]:
    """Start an engine of the test's own on a directory, or start it again there; ended with the test."""
    del engine  # asked for so that other targets skip
    latest: dict[Path, Engine] = {}

    def start(directory: Path) -> Engine:
        port = latest[directory].port if directory in latest else 0
        log_path = directory / "engine.log"
        latest[directory] = Engine.start(port, directory / "state", log_path, extra_arguments=PATCH_CHOICE)
        return latest[directory]

    yield start
    for own in latest.values():
        own.kill()


@pytest.fixture
def start_with_stack(start_engine: Callable[[Path], Engine]) -> Callable[[Path], tuple[Engine, Cloud]]:
    """Start an engine of the test's own with the conformance stack on it."""

    def start(directory: Path) -> tuple[Engine, Cloud]:
        own = start_engine(directory)
        outputs = deploy_conformance_stack(own.endpoint, own.region)
        return own, Cloud(own.endpoint, own.credentials, outputs)

    return start
