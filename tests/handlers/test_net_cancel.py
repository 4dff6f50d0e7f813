"""The net-cancel's door: in line while the POS waits, and again and again from its workflow."""

from __future__ import annotations

from typing import Any

import pytest

from functions.net_cancel.handler import handler
from payment_core.approval.model import AttemptState
from tests.adapters.scripted_van import answers, stays_silent
from tests.handlers.world import Invocation, World, event


@pytest.fixture(autouse=True)
def _unanswered(world: World) -> None:
    """A sale whose answer never came, and whose in-line net-cancel was not answered either."""
    world.van_does(stays_silent)
    world.approve()
    world.van.requests.clear()


def handle(world: World, place: str) -> dict[str, Any]:
    asked = {**event(place), "sale_id": str(world.sale_id)}
    return handler(asked, Invocation())  # type: ignore[arg-type]  # as JSON brings it


def test_a_try_in_line_goes_out_at_once(world: World) -> None:
    world.van_does(answers())

    told = handle(world, "net_cancel/in_line")

    assert (told["closed"], told["answer"]["http_status"]) == (True, 202)
    assert world.telegrams == ["NetCancelRequest"]
    assert world.sale.attempt_states()[0] is AttemptState.REVERSED


def test_a_try_that_is_not_due_waits_for_its_moment(world: World) -> None:
    told = handle(world, "net_cancel/repeat")

    assert not told["closed"]
    assert told["wait_seconds"] >= 1
    assert world.telegrams == []


def test_what_is_undone_already_is_not_asked_for_again(world: World) -> None:
    world.van_does(answers())
    handle(world, "net_cancel/in_line")

    told = handle(world, "net_cancel/repeat")

    assert told["closed"]
    assert world.telegrams == ["NetCancelRequest"]


def test_every_try_carries_the_number_of_the_original(world: World) -> None:
    handle(world, "net_cancel/in_line")
    world.van_does(answers())
    handle(world, "net_cancel/in_line")

    one, other = world.van.requests
    assert one == other
    assert one.serial == world.sale.attempts[0].trace_number


def test_a_busy_sender_with_an_intent_after_all_is_undone_like_any_other(world: World) -> None:
    world.van_does(answers())

    told = handle(world, "net_cancel/busy")

    assert (told["closed"], told["answer"]["http_status"]) == (True, 202)
    assert world.telegrams == ["NetCancelRequest"]
