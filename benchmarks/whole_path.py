"""The whole path against a bare one on the same engine, in turn, so that load on the machine hits both alike.

`python -m benchmarks.whole_path [--pairs 200]`. The bare path (benchmarks/bare/) has as many functions, waits
and durable writes as a happy approval, and one exchange over TCP; its handlers do nothing else. Both are
timed from the first byte of the request to the last of the answer: a POS's own work, its journal and its
signature, is in neither.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import urllib3

from benchmarks.figures import kept
from benchmarks.worlds import a_world
from payment_adapters.terminals.key_ids import Terminal
from payrelay.client import CardInHand, NoAnswerError, Pos
from tools.simulators.cards import another_card
from tools.world.deploy import deploy
from tools.world.places import REGION, STAGE
from tools.world.running import RunningWorld

BARE: Final = Path(__file__).parent / "bare"
WARM_UP: Final = 30
CREATED: Final = 201
TARGET: Final = 1.3


@dataclass(frozen=True)
class Ratio:
    """Medians and 99th percentiles of both paths, in milliseconds, over the pairs that both succeeded."""

    pairs: int
    failed: int
    ours_p50_ms: float
    bare_p50_ms: float
    ours_p99_ms: float
    bare_p99_ms: float

    @property
    def p50(self) -> float:
        """Ours over bare."""
        return self.ours_p50_ms / self.bare_p50_ms


def compare(world: RunningWorld, pairs: int) -> tuple[Ratio, list[tuple[float, float]]]:
    """Sell over both paths in turn, whichever of them was second going first the next time."""
    pos = world.pos(Terminal("1001", "20000001", 1))
    with bare_path(world) as url:
        http = urllib3.PoolManager(retries=False)
        for _ in range(WARM_UP):
            ours(pos)
            bare(http, url)
        times = []
        for pair in range(pairs):
            if pair % 2:
                mine, theirs = ours(pos), bare(http, url)
            else:
                theirs, mine = bare(http, url), ours(pos)
            if mine and theirs:
                times.append((mine, theirs))
    return ratio_of(times, pairs), times


def ratio_of(times: list[tuple[float, float]], pairs: int) -> Ratio:
    """Medians and tails."""
    mine, theirs = zip(*times, strict=True)
    failed = pairs - len(times)
    return Ratio(
        len(times), failed, statistics.median(mine), statistics.median(theirs), _p99(mine), _p99(theirs)
    )


def ours(pos: Pos) -> float | None:
    """One sale of payrelay; milliseconds, or nothing when it was not approved, as on a busy machine."""
    request = pos.approval(11_000, CardInHand(another_card(), "1230", "123"))
    headers = pos.signed(request)
    start = time.perf_counter()
    try:
        answer = pos.send_as(request, headers)
    except NoAnswerError:
        return None
    took_ms = (time.perf_counter() - start) * 1_000
    return took_ms if answer.state == "APPROVED" else None


def bare(http: urllib3.PoolManager, url: str) -> float | None:
    """One sale of the bare path; milliseconds, or nothing when it failed."""
    sale_id = f"bare-{time.time_ns()}"
    body = json.dumps({"sale_id": sale_id}).encode()
    start = time.perf_counter()
    answer = http.request("POST", url, body=body, headers={"Content-Type": "application/json"})
    took_ms = (time.perf_counter() - start) * 1_000
    return took_ms if answer.status == CREATED else None


@contextmanager
def bare_path(world: RunningWorld) -> Iterator[str]:
    """Deploy the bare path beside payrelay, with its party; the address to post to."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare.echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as party:
        assert party.stdout is not None
        assert party.stdin is not None
        outputs = deploy(
            BARE / "template.yaml",
            endpoint_url=world.endpoint,
            stack_name="payrelay-bare",
            parameters={"EchoAddress": f"127.0.0.1:{int(party.stdout.readline())}"},
            region=REGION,
        )
        yield f"{world.endpoint}/_aws/execute-api/{outputs['ApiId']}/{STAGE}/approvals"
        party.stdin.close()


def table(figures: dict[str, Any]) -> str:
    """What is kept, as a table."""
    rows = (("payrelay", "ours"), ("bare path", "bare"))
    lines = [
        f"| {figures['pairs']} pairs, in turn, {figures['failed']} more failed | p50 ms | p99 ms |",
        "|---|---|---|",
    ]
    lines += [
        f"| {said} | {figures[f'{who}_p50_ms']:.1f} | {figures[f'{who}_p99_ms']:.1f} |" for said, who in rows
    ]
    p99 = figures["ours_p99_ms"] / figures["bare_p99_ms"]
    lines.append(f"| ratio | **{figures['ratio_p50']:.2f}** (target ≤ {figures['target']}) | {p99:.2f} |")
    return "\n".join(lines)


def _p99(times: tuple[float, ...]) -> float:
    return statistics.quantiles(times, n=100)[98]


def main() -> None:
    """Measure, print the ratio, keep the data."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=200)
    told = parser.parse_args()
    with a_world() as (world, progress):
        progress("whole path")
        ratio, times = compare(world.running, told.pairs)
        progress("whole path", f"{ratio.p50:.2f} × the bare path")
    rows: dict[str, Any] = {**asdict(ratio), "ratio_p50": ratio.p50, "target": TARGET}
    kept("whole_path", {**rows, "times_ms": [[round(one, 2) for one in pair] for pair in times]})
    print(f"\n{table(rows)}")


if __name__ == "__main__":
    main()
