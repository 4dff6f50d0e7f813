"""The expressions of one call, compiled once: a shape is its texts and names; only values change."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tools.lab.aws.expressions import (
    Attribute,
    Compared,
    Condition,
    ExpressionError,
    Given,
    Joined,
    Made,
    Operand,
    Reader,
    Tested,
    Update,
)
from tools.lab.aws.values import ORDERED, Item, Path, Value, Values, at, comparable, equal, number

Holds = Callable[[Item, Values], bool]
Read = Callable[[Item, Values], Value | None]
Change = Callable[[Item, Values], Item]

SHAPES_KEPT: Final = 8_192
ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class KeyCondition:
    """Which partition, by its value's name, and what holds of the sort key, if anything is said of it."""

    partition: Path
    value: str
    sort: Path | None
    holds: Holds | None


@dataclass(frozen=True)
class Shape:
    """What one call says beside its values.

    Attributes:
        holds: Its condition.
        keeps: Its filter: what of the found is given.
        change: Its update: makes a new item and leaves the old one as it was.
        key: Its key condition: equality of the partition, and maybe a condition on the sort key.
        heads: The attributes that the update writes, or writes into.
        values: The names of the values it uses: AWS refuses one too few, and one too many.
    """

    holds: Holds | None
    keeps: Holds | None
    change: Change | None
    key: KeyCondition | None
    heads: frozenset[str]
    values: frozenset[str]


@lru_cache(maxsize=SHAPES_KEPT)
def shape(
    names: tuple[tuple[str, str], ...], condition: str, update: str, key: str, keeps: str = ""
) -> Shape:
    """Compile the expressions of a call; empty texts are absent ones.

    Raises:
        ExpressionError: AWS would refuse them, or no adapter writes such.
    """
    known = dict(names)
    readers = [Reader(text, known) for text in (condition, update, key, keeps)]
    of_condition, of_update, of_key, of_filter = readers
    holds = _holds(of_condition.condition()) if condition else None
    read = of_update.update() if update else None
    written = read.paths if read else ()
    shaped = Shape(
        holds=holds,
        keeps=_holds(of_filter.condition()) if keeps else None,
        change=_change(read) if read else None,
        key=_key(of_key.condition()) if key else None,
        heads=frozenset(path[0] for path in written),
        values=frozenset().union(*(one.used_values for one in readers)),
    )
    unused = sorted(known.keys() - set[str]().union(*(one.used_names for one in readers)))
    if unused:
        raise ExpressionError(
            f"Value provided in ExpressionAttributeNames unused in expressions: keys: {unused}"
        )
    _refuse_overlaps(written)
    return shaped


def _refuse_overlaps(paths: tuple[Path, ...]) -> None:
    for place, path in enumerate(paths):
        for other in paths[place + 1 :]:
            shorter = min(len(path), len(other))
            if path[:shorter] == other[:shorter]:
                raise ExpressionError(f"Two document paths overlap with each other: {path}, {other}")


def _key(condition: Condition) -> KeyCondition:
    parts = condition.parts if isinstance(condition, Joined) and condition.word == "AND" else (condition,)
    match parts:
        case (Compared("=", Attribute(path), Given(name)),):
            return KeyCondition(path, name, None, None)
        case (Compared("=", Attribute(path), Given(name)), Compared(_, Attribute(sort), Given()) as of_sort):
            return KeyCondition(path, name, sort, _holds(of_sort))
        case (Compared("=", Attribute(path), Given(name)), Tested("begins_with", sort) as of_sort):
            return KeyCondition(path, name, sort, _holds(of_sort))
        case (
            Compared("=", Attribute(path), Given(name)),
            Joined("AND", (Compared(">=", Attribute(sort)), Compared("<=", Attribute(other)))) as of_sort,
        ) if sort == other:
            return KeyCondition(path, name, sort, _holds(of_sort))
        case _:
            raise ExpressionError("Query key condition not supported")


def _holds(condition: Condition) -> Holds:
    match condition:
        case Joined(word, parts):
            return _joined(word, tuple(_holds(part) for part in parts))
        case Tested():
            return _tested(condition)
        case Compared():
            return _compared(condition)


def _joined(word: str, every: tuple[Holds, ...]) -> Holds:
    settles = word == "OR"  # the first part that holds settles OR, the first that does not settles AND

    def joined(item: Item, values: Values) -> bool:
        for one in every:
            if one(item, values) is settles:
                return settles
        return not settles

    return joined


