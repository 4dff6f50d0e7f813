"""Writes events/schemas/<event>.v<n>.json from the dataclasses: `python -m tools.generate.event_schemas`.

A schema that says something else than its class fails tests/contracts/test_published_events.py.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Final, get_type_hints

from payment_core.events.breaker import BreakerClosedV1, BreakerHalfOpenV1, BreakerOpenedV1
from payment_core.events.case import CaseClosedV1, CaseEscalatedV1, CaseOpenedV1
from payment_core.events.difference import DifferenceFoundV1, DifferenceSettledV1
from payment_core.events.sale_moved import SaleMovedV1, SaleMovedV2

SCHEMAS: Final = Path(__file__).parents[2] / "events" / "schemas"
EVENTS: Final[Mapping[str, type[Any]]] = {
    "sale.moved.v1": SaleMovedV1,
    "sale.moved.v2": SaleMovedV2,
    "breaker.opened.v1": BreakerOpenedV1,
    "breaker.half_open.v1": BreakerHalfOpenV1,
    "breaker.closed.v1": BreakerClosedV1,
    "case.opened.v1": CaseOpenedV1,
    "case.escalated.v1": CaseEscalatedV1,
    "case.closed.v1": CaseClosedV1,
    "difference.found.v1": DifferenceFoundV1,
    "difference.settled.v1": DifferenceSettledV1,
}
TYPES: Final[Mapping[object, dict[str, Any]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    list[str]: {"type": "array", "items": {"type": "string"}},
    dict[str, str]: {"type": "object", "additionalProperties": {"type": "string"}},
}
ATTRIBUTE: Final = re.compile(r"^    (\w+): (.+?)(?=^    \w+: |\Z)", re.MULTILINE | re.DOTALL)


def schema(event: type[Any]) -> str:
    """The JSON Schema of one event, as its file holds it."""
    doc = inspect.getdoc(event) or ""
    about = {name: " ".join(text.split()) for name, text in ATTRIBUTE.findall(doc)}
    hints = get_type_hints(event)
    properties = {one.name: _property(one, hints[one.name], about) for one in fields(event)}
    written = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": next(one.default for one in fields(event) if one.name == "type"),
        "description": doc.partition("\n")[0],
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def _property(one: Field[Any], hint: object, about: Mapping[str, str]) -> dict[str, Any]:
    told = {"description": about[one.name]} if one.name in about else {}
    constant = {} if one.default is MISSING else {"const": one.default}
    return {**TYPES[hint], **constant, **told}


def main() -> None:
    """Write every schema."""
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for name, event in EVENTS.items():
        (SCHEMAS / f"{name}.json").write_text(schema(event), encoding="utf-8")
        print(f"{name}.json")


if __name__ == "__main__":
    main()
