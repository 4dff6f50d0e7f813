"""Python functions run as on AWS Lambda, by the real `awslambdaric` in the bare handler interpreter.

Stock: python functions run in ministack's own worker, in the engine's interpreter and environment. Every
    error has the type `Runtime.HandlerError`, one exception costs the worker its life (199 ms), a silent
    handler waits 50 ms for log lines that never come. Threads of idle sandboxes, and of each line that a
    handler logs, take turns with the sale that somebody waits for.
Wanted: the real error type, message and stack trace; a warm worker that survives an exception; a clean
    environment with PYTHONPATH = code, then layers; a hung handler killed at its timeout; no orphan when the
    engine is killed. A warm call takes 2 ms, and an idle sandbox next to nothing.
Hook: ministack already speaks the Lambda Runtime API to `provided.*` functions (`ProvidedWorker`). Python
    functions take that road with a `bootstrap` that executes `awslambdaric`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import socket
import socketserver
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tools.world.engine import stock
from tools.world.engine.serving import SERVING

if TYPE_CHECKING:
    import queue
    from collections.abc import Callable

_RUNTIME_API_BUFFER_BYTES = 64 * 1024
_PIPE_READ_BYTES = 64 * 1024
_PIPE_BYTES = 256 * 1024  # what a handler may say before anybody listens
_LISTEN_SECONDS = 0.5
_LOOK_UP_SECONDS = 2.0  # a sandbox that nothing is asked of looks up so often; stock: ten times a second
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_LAYER_DIRECTORIES: dict[str, Path] = {}


class _SpawnerProcesses:
    """The `subprocess` module, except that one immortal thread starts the children.

    Linux sends a child its parent-death signal when the *thread* that started it ends. ministack starts
    workers from a thread per invocation, so without this a warm worker would die with the call that created
    it.
    """

    def __init__(self) -> None:
        self._spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="handler-spawner")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands in for a whole module
        return getattr(subprocess, name)

    def Popen(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401, N802 - subprocess.Popen's own name and options
        """Start the child from the spawner thread."""
        return self._spawner.submit(lambda: subprocess.Popen[bytes](command, **options)).result()


def _bootstrap_script(handler_python: Path) -> str:
    """The `bootstrap` beside a function's code: awslambdaric, which dies with the engine on Linux."""
    setpriv = shutil.which("setpriv")
    die_with_engine = f"{setpriv} --pdeathsig KILL " if setpriv else ""
    return (
        f'#!/bin/sh\nexec {die_with_engine}{shlex.quote(str(handler_python))} -m awslambdaric "$_HANDLER"\n'
    )


def _code_directory_with_bootstrap(
    stock_code_directory: Callable[[bytes], str], script: str
) -> Callable[[bytes], str]:
    def code_directory(code_zip: bytes) -> str:
        directory = stock_code_directory(code_zip)
        bootstrap = Path(directory, "bootstrap")
        with stock.lambda_service._provided_code_lock:
            if not bootstrap.exists():
                bootstrap.write_text(script, encoding="utf-8")
                bootstrap.chmod(0o755)
        return directory

    return code_directory


def _layer_import_paths(config: dict[str, Any]) -> list[str]:
    """Where a function's layers put their packages.

    AWS unpacks all layers over one another into /opt, a later layer over an earlier one. Each layer keeps its
    own directory here, so the later one is searched first.
    """
    runtime = str(config.get("Runtime", ""))
    paths: list[str] = []
    for attachment in reversed(config.get("Layers") or []):
        if (directory := _layer_directory(attachment)) is not None:
            python = directory / "python"
            versioned = python / "lib" / runtime / "site-packages"
            paths.extend(str(path) for path in (versioned, python) if path.is_dir())
    return paths


