"""One run of one plan: the relay, its cloud, the tills and the counterparties, until everything is at rest.

First the acts and the strikes; then nothing goes wrong any more, and whatever is open must be closed in
bounded time. The watch looks at every step of both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Final

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.aws.keys_unavailable import KeysUnavailableError
from payment_adapters.aws.publishing import NotPublishedError
from payment_adapters.destinations import destination, destinations
from payment_adapters.sockets import Address
from payment_core.approval.ports import DriverUnavailableError, Profile, StoreUnavailableError
from payment_core.routing.ports import BreakersUnavailableError
from tools.lab.aws.cloud import Cloud
from tools.lab.aws.tasks import TaskFailedError
from tools.lab.aws.workflows import Execution
from tools.lab.counterparties import Counterparty, Heard
from tools.lab.feeding import Feeding
from tools.lab.mishaps import Mishaps, role_of
from tools.lab.network import Connection, Deed
from tools.lab.picture import Picture
from tools.lab.plan import CONTRACTS, WAKERS, Plan
from tools.lab.relay import Run, Sandboxes
from tools.lab.rest import require_rest
from tools.lab.scheduler import Scheduler, TooManyStepsError
from tools.lab.shop import Shop
from tools.lab.starting import Starter
from tools.lab.strikes import Strike, Strikes
from tools.lab.watch import BrokenError, Watch
from tools.simulators.faults import Entry, Kind
from tools.simulators.parties.bada import MAC_KEY

READ_TIMEOUT_MS: Final = 500
WRITES: Final = frozenset({"UpdateItem", "PutItem", "TransactWriteItems"})
FEEDS: Final = WRITES | {"SendMessage", "PutRecords"}
SAFETY_MS: Final = 150_000
REST_MS: Final = 1_350_000  # twenty minutes after the last strike
EXPIRY: Final = "1230"
EVENINGS: Final = 30
# Whoever reads what was sold and moves none of it: a run has its own tests for them.
READ_NO_MONEY: Final = (
    "projection",
    "cases",
    "case_executor",
    "settlement_feed",
    "settlement_reconciliation",
)
# What a function may fail with when its stores do: its caller hears of it, and the records come again.
EXPECTED: Final = (
    StoreUnavailableError,
    BreakersUnavailableError,
    KeysUnavailableError,
    NotPublishedError,
    TaskFailedError,
    DriverUnavailableError,
    ClientError,
    BotoCoreError,
    ExceptionGroup,
    BatchProcessingError,
)


@cache
def _addresses() -> dict[Address, str]:
    return {Address.parse(one.address): one.profile.name for one in destinations()}


@cache
def _terms(name: str, contract: str) -> Profile:
    return replace(destination(name).profile, **CONTRACTS.get(contract, {}))


class World:
    """The run of one plan."""

    expected_failures = EXPECTED
    not_there: tuple[str, ...] = READ_NO_MONEY
    most_steps = 100_000

    def __init__(self, plan: Plan, picture: Picture | None = None) -> None:
        """Build it; nothing has happened yet."""
        self.plan = plan
        self.picture = picture
        self.scheduler = Scheduler(plan.seed, most_steps=self.most_steps)
        self._told_ms, self._told = -1, datetime.min.replace(tzinfo=UTC)
        self.strikes = Strikes(plan.strikes, self._struck)
        self.parties: dict[str, Counterparty] = {}
        self.watch = Watch(self.parties.get, self.profile, lambda: self.scheduler.now_ms)
        self.mishaps = Mishaps(self)
        self.sandboxes = Sandboxes(self.scheduler, self.mishaps.starting)
        self.cloud = Cloud(self, self.mishaps.passing, invoke=self.sandboxes.invoke, wait=self.wait_seconds)
        self.cloud.secrets["BadaMacSecret"].value = MAC_KEY.decode()
        self.shop = Shop(self, self.cloud.secrets["TerminalSecret"].value.encode())
        self.metrics: list[tuple[str, int]] = []
        self.feeding = Feeding(
            self.scheduler,
            self.cloud,
            self.sandboxes,
            self.strikes,
            role_of=role_of,
            left_out=frozenset({*self.not_there, *WAKERS, *(() if plan.publishes else ("outbox",))})
            - plan.wakers,
            is_open=lambda: bool(self.watch.open),
            is_due=self._is_due,
        )
        self.broken: BrokenError | None = None
        self._records = 0

    def run(self) -> None:
        """Play it to its end; what is broken is in ``broken``."""
        try:
            self.shop.open()
            self.scheduler.run(until_ms=SAFETY_MS)
            self.strikes.stop()
            self.shop.close()
            is_at_rest = self.scheduler.run(until_ms=REST_MS)
            if self.broken is None:
                self.look(lambda: require_rest(self, is_at_rest=is_at_rest))
        except TooManyStepsError as endless:
            self.broken = BrokenError(8, str(endless))
        finally:
            self.scheduler.close()

    def forget(self) -> None:
        """Let go of everything: what holds each other would be there until the garbage is collected."""
        for one in (self.cloud, self.scheduler, self):
            vars(one).clear()

    def _struck(self, strike: Strike) -> None:
        if self.picture is not None:
            self.picture.struck(f"fault {strike.row}: {strike.path}")

    def look(self, at: Callable[[], None]) -> None:
        """Have the watch look; what it finds ends the run, whoever stands in between."""
        try:
            at()
        except BrokenError as broken:
            self.broken = self.broken or broken
            self.scheduler.is_stopped = True

    # What the machine asks for

    def now(self) -> datetime:
        """The time of the cloud; asked for many times in one moment."""
        at_ms = self.scheduler.now_ms
        if at_ms != self._told_ms:
            self._told_ms, self._told = at_ms, datetime.fromtimestamp(at_ms / 1_000, UTC)
        return self._told

    def now_ms(self) -> int:
        """Wall clock of the sandbox that asks."""
        return self.scheduler.wall_ms()

    def monotonic_seconds(self) -> float:
        """The same for all, and never wrong."""
        return self.scheduler.elapsed_ms / 1_000

    def pause_seconds(self, seconds: float) -> None:
        """Let time go by."""
        self.scheduler.sleep(round(seconds * 1_000))

    def wait_seconds(self, seconds: float) -> None:
        """Let time go by for a workflow."""
        self.pause_seconds(seconds)

    def fresh_id(self) -> str:
        """Sixteen hexadecimal digits."""
        return f"{self.scheduler.random.getrandbits(64):016x}"

    def chance_below(self, limit: int) -> int:
        """Jitter."""
        return self.scheduler.random.randrange(limit)

    def fresh_bytes(self, size: int) -> bytes:
        """Nonces."""
        return self.scheduler.random.randbytes(size)

    def client(self, service_name: str, config: Any = None) -> Any:  # noqa: ANN401 -- a client of any service
        """A client of the cloud."""
        made = self.cloud.client(service_name, config)
        return Starter(self, made) if service_name == "stepfunctions" else made

    def profile(self, name: str) -> Profile:
        """A destination's terms, or those of the plan."""
        return _terms(name, self.plan.contract)

    def counted(self, name: str, value: int, _dimensions: dict[str, str]) -> None:
        """A metric, for whoever raises alarms."""
        self.metrics.append((name, value))

    def memory(self) -> dict[str, Any]:
        """What the running sandbox keeps for itself."""
        run = self.running()
        return run.memory if run else {}

    def connected(self, address: Address, deadline: float) -> Connection:
        """A line to a destination.

        Raises:
            OSError: nobody took the call.
        """
        name = _addresses()[address]
        left_ms = max(1, round(deadline * 1_000) - self.scheduler.elapsed_ms)
        connection = Connection(self.scheduler, name, self.running(), self.mishaps.on_line)
        self.mishaps.on_line(Deed("connect", name, "before"), left_ms)
        self.scheduler.sleep(2 + self.scheduler.below(4))
        self.party(name).take(connection)
        return connection

    def party(self, name: str) -> Counterparty:
        """One counterparty; it opens its books when it is called first."""
        if name not in self.parties:
            self.parties[name] = Counterparty(
                name,
                self.scheduler,
                self.profile(name),
                self.planned,
                self._heard,
                self._booked,
            )
        return self.parties[name]

    def planned(self, kind: Kind | None, about: Run | None) -> Entry:
        """What goes wrong with the next telegram of a kind; without one, with the invitation to send."""
        return self.mishaps.planned(kind, about)

    def begun(self, execution: Execution) -> None:
        """A Standard execution was started: it goes on by itself."""
        self.scheduler.spawn(execution.name, execution.run, about=execution)

    def _heard(self, heard: Heard) -> None:
        self.look(partial(self.watch.telegram, heard))
        if self.picture is not None:
            self.picture.sent(heard.destination, str(heard.asked.kind))

    def _booked(self, heard: Heard) -> None:
        self.look(partial(self.watch.books, heard))
        if self.picture is not None:
            live = len(self.parties[heard.destination].live())
            self.picture.done(heard.destination, f"{live} live")

    def running(self) -> Run | None:
        """The run of a function that asks; ``None`` for anybody else."""
        task = self.scheduler.current
        return task.about if task is not None and isinstance(task.about, Run) else None

    def committed(self) -> None:
        """Show the watch what was written since it last looked."""
        (shard,) = self.cloud.streams["PaymentsTable"].shards
        while self._records < len(shard):
            change = shard[self._records].words["dynamodb"]
            self._records += 1
            if change["Keys"]["SK"]["S"] == "STATE":
                self.look(partial(self.watch.committed, change.get("OldImage"), change["NewImage"]))
                if self.picture is not None:
                    self.picture.moved(change.get("OldImage"), change["NewImage"])

    def _is_due(self) -> bool:
        now_ms = self.scheduler.now_ms
        return any(int(one.image["next_action_at_ms"]["N"]) <= now_ms for one in self.watch.open.values())
