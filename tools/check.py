"""`make check`: every step CI takes, in order, stopping at the first that fails, with a table at the end.

`python -m tools.check` runs all of them, `python -m tools.check lint types` only those named.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BIN: Final = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """One step: the command as a person would type it in the root of the repository, and what it proves."""

    name: str
    command: str
    proves: str


STEPS: Final = (
    Step("format", "ruff format --check .", "one way to write the code"),
    Step("lint", "ruff check .", "every rule of ruff, each exception with its reason"),
    Step("types", "mypy", "strict types on code and tests"),
    Step("arrows", "lint-imports", "functions → adapters → core and codec, never back"),
    Step("spelling", "codespell", "words a reader can look up"),
    Step("template", "sam validate --lint", "what AWS would refuse"),
    Step(
        "tests", "pytest --numprocesses 3 --dist loadgroup", "house, spec, codec, workflows, engine, system"
    ),
)


def run(step: Step) -> tuple[int, str]:
    """Run a step: tests show themselves as they go, the rest only when they fail; (exit code, last line)."""
    program, *options = step.command.split()
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    if step.name == "tests" and sys.stdout.isatty():
        options.append("--color=yes")
    lines: list[str] = []
    with subprocess.Popen(
        [str(BIN / program), *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if step.name == "tests":
                sys.stdout.write(line)
                sys.stdout.flush()
    if process.returncode and step.name != "tests":
        sys.stdout.writelines(lines)
    return process.returncode, (lines[-1].strip() if lines else "")


def main(names: list[str]) -> int:
    """Run the named steps, or all; the exit code is that of the first step that failed."""
    unknown = set(names) - {step.name for step in STEPS}
    if unknown:
        sys.exit(
            f"No such step: {', '.join(sorted(unknown))}. Steps: {', '.join(step.name for step in STEPS)}."
        )
    rows: list[str] = []
    last_line = ""
    for step in STEPS:
        if names and step.name not in names:
            continue
        print(f"{step.name}: {step.command}", flush=True)
        began = time.monotonic()
        code, last_line = run(step)
        if code:
            print(f"\n{step.name} failed. Run it alone: .venv/bin/{step.command}")
            return code
        rows.append(f"  {step.name:<9} {time.monotonic() - began:6.1f} s   {step.proves}")
    print("\n" + "\n".join(rows))
    if "tests" in names or not names:
        print(f"\n{last_line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
