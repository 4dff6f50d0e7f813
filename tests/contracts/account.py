"""The laboratory's account, for contracts that say nothing of how far reads lag behind writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tools.lab.aws.cloud import Call, Cloud


@dataclass
class AccountClock:
    """A clock that moves only when told."""

    at: datetime = datetime(2026, 11, 20, 3, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment."""
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by."""
        self.at += timedelta(seconds=seconds)


def settled_cloud() -> tuple[Cloud, AccountClock]:
    """An account in which every read sees every write, and its clock."""

    def settle(call: Call) -> None:
        if call.moment == "after":
            cloud.settle_indexes()
            cloud.settle_reads()

    clock = AccountClock()
    cloud = Cloud(clock, settle, wait=clock.pass_seconds)
    return cloud, clock


def end_all(cloud: Cloud) -> None:
    """End every execution that runs, whatever it had to do."""
    for execution in cloud.executions:
        execution.stop()
