"""EventBridge's patterns, as far as template.yaml uses them: maps of lists of values that may occur."""

from __future__ import annotations

from typing import Any


def fits(pattern: dict[str, Any], event: object) -> bool:
    """Whether an event, or a part of one, has one of the values of every list."""
    if not isinstance(event, dict):
        return False
    return all(
        fits(wanted, event.get(word)) if isinstance(wanted, dict) else event.get(word) in wanted
        for word, wanted in pattern.items()
    )
