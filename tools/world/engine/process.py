"""Start, watch and stop the embedded engine from the application's side.

Standard library only, so that the command line, the tests and the benchmarks can all use it:

    with Engine.start(port=0, state_dir=None, log_path=tmp_path / "engine.log") as engine:
        boto3.client("dynamodb", endpoint_url=engine.endpoint, **engine.credentials)

or, for child processes, `env={**os.environ, **engine.environment()}`.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

REPOSITORY = Path(__file__).resolve().parents[3]
ENGINE_PYTHON = REPOSITORY / ".venv-engine" / "bin" / "python"
HANDLER_PYTHON = REPOSITORY / ".venv-handler" / "bin" / "python"

DEFAULT_REGION = "ap-northeast-2"
DEFAULT_ACCOUNT = "000000000000"

EXIT_UNKNOWN_MINISTACK = 20
EXIT_STATE_IN_USE = 21

_HOST = "127.0.0.1"
_START_SECONDS = 120.0  # a journal of 30 MB alone is 6 s of CPU, and the machine may be busy
_ANSWER_SECONDS = 30.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.02
_LOG_TAIL_LINES = 20
_HEALTH_PATH = "/_ministack/health"
_RESET_PATH = "/_ministack/reset"


class EngineUnavailable(Exception):  # noqa: N818 - house style names the fact, not "Error"
    """The embedded engine cannot be used; every refusal of this module is one of its subclasses."""

    code = "ENGINE_UNAVAILABLE"


class EnvironmentMissing(EngineUnavailable):
    """An interpreter the engine needs is not installed; `python` is where it should be."""

    code = "ENGINE_ENVIRONMENT_MISSING"

    def __init__(self, python: Path) -> None:
        self.python = python
        super().__init__(f"{python} does not exist. Run `make setup` to build the engine's environments.")


class PortInUse(EngineUnavailable):
    """Another program already listens on `port`."""

    code = "ENGINE_PORT_IN_USE"

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"Port {port} on {_HOST} is taken by another program. Stop it, or choose another port "
            "(0 picks a free one)."
        )


class StateInUse(EngineUnavailable):
    """Another engine already keeps its state in `state_dir`."""

    code = "ENGINE_STATE_IN_USE"

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        super().__init__(
            f"Another engine uses the state directory {state_dir}. Stop it, or choose another directory."
        )


class EngineDied(EngineUnavailable):
    """The engine's process ended by itself, with `exit_code`; `log_tail` holds its last words."""

    code = "ENGINE_DIED"

    def __init__(self, exit_code: int, log_path: Path) -> None:
        self.exit_code = exit_code
        self.log_path = log_path
        self.log_tail = log_tail(log_path)
        super().__init__(
            f"The embedded engine ended with exit code {exit_code}. Last lines of {log_path}:\n"
            f"{self.log_tail}"
        )


class EngineSilent(EngineUnavailable):
    """The engine runs but did not answer its health check within `waited_seconds`."""

    code = "ENGINE_SILENT"

    def __init__(self, waited_seconds: float, log_path: Path) -> None:
        self.waited_seconds = waited_seconds
        self.log_path = log_path
        self.log_tail = log_tail(log_path)
        super().__init__(
            f"The embedded engine did not answer for {waited_seconds:.0f} s. Last lines of {log_path}:\n"
            f"{self.log_tail}"
        )


def log_tail(log_path: Path) -> str:
    """The last lines of a log file, or an empty string when there is none."""
    if not log_path.is_file():
        return ""
    return "\n".join(log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL_LINES:])


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _refuse_a_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as taken:
            raise PortInUse(port) from taken


