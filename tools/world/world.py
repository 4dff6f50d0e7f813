"""The local world: build, engine, VANs, deployment; started in this order and stopped in the other.

Whoever holds a `World` owns every process in it: they end with it, also when it is killed.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from payment_adapters.destinations import destinations
from payrelay.client import NoAnswerError
from tools.build import Build, build
from tools.simulators.process import Van
from tools.wheels import Target
from tools.world.deploy import deploy
from tools.world.engine.guard import MINISTACK_VERSION
from tools.world.engine.process import Engine
from tools.world.places import (
    DEFAULT_PORT,
    DEFAULT_STATE,
    LOCALSTACK_ENDPOINT,
    REGION,
    STACK,
    OtherStateError,
    Places,
    WorldError,
    WorldRunsError,
)
from tools.world.process_mark import ProcessMark
from tools.world.running import RunningWorld, target_now
from tools.world.warm import agree_on_keys, warm

STATE_VERSION: Final = {"layout": 2, "engine": f"ministack {MINISTACK_VERSION}"}
PARTIES: Final = tuple(
    one.profile.name for one in sorted(destinations(), key=lambda one: one.kind, reverse=True)
)
HEALTH_SECONDS: Final = 120
WATCH_SECONDS: Final = 0.5
# One merchant stands for all of them here: only the stage's own limit is left to be met.
UNMETERED: Final = {"MerchantRate": 1_000, "MerchantBurst": 1_000, "MerchantDayQuota": 100_000_000}


class Say(Protocol):
    """Told when a stage begins (`done` is empty) and when it is done, in words for people."""

    def __call__(self, stage: str, done: str = "") -> None:
        """Show it."""


def say_nothing(stage: str, done: str = "") -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Plan:
    """What kind of world is wanted.

    Attributes:
        port: Of the embedded engine; 0 for any.
        answer_seconds: A shorter wait for VANs than their contracts say; tests use it.
        merchant_limits: MerchantRate, MerchantBurst and MerchantDayQuota of the template.
    """

    state: Path = DEFAULT_STATE
    port: int = DEFAULT_PORT
    answer_seconds: int | None = None
    merchant_limits: Mapping[str, int] = field(default_factory=lambda: UNMETERED)


class World:
    """A world that this process started. Make one with `World.up`."""

    def __init__(self, places: Places, target: Target) -> None:
        """Take the places; nothing runs yet."""
        self.places = places
        self.target = target
        self.engine: Engine | None = None
        self.vans: dict[str, Van] = {}
        self.running: RunningWorld
        self._endings = ExitStack()

    @classmethod
    def up(cls, plan: Plan, say: Say = say_nothing) -> Self:
        """Start everything; when anything fails, stop what was started and leave the state as it was.

        Raises:
            WorldError: with the way on. Build, engine and deployment raise errors of their own.
        """
        target = target_now()
        if target is Target.AWS:
            raise WorldError("RELAY_TARGET=aws: there is nothing to start; deploy with `make deploy`.")
        world = cls(Places(plan.state.resolve()), target)
        with ExitStack() as undo:
            undo.callback(world.down)
            world._own_the_state()
            world._start(plan, say)
            undo.pop_all()
        return world

    def down(self) -> None:
        """Stop everything this world started, and nothing else."""
        self._endings.close()

    def watch(self, is_over: Callable[[], bool]) -> str:
        """Wait until it is over or a part has ended by itself; what ended, or nothing."""
        while not is_over():
            if self.engine is not None and self.engine.process.poll() is not None:
                return "The embedded engine ended by itself; its log is " + str(self.engine.log_path)
            for name, van in self.vans.items():
                if van.process.poll() is not None:
                    return f"The simulated VAN {name} ended by itself; its log is {self.places.log(name)}"
            time.sleep(WATCH_SECONDS)
        return ""

    def restart_engine(self) -> None:
        """Kill the engine as a power cut would, and start it again on what it had written."""
        assert self.engine is not None, "only the embedded engine can be restarted"  # noqa: S101 -- a bug
        self.engine.kill()
        self._start_engine(self.engine.port)
        self._await_health()
        warm(self.running)

    def restart_van(self, name: str) -> None:
        """Kill a VAN as a power cut would, and start it again on its books."""
        van = self.vans[name]
        van.kill()
        self._start_van(name, port=van.port, admin_port=van.admin_port)

    def _own_the_state(self) -> None:
        self.places.state.mkdir(parents=True, exist_ok=True)
        self._endings.enter_context(owned(self.places))
        self._end_leftovers()
        check_state_version(self.places)

    def _end_leftovers(self) -> None:
        """End what a killed world could not: by mark, so that no stranger with a reused number is hit."""
        record = self.places.read_record()
        if record is not None:
            for mark in record["processes"].values():
                ProcessMark(**mark).send(signal.SIGKILL)
            self.places.record.unlink()

    def _start(self, plan: Plan, say: Say) -> None:
        began = time.monotonic()
        say("build")
        built = _built(self.target)
        say("build", f"{len(built.artifacts)} functions and layers, code {built.code_hash()[:8]}")
        say("engine")
        if self.target is Target.EMBEDDED:
            self._start_engine(plan.port)
        else:
            _require_localstack()
        say("engine", self._endpoint)
        self.places.version.write_text(json.dumps(STATE_VERSION), encoding="utf-8")
        say("parties")
        self._start_vans()
        say("parties", f"{len(PARTIES)} VANs and issuers, simulated")
        say("deploy")
        outputs = deploy(
            built.template,
            endpoint_url=self._endpoint,
            stack_name=STACK,
            parameters=self._parameters(plan, built),
            region=REGION,
        )
        say("deploy", f"stack {STACK} from template.yaml")
        self.running = RunningWorld(self.places, self.target, self._endpoint, outputs, dict(self.vans))
        agree_on_keys(self.running)
        say("warm-up")
        self._await_health()
        warmed = warm(self.running) + 1
        self._write_record()
        say("warm-up", f"{warmed} functions answer; ready after {time.monotonic() - began:.1f} s")

    @property
    def _endpoint(self) -> str:
        return self.engine.endpoint if self.engine else LOCALSTACK_ENDPOINT

    def _start_engine(self, port: int) -> None:
        self.engine = Engine.start(port, self.places.engine_state, self.places.log("engine"))
        self._endings.callback(self.engine.stop)

    def _start_vans(self) -> None:
        """Start all parties at once; each takes a moment to come up."""
        with ThreadPoolExecutor(len(PARTIES)) as together:
            list(together.map(self._start_van, PARTIES))
        self.vans = {name: self.vans[name] for name in PARTIES}

    def _start_van(self, name: str, *, port: int = 0, admin_port: int = 0) -> None:
        van = Van.start(
            self.places.books(name),
            self.places.log(name),
            spec=name,
            host="127.0.0.1" if self.target is Target.EMBEDDED else "0.0.0.0",  # noqa: S104 -- for containers
            port=port,
            admin_port=admin_port,
        )
        self.vans[name] = van
        self._endings.callback(van.stop)

    def _parameters(self, plan: Plan, built: Build) -> dict[str, str]:
        host = "127.0.0.1" if self.target is Target.EMBEDDED else "host.docker.internal"
        addresses = {f"{name.title()}Address": f"{host}:{van.port}" for name, van in self.vans.items()}
        shorter = {} if plan.answer_seconds is None else {"AnswerSeconds": str(plan.answer_seconds)}
        limits = {name: str(limit) for name, limit in plan.merchant_limits.items()}
        links = {"ExecuteApiUrl": f"{self._endpoint}/_aws/execute-api"}
        chosen = {
            "DeletionProtection": "false",
            "OperatorMfa": "OFF",
            **links,
            **addresses,
            **shorter,
            **limits,
        }
        return {"CodeHash": built.code_hash(chosen), **chosen}

    def _await_health(self) -> None:
        """Knock until the gateway answers; the first knock also warms it."""
        deadline = time.monotonic() + HEALTH_SECONDS
        told = ""
        while time.monotonic() < deadline:
            try:
                answer = self.running.pos().health()
            except NoAnswerError as silence:  # everything is cold: the next knock may find it warm
                told = str(silence)
                continue
            if answer.ok:
                return
            told = f"{answer.http_status} {answer.body[:200].decode(errors='replace')}"
            time.sleep(WATCH_SECONDS)
        raise WorldError(f"The gateway does not answer its health check ({told}).")

    def _write_record(self) -> None:
        processes = {name: van.process for name, van in self.vans.items()}
        if self.engine is not None:
            processes["engine"] = self.engine.process
        marks = {name: ProcessMark.of(process.pid) for name, process in processes.items()}
        record: dict[str, Any] = {
            "target": str(self.target),
            "endpoint": self._endpoint,
            "api_url": self.running.api_url,
            "outputs": dict(self.running.outputs),
            "vans": {
                name: {"port": van.port, "admin_port": van.admin_port} for name, van in self.vans.items()
            },
            "logs": {name: str(self.places.log(name)) for name in marks},
            "processes": {name: asdict(mark) for name, mark in marks.items()},
        }
        half = self.places.record.with_suffix(".half")
        half.write_text(json.dumps(record, indent=1), encoding="utf-8")
        half.replace(self.places.record)
        self._endings.callback(self.places.record.unlink, missing_ok=True)

    def __enter__(self) -> Self:
        """Use it as a block that stops it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.down()


