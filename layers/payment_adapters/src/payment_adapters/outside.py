"""Outside: what this process takes from its machine, in one place: clocks, pauses and chance.

Every adapter asks here, so that the laboratory (tools/lab) can put its own machine behind all of them.
Call these through the module: a name that was imported from it would keep the machine it was imported on.
"""

from __future__ import annotations

import os
import secrets
import time


def now_ms() -> int:
    """Wall clock, milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def monotonic_seconds() -> float:
    """A clock that never jumps, seconds from an arbitrary start."""
    return time.monotonic()


def pause_seconds(seconds: float) -> None:
    """Wait that long."""
    time.sleep(seconds)


def fresh_id() -> str:
    """Sixteen hexadecimal digits that nobody else has."""
    return secrets.token_hex(8)


def chance_below(limit: int) -> int:
    """A whole number in ``[0, limit)`` that nobody can guess."""
    return secrets.randbelow(limit)


def fresh_bytes(size: int) -> bytes:
    """Bytes that nobody can guess, for the nonce of a cipher."""
    return os.urandom(size)
