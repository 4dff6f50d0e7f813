"""One relay, and one till beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from payrelay.client import Journal, Pos
from tests.client.relay import Relay
from tests.client.till import Time, till


@dataclass
class Shop:
    """A counter with its relay."""

    relay: Relay
    path: Path
    time: Time

    def __post_init__(self) -> None:
        self.pos = self.restarted()

    def restarted(self) -> Pos:
        """The till after a restart: nothing but its journal is left."""
        return till(self.relay.url, self.path, self.time)

    @property
    def journal(self) -> Journal:
        return Journal(self.path)

    @property
    def lines(self) -> list[str]:
        """The journal's last words about each key."""
        return [entry.state for entry in self.journal.entries()]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Relay() as relay:
        yield Shop(relay, tmp_path / "pos.jsonl", Time())
