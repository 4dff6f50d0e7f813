"""What every test shares: how tests are spread over workers, and how many examples hypothesis tries."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=5)
settings.register_profile(
    "fuzz", deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


WHOLE_WORLDS = ("tests/system", "tests/cli")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each world that tests share one worker: a bare engine, the stories' world, the command line's.

    They wait more than they compute, so one worker more than there are cores keeps both cores busy.
    """
    for item in items:
        if item.get_closest_marker("engine"):
            whole = next((folder for folder in WHOLE_WORLDS if item.nodeid.startswith(folder)), None)
            item.add_marker(pytest.mark.xdist_group(whole or "engine"))
