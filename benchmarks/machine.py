"""What a figure was measured on: without it, a figure says nothing."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def model() -> str:
    """The processor's name, as far as the system tells it."""
    if CPUINFO.exists():
        for line in CPUINFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def headline() -> str:
    """Date, processor, cores and Python, in one line."""
    today = datetime.now(UTC).date()
    return f"{today}, {model()}, {os.cpu_count()} cores, Python {platform.python_version()}"
