"""The laboratory's world with a calendar: days go by; settlement is fed and asked as it is when deployed.

Sales, telegrams, streams and functions run in virtual time, as in every story of the laboratory. A settlement
day's workflow is moved on when something may have come, not every quarter of an hour in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from payment_adapters.files.store import FileStore
from payment_core.kernel.korean_time import KOREA
from tools.lab.aws.deployment import deployed
from tools.lab.aws.states import Wait
from tools.lab.aws.workflows import RUNNING, Execution
from tools.lab.plan import Plan
from tools.lab.relay import Run
from tools.lab.scheduler import NOON_IN_SEOUL_MS
from tools.lab.world import World
from tools.simulators.books import Authorisation
from tools.simulators.faults import Entry, Fault, Kind
from tools.simulators.settlement.day import parties

LOST_PER_MILLE: Final = 15  # answers to approvals that never come, so that there is something to undo
DAY_WORKFLOW: Final = "settlement_day"
PATIENCE_SECONDS: Final = 900


class MonthWorld(World):
    """Everybody of a month.

    Attributes:
        days: The workflow of each merchant's day.
    """

    not_there = ("archive",)
    most_steps = 1 << 40

    def __init__(self, seed: int, first_day: str) -> None:
        """Set the clock to midnight of the first day; nobody has sold anything."""
        super().__init__(Plan(seed, "1002", (), signs=False))
        self.days: list[Execution] = []
        self._is_driving = False
        self.scheduler.elapsed_ms = self._ms(first_day, 0) - NOON_IN_SEOUL_MS
        for name in parties():
            self.party(name)

    def sleep_until(self, day: str, hour: float) -> None:
        """Let time go by until an hour of a day in Korea; an hour that is over is now."""
        self.scheduler.sleep(self._ms(day, hour) - self.scheduler.now_ms)

    def ask(self, function: str, payload: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- JSON
        """Run a function as its schedule or a person would.

        Raises:
            TaskFailedError: it failed.
        """
        self.settle()
        return self.sandboxes.invoke(function, dict(payload), PATIENCE_SECONDS)

    def settle(self) -> None:
        """Let every index and every replica know what was written."""
        self.cloud.settle_indexes()
        self.cloud.settle_reads()

    def drive(self) -> None:
        """Have the workflow of each day ask for what may be done now, until it waits again."""
        self._is_driving = True
        try:
            for execution in self.days:
                self._step(execution)
                while execution.status == RUNNING and not self._waits(execution):
                    self._step(execution)
        finally:
            self._is_driving = False

    def books(self) -> dict[str, list[Authorisation]]:
        """What each party decided, by its own books."""
        return {name: list(self.party(name).books) for name in parties()}

    def store(self) -> FileStore:
        """The bucket of files, as a party sees it."""
        bucket = deployed().functions["SettlementStepFunction"].environment["FILES_BUCKET"]
        return FileStore(self.cloud.client("s3"), bucket)

    def begun(self, execution: Execution) -> None:
        """A workflow was started; one of a day waits until something may have come."""
        if execution.machine.word == DAY_WORKFLOW:
            self.days.append(execution)
        else:
            super().begun(execution)

    def wait_seconds(self, seconds: float) -> None:
        """A workflow waits; a day's is asked when it is time, see `drive`."""
        if not self._is_driving:
            super().wait_seconds(seconds)

    def planned(self, kind: Kind | None, about: Run | None) -> Entry:
        """Now and then an answer is lost: the till undoes what it was never told."""
        if kind is Kind.AUTHORISE and self.scheduler.random.randrange(1_000) < LOST_PER_MILLE:
            return Entry(Fault.LOSE_ANSWER)
        return super().planned(kind, about)

    def _step(self, execution: Execution) -> None:
        self.settle()
        execution.step()

    @staticmethod
    def _waits(execution: Execution) -> bool:
        return isinstance(execution.machine.definition.states[execution.state], Wait)

    @staticmethod
    def _ms(day: str, hour: float) -> int:
        midnight = datetime.strptime(day, "%Y%m%d").replace(tzinfo=KOREA)
        return int((midnight + timedelta(hours=hour)).timestamp() * 1_000)
