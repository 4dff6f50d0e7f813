"""The net-cancel workflow: it repeats one try until the attempt is closed, and a lost try is no end."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.workflows.stage import Act, Played, Stage, answers, fails

UNDO: Final = "NetCancelFunction"
CLOSED: Final = answers(closed=True, wait_seconds=0, answer=None)
OPEN: Final = answers(closed=False, wait_seconds=1, answer=None)
AT_ONCE: Final = {"IntervalSeconds": 1, "BackoffRate": 1.0, "MaxDelaySeconds": 1, "JitterStrategy": "NONE"}


def play(stage: Stage, *acts: Act, **shrink: Any) -> Played:  # noqa: ANN401 -- any value of the file
    return stage.play("net_cancel", {UNDO: list(acts)}, shrink={**AT_ONCE, **shrink}, attempt=0, run=0)


def test_a_closed_attempt_ends_the_workflow(stage: Stage) -> None:
    played = play(stage, CLOSED)

    assert played.status == "SUCCEEDED"
    assert played.calls == [(UNDO, {"attempt": 0, "in_line": False})]
    assert played.seconds < 2


def test_an_open_attempt_is_tried_again_after_the_wait_it_names(stage: Stage) -> None:
    played = play(stage, OPEN, CLOSED)

    assert (played.status, played.called) == ("SUCCEEDED", [UNDO, UNDO])
    assert 1 <= played.seconds < 3


@pytest.mark.parametrize(
    "failure", [fails("StoreUnavailableError"), fails("NobodyKnowsThisError"), {"exit": 1}]
)
def test_a_try_that_fails_is_followed_by_the_same_try(stage: Stage, failure: Act) -> None:
    played = play(stage, failure, CLOSED)

    assert played.status == "SUCCEEDED"
    assert played.calls[0] == played.calls[1]


def test_a_try_that_takes_too_long_is_followed_by_the_same_try(stage: Stage) -> None:
    played = play(stage, {"sleep": 3}, CLOSED, TimeoutSeconds=1)

    assert (played.status, played.called) == ("SUCCEEDED", [UNDO, UNDO])


def test_a_function_that_fails_every_time_is_no_end_either(stage: Stage) -> None:
    failing = fails("StoreUnavailableError")

    played = play(stage, failing, failing, failing, CLOSED, MaxAttempts=1, Seconds=1)

    assert (played.status, played.called) == ("SUCCEEDED", [UNDO] * 4)
