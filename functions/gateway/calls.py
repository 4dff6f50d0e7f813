"""One call per address: words go to a rule, and its result goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from functions.gateway.presented import ChequeWords
from functions.gateway.words import (
    TERMINAL_SEQUENCE,
    ApprovalWords,
    CancelWords,
    JournalWords,
    NetCancelWords,
)
from payment_adapters import wiring
from payment_adapters.aws import sealing, workflows  # noqa: F401 -- no first sale waits for them
from payment_adapters.http import human_page, trust
from payment_adapters.http.answers import delivered_answer, told
from payment_adapters.http.request import own_sale_id, require_owner
from payment_adapters.http.response import Response
from payment_adapters.http.routes import Asked
from payment_adapters.merchants import known_destinations, merchant
from payment_adapters.tables import claims  # noqa: F401 -- nor for it
from payment_adapters.terminals.words import IntegrityWords, KeyWords
from payment_core.approval.admission import require_admissible
from payment_core.approval.answer import cancel_answer, healthy_answer, look_answer
from payment_core.approval.cancel import cancel_and_wait
from payment_core.approval.cheque_inquiry import ChequeNotKnownError, require_cheque, told_of_cheque
from payment_core.approval.gateway import look, relay
from payment_core.approval.model import SaleId
from payment_core.approval.pos_net_cancel import undo_for_pos
from payment_core.kernel.korean_time import korean_time
from payment_core.routing.van_router import require_cheques_taken, require_taken

DESCRIPTION: Final = Path(__file__).parent / "openapi.json"
REPLAYED: Final = {"Idempotent-Replayed": "true"}


def approve(asked: Asked[ApprovalWords]) -> Response:
    """Claim the sale, run its approval, answer what is stored."""
    words = asked.words
    sale_id = words.sale_id()
    require_owner(sale_id, asked.signer)
    asked.request.require_key(str(sale_id))
    now_ms = asked.hand.now_ms()
    request = words.request(wiring.token_key().value(), asked.request.nonce, asked.language, now_ms)
    presented = words.presented()
    require_admissible(request, presented, now_ms)
    plan = merchant(sale_id.merchant).plan
    require_taken(plan, known_destinations(), sale_id.business_date, request.tender)
    relayed = relay(
        request,
        wiring.card_sealer().seal(sale_id, presented),
        sales=wiring.sales(),
        claims=wiring.claims(),
        workflow=wiring.approval(),
        hand=asked.hand,
    )
    return told(relayed.answer, REPLAYED if relayed.replayed else None)


def look_at(asked: Asked[None]) -> Response:
    """Tell how the sale stands now."""
    sale_id = own_sale_id(asked.in_path["sale_id"], asked.signer)
    return told(look_answer(look(sale_id, wiring.sales())))


def inquire(asked: Asked[None]) -> Response:
    """Tell how the sale stands that the terminal knows only by its own number."""
    business_date, _, sequence = asked.in_query[TERMINAL_SEQUENCE].partition("-")
    me = asked.signer
    sale_id = SaleId(me.merchant, me.terminal, me.terminal_epoch, business_date, int(sequence))
    return told(look_answer(look(sale_id, wiring.sales())))


def net_cancel(asked: Asked[NetCancelWords]) -> Response:
    """See to it that a sale whose answer never came is not approved, now or ever."""
    sale_id = own_sale_id(asked.words.sale_id, asked.signer)
    asked.request.require_key(str(sale_id))
    sale = undo_for_pos(
        sale_id, asked.language, sales=wiring.sales(), drivers=wiring.drivers(), hand=asked.hand
    )
    return told(look_answer(sale))


def cancel(asked: Asked[CancelWords]) -> Response:
    """Cancel all or part of an approved sale."""
    sale_id = own_sale_id(asked.in_path["sale_id"], asked.signer)
    wanted = asked.words.request(sale_id, lambda: wiring.token_key().value(), wiring.card_sealer().seal)
    asked.request.require_key(wanted.key)
    sale = cancel_and_wait(wanted, sales=wiring.sales(), drivers=wiring.drivers(), hand=asked.hand)
    return told(cancel_answer(sale, wanted.cancel_id))


def inquire_cheque(asked: Asked[ChequeWords]) -> Response:
    """Have a bank asked whether a cheque is good; nothing is stored."""
    cheque, me, now_ms = asked.words.cheque(), asked.signer, asked.hand.now_ms()
    require_cheque(cheque, now_ms)
    today = f"{korean_time(now_ms):%Y%m%d}"
    require_cheques_taken(merchant(me.merchant).plan, known_destinations(), today)
    answer = wiring.cheque_inquiries().ask(cheque, me.merchant, me.terminal)
    if answer is None:
        raise ChequeNotKnownError
    return told(told_of_cheque(cheque, answer))


def deliver_journal(asked: Asked[JournalWords]) -> Response:
    """Keep a part of the terminal's own journal."""
    from payment_adapters import comparing  # noqa: PLC0415 -- delivered once a day
    from payment_core.reconciliation.deliver import deliver  # noqa: PLC0415 -- delivered once a day

    part = asked.words.delivered_by(asked.signer)
    asked.request.require_key(part.journal_id)
    was_here = deliver(part, journals=comparing.journals(), now_ms=asked.hand.now_ms())
    return told(delivered_answer(part), REPLAYED if was_here else None)


def give_terminal_key(asked: Asked[KeyWords]) -> Response:
    """Hand a terminal its next key, or register one of its own."""
    from payment_adapters.terminals.requests import give_key  # noqa: PLC0415 -- asked for once a year

    return told(give_key(asked.request.signed, asked.words, trust.credentials()))


def tell_terminal_keys(asked: Asked[None]) -> Response:
    """Tell a terminal which of its keys are valid, and payrelay's own."""
    from payment_adapters.terminals.requests import tell_keys  # noqa: PLC0415 -- asked for once a month

    return told(tell_keys(asked.request.signed, trust.credentials(), trust.envelope_keys()))


def check_terminal(asked: Asked[IntegrityWords]) -> Response:
    """Compare a terminal's software with the certified one."""
    from payment_adapters.terminals.requests import check_integrity  # noqa: PLC0415 -- asked for once a month

    return told(check_integrity(asked.request.signed, asked.words, trust.credentials()))


def health(_: Asked[None]) -> Response:
    """Say that this door is open."""
    return told(healthy_answer())


def describe(_: Asked[None]) -> Response:
    """Give the description of this API to a program."""
    return human_page.description(DESCRIPTION)


def show(_: Asked[None]) -> Response:
    """Give the description of this API to a person."""
    return human_page.page()


def asset(asked: Asked[None]) -> Response:
    """Give a script or style of that page."""
    return human_page.asset(asked.in_path["asset"])
