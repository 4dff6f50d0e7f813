"""Telegrams inside a row of another: one in its place, or up to so many behind each other.

What is nested is shown by its own repr and travels as plain bytes of the outer row, so it may not hold card
data or secrets: `fields.nested` and `fields.repeated` refuse an item that does.
"""

# ruff: noqa: D102 - what the methods of every kind do is said once, by Kind

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Kind

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset
    from telegram_codec.telegram import Telegram


@dataclass(frozen=True, slots=True)
class Nested(Kind):
    """One `item`, of the outer telegram's charset."""

    item: type[Telegram]

    @property
    def rule(self) -> str:
        rows = ", ".join(f"{row.name} {row.size}" for row in self.item.layout.rows)
        return f"{self.item.__name__}: {rows}"

    @property
    def natural_size(self) -> int:
        return self.item.layout.size

    def write(self, value: object, charset: Charset, /) -> bytes:
        if type(value) is not self.item:
            raise UnfitError(f"takes a {self.item.__name__}, not {type(value).__name__}")
        return b"".join(
            _named(row.name, row.kind.write, getattr(value, row.name), charset)
            for row in self.item.layout.rows
        )

    def read(self, raw: bytes, charset: Charset, /) -> Telegram:
        values = {
            row.name: _named(row.name, row.kind.read, raw[row.offset : row.end], charset)
            for row in self.item.layout.rows
        }
        return self.item(**{row.name: values[row.name] for row in self.item.layout.rows if row.given})


@dataclass(frozen=True, slots=True)
class Repeated(Kind):
    """A tuple of items, as many as there are, then spaces; no item may be all spaces itself."""

    item: type[Telegram]

    @property
    def at_most(self) -> int:
        """How many items fit."""
        return self.size // self.item.layout.size

    @property
    def rule(self) -> str:
        return f"up to {self.at_most} times {self._one.rule}"

    @property
    def natural_size(self) -> int:
        return self.at_most * self.item.layout.size

    @property
    def _one(self) -> Nested:
        return Nested(self.item.layout.size, self.item)

    def write(self, value: object, charset: Charset, /) -> bytes:
        if not isinstance(value, tuple):
            raise UnfitError(f"takes a tuple, not {type(value).__name__}")
        if len(value) > self.at_most:
            raise UnfitError(f"at most {self.at_most} times {self.item.__name__}, not {len(value)}")
        wires = [self._one.write(item, charset) for item in value]
        if any(not wire.strip(b" ") for wire in wires):
            raise UnfitError(f"a {self.item.__name__} of nothing but spaces")
        return b"".join(wires).ljust(self.size)

    def read(self, raw: bytes, charset: Charset, /) -> tuple[Telegram, ...]:
        step = self.item.layout.size
        wires = [raw[start : start + step] for start in range(0, self.size, step)]
        while wires and not wires[-1].strip(b" "):
            wires.pop()
        if any(not wire.strip(b" ") for wire in wires):
            raise UnfitError(f"{self.item.__name__} behind each other, spaces behind the last")
        return tuple(self._one.read(wire, charset) for wire in wires)


def _named(name: str, write_or_read: Any, value: object, charset: Charset) -> Any:  # noqa: ANN401 - any kind's value
    try:
        return write_or_read(value, charset)
    except UnfitError as unfit:
        rule = f"{name}: {unfit.rule}"
    raise UnfitError(rule)
