"""The cancel workflow: one cancel is repeated forward until a definite answer, and is never undone."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.workflows.stage import SENDERS, Act, Played, Stage, answers, fails

SENDER: Final = "VanLinkHangangFunction"
CLOSED: Final = answers(closed=True, wait_seconds=0)
OPEN: Final = answers(closed=False, wait_seconds=1)
AT_ONCE: Final = {"Seconds": 1, "IntervalSeconds": 1, "BackoffRate": 1.0, "MaxDelaySeconds": 1}


def play(stage: Stage, *acts: Act, destination: str = "hangang", **shrink: Any) -> Played:  # noqa: ANN401 -- any value of the file
    return stage.play(
        "cancel",
        {SENDERS.get(destination, SENDER): list(acts)},
        shrink={**AT_ONCE, **shrink},
        cancel="20261120-43",
        destination=destination,
        run=0,
    )


def test_a_definite_answer_ends_the_workflow(stage: Stage) -> None:
    played = play(stage, CLOSED)

    assert played.status == "SUCCEEDED"
    assert played.calls == [
        (SENDER, {"telegram": "cancel", "cancel": "20261120-43", "destination": "hangang"})
    ]
    assert played.seconds < 2


@pytest.mark.parametrize("name", SENDERS)
def test_the_destination_that_approved_cancels_and_repeats(stage: Stage, name: str) -> None:
    played = play(stage, OPEN, fails("NobodyKnowsThisError"), CLOSED, destination=name)

    assert (played.status, played.called) == ("SUCCEEDED", [SENDERS[name]] * 3)


def test_a_cancel_in_doubt_is_repeated_after_the_wait_it_names(stage: Stage) -> None:
    played = play(stage, OPEN, CLOSED)

    assert (played.status, played.called) == ("SUCCEEDED", [SENDER, SENDER])
    assert played.calls[0] == played.calls[1]
    assert 1 <= played.seconds < 3


@pytest.mark.parametrize(
    "failure", [fails("StoreUnavailableError"), fails("NobodyKnowsThisError"), {"exit": 1}]
)
def test_a_try_that_fails_is_followed_by_the_same_try(stage: Stage, failure: Act) -> None:
    played = play(stage, failure, failure, CLOSED)

    assert (played.status, played.called) == ("SUCCEEDED", [SENDER] * 3)


def test_a_try_that_takes_too_long_is_followed_by_the_same_try(stage: Stage) -> None:
    played = play(stage, {"sleep": 3}, CLOSED, TimeoutSeconds=1)

    assert (played.status, played.called) == ("SUCCEEDED", [SENDER, SENDER])


def test_a_destination_that_nobody_deployed_fails_loudly_and_sends_nothing(stage: Stage) -> None:
    played = play(stage, fails("MustNotBeCalledError"), destination="nobody")

    assert (played.status, played.called) == ("FAILED", [])
