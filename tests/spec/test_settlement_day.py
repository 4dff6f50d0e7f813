"""A merchant's settlement day: stages in their order, each done once, whoever stops and starts again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from payment_core.settlement.settlement_day import (
    STAGES,
    Done,
    MerchantDay,
    Outcome,
    Stage,
    StageTooEarlyError,
    Waits,
    is_late,
    play,
)
from tests.fakes.settlement_days import InMemorySettlementDays

NOW_MS = 1_795_000_000_000
LIST = "hangang TRANSACTIONS 20261120"


class StoppedError(Exception):
    """Somebody pulled the plug."""


@dataclass
class Office:
    """Who does the day's work, and how often each stage was worked on."""

    days: InMemorySettlementDays = field(default_factory=InMemorySettlementDays)
    worked: list[Stage] = field(default_factory=list)

    def asks_for(self, stage: Stage, comes_to: Outcome | None = None) -> MerchantDay:
        return self.does(stage, lambda: comes_to or Done({"rows": 3}))

    def does(self, stage: Stage, work: Callable[[], Outcome]) -> MerchantDay:
        def worked() -> Outcome:
            self.worked.append(stage)
            return work()

        return play(stage, "1001", "20261120", work=worked, days=self.days, now_ms=NOW_MS)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_day_goes_through_its_stages_in_their_order(office: Office) -> None:
    told = [office.asks_for(stage).next_stage for stage in STAGES]

    assert " ".join(STAGES) == "close compare claim capture expect match statement"
    assert told == [*STAGES[1:], None]
    assert office.days.open_days() == []


def test_a_stage_that_is_done_is_not_done_again(office: Office) -> None:
    first = office.asks_for(Stage.CLOSE)

    assert office.asks_for(Stage.CLOSE, Done({"rows": 99})) == first
    assert office.worked == [Stage.CLOSE]
    assert first.facts == {"close": {"rows": 3}}


def test_no_stage_begins_before_the_one_ahead_of_it_is_done(office: Office) -> None:
    with pytest.raises(StageTooEarlyError, match="claim is asked for, and close is not done") as refused:
        office.asks_for(Stage.CLAIM)

    assert (refused.value.stage, refused.value.next_stage) == (Stage.CLAIM, Stage.CLOSE)
    assert office.worked == []


def test_a_file_that_is_missing_is_waited_for_and_named(office: Office) -> None:
    office.asks_for(Stage.CLOSE)

    waiting = office.asks_for(Stage.COMPARE, Waits((LIST,)))
    again = office.asks_for(Stage.COMPARE, Waits((LIST,)))

    assert (waiting.next_stage, waiting.waits_for) == (Stage.COMPARE, (LIST,))
    assert again == waiting, "the same wait is written once"
    assert office.days.open_days() == [waiting]
    assert office.asks_for(Stage.COMPARE).waits_for == ()


def test_a_stage_that_was_stopped_halfway_is_run_again(office: Office) -> None:
    def stopped() -> Outcome:
        raise StoppedError

    with pytest.raises(StoppedError):
        office.does(Stage.CLOSE, stopped)

    assert office.days.open_days() == []
    assert office.asks_for(Stage.CLOSE).done == (Stage.CLOSE,)


def test_of_two_runs_at_once_one_counts_and_both_say_the_same(office: Office) -> None:
    told: list[MerchantDay] = []

    def overtaken() -> Outcome:
        told.append(
            play(
                Stage.CLOSE,
                "1001",
                "20261120",
                work=lambda: Done({"rows": 1}),
                days=office.days,
                now_ms=NOW_MS,
            )
        )
        return Done({"rows": 2})

    second = office.does(Stage.CLOSE, overtaken)

    assert [second] == told
    assert second.facts == {"close": {"rows": 1}}


def test_a_workflow_is_named_by_merchant_date_and_run() -> None:
    assert MerchantDay("1001", "20261120").execution == "day-1001-20261120-0"
    assert MerchantDay("1001", "20261120", run=2).execution == "day-1001-20261120-2"


@pytest.mark.parametrize(
    ("now", "done", "late"),
    [
        ("2026-11-21T14:59:59+09:00", (), 0),
        ("2026-11-21T15:00:00+09:00", (), 1),
        ("2026-11-22T00:00:00+09:00", (Stage.CLOSE, Stage.COMPARE), 1),
        ("2026-11-22T15:00:00+09:00", (Stage.CLOSE, Stage.COMPARE, Stage.CLAIM), 0),
    ],
)
def test_a_day_that_is_not_claimed_by_three_in_the_afternoon_of_the_next_is_late(
    now: str, done: tuple[Stage, ...], late: int
) -> None:
    at_ms = int(datetime.fromisoformat(now).timestamp() * 1_000)

    assert is_late(MerchantDay("1001", "20261120", done), at_ms) == late


def test_a_day_keeps_what_each_stage_came_to_and_since_when_it_is_where_it_is() -> None:
    days = InMemorySettlementDays()

    def played(after_ms: int, stage: Stage, outcome: Outcome) -> MerchantDay:
        now_ms = NOW_MS + after_ms
        return play(stage, "1001", "20261120", work=lambda: outcome, days=days, now_ms=now_ms)

    told = [
        played(0, Stage.CLOSE, Waits((LIST,))),
        played(1, Stage.CLOSE, Done({"rows": 3})),
        played(2, Stage.COMPARE, Done({"breaks": 0})),
        played(3, Stage.CLAIM, Waits((LIST,))),
    ]

    assert [(one.version, one.since_ms - NOW_MS) for one in told] == [(1, 0), (2, 1), (3, 2), (4, 2)]
    assert told[-1].facts == {"close": {"rows": 3}, "compare": {"breaks": 0}}