@dataclass
class Engine:
    """A running embedded engine. Make one with `Engine.start`.

    `state_dir` holds everything the engine keeps: tables, stacks, function code, journal, scratch files. It
    is removed at the end when `start` had to make it.
    """

    port: int
    state_dir: Path
    log_path: Path
    region: str
    account: str
    process: subprocess.Popen[bytes] = field(repr=False)
    owns_state: bool

    @classmethod
    def start(
        cls,
        port: int,
        state_dir: Path | None,
        log_path: Path,
        *,
        region: str = DEFAULT_REGION,
        account: str = DEFAULT_ACCOUNT,
        die_with_parent: bool = True,
        extra_arguments: tuple[str, ...] = (),
    ) -> Self:
        """Start the engine on 127.0.0.1 and return when it answers.

        Port 0 picks a free one. Without `state_dir` nothing outlives the engine. A detached world passes
        `die_with_parent=False`; otherwise call this from the main thread, because Linux ends the engine with
        the thread that started it. `extra_arguments` go to `launch` as they are.
        Raises `EnvironmentMissing`, `PortInUse`, `StateInUse`, `EngineDied` or `EngineSilent`.
        """
        for python in (ENGINE_PYTHON, HANDLER_PYTHON):
            if not python.exists():
                raise EnvironmentMissing(python)
        port = port or free_port()
        _refuse_a_taken_port(port)
        owns_state = state_dir is None
        state = (
            Path(tempfile.mkdtemp(prefix="payrelay-engine-")) if state_dir is None else state_dir.resolve()
        )
        state.mkdir(parents=True, exist_ok=True)
        log_path.parent.mkdir(parents=True, exist_ok=True)
        command = [
            *(str(ENGINE_PYTHON), "-m", "tools.world.engine.launch"),
            *("--port", str(port), "--state-dir", str(state), "--handler-python", str(HANDLER_PYTHON)),
            *("--region", region, "--account", account),
            *(("--parent", str(os.getpid())) if die_with_parent else ()),
            *extra_arguments,
        ]
        with log_path.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(state)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C goes to the world, which stops the engine in its order
            )
        engine = cls(port, state, log_path, region, account, process, owns_state)
        try:
            engine.wait_until_healthy(_START_SECONDS)
        except BaseException:
            engine.kill()
            raise
        return engine

    @property
    def endpoint(self) -> str:
        """The base URL every AWS client uses, without a trailing slash."""
        return f"http://{_HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The engine's process id."""
        return self.process.pid

    @property
    def credentials(self) -> dict[str, str]:
        """Keyword arguments for `boto3.client`: region and credentials the engine accepts."""
        return {
            "region_name": self.region,
            "aws_access_key_id": self.account,
            "aws_secret_access_key": "embedded",
        }

    def environment(self) -> dict[str, str]:
        """Environment variables that point any AWS SDK or the AWS command line at this engine."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # StartSyncExecution would resolve sync-127.0.0.1
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def is_healthy(self) -> bool:
        """Whether the engine answers its health check now."""
        return self._answers("GET", _HEALTH_PATH)

    def wait_until_healthy(self, timeout_seconds: float) -> None:
        """Return when the engine answers. Raises `StateInUse`, `EngineDied` or `EngineSilent`."""
        deadline = time.monotonic() + timeout_seconds
        while not self.is_healthy():
            exit_code = self.process.poll()
            if exit_code == EXIT_STATE_IN_USE:
                raise StateInUse(self.state_dir)
            if exit_code is not None:
                raise EngineDied(exit_code, self.log_path)
            if time.monotonic() >= deadline:
                raise EngineSilent(timeout_seconds, self.log_path)
            time.sleep(_POLL_SECONDS)

    def reset(self) -> None:
        """Forget everything: stacks, tables, functions, and their copies on disk."""
        if not self._answers("POST", _RESET_PATH):
            raise EngineSilent(0, self.log_path)

    def stop(self) -> None:
        """Stop the engine after it has saved its state; kill it when it takes too long."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the engine as a power cut would (SIGKILL); acknowledged writes survive in `state_dir`."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.owns_state:
            shutil.rmtree(self.state_dir, ignore_errors=True)

    def _answers(self, method: str, path: str) -> bool:
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_ANSWER_SECONDS)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status == http.HTTPStatus.OK and isinstance(json.loads(response.read()), dict)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
