"""A published event never changes: its schema is its class, and an old example can be read for ever."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from payment_core.events.sale_moved import SaleMovedV1
from tools.generate.event_schemas import EVENTS, SCHEMAS, schema

PUBLISHED = SCHEMAS.parent / "published"


def read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", EVENTS)
def test_a_schema_is_what_its_class_generates(name: str) -> None:
    written = (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")

    assert written == schema(EVENTS[name]), "run: python -m tools.generate.event_schemas"


def test_every_version_has_a_schema_and_an_example_kept_for_ever() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(EVENTS)
    assert {path.stem for path in PUBLISHED.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_the_example_kept_for_ever_still_reads_and_writes_the_same(name: str) -> None:
    kept = read(PUBLISHED, name)

    assert asdict(EVENTS[name](**kept)) == kept
    jsonschema.validate(kept, read(SCHEMAS, name))


@pytest.mark.parametrize(
    "spoiled",
    [{"version": "3"}, {"type": "payrelay.sale.moved.v2"}, {"attempts": "APPROVED"}, {"extra": "word"}],
)
def test_the_schema_refuses_what_the_class_is_not(spoiled: dict[str, object]) -> None:
    kept = {**read(PUBLISHED, "sale.moved.v1"), **spoiled}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(kept, read(SCHEMAS, "sale.moved.v1"))


def test_the_name_of_a_file_is_the_type_of_its_event() -> None:
    assert SaleMovedV1(**read(PUBLISHED, "sale.moved.v1")).type == "payrelay.sale.moved.v1"
