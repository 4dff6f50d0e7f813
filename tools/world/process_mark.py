"""Name a process so that a number reused by another program is never mistaken for it."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class ProcessMark:
    """A process id and the moment that process began, as the system tells it."""

    pid: int
    began: str

    @classmethod
    def of(cls, pid: int) -> Self:
        """Mark a process that runs now."""
        return cls(pid, _began(pid))

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return bool(self.began) and _began(self.pid) == self.began

    def send(self, number: int) -> None:
        """Send a signal to this very process, and to no other that has its number now."""
        if self.is_alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _began(pid: int) -> str:
    """Clock ticks from boot to start on Linux, a date elsewhere; empty when it does not run."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return ""
        told = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 -- ps lives in another place on each system
            capture_output=True,
            text=True,
            check=False,
        )
        return told.stdout.strip()
    return "" if fields[0] == "Z" else fields[19]
