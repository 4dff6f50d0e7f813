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
    What is asked first is what items hold most.
    """
    if type(value) is str:
        return {"S": value}
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [to_wire(inner) for inner in value]}
    if isinstance(value, (dict, Mapping)):  # a dict is known without asking the abstract class
        return {"M": {name: to_wire(inner) for name, inner in value.items()}}
    if value is None:
        return {"NULL": True}
    raise TypeError(f"no item holds a {type(value).__name__}")


def from_wire(item: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Read an item; numbers come back whole, because nothing here is anything else."""
    return {
        name: value["S"] if "S" in value else int(value["N"]) if "N" in value else _plain(value)
        for name, value in item.items()
    }


def _plain(value: AttributeValue) -> object:
    (kind,) = value
    inner = value[kind]
    if kind == "S":
        return inner
    if kind == "N":
        return int(inner)
    if kind == "M":
        return from_wire(inner)
    if kind == "L":
        return [one["S"] if "S" in one else _plain(one) for one in inner]
    if kind == "BOOL":
        return inner
    if kind == "NULL":
        return None
    raise TypeError(f"no item of ours holds a {kind}")


def sale_from_wire(item: Mapping[str, AttributeValue]) -> Sale:
    """Read a sale's item into the noun the rules work on."""
    plain = from_wire(item)
    return sale_from_plain(sale_id_of(plain["PK"]), plain)
