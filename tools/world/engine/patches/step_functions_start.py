"""Executions begin at once.

Stock: every execution, Express ones included, first sleeps a fixed 0.15 s.
Wanted: no pause; the whole approval path is shorter than that sleep.
Hook: the `time` name inside `ministack.services.stepfunctions`; only the one constant is swallowed.
"""

from __future__ import annotations

import time
from typing import Any

from tools.world.engine import stock

_STOCK_START_PAUSE_SECONDS = 0.15


class _TimeWithoutStartPause:
    """The `time` module, except that the stock start pause takes no time."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands in for a whole module
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float) -> None:
        """Sleep, unless asked for exactly the pause before an execution's first state."""
        if seconds != _STOCK_START_PAUSE_SECONDS:
            time.sleep(seconds)


def apply() -> None:
    """Install the patch in the running engine."""
    stock.step_functions.time = _TimeWithoutStartPause()
