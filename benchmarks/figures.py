"""Raw data of the measurements: one JSON file each, with what they were measured on and beside what load.

What is committed stands in benchmarks/data; PAYRELAY_FIGURES names another folder, for runs that only look.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import headline

COMMITTED: Final = Path(__file__).parent / "data"
DATA: Final = Path(os.environ.get("PAYRELAY_FIGURES") or COMMITTED)


def kept(name: str, figures: dict[str, Any]) -> Path:
    """Write what was measured, and say on what: the load is that of the last minutes, ours included."""
    load = [round(one, 1) for one in os.getloadavg()]
    ended = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    told = {"machine": headline(), "ended": ended, "load_average": load, **figures}
    DATA.mkdir(parents=True, exist_ok=True)
    place = DATA / f"{name}.json"
    place.write_text(_json(told) + "\n", encoding="utf-8")
    return place


def known(name: str, folder: Path = COMMITTED) -> dict[str, Any]:
    """What was measured last."""
    told: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return told


def _json(words: dict[str, Any]) -> str:
    """One line per figure, and lists of rows one line per row: a diff shows what changed."""
    parts = []
    for name, value in words.items():
        if isinstance(value, list) and value and isinstance(value[0], list | dict):
            rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value)
            parts.append(f" {json.dumps(name)}: [\n  {rows}\n ]")
        else:
            parts.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}"
