"""Alarms: what CloudWatch and the bus say reaches people, once an episode, with the next step and a link.

Deployed twice: `handler` hears and tells; `on_stack` is there before a new stack's alarms are.
Rule: payment_core/alarms/tell.py. Channels: payment_adapters/alarms/. Story: docs/flows/alarms.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters.alarms import wired
from payment_adapters.alarms.coming import changes_of
from payment_adapters.aws import metrics
from payment_adapters.aws.stack import answer_done
from payment_adapters.wiring import Invocation
from payment_core.alarms.tell import tell


def handler(event: dict[str, Any], _context: Invocation) -> dict[str, list[str]]:
    """Tell each channel what it has not heard of an alarm or a case; a failure is delivered again."""
    told = [name for change in changes_of(event) for name in tell(change, wired.channels(), wired.book())]
    return {"told": told}


def on_stack(event: dict[str, Any], _context: Invocation) -> None:
    """Beat once for each heartbeat that is new: what was never heard is silent from then on."""
    known = event.get("OldResourceProperties", {}).get("Heartbeats", [])
    if event["RequestType"] != "Delete":
        for heartbeat in event["ResourceProperties"]["Heartbeats"]:
            if heartbeat not in known:
                metrics.count(heartbeat)
    answer_done(event)
