"""One world for all stories: the real template on the embedded engine, a simulated VAN, a real POS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.stories import Story
from tools.simulators.faults import Fault
from tools.world.world import Plan, World

ANSWER_SECONDS = 3  # the contract's 11 s would only make the same stories longer
STALL_SECONDS = 8.0  # the VAN approves when payrelay has long stopped waiting


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    plan = Plan(tmp_path_factory.mktemp("world"), port=0, answer_seconds=ANSWER_SECONDS)
    with World.up(plan) as up:
        yield up


@pytest.fixture
def story(world: World) -> Iterator[Story]:
    """A POS and a VAN that start every story with nothing planned."""
    told = Story(world)
    told.van.tell({"reset": True})
    yield told
    told.van.tell({"reset": True})


@pytest.fixture(scope="session", autouse=True)
def sales_without_an_original(world: World) -> dict[Fault, str]:
    """Two sales whose net-cancel finds no original; they need the horizon of 120 s, so they begin first.

    HANG: the VAN never looked at the authorisation. STALL: it approves after the net-cancel was answered.
    """
    began = Story(world)
    keys = {}
    for fault in (Fault.HANG, Fault.STALL):
        began.van.script(fault, seconds=STALL_SECONDS)
        request = began.a_sale()
        assert began.pos.send(request).http_status == 202
        keys[fault] = request.key
    return keys
