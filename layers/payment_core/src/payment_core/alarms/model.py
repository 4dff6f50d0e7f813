"""Alarms, as nouns: a change of state, and what people have heard of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from payment_core.kernel.frozen import dataclass


class State(StrEnum):
    """Of an alarm, by CloudWatch's names."""

    OK = "OK"
    ALARM = "ALARM"
    UNKNOWN = "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Change:
    """An alarm moved.

    Attributes:
        alarm: Its own name, e.g. ``HangangOpenAlarm``, or the case that rings: ``case 1001-…-42:a0``.
        kind: What is the matter, e.g. ``breaker-open``: its page in docs/operating has the same name.
        about: What it is about: a destination, a queue, a case; empty where there is only one.
        was, now: Its states.
        at_ms: When it moved.
        reason: The figures behind it, or a case's sentence; by language, English at least.
    """

    alarm: str
    kind: str
    about: str
    was: State
    now: State
    at_ms: int
    reason: Mapping[str, str]


@dataclass(frozen=True)
class Heard:
    """The last that one channel was told of one alarm."""

    now: State
    at_ms: int


class Notice(StrEnum):
    """What a channel is told."""

    BEGAN = "BEGAN"
    OVER = "OVER"


class ChannelFailedError(Exception):
    """A channel did not take a notice; it is told again."""

    def __init__(self, where: str, why: str) -> None:
        """Name the place, without what would let anybody post there, and what came of it."""
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class Channel(Protocol):
    """One way to people."""

    def tell(self, change: Change, notice: Notice) -> None:
        """Tell it.

        Raises:
            ChannelFailedError: it was not taken, or nobody knows.
        """
        ...


class Book(Protocol):
    """What each channel heard last. Its door runs in one place at a time, so nobody writes in between."""

    def heard(self, channel: str, alarm: str) -> Heard | None:
        """Read it; ``None`` where the channel never heard of the alarm."""
        ...

    def keep(self, channel: str, alarm: str, heard: Heard) -> None:
        """Write it down."""
        ...
