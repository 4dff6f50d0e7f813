"""A till of the tests: a POS with a clock of its own, in this process or in one that dies."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from payment_adapters.terminals.key_ids import Terminal as Signer
from payrelay.client import CardInHand, Clock, Journal, Pos, PosRequest, Terminal
from tests.client.relay import MASTER
from tools.terminals import credentials_of

TERMINAL = Terminal("1001", "10010001", 1)
SIGNER = Signer("1001", "10010001", 1)
CANARIES = ("4111111111111111", "1230", "987", "=3012201")
CARD = CardInHand(CANARIES[0], CANARIES[1], CANARIES[2], f"{CANARIES[0]}{CANARIES[3]}", "SWIPED")


@dataclass
class Time:
    """Waits at once, and adds it up."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now, sleep=self.sleep)


def till(url: str, path: Path, time: Time | None = None, journal: Journal | None = None) -> Pos:
    clock = (time or Time()).clock()
    return Pos(url, TERMINAL, credentials_of(SIGNER, MASTER), journal or Journal(path), clock=clock)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class DyingJournal(Journal):
    """Loses power before or after a line is written."""

    dies_before: str = ""
    dies_after: str = ""

    def note(self, what: str, key: str, state: str = "", approval_number: str = "") -> None:
        if what == self.dies_before:
            die()
        super().note(what, key, state, approval_number)
        if what == self.dies_after:
            die()


def sell_until_death(url: str, path: Path, moment: str) -> None:
    """Run in a process of its own; `moment` is ``sending``, ``before shown``, ``after net_cancel`` …"""
    when, _, what = moment.partition(" ")
    journal = DyingJournal(path, **{f"dies_{when}": what} if what else {})
    pos = till(url, path, journal=journal)
    if moment == "sending":
        pos = Pos(url, TERMINAL, credentials_of(SIGNER, MASTER), journal, prepare=_die_of)
    pos.sell(11_000, CARD)


def give_back_until_death(url: str, path: Path, sale_id: str, moment: str) -> None:
    """The same for a cancel."""
    when, _, what = moment.partition(" ")
    till(url, path, journal=DyingJournal(path, **{f"dies_{when}": what})).give_back(sale_id)


def _die_of(request: PosRequest) -> PosRequest:
    die()
    return request
