"""Start the embedded engine: check ministack, apply the patches, serve until told to stop.

Runs inside `.venv-engine` as `python -m tools.world.engine.launch`; `process.Engine` starts it.
Exit codes: 0 stopped as asked, 2 wrong arguments, 20 unknown ministack, 21 another engine uses the state
directory (one sentence on stderr says more).
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import resource
import shutil
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from tools.world.engine import guard
from tools.world.engine.process import EXIT_STATE_IN_USE, EXIT_UNKNOWN_MINISTACK
from tools.world.engine.serving import SERVING

uvicorn: Any = import_module("uvicorn")

# The order matters where one patch wraps another: the journal writes under the lock and feeds the consumers.
PATCHES = (
    "lambda_runtime",
    "step_functions_start",
    "dynamodb_lock",
    "dynamodb_journal",
    "step_functions_resume",
    "step_functions_express",
    "state_snapshots",
    "stream_consumers",
    "alarms",
    "embedded_metrics",
    "cloudformation",
    "cognito_sessions",
    "expression_texts",
    "attribute_values",
    "rule_targets",
    "sam_parameters",
    "throttled_functions",
    "trim",
)

_KEEP_ALIVE_SECONDS = 75
_SHUTDOWN_SECONDS = 3
_WARM_SECONDS = 900  # stock 300: an idle sandbox lives on for some quarter of an hour, as on AWS
_TURN_SECONDS = 0.001  # stock 0.005: a request would wait so long for each thread that works behind it
_PR_SET_PDEATHSIG = 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The embedded AWS engine of payrelay.")
    parser.add_argument("--port", type=int, required=True, help="TCP port on 127.0.0.1")
    parser.add_argument(
        "--state-dir", type=Path, required=True, help="directory that holds everything the engine keeps"
    )
    parser.add_argument(
        "--handler-python", type=Path, required=True, help="interpreter that runs the functions"
    )
    parser.add_argument("--region", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--parent", type=int, help="process to die with")
    parser.add_argument(
        "--sources", type=Path, help="check these ministack sources instead of the installed ones"
    )
    parser.add_argument(
        "--only", help="comma-separated patches to apply instead of all (for comparing with stock)"
    )
    return parser.parse_args()


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when `parent` dies; elsewhere the caller has to stop the engine."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("The process that started the engine is already gone.")


def _hold_alone(state_directory: Path) -> TextIO:
    """Refuse a state directory that another engine uses; the lock goes with the returned file."""
    state_directory.mkdir(parents=True, exist_ok=True)
    lock = (state_directory / "engine.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(
            f"Another engine uses {state_directory}. Stop it, or choose another state directory.",
            file=sys.stderr,
        )
        sys.exit(EXIT_STATE_IN_USE)
    return lock


def _configure(arguments: argparse.Namespace) -> None:
    """Set what ministack reads from the environment when it is imported."""
    state = arguments.state_dir.resolve()
    scratch = state / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)  # an engine that was killed leaves its scratch files
    scratch.mkdir(parents=True)
    os.environ.update(
        GATEWAY_PORT=str(arguments.port),
        BIND_HOST="127.0.0.1",  # ministack's default is every interface
        MINISTACK_HOST="localhost",
        MINISTACK_REGION=arguments.region,
        MINISTACK_ACCOUNT_ID=arguments.account,
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",  # would bind port 8883
        DOCKER_HOST=f"unix://{scratch / 'no-docker.sock'}",  # Docker must not be needed, even where it is
        PERSIST_STATE="1",
        STATE_DIR=str(state),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state / "s3"),
        TMPDIR=str(scratch),
        LOG_LEVEL="WARNING",
        LAMBDA_WARM_TTL_SECONDS=str(_WARM_SECONDS),
        PAYRELAY_HANDLER_PYTHON=str(arguments.handler_python),
    )


class _Server(uvicorn.Server):  # type: ignore[misc] # uvicorn is not installed where types are checked
    """Tells the patches when the port is open."""

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - uvicorn's own type
        await super().startup(sockets)
        SERVING.set()


def _serve(port: int) -> None:
    sys.setswitchinterval(_TURN_SECONDS)
    soft_limit, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft_limit < hard_limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
    config = uvicorn.Config(
        import_module("ministack.app").app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # ministack sets its own
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    _Server(config).run()


def main() -> None:
    """Entry point of the engine process."""
    arguments = _arguments()
    if arguments.parent:
        _die_with(arguments.parent)
    try:
        guard.check(arguments.sources)
    except guard.UnknownMinistack as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(EXIT_UNKNOWN_MINISTACK)
    held = _hold_alone(arguments.state_dir.resolve())
    _configure(arguments)
    names = PATCHES if arguments.only is None else tuple(filter(None, arguments.only.split(",")))
    for name in names:
        import_module(f"tools.world.engine.patches.{name}").apply()
    _serve(arguments.port)
    held.close()


if __name__ == "__main__":
    main()
