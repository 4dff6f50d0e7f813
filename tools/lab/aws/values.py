"""Values in DynamoDB's wire form, never changed in place: items, images and answers share them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

Value = Mapping[str, Any]  # {"S": …}, {"N": …}, {"M": {…}}, {"L": […]}
Item = dict[str, Any]  # name → Value
Values = Mapping[str, Value]  # ":name" → Value
Path = tuple[str, ...]

ORDERED: Final = ("S", "N", "B")


def at(item: Item, path: Path) -> Value | None:
    """What stands at a path of an item."""
    found: Any = item.get(path[0])
    for part in path[1:]:
        if found is None or "M" not in found:
            return None
        found = found["M"].get(part)
    return found  # type: ignore[no-any-return]  # values are what JSON is


def number(text: str) -> int | Decimal:
    """A number as it compares."""
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def comparable(value: Value) -> tuple[str, Any]:
    """The type of a value and what it is ordered by: characters by code point, as their bytes are."""
    ((kind, content),) = value.items()
    return kind, number(content) if kind == "N" else content


def equal(one: Value, other: Value) -> bool:
    """Whether two values are the same; numbers by worth, not by digits."""
    return one == other or ("N" in one and "N" in other and number(one["N"]) == number(other["N"]))
