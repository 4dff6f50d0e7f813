"""Run `payrelay` as a person would, and catch what it says."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import tools.cli.main

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


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
    """The command as a process of its own, for what only such a one shows: signals, and bytes in pipes."""
    return [sys.executable, "-c", f"{AT_A_TERMINAL}; from tools.cli.main import run; run()", *map(str, words)]


# Importing costs more than most commands do: one process imports them and what they load when they are given.
# Each command is a fork of it, with an environment, a directory and an output of its own. What is loaded
# reads no variable that a test gives; that --help waits for none of it is seen in a process of its own.
LOADED_LATE = (
    *("rich.console", "rich.markdown", "rich.table"),
    *("payment_adapters.wiring", "payrelay.client", "tools.simulators.parties", "tools.world.world"),
)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.cli.terminal", *LOADED_LATE])


def payrelay(*words: str | Path, **variables: str) -> Said:
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = FORKS.Process(
            target=_run, args=(list(map(str, words)), environment(**variables), str(out), str(err))
        )
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            message = f"payrelay {' '.join(map(str, words))} did not end within {SECONDS} s"
            raise TimeoutError(message)
        return Said(process.exitcode, out.read_text(), err.read_text())


def _run(words: list[str], variables: dict[str, str], out: str, err: str) -> None:
    """Be the command, in the forked process."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(variables)
    for number, path in ((0, os.devnull), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False)
        for number, mode in enumerate(("r", "w", "w"))
    )
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["payrelay", *words]
    try:
        tools.cli.main.run()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
