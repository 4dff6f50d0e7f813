"""Run `payrelay` as a person would, and catch what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """Exit code, output and error output of one command."""

    code: int
    out: str
    err: str

    @property
    def is_a_sentence(self) -> bool:
        """Whether a failure was told in a line or two, without a stack trace."""
        return "Traceback" not in self.err and 0 < len(self.err.strip().splitlines()) <= 2


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "RELAY_TARGET"}
    return {**kept, "NO_COLOR": "1", **variables}


# A runner that was started in the background ignores Ctrl-C, and its children would inherit that.
AT_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-c", f"{AT_A_TERMINAL}; from tools.cli.main import run; run()", *map(str, words)]


def payrelay(*words: str | Path, **variables: str) -> Said:
    ran = subprocess.run(
        command(*words),
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Said(ran.returncode, ran.stdout, ran.stderr)
