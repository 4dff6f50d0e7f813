"""One run of one plan: the relay, its cloud, the tills and the counterparties, until everything is at rest.

First the acts and the strikes; then nothing goes wrong any more, and whatever is open must be closed in bounded
time. The watch looks at every step of both.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from payment_adapters.aws.keys_unavailable import KeysUnavailableError
from payment_adapters.aws.publishing import NotPublishedError
from payment_adapters.destinations import destinations
from payment_adapters.sockets import Address
from payment_adapters.terminals.key_ids import Terminal as Signer
from payment_core.approval.ports import DriverUnavailableError, StoreUnavailableError
from payment_core.routing.ports import BreakersUnavailableError
from payrelay.client.errors import PayrelayError
from payrelay.client.exchange import PosRequest
from payrelay.client.pos import CardInHand
from tools.lab.aws import refusals
from tools.lab.aws.calls import Call
from tools.lab.aws.cloud import Cloud
from tools.lab.aws.deployment import deployed
from tools.lab.aws.tasks import TaskFailedError, throttled
from tools.lab.counterparties import Counterparty, Heard
from tools.lab.feeding import Feeding
from tools.lab.fleet import Asked, MemoryJournal, Till
from tools.lab.network import Connection, Deed
from tools.lab.plan import CARDS, WAKERS, Act, Plan
from tools.lab.relay import Run, Sandboxes
from tools.lab.rest import require_rest
from tools.lab.scheduler import Killed, Scheduler, Signal, TooManyStepsError
from tools.lab.strikes import Strike, Strikes
from tools.lab.watch import BrokenError, Watch, kind_of
from tools.simulators.faults import AS_USUAL, Entry, Fault, Kind
from tools.simulators.parties.bada import MAC_KEY

READ_TIMEOUT_MS: Final = 500
WRITES: Final = frozenset({"UpdateItem", "PutItem", "TransactWriteItems"})
FEEDS: Final = WRITES | {"SendMessage", "PutRecords"}
SAFETY_MS: Final = 150_000
REST_MS: Final = 3_600_000
EXPIRY: Final = "1230"
EVENINGS: Final = 30
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
def role_of(function: str) -> str:
    """Who a function is in the catalogue: the senders are one role."""
    if function.startswith(("VanLink", "CardDirect")):
        return "link"
    name = function.removesuffix("Function")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@cache
def _addresses() -> dict[Address, str]:
    return {Address.parse(one.address): one.profile.name for one in destinations()}


class World:
    """The run of one plan."""

    expected_failures = EXPECTED

    def __init__(self, plan: Plan) -> None:
        """Build it; nothing has happened yet."""
        self.plan = plan
        self.scheduler = Scheduler(plan.seed)
        self.strikes = Strikes(plan.strikes)
        self.parties: dict[str, Counterparty] = {}
        self.watch = Watch(self.parties.get, lambda: self.scheduler.now_ms)
        self.sandboxes = Sandboxes(self.scheduler, self._starting)
        self.cloud = Cloud(self, self._passing, invoke=self._invoke, wait=self._wait)
        self.metrics: list[tuple[str, int]] = []
        self.feeding = Feeding(
            self.scheduler,
            self.cloud,
            self.sandboxes,
            self.strikes,
            role_of=role_of,
            left_out=frozenset({"projection", *WAKERS, *(() if plan.publishes else ("outbox",))})
            - plan.wakers,
            is_open=lambda: any(one.is_open for one in self.watch.sales.values()),
            is_due=self._is_due,
        )
        self.tills: list[Till] = []
        self.broken: BrokenError | None = None
        self._requests = 0
        self._records = 0
        self._last_sale: dict[str, PosRequest] = {}
        self.dead_tills: set[int] = set()

    def run(self) -> None:
        """Play it to its end; what is broken is in ``broken``."""
        master = self.cloud.secrets["TerminalSecret"].value.encode()
        self.cloud.secrets["BadaMacSecret"].value = MAC_KEY.decode()
        for place, acts in enumerate(self.plan.tills):
            signer = Signer(self.plan.merchant, f"1001000{place + 1}", 1)
            journal = MemoryJournal(lines={})
            self.tills.append(
                Till(signer, master, self.scheduler, journal, self._carry, signs=self.plan.signs)
            )
            task = self.scheduler.spawn(
                "till", lambda place=place, acts=acts: self._stand(place, acts), about=place
            )
            task.skew_ms = self.plan.skew_seconds * 1_000 if place == 0 else 0
        try:
            self.scheduler.run(until_ms=SAFETY_MS)
            self.strikes.stop()
            for place in range(len(self.tills)):
                if place not in self.dead_tills:
                    self.scheduler.spawn("till", lambda place=place: self._close_up(place), about=place)
            is_at_rest = self.scheduler.run(until_ms=REST_MS)
            if self.broken is None:
                self._look(lambda: self._rest(is_at_rest=is_at_rest))
        except TooManyStepsError as endless:
            self.broken = BrokenError(8, str(endless))
        finally:
            self.scheduler.close()

    def _rest(self, *, is_at_rest: bool) -> None:
        require_rest(self, is_at_rest=is_at_rest)

    def _look(self, at: Callable[[], None]) -> None:
        """Have the watch look; what it finds ends the run, whoever stands in between."""
        try:
            at()
        except BrokenError as broken:
            self.broken = self.broken or broken
            self.scheduler.is_stopped = True

    # What the machine asks for

    def now(self) -> datetime:
        """The time of the cloud."""
        return datetime.fromtimestamp(self.scheduler.now_ms / 1_000, UTC)

    def now_ms(self) -> int:
        """Wall clock of the sandbox that asks."""
        return self.scheduler.wall_ms()

    def monotonic_seconds(self) -> float:
        """The same for all, and never wrong."""
        return self.scheduler.elapsed_ms / 1_000

    def pause_seconds(self, seconds: float) -> None:
        """Let time go by."""
        self.scheduler.sleep(round(seconds * 1_000))

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

    def counted(self, name: str, value: int, _dimensions: dict[str, str]) -> None:
        """A metric, for whoever raises alarms."""
        self.metrics.append((name, value))

    def memory(self) -> dict[str, Any]:
        """What the running sandbox keeps for itself."""
        run = self._run()
        return run.memory if run else {}

    def connected(self, address: Address, deadline: float) -> Connection:
        """A line to a destination.

        Raises:
            OSError: nobody took the call.
        """
        name = _addresses()[address]
        left_ms = max(1, round(deadline * 1_000) - self.scheduler.elapsed_ms)
        connection = Connection(self.scheduler, name, self._run(), self._on_line)
        self._on_line(Deed("connect", name, "before"), left_ms)
        self.scheduler.sleep(2 + self.scheduler.random.randrange(4))
        self.party(name).take(connection)
        return connection

    def party(self, name: str) -> Counterparty:
        """One counterparty; it opens its books when it is called first."""
        if name not in self.parties:
            self.parties[name] = Counterparty(
                name,
                self.scheduler,
                self._planned,
                self._telegram,
                self._books,
            )
        return self.parties[name]

    # Occasions

    def _run(self) -> Run | None:
        task = self.scheduler.current
        return task.about if task is not None and isinstance(task.about, Run) else None

    def _passing(self, call: Call) -> None:
        """A call of AWS, before it takes effect and before it is answered."""
        scheduler = self.scheduler
        if scheduler.current is None:
            return
        scheduler.require_life()
        run = self._run()
        if call.moment == "after":
            if call.operation in WRITES:
                self._committed()
            if call.operation in FEEDS:
                self.feeding.look()
        if run is None:
            return
        what = call.operation
        if what == "UpdateItem" and call.resource == "PaymentsTable":
            what = f"{what}/{'decision' if 'line' in run.memory else 'intent'}"
        strike = self.strikes.at(f"aws:{role_of(run.function)}:{what}:{call.moment}")
        scheduler.sleep(1 + scheduler.random.randrange(6))
        if strike is not None:
            self._strike_call(strike, call)

    def _strike_call(self, strike: Strike, call: Call) -> None:
        match strike.bad.does:
            case "kill":
                self._die()
            case "throttle":
                raise refusals.throttled(call.operation)
            case "conflict":
                raise refusals.InConflict(0)
            case "partly":
                raise refusals.PartlyRefused(lambda place: place == 0)
            case "time out":
                self.scheduler.sleep(READ_TIMEOUT_MS)
                raise ReadTimeoutError(endpoint_url=f"https://{call.service}.invalid")
            case "pause":
                self.scheduler.sleep(round(strike.seconds * 1_000))
            case does:
                raise AssertionError(does)

    def _die(self) -> None:
        task = self.scheduler.current
        assert task is not None  # noqa: S101 -- a bug: somebody runs
        task.is_dead = True
        raise Killed

    def _on_line(self, deed: Deed, left_ms: int = 0) -> float | None:
        """An operation on a line; the share of what is sent at which it is cut, if it is."""
        self.scheduler.require_life()
        run = self._run()
        role = role_of(run.function) if run else ""
        if run is not None and deed.what == "connect":
            run.memory["line"] = True
        strike = self.strikes.at(f"line:{role}:{deed.what}:{deed.moment}")
        if strike is None:
            return None
        match strike.bad.does:
            case "kill":
                self._die()
            case "pause":
                self.scheduler.sleep(round(strike.seconds * 1_000))
            case "refuse":
                raise ConnectionRefusedError(111, "Connection refused")
            case "black hole":
                self.scheduler.sleep(left_ms)
                raise TimeoutError(110, "Connection timed out")
            case "cut":
                return strike.share
            case does:
                raise AssertionError(does)
        return None

    def _planned(self, _destination: str, kind: Kind | None) -> Entry:
        """What goes wrong with the next telegram of a kind; without a kind, with the invitation to send one."""
        strike = self.strikes.at(f"party:{kind}" if kind else "enq")
        return Entry(strike.bad.fault, strike.seconds) if strike else AS_USUAL

    def _telegram(self, heard: Heard) -> None:
        self._look(lambda: self.watch.telegram(heard))

    def _books(self, heard: Heard) -> None:
        self._look(lambda: self.watch.books(heard))

    def _starting(self, run: Run) -> int:
        """How long a sandbox takes to start."""
        role = role_of(run.function)
        strike = self.strikes.at(f"start:{role}")
        if strike is None:
            return self.scheduler.random.randrange(8)
        match strike.bad.does:
            case "pause":
                return round(strike.seconds * 1_000)
            case "no room":
                raise throttled()
            case "skew":
                run.skew_ms = round(strike.seconds * 1_000)
            case "twice":
                self.sandboxes.start(run.function, run.payload)
            case does:
                raise AssertionError(does)
        return 0

    def _invoke(self, function: str, payload: dict[str, Any], timeout_seconds: int) -> Any:  # noqa: ANN401 -- JSON
        strike = self.strikes.at("workflow:approval:task")
        if strike is not None:
            self._die()
        return self.sandboxes.invoke(function, payload, timeout_seconds)

    def _wait(self, seconds: float) -> None:
        self.scheduler.sleep(round(seconds * 1_000))

    def _committed(self) -> None:
        """Show the watch what was written since it last looked."""
        (shard,) = self.cloud.streams["PaymentsTable"].shards
        while self._records < len(shard):
            change = shard[self._records].words["dynamodb"]
            self._records += 1
            if change["Keys"]["SK"]["S"] == "STATE":
                self._look(
                    lambda change=change: self.watch.committed(change.get("OldImage"), change["NewImage"])
                )

    def _is_due(self) -> bool:
        now_ms = self.scheduler.now_ms
        return any(
            int(one.image["next_action_at_ms"]["N"]) <= now_ms
            for one in self.watch.sales.values()
            if one.is_open
        )

    # Tills

    def _carry(
        self, till: Till, request: PosRequest, event: dict[str, Any], timeout_ms: int
    ) -> dict[str, Any] | None:
        """Carry one request of a till, and the answer back if one comes in time."""
        scheduler = self.scheduler
        kind = kind_of(request.method, request.path)
        if kind == "approve" and not request.headers:
            self._last_sale[till.signer.key_id] = request
        strike = self.strikes.at(f"till:{kind}:request")
        does = strike.bad.does if strike else ""
        late_ms = round(strike.seconds * 1_000) if strike else 0
        if does in {"die", "die for good"}:
            self._till_dies(for_good=does != "die")
        if does == "garble" and event["body"]:
            event = {**event, "body": event["body"][:-8] + "AAAA" + event["body"][-4:]}
        if does in {"impatient", "replay", "net_cancel too", "cancel too"}:
            self._beside(does, till, request, event, late_ms)
        if does == "lose":
            scheduler.sleep(timeout_ms)
            return None
        told = self._deliver(till, request, event, late_ms if does == "delay" else 0)
        if not scheduler.wait(told, timeout_ms):
            return None
        strike = self.strikes.at(f"till:{kind}:answer")
        if strike is None:
            answered: dict[str, Any] = told.value
            return answered
        if strike.bad.does != "lose":
            self._till_dies(for_good=strike.bad.does != "die")
        scheduler.sleep(timeout_ms)
        return None

    def _deliver(self, till: Till, request: PosRequest, event: dict[str, Any], late_ms: int) -> Signal:
        """Have API Gateway asked; the signal is said when the answer is back."""
        scheduler, told = self.scheduler, Signal()
        self._requests += 1
        asked = Asked(request, event, till.signer.key_id, self._requests)
        is_other = request.headers.get("X-Lab") == "other"

        def ask() -> None:
            answered = self.sandboxes.ask(event)
            self._look(lambda: self.watch.answered(asked, answered, other_contents=is_other))
            scheduler.later(self._way_ms(), lambda: scheduler.say(told, answered))

        scheduler.spawn("api", ask, after_ms=self._way_ms() + late_ms)
        return told

    def _way_ms(self) -> int:
        return 10 + self.scheduler.random.randrange(30)

    def _beside(
        self, does: str, till: Till, request: PosRequest, event: dict[str, Any], late_ms: int
    ) -> None:
        """Something else that reaches the relay at about the same time."""
        late_ms = late_ms or self.scheduler.random.randrange(300)
        match does:
            case "replay":
                self._deliver(till, request, event, late_ms)
                return
            case "net_cancel too":
                other = till.net_cancel(request.sale_id)
            case "cancel too":
                other = till.cancel(request.sale_id)
                till.journal.note("refused", other.key, "the lab's own")
            case _:
                other = request
        self._deliver(till, other, till.event(other), late_ms)

    def _till_dies(self, *, for_good: bool) -> None:
        """The power of the running till goes, and comes back after a while."""
        task = self.scheduler.current
        assert task is not None  # noqa: S101 -- a bug: somebody runs
        place = task.about
        if for_good:
            self.dead_tills.add(place)
        else:
            wait_ms = 2_000 + self.scheduler.random.randrange(60_000)
            self.scheduler.spawn("till", lambda: self._settle(place), about=place, after_ms=wait_ms)
        self._die()

    def _stand(self, place: int, acts: tuple[Act, ...]) -> None:
        """A clerk's morning at one till."""
        for act in acts:
            self.scheduler.sleep(act.after_ms)
            with suppress(PayrelayError):
                self._act(place, act)

    def _act(self, place: int, act: Act) -> None:
        till = self.tills[place]
        last = self._last_sale.get(till.signer.key_id)
        match act.what:
            case "sell":
                till.sell(act.amount_won, CardInHand(CARDS[act.card], EXPIRY, cvc="123"))
            case "cancel" | "cancel rest" if last:
                till.give_back(last.key)
            case "cancel part" if last:
                till.give_back(last.key, amount_won=act.amount_won)
            case "other amount" if last:
                body = last.body.replace(b'"amount_won": ', b'"amount_won": 1')
                till.send(replace(last, body=body, headers={"X-Lab": "other"}))
            case "net_cancel" if last:
                till.send(till.net_cancel(last.key))
            case _:
                pass
        if act.what == "sell" and place == 0 and self.plan.forgets:
            till.journal.lines.clear()

    def _close_up(self, place: int) -> None:
        """The evening: settle until the journal holds nothing open."""
        for _ in range(EVENINGS):
            self._settle(place)
            if not any(entry.is_open for entry in self.tills[place].journal.entries()):
                return
            self.scheduler.sleep(60_000)

    def _settle(self, place: int) -> None:
        with suppress(PayrelayError):
            self.tills[place].settle_pending()