@contextmanager
def owned(places: Places) -> Iterator[None]:
    """Hold the state directory; the kernel lets go of it when the holder dies, so it is never stale.

    Raises:
        WorldRunsError: a running world holds it.
    """
    with places.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            record = places.read_record()
            where = f" ({record['endpoint']})" if record else "; it is still starting or stopping"
            raise WorldRunsError(
                f"A world runs in {places.state} already{where}. "
                "`payrelay down` stops it; `payrelay up --state DIR --port 0` starts another beside it."
            ) from None
        lock.truncate(0)
        lock.write(json.dumps(asdict(ProcessMark.of(os.getpid()))))
        lock.flush()
        yield


def check_state_version(places: Places) -> None:
    """Insist that the state, if there is any, was written by this version.

    Raises:
        OtherStateError: it was not, with the way on.
    """
    if not places.version.exists():
        return
    found = json.loads(places.version.read_text(encoding="utf-8") or "{}")
    if found != STATE_VERSION:
        raise OtherStateError(
            f"The state in {places.state} was written by another version "
            f"({found.get('engine', 'unknown')}, this one has {STATE_VERSION['engine']}). "
            "`payrelay up --fresh` sets it aside and starts with an empty one."
        )


def set_aside(places: Places) -> Path | None:
    """Give the state directory another name, so that the next world starts with an empty one; its new name.

    Raises:
        WorldRunsError: a running world holds it.
    """
    if not places.state.exists():
        return None
    with owned(places):
        return places.state.rename(f"{places.state}-until-{time.strftime('%Y%m%d-%H%M%S')}")


def _built(target: Target) -> Build:
    try:
        return build(target)
    except FileNotFoundError as missing:
        raise WorldError(
            f"{missing.filename} is missing: this is not a whole payrelay repository."
        ) from missing
    except subprocess.CalledProcessError as failure:
        raise WorldError(
            "The packages of the runtime layer could not be fetched. "
            "Check network and pip.conf, run `make setup`, then try again."
        ) from failure


def _require_localstack() -> None:
    try:
        with urllib.request.urlopen(f"{LOCALSTACK_ENDPOINT}/_localstack/health", timeout=5):  # noqa: S310 -- http
            return
    except OSError as failure:
        raise WorldError(
            f"LocalStack does not answer at {LOCALSTACK_ENDPOINT} ({failure}). "
            "Start it with `docker compose up --detach`; it needs Docker and a token."
        ) from failure
