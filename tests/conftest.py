"""What every test shares: how tests are spread over workers, and how many examples hypothesis tries."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# Derandomized, so CI tries the same examples each time: forty, and the time goes to what may differ.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=5)
settings.register_profile(
    "fuzz", deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


WORLDS = ("tests/system", "tests/cli", "engine")
"""Each is shared by its tests, so that they stay on one worker; the longest comes first."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each world its tests: the stories', the command line's, and a bare engine to the others."""
    place = dict.fromkeys(items, -1)
    for item in items:
        if item.get_closest_marker("engine"):
            world = next((folder for folder in WORLDS if item.nodeid.startswith(folder)), "engine")
            item.add_marker(pytest.mark.xdist_group(world))
            place[item] = WORLDS.index(world)
    items.sort(key=place.__getitem__)
