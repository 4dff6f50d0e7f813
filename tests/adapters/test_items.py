"""DynamoDB's form of what stands in the tables: the same as boto3 writes, and back again."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from payment_adapters.tables.items import from_wire, to_wire


class Word(StrEnum):
    SENT = "SENT"


PLAIN: Any = {
    "text": "한도초과 ₩",
    "empty": "",
    "word": Word.SENT,
    "won": 1_000_000_000_000,
    "owed": -1,
    "is_open": False,
    "owner": None,
    "attempt": {"tries": 0, "lines": [{"at_ms": 1_795_143_600_000}, []], "none": {}},
}


def test_every_value_is_written_as_boto3_writes_it_and_comes_back() -> None:
    wire = {name: to_wire(value) for name, value in PLAIN.items()}

    assert wire == {name: TypeSerializer().serialize(value) for name, value in PLAIN.items()}
    assert from_wire(wire) == PLAIN


@pytest.mark.parametrize("odd", [1.5, Decimal(1), b"1", {"a"}, object()])
def test_what_has_no_place_in_a_table_is_refused(odd: object) -> None:
    with pytest.raises(TypeError, match="no item holds a"):
        to_wire({"inside": [odd]})


@pytest.mark.parametrize(("odd", "refusal"), [({"N": "1.5"}, ValueError), ({"B": b"1"}, TypeError)])
def test_what_nobody_here_wrote_is_not_read_as_something_else(
    odd: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        from_wire({"won": odd})
