"""A process is known by its number and its beginning, so a stranger is never hit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

from tools.world.process_mark import ProcessMark


def a_sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])


def test_a_marked_process_is_alive_until_it_ends() -> None:
    with a_sleeper() as sleeper:
        mark = ProcessMark.of(sleeper.pid)
        assert mark.is_alive()

        mark.send(signal.SIGKILL)
        os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)

        assert not mark.is_alive(), "a zombie does not count as running"
    assert not mark.is_alive()


def test_another_process_with_the_same_number_is_left_alone() -> None:
    with a_sleeper() as stranger:
        mark = replace(ProcessMark.of(stranger.pid), began="1")

        mark.send(signal.SIGKILL)

        assert not mark.is_alive()
        assert stranger.poll() is None
        stranger.kill()
