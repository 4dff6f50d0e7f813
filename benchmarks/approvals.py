"""Approvals through the whole path: POS → API → gateway → workflow → van_link → VAN and back.

`python -m benchmarks.approvals [--seconds 10] [--json FILE]`. Everything runs on this machine: POS threads,
the embedded AWS, the functions and the VAN share its processors, so the figures compare changes of payrelay
with each other and say nothing about AWS. A rate counts sales approved within a steady window, which opens
when every client has sold a few times and no sandbox is cold any more; afterwards the payments table and the
VAN's books are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from payment_adapters.terminals.key_ids import Terminal
from payrelay.client import CardInHand
from tools.cli.screen import Progress, console
from tools.simulators.cards import another_card
from tools.world.running import RunningWorld
from tools.world.truth import tally
from tools.world.world import Plan, World

CLIENTS = (1, 4, 16)
WARM_UP_SALES = 5  # of each client


@dataclass(frozen=True)
class Rate:
    """One run. Milliseconds are of the POS's request, from signing to the last byte of the answer."""

    clients: int
    sales: int
    not_approved: int
    sales_per_second: float
    p50_ms: float
    p99_ms: float


def sell(world: RunningWorld, clients: int, seconds: float) -> Rate:
    """Let so many terminals sell without a pause, and count while all of them do."""
    took_ms: list[float] = []
    others: Counter[str] = Counter()
    window_opens = threading.Barrier(clients)

    def counter(number: int) -> None:
        pos = world.pos(Terminal("1001", f"200{clients:02d}{number:03d}", 1))
        for _ in range(WARM_UP_SALES):
            pos.send(pos.approval(11_000, CardInHand(another_card(), "1230", "123")))
        window_opens.wait()
        closes = time.monotonic() + seconds
        while (start := time.monotonic()) < closes:
            answer = pos.send(pos.approval(11_000, CardInHand(another_card(), "1230", "123")))
            end = time.monotonic()
            if answer.words.get("state") != "APPROVED":
                others[answer.words.get("state") or str(answer.http_status)] += 1
            elif end <= closes:
                took_ms.append((end - start) * 1_000)

    threads = [threading.Thread(target=counter, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ranks = statistics.quantiles(took_ms, n=100)
    return Rate(clients, len(took_ms), others.total(), len(took_ms) / seconds, ranks[49], ranks[98])


def machine() -> str:
    """What the figures were measured on."""
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} processors, {system}"


def main() -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Approvals per second through the whole path.")
    parser.add_argument("--seconds", type=float, default=10.0, help="steady window of each run")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    told = parser.parse_args()
    shown = console()
    with (
        tempfile.TemporaryDirectory(prefix="payrelay-bench-") as folder,
        Progress(shown) as progress,
        World.up(Plan(Path(folder), port=0), progress) as world,
    ):
        rates = []
        for clients in CLIENTS:
            progress(f"{clients} at once")
            rates.append(sell(world.running, clients, told.seconds))
            progress(f"{clients} at once", f"{rates[-1].sales_per_second:.0f} sales/s")
        truth = tally(world.running)
    print(f"\n{machine()}; {told.seconds:.0f} s steady window; date {time.strftime('%Y-%m-%d')}\n")
    print("clients   sales/s   p50 ms   p99 ms   sales   not approved")
    for rate in rates:
        print(
            f"{rate.clients:7}   {rate.sales_per_second:7.1f}   {rate.p50_ms:6.1f}   {rate.p99_ms:6.1f}"
            f"   {rate.sales:5}   {rate.not_approved:12}"
        )
    differences = len(truth.disagreements)
    print(
        f"\nTable and books: {truth.approved:,} approved, {truth.unknown} unknown, {differences} differences"
    )
    if told.json:
        figures = {
            "machine": machine(),
            "seconds": told.seconds,
            "rates": [asdict(rate) for rate in rates],
            "unknown": truth.unknown,
        }
        told.json.write_text(json.dumps(figures, indent=1))
    if truth.disagreements:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