def _layer_directory(attachment: Any) -> Path | None:  # noqa: ANN401 - a stock record
    """Where a version of a layer is unpacked: its archive is hashed once, not at every start of a sandbox."""
    known = _LAYER_DIRECTORIES.get(str(attachment))
    if known is not None and known.is_dir():  # a reset removes it, and numbers versions anew
        return known
    layer_zip = stock.lambda_service._resolve_layer_zip(attachment)
    if not layer_zip:
        return None
    unpacked = Path(stock.lambda_service._docker_extracted_dir(layer_zip, "layer"))
    _LAYER_DIRECTORIES[str(attachment)] = unpacked
    return unpacked


def _handler_environment(
    config: dict[str, Any], code_directory: str, runtime_api_port: int
) -> dict[str, str]:
    """Exactly what AWS Lambda sets, the function's own variables, and the way back to this engine.

    Nothing of the engine's environment is inherited: a handler that needs a variable must declare it.
    """
    region = str(stock.responses.get_region())
    logging_config = config.get("LoggingConfig") or {}
    declared: dict[str, str] = stock.lambda_service._runtime_env_vars(config)
    import_paths = [code_directory, *_layer_import_paths(config)]
    if "PYTHONPATH" in declared:
        import_paths.append(declared["PYTHONPATH"])
    return {
        "PATH": _SYSTEM_PATH,
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        stock.lambda_runtime.HOST_PREFIX_ENV: "true",
        **declared,
        **stock.lambda_runtime.execution_credentials(config),
        "PYTHONPATH": os.pathsep.join(import_paths),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', '')}",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime_api_port}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_LOG_GROUP_NAME": logging_config.get("LogGroup")
        or f"/aws/lambda/{config['FunctionName']}",
        "AWS_LAMBDA_LOG_STREAM_NAME": stock.responses.new_uuid(),
        "AWS_LAMBDA_LOG_FORMAT": "JSON" if logging_config.get("LogFormat") == "JSON" else "TEXT",
        "AWS_LAMBDA_LOG_LEVEL": logging_config.get("ApplicationLogLevel", ""),
        "LAMBDA_TASK_ROOT": code_directory,
        "_HANDLER": config.get("Handler", ""),
    }


class _Patient:
    """The queue of a sandbox's events, for whose next event its thread waits as long as it takes."""

    def __init__(self, pending: queue.Queue[Any]) -> None:
        self._pending = pending

    def get(self, timeout: float) -> Any:  # noqa: ANN401 - a stock event
        """The next event; raises `queue.Empty` now and then, so that a dead sandbox's thread ends."""
        return self._pending.get(timeout=max(timeout, _LOOK_UP_SECONDS))


class _PatientServer(socketserver.ThreadingTCPServer):
    """The Runtime API of a sandbox. Stock looks ten times a second whether it is to stop."""

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        """Serve until it is told to stop, which it hears at once."""
        super().serve_forever(max(poll_interval, _LOOK_UP_SECONDS))

    def shutdown(self) -> None:
        """Stop it: a call that says nothing wakes it up."""
        telling = threading.Thread(target=super().shutdown, daemon=True)
        telling.start()
        while telling.is_alive():
            with suppress(OSError):
                socket.create_connection(
                    ("127.0.0.1", self.server_address[1]), timeout=_LOOK_UP_SECONDS
                ).close()
            telling.join(timeout=_LISTEN_SECONDS)


