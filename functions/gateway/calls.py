"""One call per address: words go to a rule, and its result goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aws_lambda_powertools.event_handler import Response

from functions.gateway.words import ApprovalWords, CancelWords
from payment_adapters import wiring
from payment_adapters.http import human_page
from payment_adapters.http.answers import told
from payment_adapters.http.request import require_owner, sale_id_in_path
from payment_adapters.http.routes import Asked
from payment_core.approval.admission import require_admissible
from payment_core.approval.answer import cancel_answer, healthy_answer, look_answer
from payment_core.approval.cancel import cancel_and_wait
from payment_core.approval.gateway import look, relay

DESCRIPTION: Final = Path(__file__).parent / "openapi.json"


def approve(asked: Asked[ApprovalWords]) -> Response[str]:
    """Claim the sale, run its approval, answer what is stored."""
    words = asked.words
    sale_id = words.sale_id()
    require_owner(sale_id, asked.signer)
    asked.request.require_key(str(sale_id))
    now_ms = asked.hand.now_ms()
    request = words.request(wiring.token_key().value(), now_ms)
    require_admissible(request, words.card.card(), now_ms)
    relayed = relay(
        request,
        wiring.card_sealer().seal(sale_id, words.card.card()),
        sales=wiring.sales(),
        workflow=wiring.approval(),
        hand=asked.hand,
    )
    return told(relayed.answer, {"Idempotent-Replayed": "true"} if relayed.replayed else None)


def look_at(asked: Asked[None]) -> Response[str]:
    """Tell how the sale stands now."""
    sale_id = sale_id_in_path(asked.in_path["sale_id"], asked.signer)
    return told(look_answer(look(sale_id, wiring.sales())))


def cancel(asked: Asked[CancelWords]) -> Response[str]:
    """Cancel all or part of an approved sale."""
    wanted = asked.words.request(sale_id_in_path(asked.in_path["sale_id"], asked.signer))
    asked.request.require_key(wanted.key)
    sale = cancel_and_wait(wanted, sales=wiring.sales(), drivers=wiring.drivers(), hand=asked.hand)
    return told(cancel_answer(sale, wanted.cancel_id))


def health(_: Asked[None]) -> Response[str]:
    """Say that this door is open."""
    return told(healthy_answer())


def describe(_: Asked[None]) -> Response[str]:
    """Give the description of this API to a program."""
    return human_page.description(DESCRIPTION)


def show(_: Asked[None]) -> Response[str]:
    """Give the description of this API to a person."""
    return human_page.page()


def asset(asked: Asked[None]) -> Response[str]:
    """Give a script or style of that page."""
    return human_page.asset(asked.in_path["asset"])
