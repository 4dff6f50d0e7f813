"""Where a world keeps its things, and where it runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.world.process_mark import ProcessMark

ROOT: Final = Path(__file__).resolve().parents[2]
DEFAULT_STATE: Final = ROOT / ".payrelay"
DEFAULT_PORT: Final = 4580
REGION: Final = "ap-northeast-2"
STACK: Final = "payrelay"
STAGE: Final = "live"
LOCALSTACK_ENDPOINT: Final = "http://localhost:4566"


class WorldError(Exception):
    """A world cannot start, stop or be found; the text is a sentence for people, with the way on."""

    code = "WORLD"


class NoWorldError(WorldError):
    """No world runs in this state directory."""

    code = "NO_WORLD"


class WorldRunsError(WorldError):
    """A world runs in this state directory already."""

    code = "WORLD_RUNS"


class OtherStateError(WorldError):
    """The state directory holds what another version of payrelay or of its engine wrote."""

    code = "OTHER_STATE"


@dataclass(frozen=True)
class Places:
    """The files of one state directory."""

    state: Path

    @property
    def record(self) -> Path:
        """What runs now: addresses, process marks, outputs; gone when nothing runs."""
        return self.state / "world.json"

    @property
    def lock(self) -> Path:
        """Held, and marked, by whoever runs this world; the kernel lets go of it when that process dies."""
        return self.state / "world.lock"

    @property
    def version(self) -> Path:
        """Which versions wrote this state."""
        return self.state / "state.json"

    @property
    def engine_state(self) -> Path:
        """Tables, stacks and functions of the embedded engine."""
        return self.state / "engine"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.state / "logs" / f"{name}.log"

    def books(self, van: str) -> Path:
        """The books of one simulated VAN."""
        return self.state / f"books-{van}.jsonl"

    def journal(self, key_id: str) -> Path:
        """The journal of one POS terminal."""
        return self.state / "pos" / f"{key_id}.jsonl"

    def owner(self) -> ProcessMark | None:
        """Who runs this world, or ran it last."""
        try:
            return ProcessMark(**json.loads(self.lock.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def owner_is_alive(self) -> bool:
        """Whether a world runs here, or is starting or stopping."""
        owner = self.owner()
        return owner is not None and owner.is_alive()

    def read_record(self) -> dict[str, Any] | None:
        """What the last world wrote down, if it did not take it away."""
        try:
            read: dict[str, Any] = json.loads(self.record.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return read
