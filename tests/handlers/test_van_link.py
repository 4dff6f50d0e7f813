"""The sender's door: one telegram per call, opened from a box that is this sale's and no other's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.van_link.handler import handler
from payment_adapters import wiring
from payment_adapters.aws.sealing import SealBrokenError
from payment_core.approval.accept import accept
from payment_core.approval.model import AttemptState, Decision, SaleId
from payment_core.kernel.card import Card, Entry
from tests.adapters.scripted_van import answers, stays_silent
from tests.contracts.sale import a_request
from tests.handlers.world import Invocation, World, event

CARD = Card("4111111111111111", "1230", Entry.KEYED, cvc="123")


def authorise(world: World, *, box_of: SaleId | None = None) -> dict[str, Any]:
    """The event of the approval workflow, with a box that this world can open."""
    box = wiring.card_sealer().seal(box_of or world.sale_id, CARD)
    return {**event("van_link/authorise"), "sale_id": str(world.sale_id), "sealed_card": box}


def handle(asked: dict[str, Any], *, left_ms: int = 24_000) -> dict[str, Any]:
    return handler(asked, Invocation(left_ms=left_ms))  # type: ignore[arg-type]  # as JSON brings it


@pytest.fixture(autouse=True)
def _claimed(world: World) -> None:
    hand = wiring.hand("gateway", Invocation())
    request = replace(a_request(world.sale_id), deadline_at_ms=hand.now_ms() + 26_000)
    accept(request, wiring.sales(), wiring.claims(), hand)


def test_an_approval_is_stored_and_then_told(world: World) -> None:
    told = handle(authorise(world))

    assert told["verdict"] == "DECIDED"
    assert world.sale.answer is not None
    assert told["answer"] == {"http_status": 201, "body": world.sale.answer.body}
    assert world.van.sent_cards == [CARD.number]


def test_silence_is_told_as_being_undone(world: World) -> None:
    world.van_does(stays_silent)

    assert handle(authorise(world))["verdict"] == "BEING_REVERSED"
    assert world.sale.attempt_states()[0] is AttemptState.REVERSING


def test_the_same_event_twice_is_one_telegram(world: World) -> None:
    first = handle(authorise(world))

    assert handle(authorise(world)) == first
    assert world.telegrams == ["ApprovalRequest"]


def test_a_sale_that_nobody_claimed_is_never_sent(world: World) -> None:
    unclaimed = replace(world.sale_id, sequence=99)
    asked = {**authorise(world, box_of=unclaimed), "sale_id": str(unclaimed)}

    assert handle(asked) == {"verdict": "UNDECIDED", "answer": None}
    assert world.telegrams == []


def test_the_box_of_another_sale_stops_everything_before_the_intent(world: World) -> None:
    with pytest.raises(SealBrokenError):
        handle(authorise(world, box_of=replace(world.sale_id, sequence=99)))

    assert world.steps == ["accept"]
    assert world.telegrams == []


def test_a_sandbox_with_no_time_left_sends_nothing(world: World) -> None:
    told = handle(authorise(world), left_ms=1_900)

    assert (told["verdict"], world.sale.decision) == ("DECIDED", Decision.DECLINED)
    assert world.telegrams == []


class TestCancel:
    """The cancel workflow's one task."""

    @pytest.fixture(autouse=True)
    def _being_cancelled(self, world: World) -> dict[str, Any]:
        handle(authorise(world))
        world.cancel(left_ms=8_100)
        return self.asked(world)

    def asked(self, world: World) -> dict[str, Any]:
        return {
            **event("van_link/cancel"),
            "sale_id": str(world.sale_id),
            "cancel": world.sale.open_cancel,
        }

    def test_a_definite_answer_closes_the_cancel(self, world: World) -> None:
        assert handle(self.asked(world)) == {"closed": True, "wait_seconds": 0}
        assert world.sale.decision is Decision.CANCELLED

    def test_a_cancel_in_doubt_is_tried_again_later_with_the_same_number(self, world: World) -> None:
        world.van_does(stays_silent, answers())
        asked = self.asked(world)

        first = handle(asked)
        second = handle(asked)

        assert (first["closed"], second["closed"]) == (False, True)
        assert first["wait_seconds"] >= 1
        _, one, other = world.van.requests
        assert one == other

    def test_a_cancel_that_has_ended_is_not_sent_again(self, world: World) -> None:
        asked = self.asked(world)
        handle(asked)

        assert handle(asked) == {"closed": True, "wait_seconds": 0}
        assert world.telegrams == ["ApprovalRequest", "CancelRequest"]
