"""The gateway: who speaks, what they said, and the one answer that is stored for it.

Rules: payment_core/approval/{gateway,cancel}.py. Words: words.py. Story: docs/flows/gateway.md.
"""

from __future__ import annotations

from typing import Any, get_args

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.gateway.words import ApprovalWords, CancelWords
from payment_adapters import wiring
from payment_adapters.http.answers import in_kind, refused, told
from payment_adapters.http.problems import Refused, problem_of
from payment_adapters.http.request import PosRequest, require_owner, sale_id_in_path
from payment_adapters.terminals.routes import terminal_routes
from payment_core.approval.answer import cancel_answer, healthy_answer, look_answer
from payment_core.approval.cancel import cancel_and_wait
from payment_core.approval.gateway import look, relay

app = APIGatewayRestResolver()
app.include_router(terminal_routes)


@app.post("/v1/approvals")
def approve() -> Response[str]:
    """Claim the sale, run its approval, answer what is stored."""
    request = PosRequest.from_event(app.current_event.raw_event)
    hand = wiring.hand("gateway", app.lambda_context)
    signer = request.signer()
    words = ApprovalWords.model_validate_json(request.words())
    sale_id = words.sale_id()
    require_owner(sale_id, signer)
    request.require_key(str(sale_id))
    relayed = relay(
        words.request(wiring.token_key().value(), hand.now_ms()),
        wiring.card_sealer().seal(sale_id, words.card.card()),
        sales=wiring.sales(),
        workflow=wiring.approval(),
        hand=hand,
    )
    return told(relayed.answer, {"Idempotent-Replayed": "true"} if relayed.replayed else None)


@app.get("/v1/approvals/<sale_id>")
def look_at(sale_id: str) -> Response[str]:
    """Tell how the sale stands now."""
    request = PosRequest.from_event(app.current_event.raw_event)
    return told(look_answer(look(sale_id_in_path(sale_id, request.signer()), wiring.sales())))


@app.post("/v1/approvals/<sale_id>/cancels")
def cancel(sale_id: str) -> Response[str]:
    """Cancel all or part of an approved sale."""
    request = PosRequest.from_event(app.current_event.raw_event)
    hand = wiring.hand("gateway", app.lambda_context)
    wanted = sale_id_in_path(sale_id, request.signer())
    asked = CancelWords.model_validate_json(request.words()).request(wanted)
    request.require_key(asked.key)
    sale = cancel_and_wait(asked, sales=wiring.sales(), drivers=wiring.drivers(), hand=hand)
    return told(cancel_answer(sale, asked.cancel_id))


@app.get("/v1/health")
def health() -> Response[str]:
    """Say that this door is open."""
    return told(healthy_answer())


@app.exception_handler(list(get_args(Refused)))  # type: ignore[untyped-decorator]  # powertools types none
def refuse(error: Refused) -> Response[str]:
    """Tell why not."""
    return refused(problem_of(error))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return in_kind(event, app.resolve(event, context))
