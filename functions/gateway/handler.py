"""The gateway: who speaks, what they said, and the one answer that is stored for it.

Addresses: routes.py. Calls: calls.py. Words: words.py. Rules: payment_core/approval/{gateway,cancel}.py.
Story: docs/flows/gateway.md.
"""

from __future__ import annotations

from typing import Any

from functions.gateway.routes import ROUTES
from payment_adapters import wiring
from payment_adapters.http.answers import in_kind, refused
from payment_adapters.http.problems import problem_of
from payment_adapters.http.response import Response
from payment_adapters.http.routes import answer, language_asked_for
from payment_adapters.wiring import Invocation
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.refusal import Refusal


def handler(event: dict[str, Any], context: Invocation) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return in_kind(event, _answered(event, context).for_api_gateway())


def _answered(event: dict[str, Any], context: Invocation) -> Response:
    """Answer, or tell why not."""
    try:
        return answer(ROUTES, event, wiring.hand("gateway", context))
    except (Refusal, StoreUnavailableError) as error:
        return refused(problem_of(error, language_asked_for(event)))
