"""A world for one measurement: its own state, its own engine, gone afterwards."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from payrelay.client import CardInHand, NoAnswerError, Pos
from tools.cli.screen import Progress, console
from tools.simulators.cards import another_card
from tools.world.world import Plan, World

WARM_IN_A_ROW: Final = 3
WARM_SECONDS: Final = 300.0


@contextmanager
def a_world(*, answer_seconds: int | None = None) -> Iterator[tuple[World, Progress]]:
    """Start one, showing how far it is; stop it, whatever happens."""
    with (
        tempfile.TemporaryDirectory(prefix="payrelay-bench-") as folder,
        Progress(console()) as progress,
        World.up(Plan(Path(folder), port=0, answer_seconds=answer_seconds), progress) as world,
    ):
        yield world, progress


def sell_until_warm(pos: Pos) -> None:
    """Sell until nothing is cold any more; on a busy machine a cold function may be too slow for a sale."""
    deadline, approved = time.monotonic() + WARM_SECONDS, 0
    while approved < WARM_IN_A_ROW:
        assert time.monotonic() < deadline, "not one function got warm"
        try:
            answer = pos.send(pos.approval(11_000, CardInHand(another_card(), "1230", "123")))
        except NoAnswerError:
            approved = 0
        else:
            approved = approved + 1 if answer.words.get("state") == "APPROVED" else 0
