"""A world for one measurement: its own state, its own engine, gone afterwards."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from payment_adapters.terminals.key_ids import Terminal
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


def sell_until_warm(*tills: Pos) -> None:
    """Sell at all tills at once until nothing is cold any more: each sale at a time needs its own sandboxes.

    On a busy machine a cold function may be too slow for a sale.
    """
    with ThreadPoolExecutor(len(tills)) as together:
        list(together.map(_until_warm, tills))


def warm_tills(world: World, count: int) -> None:
    """The same for so many tills, at a shop whose route has a choice; two more at a time.

    All at once would start so many cold sandboxes that sales run out of time, and a sandbox that runs out of
    time is cold again.
    """
    tills = [world.running.pos(Terminal("1004", str(49_999_900 + till), 1)) for till in range(count)]
    for open_tills in range(1, count + 1, 2):
        sell_until_warm(*tills[:open_tills])
    sell_until_warm(*tills)


def _until_warm(pos: Pos) -> None:
    deadline, approved, heard = time.monotonic() + WARM_SECONDS, 0, Counter[str]()
    while approved < WARM_IN_A_ROW:
        assert time.monotonic() < deadline, f"nothing got warm: {dict(heard)}"
        try:
            words = pos.send(pos.approval(11_000, CardInHand(another_card(), "1230", "123"))).words
        except NoAnswerError:
            words = {"state": "no answer"}
        state = str(words.get("state") or words.get("code"))
        approved = approved + 1 if state == "APPROVED" else 0
        heard[state] += 1
