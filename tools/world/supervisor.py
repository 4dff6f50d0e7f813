"""A world that outlives the command that started it: `payrelay up --detach`.

Prints its progress as JSON lines until the world is ready, then runs silently until SIGTERM. Its children end
with it, whatever ends it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from tools.world.places import DEFAULT_PORT, Places, WorldError
from tools.world.trouble import TROUBLE
from tools.world.world import Plan, Say, World

STOP_SECONDS: Final = 30
POLL_SECONDS: Final = 0.05


def start_detached(plan: Plan, say: Say) -> None:
    """Start a world in a process of its own and return when it is ready.

    Raises:
        WorldError: it did not come up.
    """
    places = Places(plan.state.resolve())
    log_path = places.log("supervisor")
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tools.world.supervisor"),
                *("--state", str(places.state), "--port", str(plan.port)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        _follow(process, say, log_path)
    except BaseException:
        process.terminate()  # an interrupted `up --detach` leaves nothing behind
        process.wait()
        raise
    finally:
        assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
        process.stdout.close()


def _follow(process: subprocess.Popen[bytes], say: Say, log_path: Path) -> None:
    output: IO[bytes] | None = process.stdout
    assert output is not None  # noqa: S101 -- a pipe was asked for
    for line in output:
        words: dict[str, Any] = json.loads(line)
        if "trouble" in words:
            raise WorldError(words["trouble"])
        if words.get("ready"):
            return
        say(words["stage"], words["done"])
    raise WorldError(f"The world ended while it was starting; its log is {log_path}")


def stop_world(places: Places) -> bool:
    """Stop the world of a state directory, also one that is still starting; False when none ran."""
    owner = places.owner()
    if owner is None or not owner.is_alive():
        return False
    owner.send(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while owner.is_alive() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    owner.send(signal.SIGKILL)  # its children end with it
    return True


def _tell(stage: str, done: str = "") -> None:
    print(json.dumps({"stage": stage, "done": done}), flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run one world until SIGTERM; 1 when it did not come up or a part of it ended by itself."""
    parser = argparse.ArgumentParser(description="Run a payrelay world in the background.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with World.up(Plan(told.state, told.port), _tell) as world:
            print(json.dumps({"ready": True}), flush=True)
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), sys.stdout.fileno())
            ended = world.watch(lambda: False)
            print(ended, file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0
    except TROUBLE as trouble:
        print(json.dumps({"trouble": str(trouble)}), flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
