"""Items as DynamoDB holds them, and back: the wire form here, the shape in payment_core/approval/item.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payment_adapters.tables.keys import sale_id_of
from payment_core.approval.item import sale_from_plain
from payment_core.approval.model import Sale

AttributeValue = Any  # DynamoDB's wire form: {"S": …}, {"N": …}, {"M": …}


def to_wire(value: object) -> AttributeValue:
    """Write strings, whole numbers, truths, maps and lists of them in DynamoDB's form.

    boto3 has this too, by way of decimals; a sale's item is written and read several times faster by this.
    """
    match value:
        case str():
            return {"S": str(value)}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": {name: to_wire(inner) for name, inner in value.items()}}
        case list():
            return {"L": [to_wire(inner) for inner in value]}
        case None:
            return {"NULL": True}
        case _:
            raise TypeError(f"no item holds a {type(value).__name__}")


def from_wire(item: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Read an item; numbers come back whole, because nothing here is anything else."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: AttributeValue) -> object:
    ((kind, inner),) = value.items()
    if kind in {"S", "BOOL"}:
        return inner
    if kind == "N":
        return int(inner)
    if kind == "M":
        return {name: _plain(one) for name, one in inner.items()}
    if kind == "L":
        return [_plain(one) for one in inner]
    if kind == "NULL":
        return None
    raise TypeError(f"no item of ours holds a {kind}")


def sale_from_wire(item: Mapping[str, AttributeValue]) -> Sale:
    """Read a sale's item into the noun the rules work on."""
    plain = from_wire(item)
    return sale_from_plain(sale_id_of(plain["PK"]), plain)
