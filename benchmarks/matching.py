"""Matching 5 million rows with 5 million: our engine and its kernel against a plain dictionary and duckdb.

All read the same two files (matching_peers.py), in processes of their own, one after the other, and must come
to the same counters. `python -m benchmarks.matching`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import kept
from benchmarks.matching_peers import DUCKDB, SPEC, generate, plain
from payment_adapters.matching import kernel
from payment_adapters.matching.reconcile import reconcile
from payment_adapters.matching.report import Report, merged
from payment_adapters.matching.shards import OURS, THEIRS, cut_shard, join_partition, layout_of, shards_of
from payment_adapters.matching.spec import Spec, parse_spec
from payment_core.kernel.language import Language
from tools.environments import ROOT, set_up, what_compares

NATIONAL_ROWS: Final = 82_000_000  # card payments of a day in Korea, rounded up
SHARDS: Final = (1, 4, 16, 64)
PARTITIONS: Final = 16
ROUNDS: Final = {"plain": 1, "duckdb": 3, "numpy": 3, "kernel": 3}
TARGETS: Final = {"numpy": {"plain": 4.5, "duckdb": 2.5}, "kernel": {"plain": 14.0, "duckdb": 8.0}}
MOST_MEGABYTES: Final = {"numpy": 1_000, "kernel": 250}
MOST_CPU: Final = 1.25  # of many shards against one


def counters(report: Report) -> dict[str, int]:
    """The same counters of ours."""
    words = report.tally.words()
    kinds = {name.lower(): one["count"] for name, one in words["breaks"].items()}
    return {"matched": words["matched"]["1:1"]["groups"], "won": words["matched"]["1:1"]["won"], **kinds}


def measured(name: str, ours: Path, theirs: Path) -> dict[str, Any]:
    """Run one of them in a process of its own; seconds of the work, and the most anonymous memory."""
    if name == "duckdb":
        command = [str(what_compares().python), "-c", DUCKDB, str(ours), str(theirs)]
    else:
        command = [sys.executable, "-m", "benchmarks.matching", "--one", name, str(ours), str(theirs)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    peak = _Peak(process.pid)
    told, _ = process.communicate()
    assert process.returncode == 0, name
    return {**json.loads(told), "anonymous_megabytes": peak.megabytes}


class _Peak(threading.Thread):
    """The most anonymous memory that a process had: mapped files are the kernel's, and given back at will."""

    def __init__(self, process_id: int) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0
        self._status = Path(f"/proc/{process_id}/status")
        self.start()

    def run(self) -> None:
        while True:
            try:
                lines = self._status.read_text(encoding="utf-8").splitlines()
            except (FileNotFoundError, ProcessLookupError):
                return
            found = [int(line.split()[1]) for line in lines if line.startswith("RssAnon:")]
            if not found:
                return
            self.megabytes = max(self.megabytes, found[0] // 1024)
            time.sleep(0.01)


def one(name: str, ours: Path, theirs: Path) -> dict[str, Any]:
    """One way to do it, in this process."""
    spec = parse_spec(SPEC)
    cores = os.cpu_count() or 1
    ways: dict[str, Callable[[], dict[str, int]]] = {
        "plain": lambda: plain(ours, theirs),
        "numpy": lambda: counters(reconcile(ours, theirs, spec, workers=cores, with_kernel=False)),
        "kernel": lambda: counters(reconcile(ours, theirs, spec, workers=cores)),
    }
    assert name != "kernel" or kernel.load() is not None, "no C compiler"
    began, used = time.perf_counter(), time.process_time()
    found = ways[name]()
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - used,
        "counters": found,
    }


