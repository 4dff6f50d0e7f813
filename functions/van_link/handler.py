"""One telegram to one VAN: an approval that a POS waits for, or one more try of a cancel.

Rules: payment_core/approval/send.py and cancel.py. Called by workflows/approval.asl.json and cancel.asl.json.
Story: docs/flows/van_link.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters.sender import Authorise, Cancel, send_one
from payment_adapters.wiring import Invocation


def handler(event: Authorise | Cancel, context: Invocation) -> dict[str, Any]:
    """Send the one telegram the workflow asks for."""
    return send_one("van_link", event, context)
