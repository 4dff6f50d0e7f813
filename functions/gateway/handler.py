"""The gateway: who speaks, what they said, and the one answer that is stored for it.

Addresses: routes.py. Calls: calls.py. Words: words.py. Rules: payment_core/approval/{gateway,cancel}.py.
Story: docs/flows/gateway.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.gateway.routes import ROUTES
from payment_adapters import wiring
from payment_adapters.http.answers import in_kind, refused
from payment_adapters.http.problems import Refused, problem_of
from payment_adapters.http.routes import NoSuchAddressError, Route, answer, language_asked_for

app = APIGatewayRestResolver()


def _answering(route: Route[Any]) -> Callable[..., Response[str]]:
    def answering(**in_path: str) -> Response[str]:
        hand = wiring.hand("gateway", app.lambda_context)
        return answer(route, app.current_event.raw_event, hand, in_path)

    return answering


for one in ROUTES:
    app.route(one.rule, method=one.method)(_answering(one))


@app.exception_handler(list(get_args(Refused)))  # type: ignore[untyped-decorator]  # powertools types none
def refuse(error: Refused) -> Response[str]:
    """Tell why not."""
    return _problem(error)


def _problem(error: Refused) -> Response[str]:
    return refused(problem_of(error, language_asked_for(app.current_event.raw_event)))


@app.not_found
def nothing_here(_: Exception) -> Response[str]:
    """Tell that the address does not exist."""
    return _problem(NoSuchAddressError())


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return in_kind(event, app.resolve(event, context))