def _widen(stream: IO[bytes]) -> None:
    """Let a handler say more before anybody listens, where the system can."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # too many of them: it stays as wide as it was
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class HandlerWorker(stock.lambda_runtime.ProvidedWorker):  # type: ignore[misc] # the stock class is untyped
    """One execution environment: an awslambdaric process and the Runtime API it polls."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - forwards a stock signature
        super().__init__(*arguments, **options)
        self._ended = threading.Event()

    def _build_handler_class(self, generation: int, pending: queue.Queue[Any]) -> Any:  # noqa: ANN401 - a stock handler class
        """Answer each Runtime API call in one packet: stock writes headers and body apart, unbuffered."""
        runtime_api = super()._build_handler_class(generation, _Patient(pending))
        runtime_api.disable_nagle_algorithm = True
        runtime_api.wbufsize = _RUNTIME_API_BUFFER_BYTES
        return runtime_api

    def _await_init(self, init_timeout: float | None = None) -> None:
        """Wait for the handler module; an import error keeps the type awslambdaric reported."""
        try:
            super()._await_init(init_timeout)
        except RuntimeError as failure:
            reported = self._init_error
            if not isinstance(reported, dict):
                raise
            raise stock.lambda_runtime.ProvidedRuntimeError(
                reported.get("errorMessage", str(failure)), reported.get("errorType", "Runtime.Unknown")
            ) from failure

    def _pump_output(self, stream: IO[bytes], log_queue: queue.Queue[str]) -> None:
        """Move the handler's output to `log_queue` until the handler closes it.

        What is written during an invocation is read at its end. A thread that woke at each line would take
        turns with the sale that the line is about; this one looks now and then that the pipe does not fill.
        """
        os.set_blocking(stream.fileno(), False)
        _widen(stream)
        self._ended.clear()
        self._unfinished_line = b""
        self._pipe_lock = threading.Lock()
        self._pipe: IO[bytes] | None = stream
        while self._read_what_is_there(log_queue):
            self._ended.wait(_LISTEN_SECONDS)
        with self._pipe_lock:
            self._pipe = None
            stream.close()

    def _read_what_is_there(self, log_queue: queue.Queue[str]) -> bool:
        """Queue every complete line in the pipe; False once the handler has closed its end."""
        with self._pipe_lock:
            while self._pipe is not None:
                try:
                    output = os.read(self._pipe.fileno(), _PIPE_READ_BYTES)
                except BlockingIOError:
                    return True
                *lines, self._unfinished_line = (self._unfinished_line + output).split(b"\n")
                if not output and self._unfinished_line:
                    lines.append(self._unfinished_line)
                for line in lines:
                    if log_queue.full():
                        log_queue.get_nowait()
                    log_queue.put_nowait(line.decode("utf-8", "replace").rstrip("\r"))
                if not output:
                    return False
            return False

    def _drain_stderr_bounded(self, *_stock_waits: float, **_named_stock_waits: float) -> str:
        """Everything the handler wrote before it answered, without waiting.

        awslambdaric writes a line before it posts the response, so the pipe already holds all of it.
        """
        if getattr(self, "_pipe", None) is not None:
            self._read_what_is_there(self._stderr_queue)
        return str(self._drain_stderr())

    def _teardown(self) -> None:
        """Kill at once, as AWS does: a handler past its timeout gets no say."""
        if self._proc is not None:
            self._proc.kill()
        self._ended.set()
        super()._teardown()


def _is_python(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def apply() -> None:
    """Install the patch in the running engine; PAYRELAY_HANDLER_PYTHON names the handler interpreter."""
    service, runtime = stock.lambda_service, stock.lambda_runtime
    script = _bootstrap_script(Path(os.environ["PAYRELAY_HANDLER_PYTHON"]))
    service._provided_runtime_code_dir = _code_directory_with_bootstrap(
        service._provided_runtime_code_dir, script
    )
    service._provided_worker_env = _handler_environment
    runtime.subprocess = _SpawnerProcesses()
    socketserver.ThreadingTCPServer = _PatientServer  # type: ignore[misc]  # stock imports it when it starts one

    stock_worker_class = runtime._worker_class_for
    runtime._worker_class_for = lambda config: (
        HandlerWorker if _is_python(config) else stock_worker_class(config)
    )

    stock_execute = service._execute_function_warm

    def execute(function: dict[str, Any], event: object, request_id: str) -> Any:  # noqa: ANN401 - a stock result
        if _is_python(function.get("config") or function):
            SERVING.wait()
            return service._execute_function_provided_warm(function, event, request_id)
        return stock_execute(function, event, request_id)

    service._execute_function_warm = execute

    stock_reserved = service._reserved_concurrency

    def reserved(record: dict[str, Any], config: dict[str, Any]) -> Any:  # noqa: ANN401 - a stock result
        """Stock looks at the version that runs, but concurrency is reserved for the function as a whole."""
        return stock_reserved(service._functions.get(config.get("FunctionName")) or record, config)

    service._reserved_concurrency = reserved
