"""What a POS is told, and the words people read: built before the decision, stored by its write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from payment_core.approval.model import Answer, AttemptState, CancelState, Decision, Sale, SaleId
from payment_core.approval.outcome import Approved, Declined, InDoubt, NotForwarded, NotSent

HTTP_OK: Final = 200
HTTP_DECIDED: Final = 201
HTTP_BEING_UNDONE: Final = 202

# Our own response codes, where no destination gave one. Letters keep them apart from every VAN's digits.
NOT_SENT_CODE: Final = "R001"
NO_ANSWER_CODE: Final = "R002"
NOT_IN_TIME_CODE: Final = "R003"


def approved_answer(sale: Sale, destination: str, outcome: Approved) -> Answer:
    """Tell the POS that the money is there."""
    return _answer(
        HTTP_DECIDED,
        sale.sale_id,
        state=str(Decision.APPROVED),
        destination=destination,
        approval_number=outcome.approval_number,
        response_code=outcome.response_code,
        message=outcome.message,
        remaining_amount_won=sale.amount_won,
        remaining_vat_won=sale.vat_won,
    )


def declined_answer(sale: Sale, destination: str, outcome: Declined | NotForwarded | NotSent) -> Answer:
    """Tell the POS no: in the destination's words, or in ours when nothing was sent."""
    code, message = (
        (outcome.response_code, outcome.message)
        if isinstance(outcome, Declined | NotForwarded)
        else (NOT_SENT_CODE, "The destination could not be reached. Nothing was charged.")
    )
    return _answer(
        HTTP_DECIDED,
        sale.sale_id,
        state=str(Decision.DECLINED),
        destination=destination,
        response_code=code,
        message=message,
    )


def unsent_answer(sale: Sale) -> Answer:
    """Tell the POS that no telegram left in time."""
    return _answer(
        HTTP_DECIDED,
        sale.sale_id,
        state=str(Decision.DECLINED),
        response_code=NOT_IN_TIME_CODE,
        message="The sale could not be sent in time. Nothing was charged.",
    )


def being_undone_answer(sale: Sale, destination: str, outcome: InDoubt) -> Answer:
    """Tell the POS that no clear answer came: not approved, and payrelay owns the rest."""
    return _answer(
        HTTP_BEING_UNDONE,
        sale.sale_id,
        state="BEING_REVERSED",
        destination=destination,
        response_code=outcome.response_code or NO_ANSWER_CODE,
        message="Not approved: no clear answer came. Any approval behind it is being undone.",
    )


def state_for_people(sale: Sale) -> str:
    """One word for where the sale stands now."""
    if sale.decision is not Decision.REVERSE:
        return str(sale.decision)
    return "BEING_REVERSED" if sale.is_open else "REVERSED"


def look_answer(sale: Sale) -> Answer:
    """Tell whoever asks how the sale stands now."""
    return Answer(HTTP_OK, json.dumps(current_answer(sale), ensure_ascii=False))


def healthy_answer() -> Answer:
    """Say that the door is open."""
    return Answer(HTTP_OK, json.dumps({"status": "ok"}))


def current_answer(sale: Sale) -> Mapping[str, str | int]:
    """The sale as it stands now, for whoever asks."""
    stored = json.loads(sale.answer.body) if sale.answer else {}
    return _words(
        sale.sale_id,
        state=state_for_people(sale),
        approval_number=_approval_number(sale),
        destination=sale.attempts[-1].destination if sale.attempts else "",
        response_code=str(stored.get("response_code", "")),
        message=str(stored.get("message", "")),
        remaining_amount_won=sale.cancellable_won,
        remaining_vat_won=sale.cancellable_vat_won,
    )


def cancel_answer(sale: Sale, cancel_id: str) -> Answer:
    """What the POS hears of its cancel: definite, or still being repeated; never "cancelled" too early."""
    cancel = sale.cancels[cancel_id]
    words = {
        "id": cancel_id,
        "state": str(cancel.state),
        "amount_won": cancel.amount_won,
        "vat_won": cancel.vat_won,
        "response_code": cancel.response_code,
        "message": cancel.message,
    }
    http_status = HTTP_BEING_UNDONE if cancel.state is CancelState.REQUESTED else HTTP_DECIDED
    return Answer(http_status, json.dumps({**current_answer(sale), "cancel": words}, ensure_ascii=False))


def _approval_number(sale: Sale) -> str:
    shown = [one.approval_number for one in sale.attempts if one.state is AttemptState.APPROVED]
    return shown[0] if shown else ""


def _answer(
    http_status: int, sale_id: SaleId, *, state: str, response_code: str, message: str, **more: str | int
) -> Answer:
    words = _words(sale_id, state=state, response_code=response_code, message=message, **more)
    return Answer(http_status, json.dumps(words, ensure_ascii=False))


def _words(sale_id: SaleId, **said: str | int) -> dict[str, str | int]:
    """Every answer has every word, in this order; what a step does not say is empty or zero."""
    unsaid: dict[str, str | int] = {
        "sale_id": str(sale_id),
        "state": "",
        "approval_number": "",
        "destination": "",
        "response_code": "",
        "message": "",
        "remaining_amount_won": 0,
        "remaining_vat_won": 0,
    }
    return unsaid | said
