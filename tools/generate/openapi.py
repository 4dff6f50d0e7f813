"""Writes functions/gateway/openapi.json from the gateway's routes and words: `python -m tools.generate.openapi`.

The gateway serves that file. One that says something else than the code fails tests/handlers/test_openapi.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic import TypeAdapter

from functions.gateway.calls import DESCRIPTION
from functions.gateway.routes import ROUTES
from payment_adapters.http.catalogue import BY_CODE, CATALOGUE, Entry
from payment_adapters.http.languages import Language
from payment_adapters.http.problems import CONTENT_TYPE, MAY_SUCCEED_LATER, TYPE
from payment_adapters.http.request import SALE_ID
from payment_adapters.http.routes import Route, Told
from payment_adapters.http.signatures import WINDOW
from payment_core.approval.model import SaleId

EVENTS: Final = Path(__file__).parents[2] / "events" / "invoke" / "gateway"
VERSION: Final = "1.0.0"
REFERENCE: Final = "#/components/schemas/{model}"
EXAMPLE_SALE: Final = SaleId("1001", "10010001", 1, "20261120", 42)
ABOUT: Final = """\
Card payments from POS terminals, relayed to Korean VANs and undone when no clear answer comes.

**A sale's id is made by the POS before it sends**, kept, and repeated: \
`merchant-terminal-epoch-date-sequence`. It is the body's own words and the `Idempotency-Key` at once, \
so the same request sent again is the same sale and is told the same bytes (`Idempotent-Replayed: true`).

**No answer is never a decline.** After 503, 504 or silence, repeat the same request under a fresh signature.

Refusals are problem documents (RFC 9457) with a stable `code`, in English or Korean (`Accept-Language`).
"""
SIGNATURE: Final = """\
HTTP Message Signatures (RFC 9421), algorithm `hmac-sha256`, tag `payrelay`, with `created`, `keyid` and `nonce`. \
Covered: `@method`, `@path` (below the API's base address) and, with a body, `content-digest` (RFC 9530, sha-256) and \
`idempotency-key`. `keyid` is `merchant.terminal.epoch`. \
`created` may differ from our clock by {seconds} seconds.
"""
SALE_ID_PARAMETER: Final = {
    "description": "merchant-terminal-epoch-date-sequence, of the terminal that signs.",
    "schema": {"type": "string", "pattern": f"^{SALE_ID.pattern}$"},
    "example": str(EXAMPLE_SALE),
}


def description() -> dict[str, Any]:
    """The whole API in OpenAPI 3.1."""
    listed = [route for route in ROUTES if route.listed]
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "payrelay",
            "version": VERSION,
            "summary": "A card-payment approval relay that never forgets an unknown",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "..", "description": "Where this description came from"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(listed),
            "responses": {entry.code: _problem(entry) for entry in _told_problems(listed)},
            "securitySchemes": {
                "terminal": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": SIGNATURE.format(seconds=int(WINDOW.total_seconds())),
                }
            },
        },
    }


def _operation(route: Route[Any]) -> dict[str, Any]:
    parameters = [{"$ref": f"#/components/parameters/{name}"} for name in ()]
    in_path = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, **SALE_ID_PARAMETER} for name in in_path]
    written: dict[str, Any] = {"operationId": route.name, "summary": route.summary}
    if route.signed:
        written["security"] = [{"terminal": []}]
        parameters.append(_header("Signature-Input", "What is signed, by whom, when (RFC 9421)."))
    if route.words:
        example = json.loads(json.loads((EVENTS / f"{route.name}.json").read_text(encoding="utf-8"))["body"])
        content = {
            media_type: {"schema": _reference(route.words), "example": example}
            for media_type in route.readers
        }
        written["requestBody"] = {"required": True, "content": content}
        parameters.append(_header("Content-Digest", "SHA-256 of the body (RFC 9530)."))
        parameters.append(_header("Idempotency-Key", "The id that the body spells out."))
    languages = {"type": "string", "examples": ["ko", "en"]}
    parameters.append(
        {
            **_header("Accept-Language", "The language of problems."),
            "required": False,
            "schema": languages,
        }
    )
    return {**written, "parameters": parameters, "responses": _responses(route)}


def _header(name: str, what: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": what, "schema": {"type": "string"}}


def _responses(route: Route[Any]) -> dict[str, Any]:
    told = {str(status): _answer(answer) for status, answer in route.answers.items()}
    by_status: dict[str, list[str]] = {}
    for entry in CATALOGUE:
        if entry.code in route.codes:
            by_status.setdefault(str(entry.http_status), []).append(entry.code)
    refused = {
        status: {"$ref": f"#/components/responses/{codes[0]}"} if len(codes) == 1 else _problems(codes)
        for status, codes in sorted(by_status.items())
    }
    return told | refused


def _answer(told: Told) -> dict[str, Any]:
    schema = _reference(told.words) if hasattr(told.words, "__annotations__") else {"type": "string"}
    if told.media_type == "application/json" and not hasattr(told.words, "__annotations__"):
        schema = {"type": "object"}
    return {"description": told.when, "content": {told.media_type: {"schema": schema}}}


def _reference(model: Any) -> dict[str, str]:  # noqa: ANN401 -- a class that pydantic can describe
    return {"$ref": REFERENCE.format(model=model.__name__)}
