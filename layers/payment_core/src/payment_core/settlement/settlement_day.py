"""A merchant's settlement day: its stages in their order, each done once, none before the one ahead of it.

    close       what the day approved goes into one batch, each sale once
    compare     대사: our log, the VANs' lists and the merchant's own
    claim       청구: a claim file for each VAN and issuer
    capture     매입/입반송: what came back of each claim file, applied to its rows
    expect      what each acquirer will pay, and when
    match       정산: expected deposits and lines of the bank
    statement   what the merchant gets to read

A stage that waits for a file waits: it says for what, and is asked again. It never guesses, and nothing after
it begins. Each stage may be stopped anywhere and run again.
Flow: workflows/settlement_day.asl.json. Promise: tests/spec/test_settlement_day.py.
Story: docs/flows/settlement_day.md. Decision: docs/adr/0048.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.korean_time import korean_time


class Stage(StrEnum):
    """One part of the day. The word is what the workflow, the day's item and the screen say."""

    CLOSE = "close"
    COMPARE = "compare"
    CLAIM = "claim"
    CAPTURE = "capture"
    EXPECT = "expect"
    MATCH = "match"
    STATEMENT = "statement"


STAGES: Final = tuple(Stage)
CLAIMED_BY_HOUR: Final = 15  # of the day after: lists come in the morning, VANs take claims until evening


@dataclass(frozen=True)
class MerchantDay:
    """How far one merchant's business date is.

    Attributes:
        business_date: YYYYMMDD.
        done: The stages that are over, in their order.
        facts: What they came to, by stage: counts and won.
        waits_for: What the next stage waits for, in words that name files; empty while it waits for nothing.
        run: How many workflows of it ended before their end.
        version: How often it was written.
        since_ms: Since when it stands where it stands.
    """

    merchant: str
    business_date: str
    done: tuple[Stage, ...] = ()
    facts: Mapping[str, Mapping[str, int]] | None = None
    waits_for: tuple[str, ...] = ()
    run: int = 0
    version: int = 0
    since_ms: int = 0

    @property
    def batch(self) -> str:
        """The batch that the day's sales are claimed into: ``1001-20261120``."""
        return f"{self.merchant}-{self.business_date}"

    @property
    def is_over(self) -> bool:
        """Whether every stage is done."""
        return len(self.done) == len(STAGES)

    @property
    def next_stage(self) -> Stage | None:
        """The one to do now; ``None`` when the day is over."""
        return None if self.is_over else STAGES[len(self.done)]

    @property
    def execution(self) -> str:
        """The name of its workflow: a second start of it is none."""
        return f"day-{self.batch}-{self.run}"


@dataclass(frozen=True)
class Done:
    """The stage is over; what it came to, in counts and won."""

    facts: Mapping[str, int]


@dataclass(frozen=True)
class Waits:
    """The stage cannot go on; for what, each in words that name it."""

    waits_for: tuple[str, ...]


Outcome = Done | Waits


class StageTooEarlyError(Exception):
    """A stage was asked for while one before it is not done; nothing was looked at."""

    def __init__(self, stage: Stage, next_stage: Stage) -> None:
        """Name both."""
        super().__init__(f"{stage} is asked for, and {next_stage} is not done")
        self.stage = stage
        self.next_stage = next_stage


class Days(Protocol):
    """Merchants' days, kept."""

    def read(self, merchant: str, business_date: str) -> MerchantDay | None:
        """How far it is, strongly consistent; ``None`` if it never began."""
        ...

    def move(self, seen: MerchantDay | None, becomes: MerchantDay) -> bool:
        """Write over the version that was seen; ``False`` if another run came first."""
        ...


def play(
    stage: Stage, merchant: str, business_date: str, *, work: Callable[[], Outcome], days: Days, now_ms: int
) -> MerchantDay:
    """Do one stage of a day, if it is its turn; one that is done is not done again.

    Args:
        stage: The one that is asked for.
        merchant: Whose day.
        business_date: YYYYMMDD.
        work: Does it; may be stopped anywhere, and is then run again.
        days: Where the day stands.
        now_ms: Wall clock.

    Raises:
        StageTooEarlyError: one before it is not done.
    """
    seen = days.read(merchant, business_date)
    day = seen or MerchantDay(merchant, business_date, since_ms=now_ms)
    if stage in day.done:
        return day
    assert day.next_stage is not None, "a stage that is not done is left"  # noqa: S101 -- a bug
    if stage is not day.next_stage:
        raise StageTooEarlyError(stage, day.next_stage)
    becomes = _after(day, stage, work(), now_ms)
    if becomes == day or days.move(seen, becomes):
        return becomes
    return days.read(merchant, business_date) or day  # another run came first: what it wrote holds


def _after(day: MerchantDay, stage: Stage, outcome: Outcome, now_ms: int) -> MerchantDay:
    if isinstance(outcome, Waits):
        if outcome.waits_for == day.waits_for and day.version:
            return day
        return replace(day, waits_for=outcome.waits_for, version=day.version + 1)
    return replace(
        day,
        done=(*day.done, stage),
        facts={**(day.facts or {}), str(stage): dict(outcome.facts)},
        waits_for=(),
        version=day.version + 1,
        since_ms=now_ms,
    )


def is_late(day: MerchantDay, now_ms: int) -> bool:
    """Whether a day should be claimed by now: by three in the afternoon of the day after it, in Korea."""
    if Stage.CLAIM in day.done:
        return False
    now = korean_time(now_ms)
    after = now - timedelta(days=1 if now.hour >= CLAIMED_BY_HOUR else 2)
    return day.business_date <= f"{after:%Y%m%d}"
