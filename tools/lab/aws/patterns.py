"""EventBridge's patterns, as far as template.yaml uses them: maps of lists of values that may occur."""

from __future__ import annotations

from typing import Any


def fits(pattern: dict[str, Any], event: object) -> bool:
    """Whether an event, or a part of one, has one of the values of every list."""
    if not isinstance(event, dict):
        return False
    for word, wanted in pattern.items():
        value = event.get(word)
        if not (fits(wanted, value) if isinstance(wanted, dict) else value in wanted):
            return False
    return True
