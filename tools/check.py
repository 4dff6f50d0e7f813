"""`make check`: every step CI takes, in four lanes side by side, with a table at the end.

`python -m tools.check` takes all of them, `python -m tools.check lint types` only those named.

The worlds keep real deadlines (a VAN is silent after 3 s), so they go first on every core; the other lanes
take what the worlds leave, and a busy machine makes them late instead of making worlds wrong. Worlds and
rules wait a third of their time; the laboratory never does, takes what all leave and so ends last, on every
core.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BIN: Final = Path(sys.executable).parent
WORLDS: Final = "worlds"
# A hundred processes import the same modules: where a machine forbids to keep them compiled, each compiles
# them all.
SETTINGS: Final = {"SAM_CLI_TELEMETRY": "0", "PYTHONDONTWRITEBYTECODE": ""}
LANES: Final = {
    WORLDS: 0,
    "rules": 10,
    "core": 10,
    "laboratory": 19,
}  # how far each leaves the cores to others
OTHER_STEPS: Final = " ".join(
    f"--ignore=tests/{folder}" for folder in ("spec", "codec", "house", "simulation", "model", "mutation")
)  # in a step that chooses its tests by their mark
RUNNING: Final[list[subprocess.Popen[str]]] = []


@dataclass(frozen=True)
class Step:
    """One step: the command as a person would type it in the root of the repository, and what it proves.

    Steps of one lane run one after another, lanes side by side.
    """

    name: str
    lane: str
    command: str
    proves: str


STEPS: Final = (
    Step("format", "core", "ruff format --check .", "one way to write the code"),
    Step("lint", "core", "ruff check .", "every rule of ruff, each exception with its reason"),
    Step("types", "core", "mypy", "strict types on code and tests"),
    Step("arrows", "core", "lint-imports", "functions → adapters → core and codec, never back"),
    Step("spelling", "core", "codespell", "words a reader can look up"),
    Step("template", "core", "sam validate --lint", "what AWS would refuse"),
    Step(
        "rules",
        "rules",
        f"pytest -m 'not engine' {OTHER_STEPS} --numprocesses 2",
        "everything that needs no engine: adapters, handlers, workflows, contracts, clients",
    ),
    Step(
        "core",
        "core",
        "env PYTHONPATH=.:layers/payment_core/src:layers/telegram_codec/src "
        ".venv-core/bin/python -m pytest -p no:cacheprovider tests/spec tests/codec",
        "core and codec, where nothing but pytest and hypothesis is installed",
    ),
    Step(
        "house",
        "core",
        "pytest tests/house tests/model tests/mutation tests/codec/test_columns.py --numprocesses 2",
        "the house's own rules, what is built, the model and mutants, columns with numpy",
    ),
    Step(
        "laboratory",
        "laboratory",
        "pytest tests/simulation --numprocesses 2",
        "20,000 schedules of faults over the real handlers, and days of a month",
    ),
    Step(
        "worlds",
        WORLDS,
        f"pytest -m 'engine and not slow' {OTHER_STEPS} --numprocesses 2 --dist loadgroup "
        "--no-loadscope-reorder",
        "whole worlds on the embedded engine: stories, faults, the command line (make slow: power cuts)",
    ),
)


class Lane(threading.Thread):
    """Takes its steps in order and stops at the first that fails."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """Make it ready to start."""
        super().__init__(daemon=True)
        self.steps = list(steps)
        self.rows: list[str] = []
        self.failed: Step | None = None

    def run(self) -> None:
        """Take the steps."""
        for step in self.steps:
            began = time.monotonic()
            code, last_line = take(step)
            if code:
                self.failed = step
                return
            seconds = time.monotonic() - began
            told = last_line.strip("= ") if "pytest" in step.command else step.proves
            self.rows.append(f"  {step.name:<10} {seconds:6.1f} s   {told}")
            say(f"{step.name}: done in {seconds:.0f} s")


def take(step: Step) -> tuple[int, str]:
    """Take a step: worlds show themselves as they go, others when they fail; (exit code, last line)."""
    say(f"{step.name}: {step.command}")
    program, *options = shlex.split(step.command)
    found = BIN / program
    lines: list[str] = []
    with subprocess.Popen(
        [str(found if found.exists() else program), *options],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **SETTINGS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=step.lane != WORLDS,
    ) as process:
        RUNNING.append(process)
        if step.lane != WORLDS:
            step_back(process.pid, LANES[step.lane])
        for line in process.stdout or ():
            lines.append(line)
            if step.lane == WORLDS:
                say(line.rstrip("\n"))
    if process.returncode:
        if step.lane != WORLDS:
            say("".join(lines))
        say(f"{step.name} failed. Run it alone: python -m tools.check {step.name}")
    return process.returncode, (lines[-1].strip() if lines else "")


def step_back(pid: int, how_far: int) -> None:
    """Leave the cores to others: as a process, and where Linux weighs sessions against each other, as one."""
    os.setpriority(os.PRIO_PROCESS, pid, how_far)
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(f"{how_far}\n")


def say(text: str) -> None:
    """Print whole lines at once: all lanes speak."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(names: list[str]) -> int:
    """Take the named steps, or all; 1 when one failed."""
    unknown = set(names) - {step.name for step in STEPS}
    if unknown:
        sys.exit(
            f"No such step: {', '.join(sorted(unknown))}. Steps: {', '.join(step.name for step in STEPS)}."
        )
    chosen = [step for step in STEPS if not names or step.name in names]
    lanes = [
        Lane(step for step in chosen if step.lane == lane)
        for lane in LANES
        if any(step.lane == lane for step in chosen)
    ]
    for lane in lanes:
        lane.start()
    try:
        for lane in lanes:
            lane.join()
    except KeyboardInterrupt:
        for process in RUNNING:
            process.terminate()
        raise
    say("\n" + "\n".join(row for lane in lanes for row in lane.rows))
    failed = [lane.failed.name for lane in lanes if lane.failed]
    if failed:
        say(f"\nFailed: {', '.join(failed)}; the output is above.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
