"""DynamoDB's expression language, as far as the adapters speak it: text to a tree, with names put in.

condition  :=  and (OR and)*                       and  :=  term (AND term)*
term       :=  ( condition ) | function(path[, operand]) | operand comparator operand
               | operand BETWEEN operand AND operand
update     :=  SET path = sum, … | REMOVE path, … | ADD path :value, …
sum        :=  operand [(+|-) operand]
operand    :=  path | :value | if_not_exists(path, operand) | list_append(operand, operand)
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as FilePath
from typing import Final, TypeVar

from tools.lab.aws.values import Path

COMPARATORS: Final = ("=", "<", "<=", ">", ">=")
TESTS: Final = ("attribute_exists", "attribute_not_exists", "begins_with")
MAKERS: Final = ("if_not_exists", "list_append")
CLAUSES: Final = ("SET", "REMOVE", "ADD")
_TOKEN: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*|#[A-Za-z0-9_]+|:[A-Za-z0-9_]+|<=|>=|<>|[=<>().,])")

Part = TypeVar("Part")


class ExpressionError(Exception):
    """Text that DynamoDB would refuse, or that no adapter writes."""


@dataclass(frozen=True)
class Attribute:
    """An operand: what stands at a path."""

    path: Path


@dataclass(frozen=True)
class Given:
    """An operand: one of ``ExpressionAttributeValues``."""

    name: str


@dataclass(frozen=True)
class Made:
    """An operand: what a function makes of others."""

    function: str
    operands: tuple[Operand, ...]


Operand = Attribute | Given | Made


@dataclass(frozen=True)
class Compared:
    """A condition: two operands and what must hold between them."""

    comparator: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Tested:
    """A condition: a function of a path, and of one more operand where it takes one."""

    function: str
    path: Path
    operand: Operand | None


@dataclass(frozen=True)
class Joined:
    """A condition of conditions: ``AND`` or ``OR``."""

    word: str
    parts: tuple[Condition, ...]


Condition = Compared | Tested | Joined


@dataclass(frozen=True)
class Update:
    """What an update does, clause by clause, in its order."""

    sets: tuple[tuple[Path, Operand], ...]
    removes: tuple[Path, ...]
    adds: tuple[tuple[Path, str], ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every path that is written."""
        return (*(path for path, _ in self.sets), *self.removes, *(path for path, _ in self.adds))


@dataclass
class Reader:
    """Reads one expression; remembers which names and values it used."""

    text: str
    names: Mapping[str, str]
    used_names: set[str] = field(default_factory=set)
    used_values: set[str] = field(default_factory=set)
    _tokens: list[str] = field(default_factory=list)
    _place: int = 0

    def __post_init__(self) -> None:
        end = 0
        text = self.text.rstrip()
        while end < len(text):
            token = _TOKEN.match(text, end)
            if token is None:
                raise ExpressionError(f"Syntax error at character {end} of: {text}")
            self._tokens.append(token[1])
            end = token.end()

    def condition(self) -> Condition:
        """The whole text as a condition."""
        return self._whole(self._or)

    def update(self) -> Update:
        """The whole text as an update."""
        return self._whole(self._clauses)

    def _whole(self, read: Callable[[], Part]) -> Part:
        part = read()
        if self._next:
            raise ExpressionError(f"Syntax error; token: {self._next!r} of: {self.text}")
        return part

    @property
    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._next
        if not token or (expected and token != expected):
            raise ExpressionError(f"Syntax error; token: {token!r}, expected: {expected!r} of: {self.text}")
        self._place += 1
        return token

    def _took(self, word: str) -> bool:
        if self._next.upper() != word:
            return False
        self._place += 1
        return True

    def _or(self) -> Condition:
        return self._joined("OR", self._and)

    def _and(self) -> Condition:
        return self._joined("AND", self._term)

    def _joined(self, word: str, read: Callable[[], Condition]) -> Condition:
        parts = [read()]
        while self._took(word):
            parts.append(read())
        return Joined(word, tuple(parts)) if len(parts) > 1 else parts[0]

    def _term(self) -> Condition:
        if self._took("("):
            inner = self._or()
            self._take(")")
            return inner
        if self._next in TESTS:
            return self._tested(self._take())
        left = self._operand()
        if self._took("BETWEEN"):
            lowest = Compared(">=", left, self._operand())
            self._take("AND")
            return Joined("AND", (lowest, Compared("<=", left, self._operand())))
        comparator = self._take()
        if comparator not in COMPARATORS:
            raise ExpressionError(f"the comparator {comparator!r} is not provided: {self.text}")
        return Compared(comparator, left, self._operand())

    def _tested(self, function: str) -> Tested:
        self._take("(")
        path = self._path()
        operand = None
        if function == "begins_with":
            self._take(",")
            operand = self._operand()
        self._take(")")
        return Tested(function, path, operand)

    def _operand(self) -> Operand:
        if self._next.startswith(":"):
            return Given(self._given())
        if self._next in MAKERS:
            function = self._take()
            self._take("(")
            left = self._operand()
            self._take(",")
            right = self._operand()
            self._take(")")
            return Made(function, (left, right))
        return Attribute(self._path())

    def _given(self) -> str:
        name = self._take()
        if not name.startswith(":"):
            raise ExpressionError(f"Syntax error; token: {name!r}, expected a value of: {self.text}")
        self.used_values.add(name)
        return name

    def _path(self) -> Path:
        parts = [self._name()]
        while self._took("."):
            parts.append(self._name())
        return tuple(parts)

    def _name(self) -> str:
        token = self._take()
        if token.startswith("#"):
            if token not in self.names:
                raise ExpressionError(f"An expression attribute name used is not defined: {token}")
            self.used_names.add(token)
            return self.names[token]
        if not token[0].isalpha():
            raise ExpressionError(f"Syntax error; token: {token!r}, expected a name of: {self.text}")
        if token.upper() in reserved_words():
            raise ExpressionError(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return token

    def _clauses(self) -> Update:
        sets: list[tuple[Path, Operand]] = []
        removes: list[Path] = []
        adds: list[tuple[Path, str]] = []
        said: list[str] = []
        while self._next:
            clause = self._take().upper()
            if clause not in CLAUSES or clause in said:
                raise ExpressionError(f"Syntax error; token: {clause!r} of: {self.text}")
            said.append(clause)
            while True:
                path = self._path()
                if clause == "SET":
                    self._take("=")
                    sets.append((path, self._operand()))
                elif clause == "REMOVE":
                    removes.append(path)
                else:
                    adds.append((path, self._given()))
                if not self._took(","):
                    break
        return Update(tuple(sets), tuple(removes), tuple(adds))


@cache
def reserved_words() -> frozenset[str]:
    """The words that DynamoDB refuses as names; moto has the list, which is read without importing moto."""
    found = importlib.util.find_spec("moto")
    places = (found and found.submodule_search_locations) or ()
    words = FilePath(next(iter(places))) / "dynamodb" / "parsing" / "reserved_keywords.txt"
    return frozenset(words.read_text(encoding="utf-8").split())
