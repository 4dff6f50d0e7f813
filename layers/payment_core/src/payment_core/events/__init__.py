"""Published events: what the world may hear of a sale. A version never changes."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(at_ms: int) -> str:
    """A moment as events tell it, in UTC to the millisecond: ``2026-11-20T03:00:00.000Z``."""
    at = datetime.fromtimestamp(at_ms // 1_000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1_000:03d}Z"
