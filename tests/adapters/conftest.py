"""A scripted VAN, a line to it, and AWS in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from moto import mock_aws

from payment_adapters.networks.link import TelegramLink
from tests.adapters.orders import line_to
from tests.adapters.parties import Running, start
from tests.adapters.scripted_van import Act, ScriptedVan, StartVan
from tests.contracts.aws import REGION


@pytest.fixture
def van() -> Iterator[StartVan]:
    """Starts a VAN that does these acts, one per connection."""
    with ExitStack() as started:
        yield lambda *acts: started.enter_context(ScriptedVan(list(acts)))


@pytest.fixture
def line(van: StartVan) -> Callable[[Act], TelegramLink]:
    """A line to a VAN that does this act."""
    return lambda act: line_to(van(act))


@pytest.fixture(scope="session")
def all_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """Starts each party when it is first wanted."""
    folder = tmp_path_factory.mktemp("parties")
    running: dict[str, Running] = {}

    def party(name: str) -> Running:
        if name not in running:
            running[name] = start(name, folder)
        return running[name]

    yield party
    for one in running.values():
        one.van.stop()


@pytest.fixture
def party(request: pytest.FixtureRequest, all_running: Callable[[str], Running]) -> Running:
    """The party whose name is this test's parameter, with nothing planned and its line open."""
    running = all_running(request.param)
    running.van.tell({"reset": True})
    return running


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS in memory, with credentials that open nothing anywhere else."""
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield
