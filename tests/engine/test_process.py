"""The engine as a process: it starts cleanly, refuses clearly and leaves nothing behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.world.engine.process import REPOSITORY, Engine, PortInUse, StateInUse, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.engine

_LISTEN = "0A"  # TCP_LISTEN in /proc/net/tcp


def _listening_addresses(pid: int) -> set[str]:
    """Local addresses, as /proc spells them, of every TCP socket the process listens on."""
    inodes = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            columns = line.split()
            if columns[3] == _LISTEN and f"socket:[{columns[9]}]" in inodes:
                found.add(columns[1].split(":")[0])
    return found


def test_the_engine_listens_on_the_loopback_interface_only(engine: Engine) -> None:
    assert _listening_addresses(engine.pid) == {"0100007F"}


def test_a_taken_port_is_refused_before_anything_starts(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(PortInUse) as refusal:
        Engine.start(engine.port, tmp_path / "state", tmp_path / "engine.log")

    assert refusal.value.port == engine.port
    assert str(engine.port) in str(refusal.value)
    assert not (tmp_path / "state").exists()


def test_a_state_directory_serves_one_engine_at_a_time(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(StateInUse) as refusal:
        Engine.start(0, engine.state_dir, tmp_path / "engine.log")

    assert refusal.value.state_dir == engine.state_dir
    assert engine.is_healthy()


def test_everything_the_engine_keeps_is_in_its_state_directory_and_goes_with_it(
    engine: Engine, tmp_path: Path
) -> None:
    own = Engine.start(0, None, tmp_path / "engine.log")
    directory = own.state_dir
    assert engine.state_dir != directory
    assert directory.is_dir()

    own.stop()

    assert not directory.exists()
    assert own.process.returncode is not None


def test_a_stopped_engine_ends_with_its_state_saved(engine: Engine, tmp_path: Path) -> None:
    assert engine.is_healthy()
    own = Engine.start(0, tmp_path / "state", tmp_path / "engine.log")

    own.stop()

    assert own.process.returncode in (0, -signal.SIGTERM)
    assert (tmp_path / "state" / "dynamodb.json").exists()


def test_the_engine_dies_with_the_process_that_started_it(
    engine: Engine, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    assert engine.is_healthy()
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from tools.world.engine.process import Engine\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "engine = Engine.start(0, folder / 'state', folder / 'engine.log')\n"
        "print(engine.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        engine_pid = int(parent.stdout.readline())

        parent.kill()

    eventually(lambda: not Path(f"/proc/{engine_pid}").exists(), seconds=3)


def test_a_free_port_is_free() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert server.getsockname()[1] > 0
