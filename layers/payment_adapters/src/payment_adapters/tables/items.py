"""Items as DynamoDB holds them, and back: the wire form here, the shape in payment_core/approval/item.py."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from payment_adapters.tables.keys import sale_id_of
from payment_core.approval.item import sale_from_plain
from payment_core.approval.model import Sale

AttributeValue = Any  # DynamoDB's wire form: {"S": …}, {"N": …}, {"M": …}

_SERIALIZE: Final = TypeSerializer().serialize
_DESERIALIZE: Final = TypeDeserializer().deserialize


def to_wire(value: object) -> AttributeValue:
    """Write strings, whole numbers, maps and lists of them in DynamoDB's form."""
    return _SERIALIZE(value)


def from_wire(item: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Read an item; numbers come back whole, because nothing here is anything else."""
    return {name: _whole(_DESERIALIZE(value)) for name, value in item.items()}


def _whole(value: object) -> object:
    match value:
        case Decimal():
            return int(value)
        case dict():
            return {name: _whole(inner) for name, inner in value.items()}
        case list():
            return [_whole(inner) for inner in value]
        case _:
            return value


def sale_from_wire(item: Mapping[str, AttributeValue]) -> Sale:
    """Read a sale's item into the noun the rules work on."""
    plain = from_wire(item)
    return sale_from_plain(sale_id_of(plain["PK"]), plain)
