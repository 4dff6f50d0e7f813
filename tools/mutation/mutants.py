"""What is changed: each place of a module where one small change should break a promise of the business.

A mutant has a name without line numbers, so that a reason for its survival outlives changes around it.
Nothing is changed in annotations, docstrings, decorators and the sentences of exceptions, and nothing that no
run can show: ``assert_never``, which the type checker proves to be out of reach; ``None`` for ``False``;
``strict=False`` of a ``zip`` left out; a codec's name, which Python reads the same with a ``~`` in front.
"""

from __future__ import annotations

import ast
import codecs
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeVar

LONGEST_TEXT: Final = 60
SWAPPED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,  # codespell:ignore notin
    ast.NotIn: ast.In,  # codespell:ignore notin
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.USub: ast.UAdd,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
OPPOSITE_CALL: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
TURNED_ELSEWHERE: Final = (ast.Compare, ast.BoolOp, ast.Constant)
NOT_RUN: Final = ("annotation", "returns", "decorator_list", "msg")
MODULE: Final = "module"

Node = TypeVar("Node", bound=ast.AST)


class Mutant(NamedTuple):
    """One change, while it stands in the tree.

    Attributes:
        name: Scope and change, unique in its module.
        lines: First and last line of the statement that holds it.
    """

    name: str
    lines: tuple[int, int]


class _Change(NamedTuple):
    """What is shown before and after (``None``: left out), and the fields to set: owner, name, new value."""

    before: ast.AST
    after: ast.AST | None
    fields: tuple[tuple[Any, str, Any], ...]


