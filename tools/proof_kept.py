"""What a proof has come to, kept on disk: an interrupted `make proof` goes on where it stopped.

Kept beside the code that it is about: another line of code, another seed, and the proof begins afresh.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tools.lab.campaign import Report

ROOT: Final = Path(__file__).resolve().parents[1]
KEPT: Final = ROOT / ".cache" / "proof.json"
CODE: Final = (
    "functions",
    "layers",
    "workflows",
    "destinations",
    "clients/python",
    "tools/lab",
    "tools/simulators",
)


@dataclass(frozen=True)
class Tried:
    """One planted bug: how many schedules were played, and what noticed it; empty if nothing did."""

    schedules: int
    invariant: str


@dataclass
class Kept:
    """A proof so far.

    Attributes:
        seconds: What it took in all, before this run of it.
        failed: Seeds of the campaign that failed.
    """

    about: str
    campaign: Report
    seconds: float = 0.0
    failed: list[int] = field(default_factory=list)
    tried: dict[str, Tried] = field(default_factory=dict)

    def write(self, seconds: float) -> None:
        """Keep it; a kill in the middle leaves what was kept before."""
        report = self.campaign
        words = {
            "about": self.about,
            "seconds": self.seconds + seconds,
            "first_seed": report.first_seed,
            "schedules": report.schedules,
            "steps": report.steps,
            "cpu_seconds": report.cpu_seconds,
            "fired": [[row, path, times] for (row, path), times in report.fired.items()],
            "seen": list(report.seen.items()),
            "failed": [one.plan.seed for one in report.failures] or self.failed,
            "tried": {name: [one.schedules, one.invariant] for name, one in self.tried.items()},
        }
        KEPT.parent.mkdir(exist_ok=True)
        beside = KEPT.with_suffix(".new")
        beside.write_text(json.dumps(words), encoding="utf-8")
        beside.replace(KEPT)


def kept(first_seed: int) -> Kept:
    """What was kept of a proof of this code from this seed on, or one that has not begun."""
    about = f"{first_seed} {_digest()}"
    try:
        words: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        words = {}
    if words.get("about") != about:
        return Kept(about, Report(first_seed))
    campaign = Report(
        first_seed,
        words["schedules"],
        words["steps"],
        words["cpu_seconds"],
        Counter({(row, path): times for row, path, times in words["fired"]}),
        Counter(dict(words["seen"])),
    )
    tried = {name: Tried(*one) for name, one in words["tried"].items()}
    return Kept(about, campaign, words["seconds"], words["failed"], tried)


def _digest() -> str:
    """Of all code that a schedule runs."""
    digest = hashlib.sha256()
    for place in CODE:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in {".py", ".json", ".toml"} and path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
