"""Stands for every function of a workflow: does what the sale id of its event says, and writes down its call.

The sale id carries a script as JSON: ``{"journal": path, "<function>": [act, ...]}``; the n-th call of a
function does its n-th act, the last one again and again. An act is one of ``{"answer": anything}``,
``{"raise": name}``, ``{"sleep": seconds}`` and ``{"exit": code}``.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 -- as a script says
    """Play the next act."""
    script = json.loads(event.pop("sale_id"))
    name = context.function_name
    with open(script["journal"], "a+", encoding="utf-8") as journal:  # noqa: PTH123 -- the deployed stub stays small
        journal.write(json.dumps({"function": name, "event": event}) + "\n")
        journal.seek(0)
        calls = sum(json.loads(line)["function"] == name for line in journal)
    acts = script[name]
    return _play(acts[min(calls, len(acts)) - 1])


def _play(act: dict[str, Any]) -> Any:  # noqa: ANN401 -- as a script says
    if "raise" in act:
        raise type(act["raise"], (Exception,), {})("as the script says")
    if "exit" in act:
        os._exit(act["exit"])
    if "sleep" in act:
        time.sleep(act["sleep"])
    return act.get("answer")
