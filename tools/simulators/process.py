"""Start, script and stop a simulated VAN from the outside."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

HOST: Final = "127.0.0.1"
ADMIN_SECONDS: Final = 5
STOP_SECONDS: Final = 5


class VanSilentError(Exception):
    """A simulated VAN did not start, or does not answer on its admin port."""

    code = "VAN_SILENT"

    def __init__(self, spec: str, reason: str) -> None:
        """Name the VAN and what happened instead."""
        super().__init__(f"The simulated VAN {spec} does not answer ({reason}).")
        self.spec = spec
        self.reason = reason


class ScriptRefusedError(Exception):
    """The simulated VAN does not know such a fault."""

    code = "SCRIPT_REFUSED"


@dataclass(frozen=True)
class VanPort:
    """The admin side of a running simulator."""

    spec: str
    admin_port: int

    def tell(self, words: dict[str, Any]) -> dict[str, Any]:
        """Send one admin line, return its answer.

        Raises:
            VanSilentError: nobody answers there.
            ScriptRefusedError: it does not understand.
        """
        try:
            with socket.create_connection((HOST, self.admin_port), timeout=ADMIN_SECONDS) as line:
                line.sendall(json.dumps(words).encode() + b"\n")
                told: dict[str, Any] = json.loads(line.makefile("rb").readline() or b"{}")
        except (OSError, ValueError) as failure:
            raise VanSilentError(self.spec, str(failure)) from failure
        if "error" in told:
            raise ScriptRefusedError(f"The simulated VAN {self.spec} says: {told['error']}.")
        return told

    def script(self, *faults: str, kind: str = "authorise", **more: float) -> None:
        """Plan the next telegrams of a kind, one fault each; `seconds` and `times` hold for all of them."""
        self.tell({"script": [{"fault": fault, **more} for fault in faults], "for": kind})

    def authorisations(self) -> list[dict[str, Any]]:
        """The books."""
        found: list[dict[str, Any]] = self.tell({"books": True})["authorisations"]
        return found

    def telegrams(self) -> dict[str, int]:
        """How many telegrams of each kind came in since the simulator started."""
        counted: dict[str, int] = self.tell({"books": True})["telegrams"]
        return counted


@dataclass(frozen=True)
class Van(VanPort):
    """A simulator that this process started."""

    port: int
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(
        cls,
        books: Path,
        log_path: Path,
        *,
        spec: str = "hangang",
        host: str = HOST,
        port: int = 0,
        admin_port: int = 0,
    ) -> Self:
        """Start one; it ends with this process, whatever happens to it.

        Raises:
            VanSilentError: it did not come up; the last line of its log says why.
        """
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with log_path.open("ab") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tools.simulators.van", "--with-parent", "--spec", spec),
                    *("--host", host, "--port", str(port), "--admin-port", str(admin_port)),
                    *("--books", str(books)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
        first_line = process.stdout.readline()
        if not first_line:
            _end(process)
            lines = log_path.read_text(encoding="utf-8", errors="replace").splitlines()
            raise VanSilentError(spec, lines[-1] if lines else "it ended at once")
        ports = json.loads(first_line)
        return cls(spec, ports["admin_port"], ports["port"], process)

    @property
    def address(self) -> str:
        """``host:port`` of the line."""
        return f"{HOST}:{self.port}"

    def stop(self) -> None:
        """Ask it to end."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it as a power cut would; the books stay."""
        _end(self.process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
