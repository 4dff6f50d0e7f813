"""Writes functions/gateway/openapi.json from routes and words: `python -m tools.generate.openapi`.

The gateway serves that file. One that says something else than the code fails tests/handlers/test_openapi.py.
"""

from __future__ import annotations

import json
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from functions.gateway.calls import DESCRIPTION
from functions.gateway.routes import ROUTES
from payment_adapters.http.catalogue import BY_CODE, CATALOGUE
from payment_adapters.http.envelope import JOSE_TYPE
from payment_adapters.http.problems import CONTENT_TYPE, MAY_SUCCEED_LATER, TYPE
from payment_adapters.http.reading import JSON
from payment_adapters.http.request import SALE_ID
from payment_adapters.http.routes import Route, Told
from payment_adapters.http.signatures import WINDOW
from payment_core.kernel.language import Language
from tests.fakes.links import SILENCE, ScriptedLink
from tools.fuzz_api.relay import MASTER, Relay
from tools.generate.refusals import example
from tools.generate.signed_event import EVENTS, signed

VERSION: Final = "1.0.0"
SCHEMAS: Final = "#/components/schemas/"
ABOUT: Final = """\
Card payments from POS terminals, relayed to Korean VANs and undone when no clear answer comes.

**The POS makes a sale's id before it sends**, keeps it, and repeats it:
`merchant-terminal-epoch-date-sequence`.
It is the body's own words and the `Idempotency-Key` at once,
so the same request sent again is the same sale and is told the same bytes (`Idempotent-Replayed: true`).

**No answer is never a decline.** After 503, 504 or silence, repeat the same request under a fresh signature.

Refusals are problem documents (RFC 9457) with a stable `code`, in English or Korean (`Accept-Language`).
"""
SIGNATURE: Final = """\
HTTP Message Signatures (RFC 9421): algorithm `hmac-sha256`, tag `payrelay`,
with `created`, `nonce` and `keyid`, which is `merchant.terminal.epoch`.
Covered are `@method`, `@path` (below the API's base address)
and, with a body, `content-digest` (RFC 9530, `sha-256`) and `idempotency-key`.
and, with a query, `@query`. A `nonce` of 16 to 128 printable characters is good for one request.
`ed25519` for a terminal that registered a public key.
`created` may differ from our clock by {seconds} seconds.
"""
SEALED: Final = {"schema": {"type": "string", "description": "The same words in a compact JWE (RFC 7516)."}}
PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457. Programs read `code`; people read `title` and `detail`.",
    "properties": {
        "type": {"type": "string", "format": "uri", "pattern": f"^{TYPE}[a-z-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": [entry.code for entry in CATALOGUE]},
        "faults": {
            "type": "array",
            "description": "Every word that is wrong; never what was sent.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
                "required": ["field", "reason"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
    "additionalProperties": False,
}


def description() -> dict[str, Any]:
    """The whole API in OpenAPI 3.1."""
    listed = [route for route in ROUTES if route.listed]
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    security = {"type": "apiKey", "in": "header", "name": "Signature"}
    about_signing = SIGNATURE.format(seconds=int(WINDOW.total_seconds()))
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
        "paths": _with_answers(paths),
        "components": {
            "schemas": {**_schemas(listed), "Problem": PROBLEM},
            "securitySchemes": {"terminal": {**security, "description": about_signing}},
        },
    }


def text() -> str:
    """The description as its file holds it."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def _operation(route: Route[Any]) -> dict[str, Any]:
    tag = route.path.split("/")[2] if route.signed else "about"
    written: dict[str, Any] = {"operationId": route.name, "summary": route.summary, "tags": [tag]}
    parameters = [_in_path(part[1:-1]) for part in route.path.split("/") if part.startswith("{")]
    if route.signed:
        written["security"] = [{"terminal": []}]
        parameters.append(_header("Signature-Input", "What is signed, by whom, when (RFC 9421)."))
    if route.query:
        parameters.append(_in_query(*route.query))
    if route.words:
        schema = {"$ref": SCHEMAS + route.words.__name__}
        content = {JSON: {"schema": schema, "example": _words_of(route)}, JOSE_TYPE: SEALED}
        written["requestBody"] = {"required": True, "content": content}
        parameters.append(_header("Content-Digest", "SHA-256 of the body (RFC 9530)."))
        parameters.append(_header("Idempotency-Key", "The id that the body spells out."))
    parameters.append(_header("Accept-Language", "Which language problems are told in.", required=False))
    return {**written, "parameters": parameters, "responses": _responses(route)}


def _in_path(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": "merchant-terminal-epoch-date-sequence, of the terminal that signs.",
        "schema": {"type": "string", "pattern": f"^{SALE_ID.pattern}$"},
        "example": _event("look")["pathParameters"][name],
    }


def _in_query(name: str, pattern: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": True,
        "description": "date-sequence, as the terminal numbered the sale; signed as `@query`.",
        "schema": {"type": "string", "pattern": f"^{pattern}$"},
        "example": _event("inquire")["queryStringParameters"][name],
    }


def _header(name: str, what: str, *, required: bool = True) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": required, "description": what, "schema": schema}


def _responses(route: Route[Any]) -> dict[str, Any]:
    told = {str(status): _answer(one) for status, one in route.answers.items()}
    statuses = sorted({BY_CODE[code].http_status for code in route.codes})
    return told | {str(status): _problems(route, status) for status in statuses}


def _answer(told: Told) -> dict[str, Any]:
    of_json = {"$ref": SCHEMAS + told.words.__name__} if _is_a_model(told.words) else {"type": "object"}
    schema = of_json if told.media_type == "application/json" else {"type": "string"}
    return {"description": told.when, "content": {told.media_type: {"schema": schema}}}


def _problems(route: Route[Any], status: int) -> dict[str, Any]:
    entries = [entry for entry in CATALOGUE if entry.code in route.codes and entry.http_status == status]
    codes = [entry.code for entry in entries]
    language = {"schema": {"type": "string", "enum": [one.value for one in Language]}}
    later = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    return {
        "description": "\n".join(f"- `{entry.code}`: {entry.when}" for entry in entries),
        "headers": {"Content-Language": language, **(later if status in MAY_SUCCEED_LATER else {})},
        "content": {
            CONTENT_TYPE: {
                "schema": {
                    "allOf": [{"$ref": f"{SCHEMAS}Problem"}],
                    "properties": {"code": {"enum": codes}},
                },
                "examples": {code: {"value": json.loads(example(code).body())} for code in codes},
            }
        },
    }


def _with_answers(paths: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Put in what the gateway really tells, in the order in which a POS would ask."""
    a_good_day, a_silent_van = Relay(), Relay(link=ScriptedLink(authorisations=[SILENCE]))
    an_undone_day = Relay()
    a_cancel_on_its_way = Relay(link=ScriptedLink(cancels=[SILENCE]))
    for relay, names in (
        (
            a_good_day,
            (
                *("approve", "look", "inquire", "cancel", "inquire_cheque", "health"),
                *("deliver_journal", "give_terminal_key", "tell_terminal_keys", "check_terminal"),
            ),
        ),
        (an_undone_day, ("approve", "net_cancel")),
        (a_silent_van, ("approve",)),
        (a_cancel_on_its_way, ("approve", "cancel")),
    ):
        with relay.installed():
            for name in names:
                event = _event(name)
                told = relay.ask(event if name == "health" else signed(event, MASTER))
                operation = paths[event["resource"]][event["httpMethod"].lower()]
                (content,) = operation["responses"][str(told.http_status)]["content"].values()
                content["example"] = json.loads(told.body)
    return paths


def _schemas(routes: list[Route[Any]]) -> dict[str, Any]:
    told = [one.words for route in routes for one in route.answers.values()]
    models = dict.fromkeys([*(route.words for route in routes if route.words), *filter(_is_a_model, told)])
    mode: Literal["validation"] = "validation"
    inputs = [(model.__name__, mode, TypeAdapter[Any](model)) for model in models]
    _, written = TypeAdapter.json_schemas(inputs, ref_template=SCHEMAS + "{model}")
    definitions: dict[str, Any] = written["$defs"]
    return definitions


def _is_a_model(words: object) -> bool:
    return isinstance(words, type) and bool(getattr(words, "__annotations__", None))


def _event(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EVENTS / "gateway" / f"{name}.json").read_text(encoding="utf-8"))
    return read


def _words_of(route: Route[Any]) -> Any:  # noqa: ANN401 -- JSON
    return json.loads(_event(route.name)["body"])


def main() -> None:
    """Write the description."""
    DESCRIPTION.write_text(text(), encoding="utf-8")
    print(DESCRIPTION.name)


if __name__ == "__main__":
    main()
