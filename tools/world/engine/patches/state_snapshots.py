"""Everything else the engine knows survives a kill too, within two seconds; a finished stack at once.

Stock: state is written when the process is asked to stop. Layer archives are written inside the state, again
    and again; a stack that was being built when the process died is "in progress" for ever.
Wanted: stacks, functions, queues, executions and alarms are saved every two seconds while there is traffic,
    and a stack's end is on disk before anybody is told of it. The tables, whose writes the journal holds, are
    saved when the journal has grown; journal segments go only after the new files are proved to be there.
    What other threads write to while it is copied is saved all the same. What functions logged is two thirds
    of all that is saved, and is saved twice a minute.
Hook: a thread of our own calls the stock save functions, whose JSON is encoded in C; `copy.deepcopy`, which
    they use, takes a dictionary's entries at once; `get_state` and `load_persisted_state` of the Lambda
    service move layer archives into files of their own; `DescribeStacks` saves before it answers.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import base64
import copy
import json
import logging
import os
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tools.world.engine import stock
from tools.world.engine.encoding import encoded
from tools.world.engine.patches.dynamodb_journal import RECORDER

if TYPE_CHECKING:
    from collections.abc import Callable

_SAVE_SECONDS = 2.0
_LARGEST_SHARE = 10  # saving may take one part in ten of the engine's time
_JOURNAL_LIMIT_BYTES = 32 * 1024 * 1024
_JOURNALED_SERVICES = ("dynamodb", "kinesis")
_LOGS, _LOG_SECONDS = "cloudwatch_logs", 30.0
_ARCHIVE_KEY, _ARCHIVE_FILE_KEY = "_zip_data", "_zip_file"

_STATE = Path(os.environ["STATE_DIR"])
_LOGGER = logging.getLogger("payrelay.snapshots")


class _Snapshots:
    """Saves the services' state, one caller at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._saved_stacks: dict[Any, str] = {}
        self._logs_due = 0.0
        self.traffic = threading.Event()

    def save(self, *, with_tables: bool) -> None:
        """Save every service; with the tables too when asked, after which the older journal is dropped."""
        with self._lock:
            segment = RECORDER.begin_segment() if with_tables else None
            services = stock.app._build_persistence_save_dict()
            if with_tables or time.monotonic() >= self._logs_due:
                self._logs_due = time.monotonic() + _LOG_SECONDS
            else:
                services.pop(_LOGS, None)
            saved = [
                _save(name, get_state)
                for name, get_state in services.items()
                if with_tables or name not in _JOURNALED_SERVICES
            ]
            if segment is not None and all(saved):
                RECORDER.journal.drop_before(segment)

    def save_finished_stacks(self) -> None:
        """Save when a stack has come to rest since the last time; a new stack's tables come with it."""
        resting = {
            key: f"{stack['StackStatus']} {stack.get('LastUpdatedTime') or stack.get('CreationTime')}"
            for key, stack in stock.cloudformation._stacks.all_items()
            if not stack["StackStatus"].endswith("IN_PROGRESS")
        }
        if resting != self._saved_stacks:
            self.save(with_tables=True)
            self._saved_stacks = resting

    def reset(self, stock_reset: Callable[[], None]) -> None:
        """Let everything be forgotten, with no save of the old state in between."""
        with self._lock:
            stock_reset()
            self._saved_stacks = {}

    def run(self) -> None:
        """Save for ever: after traffic, no oftener than every two seconds, and never for most of the time."""
        while True:
            self.traffic.wait()
            time.sleep(_SAVE_SECONDS)
            self.traffic.clear()
            started = time.monotonic()
            try:
                self.save(with_tables=RECORDER.journal.size_bytes > _JOURNAL_LIMIT_BYTES)
            except Exception:
                _LOGGER.exception("the engine's state could not be saved; trying again")
                self.traffic.set()
            time.sleep((time.monotonic() - started) * _LARGEST_SHARE)


