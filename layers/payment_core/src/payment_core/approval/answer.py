"""What a POS is told: built before the decision, stored by its write.

A destination's own words are told as they came; ours are the sentences of standing.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from payment_core.approval.model import (
    CLOSED_WITHOUT_APPROVAL,
    OPEN_CANCELS,
    Answer,
    AttemptState,
    CancelState,
    Decision,
    Sale,
    SaleId,
)
from payment_core.approval.outcome import Approved, Declined, InDoubt, NotForwarded, NotSent
from payment_core.approval.standing import Standing, asked_last, say, sentence, standing_of

HTTP_OK: Final = 200
HTTP_DECIDED: Final = 201
HTTP_BEING_UNDONE: Final = 202

# Our own response codes, where no destination gave one. Letters keep them apart from every VAN's digits.
NOT_SENT_CODE: Final = "R001"
NO_ANSWER_CODE: Final = "R002"
NOT_IN_TIME_CODE: Final = "R003"
BUSY_CODE: Final = "R004"
UNDONE_BY_POS_CODE: Final = "R005"
OUR_CODES: Final[Mapping[str, Standing]] = {
    NOT_SENT_CODE: Standing.NOT_REACHED,
    NO_ANSWER_CODE: Standing.BEING_UNDONE,
    NOT_IN_TIME_CODE: Standing.NOT_IN_TIME,
    BUSY_CODE: Standing.NO_ROOM,
    UNDONE_BY_POS_CODE: Standing.WITHDRAWN,
}

AS_IT_STANDS: Final = frozenset({CancelState.REFUND, CancelState.MANUAL})  # no words of a destination tell

# Standings that the stored answer tells already, an approval or a decline in the destination's own words.
AS_DECIDED: Final = frozenset(
    {
        *(
            Standing.APPROVED,
            Standing.RECEIPT_ISSUED,
            Standing.DECLINED,
            Standing.NOT_REACHED,
            Standing.NOT_IN_TIME,
        ),
        *(Standing.NO_ROOM, Standing.BEING_UNDONE, Standing.WITHDRAWN),
    }
)


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
        else (NOT_SENT_CODE, say(Standing.NOT_REACHED, sale.language, where=destination))
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
    return _declined_by_us(sale, NOT_IN_TIME_CODE, say(Standing.NOT_IN_TIME, sale.language))


def busy_answer(sale: Sale) -> Answer:
    """Tell the POS that there was no room: this sale is over, and a new one may be tried."""
    return _declined_by_us(sale, BUSY_CODE, say(Standing.NO_ROOM, sale.language))


def undone_by_pos_answer(sale: Sale) -> Answer:
    """Tell whoever repeats the sale after its POS has net-cancelled it: this key is never approved again."""
    asked = asked_last(sale)
    if asked is None or asked.state in CLOSED_WITHOUT_APPROVAL:
        told = say(Standing.WITHDRAWN, sale.language)
    else:
        told = say(Standing.BEING_UNDONE, sale.language, where=asked.destination)
    return _declined_by_us(sale, UNDONE_BY_POS_CODE, told)


def _declined_by_us(sale: Sale, code: str, message: str) -> Answer:
    return _answer(
        HTTP_DECIDED,
        sale.sale_id,
        state=str(Decision.DECLINED),
        response_code=code,
        message=message,
    )


def being_undone_answer(sale: Sale, destination: str, outcome: InDoubt) -> Answer:
    """Tell the POS that no clear answer came: not approved, and payrelay owns the rest."""
    return _answer(
        HTTP_BEING_UNDONE,
        sale.sale_id,
        state="BEING_REVERSED",
        destination=destination,
        response_code=outcome.response_code or NO_ANSWER_CODE,
        message=say(Standing.BEING_UNDONE, sale.language, where=destination),
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
    """The sale as it stands now, for whoever asks; once it has moved on, its message has too."""
    stored = json.loads(sale.answer.body) if sale.answer else {}
    standing = standing_of(sale)
    return _words(
        sale.sale_id,
        state=state_for_people(sale),
        approval_number=_approval_number(sale),
        destination=sale.attempts[-1].destination if sale.attempts else "",
        response_code=str(stored.get("response_code", "")),
        message=str(stored["message"]) if standing in AS_DECIDED else sentence(sale, sale.language),
        remaining_amount_won=sale.cancellable_won,
        remaining_vat_won=sale.cancellable_vat_won,
    )


def cancel_answer(sale: Sale, cancel_id: str) -> Answer:
    """What the POS hears of its cancel: definite, or still being repeated; never "cancelled" too early.

    Where no destination said how it ended, its message is how the sale stands. Whether a person has it is the
    shop's to read there; to a till it is open like any other.
    """
    cancel = sale.cancels[cancel_id]
    is_open = cancel.state in OPEN_CANCELS
    words = {
        "id": cancel_id,
        "state": str(CancelState.REQUESTED if is_open else cancel.state),
        "amount_won": cancel.amount_won,
        "vat_won": cancel.vat_won,
        "response_code": cancel.response_code,
        "message": sentence(sale, sale.language) if cancel.state in AS_IT_STANDS else cancel.message,
    }
    http_status = HTTP_BEING_UNDONE if is_open else HTTP_DECIDED
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
