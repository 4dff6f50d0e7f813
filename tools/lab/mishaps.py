"""Mishaps: every occasion at which something can go wrong, and what then does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn

from botocore.exceptions import ReadTimeoutError

from tools.lab.aws import refusals
from tools.lab.aws.calls import Call
from tools.lab.aws.tasks import throttled
from tools.lab.network import Deed
from tools.lab.relay import Run
from tools.lab.scheduler import Killed
from tools.lab.strikes import Strike
from tools.simulators.faults import AS_USUAL, Entry, Kind

if TYPE_CHECKING:
    from tools.lab.world import World

READ_TIMEOUT_MS: Final = 500
QUICK_CALL_MS, SLOW_CALL_MS, SLOW_CALLS = 6, 200, 15  # one half of fifteen is slow
WRITES: Final = frozenset({"UpdateItem", "PutItem", "TransactWriteItems"})
FEEDS: Final = WRITES | {"SendMessage", "PutRecords"}


@cache
def role_of(function: str) -> str:
    """Who a function is in the catalogue: the senders are one role."""
    if function.startswith(("VanLink", "CardDirect")):
        return "link"
    name = function.removesuffix("Function")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


class Mishaps:
    """Stands beside every call, line, telegram and start of one run."""

    def __init__(self, world: World) -> None:
        """Take the run that it may spoil."""
        self._world = world
        self._scheduler = world.scheduler
        self._strikes = world.strikes

    def passing(self, call: Call) -> None:
        """A call of AWS, before it takes effect and before it is answered."""
        scheduler = self._scheduler
        task = scheduler.current
        if task is None:
            return
        if task.is_dead:
            raise Killed
        if call.operation == "EnterState":
            self._enter(call.resource)
            return
        if call.moment == "after" and call.operation in FEEDS:
            if call.operation in WRITES:
                self._world.committed()
            self._world.feeding.look()
        run = task.about
        if not isinstance(run, Run):
            return
        strike = self._strikes.at(self._occasion(call, run)) if self._strikes.wait_at_calls else None
        below = scheduler.below  # half of a call: mostly a few milliseconds, now and then nearly too long
        scheduler.sleep(1 + below(QUICK_CALL_MS if below(SLOW_CALLS) else SLOW_CALL_MS))
        if strike is not None:
            self._strike_call(strike, call)

    @staticmethod
    def _occasion(call: Call, run: Run) -> str:
        """What the catalogue calls it."""
        what = call.operation
        if what == "UpdateItem" and call.resource == "PaymentsTable":
            what = f"{what}/{'decision' if 'line' in run.memory else 'intent'}"
        if call.resource == "BreakersTable":
            what = f"{what}/breaker"
        return f"aws:{role_of(run.function)}:{what}:{call.moment}"

    def _enter(self, state: str) -> None:
        """A workflow enters its next state."""
        word = state.partition(".")[0]
        strike = self._strikes.at(f"workflow:{word}:task")
        if strike is None:
            return
        if strike.bad.does == "stop":
            task = self._scheduler.current
            assert task is not None  # noqa: S101 -- a bug: somebody runs
            task.about.stop()
        self.die()

    def _strike_call(self, strike: Strike, call: Call) -> None:
        match strike.bad.does:
            case "kill":
                self.die()
            case "throttle":
                raise refusals.throttled(call.operation)
            case "conflict":
                raise refusals.InConflict(0)
            case "partly":
                raise refusals.PartlyRefused(lambda place: place == 0)
            case "time out":
                self._scheduler.sleep(READ_TIMEOUT_MS)
                raise ReadTimeoutError(endpoint_url=f"https://{call.service}.invalid")
            case "pause":
                self._scheduler.sleep(round(strike.seconds * 1_000))
            case does:
                raise AssertionError(does)

    def die(self) -> NoReturn:
        """End the running task here and now.

        Raises:
            Killed: always.
        """
        task = self._scheduler.current
        assert task is not None  # noqa: S101 -- a bug: somebody runs
        task.is_dead = True
        raise Killed

    def on_line(self, deed: Deed, left_ms: int = 0) -> float | None:
        """An operation on a line; the share of what is sent at which it is cut, if it is."""
        self._scheduler.require_life()
        run = self._world.running()
        role = role_of(run.function) if run else ""
        if run is not None and deed.what == "connect":
            run.memory["line"] = True
        strike = self._strikes.at(f"line:{role}:{deed.what}:{deed.moment}")
        if strike is None:
            return None
        match strike.bad.does:
            case "kill":
                self.die()
            case "pause":
                self._scheduler.sleep(round(strike.seconds * 1_000))
            case "refuse":
                raise ConnectionRefusedError(111, "Connection refused")
            case "black hole":
                self._scheduler.sleep(left_ms)
                raise TimeoutError(110, "Connection timed out")
            case "cut":
                return strike.share
            case does:
                raise AssertionError(does)
        return None

    def planned(self, kind: Kind | None, about: Run | None) -> Entry:
        """What goes wrong with the next telegram of a kind; without one, with the invitation to send."""
        undoes = kind is Kind.CANCEL and about is not None and role_of(about.function) == "net_cancel"
        occasion = "undoing cancel" if undoes else str(kind)
        strike = self._strikes.at(f"party:{occasion}" if kind else "enq")
        return Entry(strike.bad.fault, strike.seconds) if strike else AS_USUAL

    def starting(self, run: Run) -> int:
        """How long a sandbox takes to start."""
        role = role_of(run.function)
        strike = self._strikes.at(f"start:{role}")
        if strike is None:
            return self._scheduler.below(8)
        match strike.bad.does:
            case "pause":
                return round(strike.seconds * 1_000)
            case "no room":
                raise throttled()
            case "skew":
                run.skew_ms = round(strike.seconds * 1_000)
            case "twice":
                self._world.sandboxes.start(run.function, run.payload)
            case does:
                raise AssertionError(does)
        return 0