class _QuickJson:
    """The `json` module, except that `dump` encodes at once: piece by piece, as stock does, is in Python."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands in for a whole module
        return getattr(json, name)

    @staticmethod
    def dump(value: object, file: IO[str], default: Callable[[Any], Any]) -> None:
        """Write it as JSON."""
        file.write(encoded(value, default).decode())


def _save(name: str, get_state: Any) -> bool:  # noqa: ANN401 - a stock function
    """Save one service; True when its file is proved new. The stock function only logs a failure."""
    path = _STATE / f"{name}.json"
    before = path.stat().st_ino if path.exists() else None
    state = get_state()
    if state is None:
        return True
    kept_open = (
        path.open("rb") if before is not None else None
    )  # so that the new file cannot get the old number
    try:
        stock.persistence.save_state(name, state)
        return path.exists() and path.stat().st_ino != before
    finally:
        if kept_open is not None:
            kept_open.close()


def _copied_at_once(dictionary: dict[Any, Any], memo: dict[int, Any]) -> dict[Any, Any]:
    """A deep copy; `copy` takes the entries in one step of the interpreter, a loop over them would not."""
    copied: dict[Any, Any] = {}
    memo[id(dictionary)] = copied
    for key, value in dictionary.copy().items():
        copied[copy.deepcopy(key, memo)] = copy.deepcopy(value, memo)
    return copied


def _copy_what_is_written_to() -> None:
    copy._deepcopy_dispatch[dict] = _copied_at_once  # type: ignore[attr-defined]  # typeshed does not know it


def _layer_versions(layers: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a stock container
    return [version for layer in layers._data.values() for version in layer["versions"]]


def _with_layer_files() -> None:
    service, folder = stock.lambda_service, _STATE / "layer-archives"
    get_state, load = service.get_state, service.load_persisted_state

    def get_state_with_layer_files() -> dict[str, Any]:
        state: dict[str, Any] = get_state()
        folder.mkdir(exist_ok=True)
        for version in _layer_versions(state["layers"]):
            archive = version.pop(_ARCHIVE_KEY, None)
            if archive:
                file = folder / f"{base64.b64decode(version['Content']['CodeSha256']).hex()}.zip"
                if not file.exists():
                    unfinished = file.with_suffix(".tmp")
                    unfinished.write_bytes(archive)
                    unfinished.replace(file)
                version[_ARCHIVE_FILE_KEY] = file.name
        return state

    def load_with_layer_files(state: dict[str, Any]) -> None:
        for version in _layer_versions(state["layers"]):
            name = version.pop(_ARCHIVE_FILE_KEY, None)
            if name:
                version[_ARCHIVE_KEY] = (folder / name).read_bytes()
        load(state)

    service.get_state, service.load_persisted_state = get_state_with_layer_files, load_with_layer_files


def _end_interrupted_stacks() -> None:
    """Give a stack that was being worked on when the engine died an end that can be deployed over."""
    for stack in stock.cloudformation._stacks.all_values():
        status = stack["StackStatus"]
        if status.endswith("IN_PROGRESS"):
            is_new = status.startswith(("CREATE", "ROLLBACK"))
            stack["StackStatus"] = "CREATE_FAILED" if is_new else "UPDATE_ROLLBACK_COMPLETE"
            stack["StackStatusReason"] = "The engine ended during the operation."


def apply() -> None:
    """Install the patch in the running engine and start saving."""
    logging.getLogger("persistence").setLevel(logging.WARNING)
    stock.persistence.json = _QuickJson()
    snapshots = _Snapshots()
    _copy_what_is_written_to()
    _with_layer_files()

    load = stock.app._load_persisted_state

    def load_and_settle() -> None:
        load()
        _end_interrupted_stacks()

    stock.app._load_persisted_state = load_and_settle

    dispatch = stock.app._dispatch_service_request

    async def dispatch_and_note(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - forwards a stock signature
        try:
            return await dispatch(*arguments, **options)
        finally:
            snapshots.traffic.set()

    stock.app._dispatch_service_request = dispatch_and_note

    actions = stock.cloudformation_handlers._ACTION_HANDLERS
    describe_stacks = actions["DescribeStacks"]

    def describe_saved_stacks(parameters: Any) -> Any:  # noqa: ANN401 - a stock request and its response
        snapshots.save_finished_stacks()
        return describe_stacks(parameters)

    actions["DescribeStacks"] = describe_saved_stacks

    reset = stock.app._reset_all_state

    stock.app._reset_all_state = lambda: snapshots.reset(reset)
    threading.Thread(target=snapshots.run, daemon=True, name="payrelay-snapshots").start()