class _Place(NamedTuple):
    scope: str
    lines: tuple[int, int]
    is_refusal: bool


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Make one change after the other in ``tree`` itself; each is taken back when the next is asked for."""
    seen: Counter[str] = Counter()
    for place, (shown, instead, fields) in list(_walk(tree, _Place(MODULE, (1, 1), is_refusal=False))):
        before = ast.unparse(shown)
        kept = [(owner, field, getattr(owner, field)) for owner, field, _ in fields]
        for owner, field, value in fields:
            setattr(owner, field, value)
        after = "nothing" if instead is None else ast.unparse(instead)
        name = f"{place.scope}: {_difference(before, after)}"
        seen[name] += 1
        yield Mutant(name if seen[name] == 1 else f"{name} ({seen[name]})", place.lines)
        for owner, field, value in kept:
            setattr(owner, field, value)


def _difference(before: str, after: str) -> str:
    """Both texts, cut to where they begin to differ."""
    low = 0
    while low < min(len(before), len(after)) and before[low] == after[low]:
        low += 1
    low = max(0, low - LONGEST_TEXT // 3) if len(before) > LONGEST_TEXT else 0
    return f"{_cut(before, low)} → {_cut(after, low)}"


def _cut(text: str, low: int) -> str:
    part = " ".join(text[low : low + LONGEST_TEXT].split())
    return f"{'…' if low else ''}{part}{'…' if low + LONGEST_TEXT < len(text) else ''}"


def _walk(node: ast.AST, place: _Place) -> Iterator[tuple[_Place, _Change]]:
    if _is_never_reached(node):
        return
    if isinstance(node, ast.stmt):
        place = place._replace(lines=_own_lines(node), is_refusal=isinstance(node, ast.Raise))
    for change in _changes(node, place):
        yield place, change
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        place = place._replace(scope=node.name if place.scope == MODULE else f"{place.scope}.{node.name}")
    for field, value in ast.iter_fields(node):
        if field not in NOT_RUN:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_docstring(child) and child is not _codec(node):
                    yield from _walk(child, place)


def _own_lines(node: ast.stmt) -> tuple[int, int]:
    """The lines of a statement without the statements it holds."""
    held = [child.lineno for child in ast.walk(node) if isinstance(child, ast.stmt) and child is not node]
    return node.lineno, max(node.lineno, min(held) - 1) if held else node.end_lineno or node.lineno


def _is_never_reached(node: ast.AST) -> bool:
    match node:
        case ast.Expr(ast.Call(ast.Name("assert_never"))):
            return True
        case ast.match_case(body=[one]):
            return _is_never_reached(one)
        case _:
            return False


def _says_what_is_so(named: ast.keyword) -> bool:
    return named.arg == "strict" and isinstance(named.value, ast.Constant) and named.value.value is False


def _codec(call: ast.AST) -> ast.AST | None:
    """The name that ``encode`` or ``decode`` is given, if a changed one is that of the same codec."""
    match call:
        case ast.Call(ast.Attribute(attr="encode" | "decode"), [ast.Constant(str(name)) as given, *_]):
            try:
                is_same = codecs.lookup(name).name == codecs.lookup(str(_neighbour(name))).name
            except LookupError:
                return None
            return given if is_same else None
        case _:
            return None


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST, place: _Place) -> Iterator[_Change]:
    yield from _of_operators(node)
    yield from _of_values(node, place)
    yield from _of_conditions(node)
    yield from _of_parts(node, place)
    yield from _of_statements(node)


def _of_operators(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield _within(node, ops=[*ops[:index], SWAPPED[type(op)](), *ops[index + 1 :]])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _Change(node, operand, ((node, "operand", _negated(operand)),))
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.UnaryOp(op=op):
            if type(op) in SWAPPED:
                yield _within(node, op=SWAPPED[type(op)]())
        case _:
            pass


def _of_values(node: ast.AST, place: _Place) -> Iterator[_Change]:
    match node:
        case ast.Constant(value=value):
            if (other := _neighbour(value)) is not None and not (place.is_refusal and isinstance(value, str)):
                yield _within(node, value=other)
        case ast.Call(func=function, keywords=named):
            if isinstance(function, ast.Name) and function.id in OPPOSITE_CALL:
                yield _Change(node, node, ((function, "id", OPPOSITE_CALL[function.id]),))
            yield from (
                _within(node, keywords=_without(named, index))
                for index, one in enumerate(named)
                if not _says_what_is_so(one)
            )
        case ast.Return(value=ast.expr() as value) | ast.Expr(value=ast.Call() as value):
            if not (isinstance(value, ast.Constant) and (value.value is None or value.value is False)):
                yield _within(node, value=_at(value, ast.Constant(None)))
        case _:
            pass


def _of_conditions(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if _turns(test):
            yield _Change(test, _negated(test), ((node, "test", _negated(test)),))
        case ast.match_case(pattern=pattern, guard=ast.expr() as guard) if not _takes_anything(pattern):
            yield _Change(guard, None, ((node, "guard", None),))
        case ast.comprehension(ifs=tests):
            for index, test in enumerate(tests):
                if _turns(test):
                    turned = _negated(test)
                    fields = ((node, "ifs", [*tests[:index], turned, *tests[index + 1 :]]),)
                    yield _Change(test, turned, fields)
        case _:
            pass


def _of_parts(node: ast.AST, place: _Place) -> Iterator[_Change]:
    """One part left out of what has several: an entry of a table, an element, a case."""
    match node:
        case ast.Dict(keys=keys, values=values):
            for index in range(len(keys)):
                yield _within(node, keys=_without(keys, index), values=_without(values, index))
        case (
            ast.Set(elts=parts) | ast.List(elts=parts, ctx=ast.Load()) | ast.Tuple(elts=parts, ctx=ast.Load())
        ):
            if len(parts) > 1 and (place.scope == MODULE or not isinstance(node, ast.Tuple)):
                yield from (_within(node, elts=_without(parts, index)) for index in range(len(parts)))
        case ast.Match(cases=cases) if len(cases) > 1:
            for index, case in enumerate(cases):
                if _is_never_reached(case):
                    continue
                yield _Change(case.pattern, None, ((node, "cases", _without(cases, index)),))
        case _:
            pass


def _of_statements(node: ast.AST) -> Iterator[_Change]:
    """A refusal, a `continue` or a `break` left out."""
    for field in ("body", "orelse"):
        held = getattr(node, field, None)
        statements: list[ast.stmt] = held if isinstance(held, list) else []
        for index, one in enumerate(statements):
            if isinstance(one, ast.Raise | ast.Continue | ast.Break):
                kept = [*statements[:index], _at(one, ast.Pass()), *statements[index + 1 :]]
                yield _Change(one, None, ((node, field, kept),))


def _within(node: ast.AST, **values: object) -> _Change:
    return _Change(node, node, tuple((node, field, value) for field, value in values.items()))


def _neighbour(value: object) -> object:
    """Another constant of the same type; ``None`` for what has none."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"~{value}"
        case bytes():
            return b"~" + value
        case _:
            return None


def _takes_anything(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _turns(test: ast.expr) -> bool:
    """Whether a condition is not turned around by a change of its own."""
    return not isinstance(test, TURNED_ELSEWHERE) and not (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    )


def _negated(test: ast.expr) -> ast.expr:
    return _at(test, ast.UnaryOp(ast.Not(), test))


def _at(place: ast.AST, node: Node) -> Node:
    return ast.copy_location(node, place)


def _without(parts: list[Any], index: int) -> list[Any]:
    return [*parts[:index], *parts[index + 1 :]]
