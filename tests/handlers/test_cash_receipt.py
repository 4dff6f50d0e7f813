"""A cash receipt through the doors: its customer reaches the VAN, and nothing else."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from functions.van_link import handler as van_link
from payment_core.approval.model import CancelState, Decision
from payment_core.kernel.tender import Tender
from telegram_codec.specs import hangang
from tests.handlers.test_gateway import NO_TIME_TO_WAIT_MS
from tests.handlers.world import Invocation, World

PHONE = "01012345678"


def issue(world: World, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any word of a POS
    return world.ask(world.signed("gateway/issue_receipt", **changes)).words


def test_a_receipt_is_issued_and_taken_back_by_the_doors_of_a_sale(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    told = issue(world)
    taken_back = world.ask(world.signed("gateway/take_back_receipt"), left_ms=NO_TIME_TO_WAIT_MS)
    kept = json.dumps(world.items())
    sealed = world.sale.cancels[world.sale.open_cancel].sealed_customer
    words = {"telegram": "cancel", "sale_id": str(world.sale_id), "destination": "hangang"}
    van_link.handler({**words, "cancel": world.sale.open_cancel}, Invocation())  # type: ignore[arg-type]  # as JSON brings it

    request, cancel = world.van.requests
    assert isinstance(request, hangang.CashReceiptRequest)
    assert isinstance(cancel, hangang.CashReceiptCancelRequest)
    assert (request.receipt_kind, request.customer_number, cancel.cancel_reason) == ("1", PHONE, "1")
    assert (told["state"], told["approval_number"]) == ("APPROVED", "30012345")
    assert taken_back.http_status == 202
    assert (world.sale.tender, world.sale.card_masked) == (Tender.CASH_RECEIPT, "*******5678")
    assert world.sale.decision is Decision.CANCELLED
    (cancelled,) = world.sale.cancels.values()
    assert (cancelled.state, cancelled.sealed_customer) == (CancelState.DONE, {})
    logged = capsys.readouterr()
    boxes = "".join(b64decode(part).decode("latin-1") for part in sealed.values())
    for written in (kept, json.dumps(world.items()), *world.workflow.inputs, boxes, logged.out, logged.err):
        assert PHONE not in written


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"receipt": {"purpose": "self_issued"}}, ""),
        ({"receipt": {"purpose": "expense_proof"}}, "receipt-customer-does-not-fit"),
        ({"receipt": None}, "malformed-request"),
        ({"installment_months": 2, "amount_won": 50_000}, "tender-not-in-instalments"),
        ({"tender": "card"}, "malformed-request"),
    ],
)
def test_a_receipt_says_what_it_is_for(world: World, changes: dict[str, Any], code: str) -> None:
    assert issue(world, **changes).get("code", "") == code
