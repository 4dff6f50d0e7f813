"""The addresses under ``/v1/terminals``: what a terminal asks about itself, signed like any other request.

A terminal asks once a month at most, so what answers it (requests.py) is loaded by the first that asks.
"""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from payment_adapters.http import trust
from payment_adapters.http.answers import told
from payment_adapters.http.request import PosRequest

terminal_routes = Router()  # type: ignore[no-untyped-call]  # powertools types none


@terminal_routes.post("/v1/terminals/keys")
def give_terminal_key() -> Response[str]:
    """Hand a terminal its next key, or register one of its own."""
    from payment_adapters.terminals.requests import KeyWords, give_key  # noqa: PLC0415 -- see above

    request = _request()
    signed, words = request.signed, KeyWords.model_validate_json(request.words())
    return told(give_key(signed, words, trust.credentials()))


@terminal_routes.get("/v1/terminals/keys")
def tell_terminal_keys() -> Response[str]:
    """Tell a terminal which of its keys are valid, and payrelay's own."""
    from payment_adapters.terminals.requests import tell_keys  # noqa: PLC0415 -- see above

    return told(tell_keys(_request().signed, trust.credentials(), trust.envelope_keys()))


@terminal_routes.post("/v1/terminals/integrity")
def check_terminal() -> Response[str]:
    """Compare a terminal's software with the certified one."""
    from payment_adapters.terminals.requests import IntegrityWords, check_integrity  # noqa: PLC0415 -- see above

    request = _request()
    signed, words = request.signed, IntegrityWords.model_validate_json(request.words())
    return told(check_integrity(signed, words, trust.credentials()))


def _request() -> PosRequest:
    return PosRequest.from_event(terminal_routes.current_event.raw_event)
