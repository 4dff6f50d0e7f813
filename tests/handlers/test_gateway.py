"""The gateway: what a POS is told, on every address, when all goes as it should or nothing does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.van_link import handler as van_link
from payment_adapters import wiring
from payment_adapters.tables.claim_queue import DynamoClaimQueue
from payment_adapters.tables.claims import DynamoClaims
from payment_core.approval.claim import claim
from payment_core.approval.model import AttemptState, Decision, Sale
from payment_core.kernel.tender import Tender
from telegram_codec.specs import hangang
from tests.adapters.scripted_van import answers, stays_silent
from tests.contracts.aws import TABLE, client
from tests.handlers.world import Invocation, World, event

UNIONPAY_CARD = "6200000000000005"
NO_TIME_TO_WAIT_MS = 8_100  # the gateway leaves a cancel that is still on its way 8 s before its fence


class TestApprove:
    """POST /v1/approvals."""

    def test_an_approved_sale_is_told_with_its_number(self, world: World) -> None:
        told = world.approve()

        assert told.http_status == 201
        assert told.words == {
            "sale_id": str(world.sale_id),
            "state": "APPROVED",
            "approval_number": "30012345",
            "destination": "hangang",
            "response_code": "0000",
            "message": "정상처리",
            "remaining_amount_won": 11_000,
            "remaining_vat_won": 1_000,
        }
        assert told.headers["Content-Type"].startswith("application/json")
        assert world.steps == ["accept", "intent", "approve"]

    def test_a_declined_sale_is_told_in_the_words_of_the_destination(self, world: World) -> None:
        world.van_does(answers(response_code="8326", approval_number="", message="한도초과"))

        told = world.approve()

        assert (told.http_status, told.words["state"], told.words["message"]) == (201, "DECLINED", "한도초과")

    def test_a_unionpay_card_travels_as_one(self, world: World) -> None:
        card = {"number": UNIONPAY_CARD, "expiry": "1230", "entry": "KEYED"}

        told = world.approve(tender="unionpay", card=card)

        assert (told.http_status, told.words["state"]) == (201, "APPROVED")
        (request,) = world.van.requests
        assert isinstance(request, hangang.ApprovalRequest)
        assert request.payment_kind == "3"
        assert world.sale.tender is Tender.UNIONPAY
        assert world.approve(card=card).words["code"] == "key-reused-for-another-sale"

    def test_a_sale_without_a_clear_answer_is_undone_before_the_pos_hears_of_it(self, world: World) -> None:
        world.van_does(stays_silent, answers())

        told = world.approve()

        assert (told.http_status, told.words["state"]) == (202, "BEING_REVERSED")
        assert world.telegrams == ["ApprovalRequest", "NetCancelRequest"]
        assert world.sale.attempt_states()[0] is AttemptState.REVERSED

    def test_the_same_request_again_is_told_the_same_bytes(self, world: World) -> None:
        first = world.approve()

        again = world.approve()

        assert (again.http_status, again.body) == (first.http_status, first.body)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.headers
        assert world.telegrams == ["ApprovalRequest"]

    def test_a_request_that_comes_while_the_first_is_on_its_way_is_asked_to_wait(self, world: World) -> None:
        meanwhile: list[Any] = []
        world.workflow.meanwhile = lambda: meanwhile.append(world.approve())

        assert world.approve().words["state"] == "APPROVED"

        (told,) = meanwhile
        assert (told.http_status, told.words["code"]) == (409, "sale-in-progress")
        assert int(told.headers["Retry-After"]) > 0
        assert world.telegrams == ["ApprovalRequest"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount_won": 11_001},
            {"vat_won": 999},
            {"service_won": 1},
            {"tax_free_won": 1},
            {"installment_months": 1},
            {"card": {"number": "5555555555554444", "expiry": "1230", "entry": "KEYED", "cvc": "123"}},
        ],
    )
    def test_a_key_that_comes_back_with_other_contents_is_refused(
        self, world: World, changes: dict[str, Any]
    ) -> None:
        world.approve()

        told = world.approve(**changes)

        assert (told.http_status, told.words["code"]) == (422, "key-reused-for-another-sale")
        assert world.telegrams == ["ApprovalRequest"]

    def test_vat_that_is_left_out_is_the_eleventh_of_what_is_taxed(self, world: World) -> None:
        world.approve(vat_won=None, amount_won=12_000, service_won=500, tax_free_won=500)

        assert (world.sale.vat_won, world.sale.service_won, world.sale.tax_free_won) == (1_000, 500, 500)

    def test_a_workflow_that_failed_is_not_a_decline_by_itself(self, world: World) -> None:
        world.workflow.status = "FAILED"

        told = world.approve()

        assert (told.http_status, told.words["state"]) == (201, "DECLINED")
        assert told.words["response_code"] == "R003"  # our own: nothing was sent
        assert world.telegrams == []

    def test_a_store_that_does_not_answer_promises_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = DynamoClaims(client("dynamodb"), "no-such-table", "no-such-table")
        monkeypatch.setattr(wiring, "claims", lambda: gone)

        told = world.approve()

        assert (told.http_status, told.words["code"]) == (503, "store-unavailable")
        assert told.headers["Retry-After"]
        assert world.workflow.inputs == []


class TestLook:
    """GET /v1/approvals/{sale_id}."""

    def test_a_sale_is_shown_as_it_stands_now(self, world: World) -> None:
        world.approve()

        told = world.look()

        assert (told.http_status, told.words["state"]) == (200, "APPROVED")
        assert told.words["remaining_amount_won"] == 11_000

    def test_a_sale_that_is_undone_says_so(self, world: World) -> None:
        world.van_does(stays_silent, answers())
        world.approve()

        assert world.look().words["state"] == "REVERSED"


class TestCancel:
    """POST /v1/approvals/{sale_id}/cancels."""

    @pytest.fixture(autouse=True)
    def _approved(self, world: World) -> None:
        world.approve()

    @pytest.fixture
    def _driven(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The cancel workflow, whose one task runs here and now."""

        class Drivers:
            def start_cancel(self, sale: Sale, run: int) -> bool:  # noqa: ARG002 -- the port's words
                asked = {**event("van_link/cancel"), "sale_id": str(sale.sale_id), "cancel": sale.open_cancel}
                van_link.handler(asked, Invocation())  # type: ignore[arg-type]  # as JSON brings it
                return True

        monkeypatch.setattr(wiring, "drivers", Drivers)

    @pytest.mark.usefixtures("_driven")
    def test_a_cancel_is_told_when_it_is_definite(self, world: World) -> None:
        told = world.cancel()

        assert (told.http_status, told.words["state"], told.words["cancel"]["state"]) == (
            201,
            "CANCELLED",
            "DONE",
        )
        assert world.telegrams == ["ApprovalRequest", "CancelRequest"]

    @pytest.mark.usefixtures("_driven")
    def test_a_part_leaves_the_rest_approved(self, world: World) -> None:
        told = world.cancel(amount_won=5_500)

        assert (told.words["state"], told.words["remaining_amount_won"]) == ("APPROVED", 5_500)
        assert told.words["remaining_vat_won"] == 500

    @pytest.mark.usefixtures("_driven")
    def test_a_refused_cancel_gives_the_amount_back_to_the_sale(self, world: World) -> None:
        world.van_does(answers(response_code="2032", message="취소 불가"))

        told = world.cancel()

        assert (told.words["state"], told.words["cancel"]["state"]) == ("APPROVED", "REFUSED")
        assert told.words["cancel"]["message"] == "취소 불가"
        assert told.words["remaining_amount_won"] == 11_000

    @pytest.mark.usefixtures("_driven")
    def test_the_same_cancel_again_is_told_the_same(self, world: World) -> None:
        first = world.cancel()

        assert world.cancel().body == first.body
        assert world.telegrams == ["ApprovalRequest", "CancelRequest"]

    def test_a_cancel_that_is_still_on_its_way_is_never_told_as_done(self, world: World) -> None:
        told = world.cancel(left_ms=NO_TIME_TO_WAIT_MS)

        assert (told.http_status, told.words["cancel"]["state"]) == (202, "REQUESTED")
        assert world.sale.decision is Decision.CANCELLING

    def test_a_cancel_after_the_claim_is_told_as_a_refund_and_a_net_cancel_is_refused(
        self, world: World
    ) -> None:
        claim(
            world.sale_id,
            "day 1",
            sales=wiring.sales(),
            queue=DynamoClaimQueue(world.dynamodb, TABLE),
            hand=wiring.hand("settlement", Invocation()),
        )

        told = world.cancel(amount_won=4_000)
        undone = world.ask(world.signed("gateway/net_cancel"))

        assert (told.http_status, told.words["state"], told.words["cancel"]["state"]) == (
            201,
            "APPROVED",
            "REFUND",
        )
        assert "4,000 won go back by settlement" in told.words["cancel"]["message"]
        assert (undone.http_status, undone.words["code"]) == (409, "net-cancel-not-possible")
        assert "Use a cancel" in undone.words["detail"]
        assert world.telegrams == ["ApprovalRequest"]

    @pytest.mark.parametrize(
        ("changes", "http_status", "code"),
        [
            ({"amount_won": 11_001}, 422, "cancel-amount-out-of-range"),
            ({"vat_won": 1_001}, 422, "cancel-amount-out-of-range"),
            ({"amount_won": 0}, 400, "malformed-request"),
            ({"sequence": 0}, 400, "malformed-request"),
        ],
    )
    def test_a_cancel_of_what_is_not_there_is_refused(
        self, world: World, changes: dict[str, int], http_status: int, code: str
    ) -> None:
        told = world.cancel(**changes)

        assert (told.http_status, told.words["code"]) == (http_status, code)
        assert world.telegrams == ["ApprovalRequest"]

    def test_another_cancel_while_one_is_on_its_way_is_refused(self, world: World) -> None:
        world.cancel(left_ms=NO_TIME_TO_WAIT_MS, amount_won=1_000)

        told = world.cancel(sequence=44, amount_won=1_000)

        assert (told.http_status, told.words["code"]) == (409, "sale-not-cancellable")

    def test_a_number_that_comes_back_with_another_amount_is_refused(self, world: World) -> None:
        world.cancel(left_ms=NO_TIME_TO_WAIT_MS, amount_won=1_000)

        told = world.cancel(amount_won=2_000)

        assert (told.http_status, told.words["code"]) == (422, "key-reused-for-another-cancel")


def test_the_door_says_that_it_is_open_to_anybody(world: World) -> None:
    told = world.ask(event("gateway/health"))

    assert (told.http_status, told.words) == (200, {"status": "ok"})


@pytest.mark.parametrize("read", [World.approve, World.look, World.cancel])
def test_every_answer_is_json_of_one_line(world: World, read: Callable[[World], Any]) -> None:
    told = read(world)

    assert "\n" not in told.body
    assert json.loads(told.body)
