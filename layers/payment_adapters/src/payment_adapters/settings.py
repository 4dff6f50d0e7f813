"""Settings of the deployed functions: names and addresses, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping


class SettingMissingError(Exception):
    """A function was deployed without a name it needs."""

    def __init__(self, name: str) -> None:
        """Name the environment variable."""
        super().__init__(f"the environment variable {name} is not set")
        self.name = name


def setting(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Read one setting.

    Raises:
        SettingMissingError: it is absent or empty.
    """
    value = environment.get(name, "")
    if not value:
        raise SettingMissingError(name)
    return value
