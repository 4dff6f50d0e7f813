"""A write takes the time of what it changes, not ten times that of the whole item.

Stock: an update copies its item four to eight times with `copy.deepcopy`, which is written in Python and asks
    of each string whether it met it before; and every number in it is made canonical by decimal arithmetic,
    at every write. Under sales that is a third of the engine's work.
    Each update is weighed and its depth is measured, value by value, against limits that none comes near.
Wanted: the same items, the same numbers, the same refusals.
Hook: the name `copy` inside `ministack.services.dynamodb`: what is plain data is copied by `marshal`, in C,
    and anything else as before. `_ddb_canonicalize_number` and `_number_error` remember texts.
    `_apply_update_expression` takes the item it is given, which every caller made for it, and does not copy
    it once more. `_update_request_charge` answers at once where the whole request is too small to be refused;
    `_nesting_level` and `_attribute_value_size` are the stock ones without their generators.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import copy
import marshal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from tools.world.engine import stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NUMBERS: Final = 16_384
_CHARGE_OF_A_LETTER: Final = 64  # of an expression; the dearest, a clause of one letter or two, costs 43


class _CopyOfPlainData:
    """The `copy` module, except that dictionaries, lists and strings are copied in C.

    Attributes:
        is_given_away: The next value to be copied is the copier's own already.
    """

    def __init__(self) -> None:
        self.is_given_away = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands in for a whole module
        return getattr(copy, name)

    def deepcopy(self, value: Any) -> Any:  # noqa: ANN401 - of anything
        """Copy it with everything in it."""
        if self.is_given_away:
            self.is_given_away = False
            return value
        if type(value) is dict or type(value) is list:
            try:
                return marshal.loads(marshal.dumps(value))  # noqa: S302 - what was dumped the moment before
            except ValueError:  # something in it is no plain data
                pass
        return copy.deepcopy(value)


def _remembered(stock_function: Any) -> Any:  # noqa: ANN401 - a stock function
    of_text = lru_cache(_NUMBERS)(stock_function)

    def told(text: object) -> Any:  # noqa: ANN401 - as the stock function
        return of_text(text) if type(text) is str else stock_function(text)

    return told


def _level(value: Any, depth: int = 1) -> int:  # noqa: ANN401 - whatever stands in a request
    """How deep the deepest leaf of a value lies."""
    deepest = depth
    for inner in _inner_values(value):
        deepest = max(deepest, _level(inner, depth + 1))
    return deepest


def _inner_values(value: Any) -> Iterable[Any]:  # noqa: ANN401 - whatever stands in a request
    if isinstance(value, dict) and len(value) == 1:
        ((kind, content),) = value.items()
        if kind == "M" and isinstance(content, dict):
            return content.values()
        if kind == "L" and isinstance(content, list):
            return content
    return ()


def _bytes_of_text(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _sized(stock_size: Callable[[Any], int], number_size: Callable[[str], int]) -> Callable[[Any], int]:
    """Weigh strings, numbers, maps and lists as stock does, and leave what is rare to it."""

    def size(value: Any) -> int:  # noqa: ANN401 - whatever stands in a request
        if not isinstance(value, dict) or len(value) != 1:
            return 0
        ((kind, content),) = value.items()
        if kind == "S" and type(content) is str:
            return _bytes_of_text(content)
        if kind == "N" and type(content) is str:
            return number_size(content)
        if kind == "M":
            total = 3
            for name, inner in content.items():
                total += 1 + _bytes_of_text(name) + size(inner)
            return total
        if kind == "L":
            total = 3
            for inner in content:
                total += 1 + size(inner) if isinstance(inner, dict) else 0
            return total
        return stock_size(value)

    return size


def _charged(stock_charge: Callable[..., int], most: int) -> Callable[..., int]:
    """What an update is charged is asked only whether it is over the most that an item may weigh."""

    def charge(text: str, values: Any, names: Any, before: Any) -> int:  # noqa: ANN401 - as the stock function
        used = len(marshal.dumps(values)) * text.count(":") if values else 0
        named = len(marshal.dumps(names)) * text.count("#") if names else 0
        bound = _CHARGE_OF_A_LETTER * len(text) + used + named
        return bound if bound <= most else stock_charge(text, values, names, before)

    return charge


def apply() -> None:
    """Install the patch in the running engine."""
    dynamodb = stock.dynamodb
    copier = dynamodb.copy = _CopyOfPlainData()
    for name in ("_ddb_canonicalize_number", "_number_error", "_number_size_bytes"):
        setattr(dynamodb, name, _remembered(getattr(dynamodb, name)))
    dynamodb._nesting_level = _level
    dynamodb._attribute_value_size = _sized(dynamodb._attribute_value_size, dynamodb._number_size_bytes)
    dynamodb._update_request_charge = _charged(dynamodb._update_request_charge, dynamodb._DDB_ITEM_MAX_BYTES)

    update = dynamodb._apply_update_expression

    def update_what_is_given(*arguments: Any) -> Any:  # noqa: ANN401 - forwards a stock signature
        copier.is_given_away = True
        return update(*arguments)

    dynamodb._apply_update_expression = update_what_is_given
