"""POST /v1/net-cancels and the inquiry: what a till does that never heard its answer."""

from __future__ import annotations

from typing import Any

from payment_core.approval.model import AttemptState, Decision
from tests.adapters.scripted_van import answers, stays_silent
from tests.handlers.world import World


def undo(world: World, **changes: Any) -> Any:  # noqa: ANN401 -- what was told
    return world.ask(world.signed("gateway/net_cancel", **changes))


def test_a_net_cancel_of_a_sale_that_never_arrived_is_noted_and_the_sale_is_never_sent(world: World) -> None:
    told = undo(world)

    assert (told.http_status, told.words["state"]) == (200, "REVERSED")
    late = world.approve()
    assert (late.http_status, late.words["state"], late.words["response_code"]) == (201, "DECLINED", "R005")
    assert late.headers["Idempotent-Replayed"] == "true"
    assert world.telegrams == []


def test_a_net_cancel_of_an_approved_sale_is_noted_and_given_to_a_driver(world: World) -> None:
    world.approve()

    told = undo(world)

    assert (told.http_status, told.words["state"]) == (200, "BEING_REVERSED")
    assert told.words["approval_number"] == ""
    assert (told.words["remaining_amount_won"], told.words["remaining_vat_won"]) == (0, 0)
    assert world.sale.attempt_states()[0] is AttemptState.REVERSING
    assert world.approve().words["state"] == "DECLINED"


def test_a_net_cancel_while_the_sale_is_on_its_way_wins_over_its_late_approval(world: World) -> None:
    world.workflow.meanwhile = lambda: undo(world)

    told = world.approve()

    assert told.words["state"] == "DECLINED"
    assert world.sale.decision is Decision.REVERSE
    assert world.telegrams == []


def test_a_net_cancel_again_is_told_how_the_sale_stands(world: World) -> None:
    world.van_does(stays_silent, answers())
    world.approve()

    first, again = undo(world), undo(world)

    assert (first.http_status, first.words["state"]) == (200, "REVERSED")
    assert again.body == first.body


def test_a_net_cancel_of_what_was_cancelled_in_part_is_sent_to_the_cancel(world: World) -> None:
    world.approve()
    world.cancel(amount_won=1_000, left_ms=8_100)

    told = undo(world)

    assert (told.http_status, told.words["code"]) == (409, "net-cancel-not-possible")


def test_a_net_cancel_under_another_key_than_its_sale_is_refused(world: World) -> None:
    told = world.ask(world.signed("gateway/net_cancel", key="another"))

    assert (told.http_status, told.words["code"]) == (400, "idempotency-key-is-not-the-sale")


class TestInquiry:
    """GET /v1/approvals?terminal_sequence=…"""

    def test_a_till_finds_its_sale_by_its_own_number(self, world: World) -> None:
        world.approve()

        told = world.ask(world.signed("gateway/inquire"))

        assert (told.http_status, told.words) == (200, world.look().words)

    def test_a_number_that_sold_nothing_is_told_as_absent(self, world: World) -> None:
        told = world.ask(world.signed("gateway/inquire"))

        assert (told.http_status, told.words["code"]) == (404, "sale-not-found")

    def test_a_query_that_is_no_number_is_refused_by_name(self, world: World) -> None:
        for query in (
            {"terminal_sequence": "42"},
            {"terminal_sequence": "20261120-0"},
            {"sequence": "42"},
            {},
        ):
            told = world.ask(world.signed("gateway/inquire", query=query))

            assert (told.http_status, told.words["code"]) == (400, "malformed-request")

    def test_a_query_that_was_changed_after_signing_is_refused(self, world: World) -> None:
        asked = world.signed("gateway/inquire")
        asked["queryStringParameters"] = {"terminal_sequence": "20261120-43"}
        asked["multiValueQueryStringParameters"] = {"terminal_sequence": ["20261120-43"]}

        assert world.ask(asked).http_status == 401
