"""The rows of one ISO 8583 telegram, checked when its class is made: numbered, in order, each number once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from telegram_codec.errors import LayoutError, UnfitError
from telegram_codec.iso8583_kinds import (
    BITS,
    LAST_ELEMENT,
    Bitmap,
    MomentOfYear,
    Packed,
    PackedConstant,
    Variable,
    pack,
    packed_bytes,
)
from telegram_codec.kinds import Blank, Constant, Digits, Kind, Number, OwnLength
from telegram_codec.layout import Layout, Row
from telegram_codec.masking import Visibility
from telegram_codec.moments import Date, DayOfYear, Month, Time
from telegram_codec.nested import Nested

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from telegram_codec.charsets import Charset
    from telegram_codec.fields import Field
    from telegram_codec.frames import Framing

FIRST_ELEMENT: Final = 2
_RESERVED = {1: "says that a secondary bitmap follows", BITS + 1: "is reserved for a tertiary bitmap"}
_HEAD: Final = ("kind", "bitmap")
_MESSAGE_TYPE: Final = re.compile("[0-9]{4}")


class Form(NamedTuple):
    """How a family of telegrams is written.

    `mti` is the message type of one telegram, '' for a class that others continue. `digits` decides how all
    digits stand on the wire: message type, numbers, dates and the lengths of variable elements.
    """

    mti: str
    bitmap: Literal["hex", "binary"]
    digits: Literal["ascii", "bcd"]
    framing: Framing | None

    @property
    def head_bytes(self) -> int:
        """Bytes of the frame in front of the message type."""
        return self.framing.head_bytes if self.framing else 0

    @property
    def bitmap_kind(self) -> Bitmap:
        """How the bitmaps are written."""
        return Bitmap(LAST_ELEMENT // (4 if self.bitmap == "hex" else 8), self.bitmap)


@dataclass(frozen=True, slots=True)
class ElementRow(Row):
    """One data element: `offset` is its number, 0 for the message type and 1 for the bitmap."""

    optional: bool

    @property
    def size(self) -> int:
        """The most bytes it takes on the wire."""
        return self.kind.size

    def __str__(self) -> str:
        return f"{self.place} {self.name}: element {self.offset}"


@dataclass(frozen=True, slots=True)
class IsoLayout(Layout):
    """Message type, bitmap and elements in their order; `size` is that of the longest telegram."""

    form: Form
    rows: tuple[ElementRow, ...]

    @property
    def elements(self) -> tuple[ElementRow, ...]:
        """The rows that have a bit of their own."""
        return self.rows[len(_HEAD) :]


def checked_elements(
    telegram: str,
    form: Form,
    charset: Charset,
    declared: Mapping[str, Field],
    own: Iterable[str],
    place: str,
) -> IsoLayout:
    """The layout of `declared`, or LayoutError; `own` are the rows of the class itself, as they stand."""
    _refuse_disorder(telegram, form, declared, own, place)
    head = _head(form, place)
    in_order = sorted(declared.items(), key=lambda item: item[1].offset)
    elements = [_element(telegram, name, field, form, place) for name, field in in_order]
    for before, row in pairwise(elements):
        if before.offset == row.offset:
            raise LayoutError(telegram, f"element {row.offset} belongs to two rows", str(before), str(row))
    rows = (*head, *elements)
    size = form.head_bytes + sum(row.size for row in rows)
    if form.framing:
        try:
            form.framing.wrap(bytes(size - form.head_bytes))
        except UnfitError as unfit:
            whole = f"{place} {telegram}: {size} bytes at most"
            rule = f"the frame is too small, {unfit.rule}"
            raise LayoutError(telegram, rule, str(rows[-1]), whole) from None
    return IsoLayout(telegram, size, charset, rows, form)


def _refuse_disorder(
    telegram: str, form: Form, declared: Mapping[str, Field], own: Iterable[str], place: str
) -> None:
    if form.mti and not _MESSAGE_TYPE.fullmatch(form.mti):
        rule = f"a message type is four digits, not {form.mti!r}"
        raise LayoutError(telegram, rule, f"{place} {telegram}", f"mti={form.mti!r}")
    previous, number = f"{place} {telegram}", 0
    for name in own:
        field = declared[name]
        line = f"{field.place} {name}: element {field.offset}"
        if reserved := _RESERVED.get(field.offset):
            raise LayoutError(telegram, f"bit {field.offset} {reserved}", previous, line)
        if not FIRST_ELEMENT <= field.offset <= LAST_ELEMENT:
            raise LayoutError(telegram, f"elements are {FIRST_ELEMENT} to {LAST_ELEMENT}", previous, line)
        if field.offset < number:
            raise LayoutError(telegram, f"element {field.offset} stands behind {number}", previous, line)
        previous, number = line, field.offset


def _head(form: Form, place: str) -> tuple[ElementRow, ElementRow]:
    packed = form.digits == "bcd"
    kind = (
        PackedConstant(packed_bytes(len(form.mti)), form.mti, pack(form.mti))
        if packed
        else Constant(len(form.mti), form.mti, form.mti.encode("ascii"))
    )
    bitmap = form.bitmap_kind
    plain = Visibility.PLAIN
    return (
        ElementRow("kind", kind, str, 0, 1, plain, "message type", place, given=False, optional=False),
        ElementRow("bitmap", bitmap, tuple, 1, 2, plain, "bitmap", place, given=False, optional=False),
    )


def _element(telegram: str, name: str, declared: Field, form: Form, place: str) -> ElementRow:
    here, line = f"{place} {telegram}", f"{declared.place} {name}: element {declared.offset}"
    if name in _HEAD:
        raise LayoutError(telegram, f"{name!r} is a word of every ISO 8583 telegram", here, line)
    if isinstance(declared.kind, OwnLength):
        raise LayoutError(telegram, "the length of the telegram is its framing's", here, line)
    if isinstance(declared.kind, Blank):
        raise LayoutError(telegram, "an element is filled or absent, never blank", here, line)
    kind = _packed(declared.kind) if form.digits == "bcd" else declared.kind
    if kind.size <= 0:
        raise LayoutError(telegram, "a row has no bytes", here, line)
    if kind.natural_size != kind.size:
        rule = f"{kind.rule} takes {kind.natural_size} bytes"
        raise LayoutError(telegram, rule, here, line)
    return ElementRow(
        name=name,
        kind=kind,
        value_type=declared.value_type,
        offset=declared.offset,
        end=declared.offset + 1,
        visibility=declared.visibility,
        note=declared.note,
        place=declared.place,
        given=declared.given,
        optional=declared.optional,
    )


def _packed(kind: Kind) -> Kind:
    """`kind` where digits are packed two to a byte."""
    match kind:
        case Variable():
            prefix = replace(kind.prefix, packed=True)
            unprefixed = replace(kind, prefix=prefix)
            return replace(unprefixed, size=prefix.size + unprefixed.content_bytes(kind.at_most))
        case Constant(wire=wire) if wire.isdigit():
            return PackedConstant(packed_bytes(len(wire)), kind.value, pack(wire.decode("ascii")))
        case Number(pad="0") | Digits() | Date() | Time() | DayOfYear() | Month() | MomentOfYear():
            return Packed(packed_bytes(kind.size), kind)
        case Nested(item=item) if all(_is_all_digits(row.kind) for row in item.layout.rows):
            return Packed(packed_bytes(kind.size), kind)
        case _:
            return kind


def _is_all_digits(kind: Kind) -> bool:
    return _packed(kind) is not kind
