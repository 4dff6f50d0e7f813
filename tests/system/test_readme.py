"""The README shows what the demo prints: the same lines, whatever the clock and the ports say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".venv" / "bin" / "payrelay"
# Ports, durations, hashes, dates: everything that another run prints otherwise, and the room it takes.
OF_ONE_RUN = re.compile(
    r"code [0-9a-f]{8}|127\.0\.0\.1:\d+|\d+\.\d+|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|2\d{7}|\s+"
)


def _said_of_any_run(text: str) -> list[str]:
    return [OF_ONE_RUN.sub(" ", line).strip() for line in text.splitlines() if line.strip()]


@pytest.mark.engine
def test_the_demo_prints_what_the_readme_shows() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```console\n$ make demo\n```", 1)[1].split("```")[1].strip("\n")

    printed = subprocess.run(
        [PROGRAM, "demo"], capture_output=True, text=True, check=True, timeout=120
    ).stdout

    assert _said_of_any_run(printed) == _said_of_any_run(shown)
