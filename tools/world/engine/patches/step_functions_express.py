"""A synchronous Express execution leaves nothing behind.

Stock: its input, output and history are kept like a Standard one's, can be described, and are written to
    disk; a sealed card travels in the input, and the key it is sealed under lies in the file beside.
Wanted: as on AWS, they live as long as the call.
Hook: `_start_sync_execution`, and `get_state`, which is also asked while one is running.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import json
from typing import Any

from tools.world.engine import stock

Response = tuple[int, dict[str, str], Any]


def apply() -> None:
    """Install the patch in the running engine."""
    step_functions = stock.step_functions
    start_sync, get_state = step_functions._start_sync_execution, step_functions.get_state

    def start_and_forget(request: dict[str, Any]) -> Response:
        response: Response = start_sync(request)
        step_functions._executions.pop(json.loads(response[2]).get("executionArn"), None)
        return response

    def get_lasting_state() -> dict[str, Any]:
        state: dict[str, Any] = get_state()
        executions = state["executions"]._data
        for key in [key for key, execution in executions.items() if execution.get("sync")]:
            del executions[key]
        return state

    step_functions._start_sync_execution = start_and_forget
    step_functions.get_state = get_lasting_state
