"""The archive: every record of the event stream to S3, by the day it happened on.

Rule: payment_core/projection/archive.py. Story: docs/flows/archive.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters import read_side
from payment_adapters.wiring import Invocation


def handler(event: dict[str, Any], _context: Invocation) -> None:
    """Keep the batch; one that failed half way is kept again, and writes the same."""
    read_side.archive().keep(event["Records"])