def sharded(count: int, ours: Path, theirs: Path, spec: Spec, scratch: Path) -> dict[str, Any]:
    """Map and reduce, one after the other, with pieces on the disk; processor seconds of all of them."""
    used, began = time.process_time(), time.perf_counter()
    names: dict[tuple[str, int], list[Path]] = {}
    for side, path in ((OURS, ours), (THEIRS, theirs)):
        layout = layout_of(spec, side)
        with path.open("rb") as file:
            for shard in shards_of(side, path.stat().st_size // layout.record_bytes, count):
                first, last = shard.byte_range(layout)
                file.seek(first)
                pieces = cut_shard(file.read(last - first), shard, spec, PARTITIONS)
                for number, piece in enumerate(pieces):
                    place = scratch / f"{number}-{side}-{shard.first}"
                    place.write_bytes(piece)
                    names.setdefault((side, number), []).append(place)
    cut_cpu = time.process_time() - used
    parts = [
        join_partition(
            (place.read_bytes() for place in names[OURS, number]),
            (place.read_bytes() for place in names[THEIRS, number]),
            spec,
        )
        for number in range(PARTITIONS)
    ]
    report, table = merged(parts), io.StringIO()
    report.write_csv(table, Language.ENGLISH)
    for places in names.values():
        for place in places:
            place.unlink()
    text = json.dumps(report.tally.words()) + table.getvalue()
    return {
        "shards": count,
        "cpu_seconds": time.process_time() - used,
        "cut_cpu_seconds": cut_cpu,
        "seconds": time.perf_counter() - began,
        "report": hashlib.sha256(text.encode()).hexdigest(),
        "counters": counters(report),
    }


def compared(rows: int, folder: Path) -> dict[str, Any]:
    """Measure all ways round by round, so that a busy minute hits each; keep the median of each."""
    ours, theirs = generate(folder, rows)
    runs: list[dict[str, Any]] = []
    for turn in range(max(ROUNDS.values())):
        for name in ROUNDS:
            if turn < ROUNDS[name] and (name != "kernel" or kernel.load() is not None):
                runs.append({"name": name, **measured(name, ours, theirs), "load": os.getloadavg()[0]})
                print(
                    f"{name:8} {runs[-1]['seconds']:7.2f} s {runs[-1]['anonymous_megabytes']:6} MB",
                    flush=True,
                )
    counted = {json.dumps(dict(sorted(run["counters"].items()))) for run in runs}
    assert len(counted) == 1, counted
    seconds, most = dict[str, float](), dict[str, int]()
    for name in dict.fromkeys(run["name"] for run in runs):
        mine = sorted(run["seconds"] for run in runs if run["name"] == name)
        seconds[name] = mine[len(mine) // 2]
        most[name] = max(run["anonymous_megabytes"] for run in runs if run["name"] == name)
    spec = parse_spec(SPEC)
    shards = []
    for count in SHARDS:
        shards.append(sharded(count, ours, theirs, spec, folder))
        print(f"{count:3} shards: {shards[-1]['cpu_seconds']:.1f} s of processor", flush=True)
    assert len({one["report"] for one in shards}) == 1
    assert json.dumps(dict(sorted(shards[0]["counters"].items()))) in counted
    return {
        "rows": rows,
        "national_rows": NATIONAL_ROWS,
        "seconds": seconds,
        "anonymous_megabytes": most,
        "counters": json.loads(counted.pop()),
        "runs": runs,
        "shards": shards,
    }


def ratios(told: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How many times faster ours are than each peer."""
    seconds = told["seconds"]
    return {
        name: {peer: seconds[peer] / seconds[name] for peer in peers}
        for name, peers in TARGETS.items()
        if name in seconds
    }


def cpu_ratio(told: dict[str, Any]) -> float:
    """The most processor time of many shards against one."""
    alone = told["shards"][0]["cpu_seconds"]
    return float(max(one["cpu_seconds"] for one in told["shards"]) / alone)


def table(told: dict[str, Any]) -> str:
    """What RESULTS.md shows."""
    seconds, memory, found = told["seconds"], told["anonymous_megabytes"], ratios(told)
    lines = [
        f"{told['rows']:,} rows, some of one side alone; the same counters by all:",
        ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in told["counters"].items()) + ".",
        "",
        "| | median | anonymous memory | × plain dictionary | × duckdb |",
        "|---|---|---|---|---|",
    ]
    for name, took in seconds.items():
        times = found.get(name, {})
        against = [f"{times[peer]:.1f}" if peer in times else "–" for peer in ("plain", "duckdb")]
        lines.append(f"| {name} | {took:.2f} s | {memory[name]:,} MB | {' | '.join(against)} |")
    lines += ["", "| shards | processor time | of it map | report |", "|---|---|---|---|"]
    for one_way in told["shards"]:
        cpu, cut = one_way["cpu_seconds"], one_way["cut_cpu_seconds"]
        lines.append(f"| {one_way['shards']} | {cpu:.1f} s | {cut:.1f} s | `{one_way['report'][:12]}…` |")
    lines += ["", _on_paper(told, min(seconds[name] for name in found))]
    return "\n".join(lines)


def _on_paper(told: dict[str, Any], seconds: float) -> str:
    scale = told["national_rows"] / told["rows"]
    cpu = told["shards"][-1]["cpu_seconds"] * scale
    return (
        f"On paper, a national day of {told['national_rows']:,} rows on each side is {scale:.1f} times this: "
        f"{seconds * scale:.0f} s on this machine, if it had the memory to keep its files at hand; in shards "
        f"{cpu:.0f} s of processor, which 100 sandboxes of one core divide into {cpu / 100:.0f} s, without "
        "their starts and S3. Nobody has measured that."
    )


def main() -> None:
    """Measure, keep, and say what was promised."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "matching")
    parser.add_argument("--one", nargs=3, metavar=("NAME", "OURS", "THEIRS"))
    told = parser.parse_args()
    if told.one:
        print(json.dumps(one(told.one[0], Path(told.one[1]), Path(told.one[2]))))
        return
    set_up(peers=True)
    found = compared(told.rows, told.folder)
    kept("matching", found)
    print(f"\n{table(found)}\n")
    for name, peers in ratios(found).items():
        for peer, ratio in peers.items():
            print(f"{name}: {ratio:.1f} × faster than {peer}; promised {TARGETS[name][peer]}")
        print(f"{name}: {found['anonymous_megabytes'][name]} MB; promised at most {MOST_MEGABYTES[name]}")
    print(f"shards: {cpu_ratio(found):.2f} × the processor time of one; promised at most {MOST_CPU}")


if __name__ == "__main__":
    main()
