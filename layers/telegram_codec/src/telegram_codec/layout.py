"""The rows of one telegram, checked when its class is made: in order, without gaps, exact in sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram_codec.errors import LayoutError
from telegram_codec.kinds import OwnLength

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram_codec.charsets import Charset
    from telegram_codec.fields import Field
    from telegram_codec.kinds import Kind
    from telegram_codec.masking import Visibility


@dataclass(frozen=True, slots=True)
class Row:
    """One field in its place: bytes `offset` up to, not including, `end`."""

    name: str
    kind: Kind
    value_type: type
    offset: int
    end: int
    visibility: Visibility
    note: str
    place: str
    given: bool

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return self.end - self.offset

    def __str__(self) -> str:
        return f"{self.place} {self.name}: bytes {self.offset} to {self.end - 1}"


@dataclass(frozen=True, slots=True)
class Layout:
    """All rows of a telegram in the order of the paper; `size` in bytes."""

    telegram: str
    size: int
    charset: Charset
    rows: tuple[Row, ...]

    def row(self, name: str) -> Row:
        """The row called `name`; KeyError if the paper has none."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)


def checked_layout(
    telegram: str, size: int, charset: Charset, fields: Iterable[tuple[str, Field]], place: str
) -> Layout:
    """The layout of `fields`, or LayoutError naming the two lines that contradict each other."""
    rows = tuple(_row(name, declared, size) for name, declared in fields)
    previous = f"{place} {telegram}: starts at byte 0"
    end = 0
    for row in rows:
        if row.offset > end:
            raise LayoutError(telegram, f"{_bytes(end, row.offset)} to no row", previous, str(row))
        if row.offset < end:
            raise LayoutError(telegram, f"byte {row.offset} belongs to two rows", previous, str(row))
        if row.size <= 0:
            raise LayoutError(telegram, "a row has no bytes", previous, str(row))
        if row.kind.natural_size != row.size:
            rule = f"{row.kind.rule} takes {row.kind.natural_size} bytes"
            raise LayoutError(telegram, rule, previous, str(row))
        previous, end = str(row), row.end
    if end != size:
        whole = f"{place} {telegram}: size={size}"
        raise LayoutError(telegram, f"the rows sum to {end} bytes, the telegram has {size}", previous, whole)
    return Layout(telegram, size, charset, rows)


def _bytes(start: int, end: int) -> str:
    return f"byte {start} belongs" if end == start + 1 else f"bytes {start} to {end - 1} belong"


def _row(name: str, declared: Field, telegram_bytes: int) -> Row:
    end = declared.offset + declared.kind.size
    kind = declared.kind
    if isinstance(kind, OwnLength):
        kind = kind.within(telegram_bytes, end)
    return Row(
        name=name,
        kind=kind,
        value_type=declared.value_type,
        offset=declared.offset,
        end=end,
        visibility=declared.visibility,
        note=declared.note,
        place=declared.place,
        given=declared.given,
    )
