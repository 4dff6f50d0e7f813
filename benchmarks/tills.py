"""Tills that sell, in a process of their own: it can be killed like everything else.

`python -m benchmarks.tills --state DIR --out FILE --tills 16 --seconds 600` sells without a pause, and with
`--customer-seconds` lets that long pass between an answer and the next card; with `--settle` it does
what a POS does after a restart instead: it asks for whatever its journals hold no end of, until nothing is.
Each line of FILE is what one till showed its customer, written before the next sale begins.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

from payment_adapters.terminals.key_ids import Terminal
from payrelay.client import CardInHand, Pos, RefusedError
from tools.simulators.cards import another_card
from tools.world.places import Places
from tools.world.running import RunningWorld

MERCHANTS: Final = ("1004", "1002", "1004", "1001")  # four VANs; all contracts; four VANs; one VAN
ISSUERS_CARDS: Final = {"1002": ("5555555555554444", "378282246310005")}  # of bada and sol; ours are haneul's
OTHER_CARD_EVERY: Final = 4
FIRST_TERMINAL: Final = 70_000_000
SETTLE_SECONDS: Final = 150
PAUSE_SECONDS: Final = 0.5
ASKING_AT_ONCE: Final = 2  # after a power cut everything is cold: more at once would run out of time together


def terminals(count: int) -> list[Terminal]:
    """So many, spread over the merchants."""
    return [
        Terminal(MERCHANTS[number % len(MERCHANTS)], str(FIRST_TERMINAL + number), 1)
        for number in range(count)
    ]


def sales(terminal: Terminal) -> Iterator[tuple[int, CardInHand]]:
    """Amounts and cards without end: a card that others use too pays another amount each time."""
    cards = ISSUERS_CARDS.get(terminal.merchant, ())
    number = 0
    while True:
        number += 1
        card = another_card()
        if cards and number % OTHER_CARD_EVERY == 0:
            card = cards[number // OTHER_CARD_EVERY % len(cards)]
        yield 1_000 + number * 10 + int(terminal.terminal) % 10, CardInHand(card, "1230")


class Till(threading.Thread):
    """One terminal and its customer."""

    def __init__(self, pos: Pos, merchant: Terminal, out: int, customer_seconds: float) -> None:
        """Take the terminal, the file that everybody appends to, and how far apart customers come."""
        super().__init__(daemon=True)
        self._pos = pos
        self._terminal = merchant
        self._out = out
        self._customer_seconds = customer_seconds
        self.closes = time.monotonic()

    def run(self) -> None:
        """Sell until closing time; tills whose customers take time do not all begin at once."""
        time.sleep(self._customer_seconds * Random(self._terminal.terminal).random())  # noqa: S311 - no secret
        for amount_won, card in sales(self._terminal):
            if time.monotonic() >= self.closes:
                return
            began, start = time.time(), time.perf_counter()
            try:
                ended = self._pos.sell(amount_won, card)
            except RefusedError as refusal:
                words: dict[str, Any] = {"sale": refusal.key, "told": "REFUSED", "code": refusal.code}
                time.sleep(PAUSE_SECONDS)
            else:
                told = ended.answer.state if ended.answer else "SILENT"
                if told == "SILENT":
                    self._pos.settle_pending()
                words = {"sale": ended.sale_id, "told": told, "amount_won": amount_won}
            took_ms = round((time.perf_counter() - start) * 1_000)
            line = json.dumps({"at": round(began, 3), "ms": took_ms, **words})
            os.write(self._out, line.encode() + b"\n")
            time.sleep(self._customer_seconds)


def settle(pos: Pos, seconds: float, asking: threading.Semaphore) -> list[str]:
    """Ask in turn until the journal is closed; the sales that it could not close in time."""
    deadline = time.monotonic() + seconds
    while True:
        with asking:
            left = [one.key for one in pos.settle_pending() if not one.is_settled]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(PAUSE_SECONDS)


def main() -> None:
    """Sell, or settle."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tills", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--customer-seconds", type=float, default=0)
    parser.add_argument("--settle", action="store_true")
    told = parser.parse_args()
    world = RunningWorld.find(Places(told.state))
    merchants = terminals(told.tills)
    posses = [world.pos(one) for one in merchants]
    if told.settle:
        found: dict[int, list[str]] = {}
        asking = threading.Semaphore(ASKING_AT_ONCE)
        threads = [
            threading.Thread(
                target=lambda n=number, p=pos: found.update({n: settle(p, SETTLE_SECONDS, asking)})
            )
            for number, pos in enumerate(posses)
        ]
    else:
        out = os.open(told.out, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        threads = [
            Till(pos, one, out, told.customer_seconds) for pos, one in zip(posses, merchants, strict=True)
        ]
        for till in threads:
            till.closes = time.monotonic() + told.seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if told.settle:
        left = [key for keys in found.values() for key in keys]
        told.out.write_text(json.dumps(left), encoding="utf-8")
        sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
