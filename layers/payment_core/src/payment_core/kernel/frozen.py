"""Our own words start fast: a frozen dataclass of which one method is compiled, and the others are shared.

Python 3.11 writes and compiles six methods for each frozen dataclass. A function has some eighty of them, and
that was a sixth of its start. Here each class gets an ``__init__`` of its own; what compares, shows, hashes
and refuses is the same for all. To a reader and a type checker it is the dataclass of the standard library,
whose ``replace``, ``asdict`` and ``fields`` work on it (docs/adr/0036).
Promise: tests/spec/test_frozen.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 -- the name under which it is imported

Word = TypeVar("Word", bound=type)

COMPARED: Final = "__compared__"  # reads the fields that make two words equal


def _dataclass(word: type | None = None, /, *, frozen: bool = False, **told: bool) -> Any:  # noqa: ANN401 -- typed below
    """The decorator, as the standard library's; what is not frozen is left to it."""
    if not frozen:
        return dataclasses.dataclass(**told) if word is None else dataclasses.dataclass(word)
    return lambda word: _frozen(word, **told)


def _frozen(word: Word, *, repr: bool = True, eq: bool = True, order: bool = False) -> Word:  # noqa: A002 -- its words
    own = dict(vars(word))
    dataclasses.dataclass(init=False, repr=False, eq=order, order=order)(word)
    shared: dict[str, object] = {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
    if repr:
        shared["__repr__"] = _shown
    if eq:
        shared |= {"__eq__": _is_equal, "__hash__": _hashed}
        names = [one.name for one in fields(word) if one.compare]
        setattr(word, COMPARED, attrgetter(*names) if names else type)
    for name in shared.keys() - own.keys():
        setattr(word, name, shared[name])
    word.__init__ = _initialiser(word)  # type: ignore[misc]  # as the library does
    return word


def _initialiser(word: type) -> Callable[..., None]:
    """Compile the one method that takes the words apart."""
    known: dict[str, Any] = {}
    asked, named, kept = ["self"], list[str](), list[str]()
    for one in fields(word):
        value, name = one.name, f"_{one.name}"
        if one.default is not MISSING:
            known[name] = one.default
        elif one.default_factory is not MISSING:
            known[name] = one.default_factory
            value = f"{name}() if {value} is {name} else {value}"
        (named if one.kw_only else asked).append(f"{one.name}={name}" if name in known else one.name)
        kept.append(f"{one.name}={value}")
    given = ", ".join([*asked, *(["*", *named] if named else [])])
    after = "; self.__post_init__()" if hasattr(word, "__post_init__") else ""
    exec(f"def __init__({given}): self.__dict__.update({', '.join(kept)}){after}", known)  # noqa: S102 -- our own
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{word.__qualname__}.__init__"
    made.__annotations__ = {one.name: one.type for one in fields(word)}
    return made


def _shown(self: Any) -> str:  # noqa: ANN401 -- any word
    told = ", ".join([f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr])
    return f"{type(self).__qualname__}({told})"


def _is_equal(self: Any, other: Any) -> bool:  # noqa: ANN401 -- any word
    if type(other) is not type(self):
        return NotImplemented  # type: ignore[no-any-return]  # as every __eq__ may
    compared = self.__compared__
    return bool(compared(self) == compared(other))


def _hashed(self: Any) -> int:  # noqa: ANN401 -- any word
    return hash(self.__compared__(self))


def _refuse_to_set(self: object, name: str, value: object) -> None:  # noqa: ARG001 -- told by its name
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:  # noqa: ARG001 -- told by its name
    raise FrozenInstanceError(f"cannot delete field {name!r}")


if not TYPE_CHECKING:
    dataclass = _dataclass