def _tested(condition: Tested) -> Holds:
    look = _look(condition.path)
    if condition.function == "attribute_not_exists":
        return lambda item, _values: look(item) is None
    if condition.function == "attribute_exists":
        return lambda item, _values: look(item) is not None
    assert condition.operand is not None, "begins_with takes a second operand"  # noqa: S101 -- the reader sees to it
    start = _read(condition.operand)

    def begins(item: Item, values: Values) -> bool:
        value, prefix = look(item), start(item, values)
        return value is not None and prefix is not None and value.get("S", "").startswith(prefix["S"])

    return begins


def _compared(condition: Compared) -> Holds:
    left, right = _read(condition.left), _read(condition.right)
    if condition.comparator == "=":

        def same(item: Item, values: Values) -> bool:
            one, other = left(item, values), right(item, values)
            return one is not None and other is not None and equal(one, other)

        return same
    order = ORDERS[condition.comparator]

    def ordered(item: Item, values: Values) -> bool:
        one, other = left(item, values), right(item, values)
        if one is None or other is None:
            return False
        (kind, first), (other_kind, second) = comparable(one), comparable(other)
        if kind not in ORDERED or other_kind not in ORDERED:
            raise ExpressionError(f"Incorrect operand type for operator {condition.comparator}")
        return kind == other_kind and order(first, second)

    return ordered


def _look(path: Path) -> Callable[[Item], Value | None]:
    first = path[0]
    if len(path) == 1:
        return lambda item: item.get(first)
    return lambda item: at(item, path)


def _read(operand: Operand) -> Read:
    match operand:
        case Given(name):
            return lambda _item, values: values[name]
        case Attribute(path):
            look = _look(path)
            return lambda item, _values: look(item)
        case Made("if_not_exists", (present, otherwise)):
            first, second = _read(present), _read(otherwise)

            def present_or(item: Item, values: Values) -> Value | None:
                found = first(item, values)
                return second(item, values) if found is None else found

            return present_or
        case Made(_, (head, tail)):
            front, back = _read(head), _read(tail)

            def appended(item: Item, values: Values) -> Value:
                one, other = front(item, values), back(item, values)
                if one is None or other is None:
                    raise ExpressionError(
                        "The provided expression refers to an attribute that does not exist in the item"
                    )
                if "L" not in one or "L" not in other:
                    raise ExpressionError("Incorrect operand type for operator or function: list_append")
                return {"L": [*one["L"], *other["L"]]}

            return appended
        case _:
            raise ExpressionError(f"no such operand: {operand}")


def _added(one: Value, other: Value) -> Value:
    if "N" not in one or "N" not in other:
        raise ExpressionError("An operand in the update expression has an incorrect data type")
    return {"N": str(number(one["N"]) + number(other["N"]))}


def _change(update: Update) -> Change:
    plain = [
        (path[0], operand.name)
        for path, operand in update.sets
        if len(path) == 1 and isinstance(operand, Given)
    ]
    sets = [
        (path, _read(operand))
        for path, operand in update.sets
        if len(path) > 1 or not isinstance(operand, Given)
    ]
    adds = [(path, name, _look(path)) for path, name in update.adds]

    def change(item: Item, values: Values) -> Item:
        changed = dict(item)
        for name, given in plain:
            changed[name] = values[given]
        for path, read in sets:
            value = read(item, values)
            if value is None:
                raise ExpressionError(
                    "The provided expression refers to an attribute that does not exist in the item"
                )
            _put(changed, path, value)
        for path in update.removes:
            _put(changed, path, None)
        for path, given, look in adds:
            before = look(item)
            _put(changed, path, values[given] if before is None else _added(before, values[given]))
        return changed

    return change


def _put(item: Item, path: Path, value: Value | None) -> None:
    """Write into a copy of an item, copying every map on the way."""
    inside = item
    for part in path[:-1]:
        holder = inside.get(part)
        if holder is None or "M" not in holder:
            raise ExpressionError("The document path provided in the update expression is invalid for update")
        copied = dict(holder["M"])
        inside[part] = {"M": copied}
        inside = copied
    if value is None:
        inside.pop(path[-1], None)
    else:
        inside[path[-1]] = value
