"""What the exit code says; main.py tells people the same."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The same meaning for every command."""

    DONE = 0
    TROUBLE = 1
    REFUSED = 3
    UNFINISHED = 4
    INTERRUPTED = 130
