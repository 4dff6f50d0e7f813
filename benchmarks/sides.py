"""What two codecs are timed at."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Side(NamedTuple):
    """One codec with one telegram: bytes to typed values, and back."""

    decode: Callable[[], object]
    encode: Callable[[], object]


class Targets(NamedTuple):
    """The most that our time may be of theirs."""

    decode: float
    encode: float
