"""`make bench`: every measurement in its short form, each against its peer in the same run.

`python -m benchmarks` takes some minutes, prints ratios and keeps its data in .cache/benchmarks.
`python -m benchmarks --whole` takes three quarters of an hour on a quiet machine, keeps its data in
benchmarks/data and writes RESULTS.md again. Names behind either choose some of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SHORT: Final[dict[str, tuple[str, ...]]] = {
    "writes": (),
    "whole_path": ("--pairs", "80"),
    "cold_start": ("--rounds", "7"),
    "black_hole": ("--seconds", "20", "--rounds", "1"),
    "storms": ("--seconds", "20"),
    "rush": ("--seconds", "60"),
    "approvals": ("--seconds", "5"),
    "engine": (),
    "replay": ("--events", "20000"),
    "read_side": ("--sales", "20000"),
    "return_file": ("--rows", "20000"),
}
WHOLE: Final[dict[str, tuple[str, ...]]] = {
    "writes": (),
    "whole_path": ("--pairs", "400"),
    "cold_start": ("--rounds", "31"),
    "black_hole": ("--seconds", "45", "--rounds", "3"),
    "storms": ("--seconds", "30"),
    "timelines": (),
    "rush": ("--seconds", "600"),
    "replay": (),
    "read_side": (),
    "return_file": (),
}


def main() -> None:
    """Run them; the exit code is 1 if any failed, and the others ran all the same."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--whole", action="store_true", help="as long as RESULTS.md needs it")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SHORT | WHOLE))
    told = parser.parse_args()
    plan = WHOLE if told.whole else SHORT
    kept = {} if told.whole else {"PAYRELAY_FIGURES": str(ROOT / ".cache" / "benchmarks")}
    failed = []
    for name in told.names or plan:
        began = time.monotonic()
        print(f"\n── {name}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *plan.get(name, ())]
        ran = subprocess.run(command, cwd=ROOT, env={**os.environ, **kept}, check=False)  # noqa: S603 - our own
        failed += [name] if ran.returncode else []
        print(f"\n{name}: {time.monotonic() - began:.0f} s", flush=True)
    if told.whole and not failed:
        subprocess.run([sys.executable, "-m", "benchmarks.results"], cwd=ROOT, check=True)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
