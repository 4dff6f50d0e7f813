"""The approval workflow: a telegram is sent at most once, and no way out leaves the sale to itself."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.workflows.stage import SENDERS, Act, Played, Stage, answers, fails

ROUTER, SENDER, UNDO = "VanRouterFunction", "VanLinkHangangFunction", "NetCancelFunction"
SEALED: Final = {"key": "k", "nonce": "n", "box": "b"}
APPROVED: Final = {"http_status": 201, "body": '{"state": "APPROVED"}'}
BUSY: Final = {"http_status": 201, "body": '{"state": "DECLINED"}'}
BEING_UNDONE: Final = {"http_status": 202, "body": '{"state": "BEING_REVERSED"}'}


def routed(destination: str, *, spare: str = "", tried: list[str] | None = None) -> Act:
    """What the router answers."""
    past = [destination] if tried is None else tried
    return answers(destination=destination, why="share", spare=spare, net_cancel_mode="RELAY", tried=past)


ROUTED: Final = routed("hangang")
ROUTED_WITH_SPARE: Final = routed("hangang", spare="namsan")
SENT: Final = answers(verdict="DECIDED", answer=APPROVED)
UNDONE: Final = answers(closed=True, wait_seconds=0, fail_over=False, answer=BEING_UNDONE)
NEVER: Final[list[Act]] = [fails("MustNotBeCalledError")]

# What a function can do wrong: by name, as awslambdaric tells it; an unknown one; a crash of its sandbox.
FAILURES: Final = [
    fails("StoreUnavailableError"),
    fails("SealBrokenError"),
    fails("NobodyKnowsThisError"),
    {"exit": 1},
]


def play(stage: Stage, *, shrink: dict[str, Any] | None = None, **acts: list[Act]) -> Played:
    usual = {ROUTER: [ROUTED], SENDER: [SENT], UNDO: [UNDONE]}
    words: dict[str, Any] = {
        "tender": "card",
        "bin": "411111",
        "sealed_card": SEALED,
        "attempt": 0,
        "tried": [],
    }
    return stage.play("approval", {**usual, **acts}, shrink=shrink, **words)


def test_a_decided_sale_is_told_as_the_sender_stored_it(stage: Stage) -> None:
    played = play(stage, NetCancelFunction=NEVER)

    assert (played.status, played.output) == ("SUCCEEDED", {"answer": APPROVED})
    assert played.called == [ROUTER, SENDER]
    assert played.seconds < 2


def test_the_sender_gets_the_box_the_route_and_the_reason(stage: Stage) -> None:
    played = play(stage)

    assert played.calls[1] == (
        SENDER,
        {
            "telegram": "authorise",
            "attempt": 0,
            "destination": "hangang",
            "why": "share",
            "spare": "",
            "net_cancel_mode": "RELAY",
            "sealed_card": SEALED,
        },
    )


@pytest.mark.parametrize("name", SENDERS)
def test_every_destination_has_a_sender_of_its_own(stage: Stage, name: str) -> None:
    acts: dict[str, Any] = {ROUTER: [routed(name)], SENDERS[name]: [SENT], UNDO: NEVER}

    played = play(stage, **acts)

    assert played.output == {"answer": APPROVED}
    assert played.called == [ROUTER, SENDERS[name]]
    assert played.calls[1][1]["destination"] == name


@pytest.mark.parametrize("name", SENDERS)
@pytest.mark.parametrize("failure", [fails("NobodyKnowsThisError"), {"exit": 1}])
def test_whoever_fails_to_send_is_never_asked_again_but_undone(stage: Stage, name: str, failure: Act) -> None:
    acts: dict[str, Any] = {ROUTER: [routed(name)], SENDERS[name]: [failure]}

    played = play(stage, **acts)

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, SENDERS[name], UNDO]


@pytest.mark.parametrize("name", SENDERS)
def test_whoever_has_no_room_leaves_the_sale_to_its_spare(stage: Stage, name: str) -> None:
    other = "namsan" if name != "namsan" else "hangang"
    first = routed(name, spare=other)

    acts: dict[str, Any] = {ROUTER: [first, routed(other)], SENDERS[other]: [SENT], UNDO: NEVER}

    with stage.without_room(SENDERS[name]):
        played = play(stage, **acts)

    assert played.output == {"answer": APPROVED}
    assert played.called == [ROUTER, ROUTER, SENDERS[other]]


@pytest.mark.parametrize("verdict", ["BEING_REVERSED", "UNDECIDED", "NO_SUCH_VERDICT"])
def test_whatever_is_not_decided_is_undone_in_line(stage: Stage, verdict: str) -> None:
    played = play(stage, VanLinkHangangFunction=[answers(verdict=verdict, answer=None)])

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, SENDER, UNDO]
    assert played.calls[2] == (UNDO, {"attempt": 0, "in_line": True})


@pytest.mark.parametrize("failure", FAILURES)
def test_a_sender_that_fails_is_never_asked_again_but_undone(stage: Stage, failure: Act) -> None:
    played = play(stage, VanLinkHangangFunction=[failure])

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, SENDER, UNDO]


@pytest.mark.parametrize("full", [SENDER, ROUTER])
def test_a_sale_that_finds_no_room_is_ended_as_busy_at_once(stage: Stage, full: str) -> None:
    with stage.without_room(full):
        played = play(stage, NetCancelFunction=[answers(closed=True, wait_seconds=0, answer=BUSY)])

    assert played.output == {"answer": BUSY}
    assert played.called == ([UNDO] if full == ROUTER else [ROUTER, UNDO])
    assert played.calls[-1] == (UNDO, {"attempt": 0, "in_line": True, "busy": True})
    assert played.seconds < 1


@pytest.mark.parametrize("failure", FAILURES)
def test_a_busy_sale_that_cannot_be_ended_says_nothing_so_that_the_sale_is_asked(
    stage: Stage, failure: Act
) -> None:
    with stage.without_room(SENDER):
        played = play(stage, NetCancelFunction=[failure])

    assert (played.status, played.output) == ("SUCCEEDED", {"answer": None})


def test_when_even_the_undoing_finds_no_room_nothing_is_said(stage: Stage) -> None:
    with stage.without_room(SENDER), stage.without_room(UNDO):
        played = play(stage)

    assert (played.status, played.output) == ("SUCCEEDED", {"answer": None})
    assert played.called == [ROUTER]


def test_a_sender_that_takes_too_long_is_never_asked_again_but_undone(stage: Stage) -> None:
    played = play(stage, VanLinkHangangFunction=[{"sleep": 3}], shrink={"TimeoutSeconds": 1})

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, SENDER, UNDO]
    assert 1 <= played.seconds < 2.5


@pytest.mark.parametrize("failure", [fails("NoDestinationError"), *FAILURES])
def test_a_sale_without_a_route_is_ended_unsent(stage: Stage, failure: Act) -> None:
    played = play(stage, VanRouterFunction=[failure], VanLinkHangangFunction=NEVER)

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, UNDO]


def test_a_router_that_takes_too_long_sends_nothing(stage: Stage) -> None:
    played = play(
        stage, VanRouterFunction=[{"sleep": 3}], VanLinkHangangFunction=NEVER, shrink={"TimeoutSeconds": 1}
    )

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, UNDO]


def test_a_destination_that_nobody_deployed_sends_nothing(stage: Stage) -> None:
    played = play(
        stage,
        VanRouterFunction=[routed("nobody")],
        VanLinkHangangFunction=NEVER,
    )

    assert played.output == {"answer": BEING_UNDONE}
    assert played.called == [ROUTER, UNDO]


@pytest.mark.parametrize("failure", FAILURES)
def test_an_undoing_that_fails_says_nothing_so_that_the_sale_is_asked(stage: Stage, failure: Act) -> None:
    played = play(stage, VanLinkHangangFunction=[fails("AnyError")], NetCancelFunction=[failure])

    assert (played.status, played.output) == ("SUCCEEDED", {"answer": None})
    assert played.called == [ROUTER, SENDER, UNDO]


def test_an_undoing_that_takes_too_long_says_nothing(stage: Stage) -> None:
    played = play(
        stage,
        VanLinkHangangFunction=[fails("AnyError")],
        NetCancelFunction=[{"sleep": 3}],
        shrink={"TimeoutSeconds": 1},
    )

    assert played.output == {"answer": None}
    assert played.called == [ROUTER, SENDER, UNDO]


@pytest.mark.parametrize("garbled", [answers(), {"answer": None}], ids=["empty", "null"])
def test_a_function_that_answers_nothing_we_know_never_makes_a_success_of_it(
    stage: Stage, garbled: Act
) -> None:
    played = play(stage, VanLinkHangangFunction=[garbled])

    # AWS ends such an execution with States.Runtime, the engine goes on to Default: neither tells a decision.
    assert played.output in (None, {"answer": BEING_UNDONE})
    assert played.called.count(SENDER) == 1


def test_a_first_destination_that_holds_nothing_is_followed_by_a_second(stage: Stage) -> None:
    played = play(
        stage,
        VanRouterFunction=[ROUTED_WITH_SPARE, ROUTED],
        VanLinkHangangFunction=[answers(verdict="FAIL_OVER", answer=None), SENT],
        NetCancelFunction=NEVER,
    )

    assert played.output == {"answer": APPROVED}
    assert played.called == [ROUTER, SENDER, ROUTER, SENDER]
    assert played.calls[2] == (ROUTER, {"tender": "card", "bin": "411111", "tried": ["hangang"]})
    assert [event["attempt"] for name, event in played.calls if name == SENDER] == [0, 1]


def test_a_first_destination_in_doubt_is_undone_before_a_second_is_asked(stage: Stage) -> None:
    played = play(
        stage,
        VanRouterFunction=[ROUTED_WITH_SPARE, ROUTED],
        VanLinkHangangFunction=[answers(verdict="IN_DOUBT", answer=None), SENT],
        NetCancelFunction=[answers(closed=True, wait_seconds=0, fail_over=True, answer=None)],
    )

    assert played.output == {"answer": APPROVED}
    assert played.called == [ROUTER, SENDER, UNDO, ROUTER, SENDER]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_second_attempt_that_fails_is_undone_as_the_second(stage: Stage, failure: Act) -> None:
    played = play(
        stage,
        VanRouterFunction=[ROUTED_WITH_SPARE, ROUTED],
        VanLinkHangangFunction=[answers(verdict="FAIL_OVER", answer=None), failure],
    )

    assert played.output == {"answer": BEING_UNDONE}
    assert played.calls[-1] == (UNDO, {"attempt": 1, "in_line": True})


def test_a_sender_without_room_leaves_the_attempt_to_another_destination(stage: Stage) -> None:
    elsewhere = routed("nobody", tried=["hangang", "nobody"])

    with stage.without_room(SENDER):
        played = play(stage, VanRouterFunction=[ROUTED_WITH_SPARE, elsewhere])

    assert played.called == [ROUTER, ROUTER, UNDO]
    assert played.calls[1] == (ROUTER, {"tender": "card", "bin": "411111", "tried": ["hangang"]})
