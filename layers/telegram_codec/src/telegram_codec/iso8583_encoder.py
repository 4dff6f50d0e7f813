"""Straight-line encode functions for one combination of elements.

Every value is checked where it is taken, digits and letters all at once; then one template holds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telegram_codec.compile import is_all_letters, template_of, write_lines
from telegram_codec.iso8583_kinds import (
    MomentOfYear,
    Packed,
    PackedConstant,
    Variable,
    VariableDigits,
    VariableOctets,
    VariableText,
    VariableTrack,
)
from telegram_codec.iso8583_source import (
    PERHAPS_NOT_PRINTABLE,
    function,
    head_of,
    plain_header,
    refusals,
    row_at,
)
from telegram_codec.kinds import Digits, Kind, LeftDigits, Number, Text
from telegram_codec.layout import Row
from telegram_codec.moments import DayOfYear, Time
from telegram_codec.octets import Octets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram_codec.iso8583_layout import ElementRow, IsoLayout

Encode = Callable[[object], "bytes | None"]


def encoder(layout: IsoLayout, present: Sequence[ElementRow]) -> Encode:
    """The function that writes telegrams with exactly the elements `present`."""
    made: Encode = function("encode", _encode_lines(layout, present), layout)
    return made


def _encode_lines(layout: IsoLayout, present: Sequence[ElementRow]) -> list[str]:
    wire = _Wire()
    wire.lines += refusals(
        f"telegram.{row.name} is not None" for row in layout.elements if row.optional and row not in present
    )
    wire.text(head_of(layout, present).decode("latin-1").replace("{", "{{").replace("}", "}}"))
    for row in present:
        wire.add(row)
    return [
        "def encode(telegram):",
        "    try:",
        *(f"        {line}" for line in [*wire.all_lines(), f"return {_framed(layout)}"]),
        "    except doubts:",
        "        return None",
    ]


def _framed(layout: IsoLayout) -> str:
    framing = layout.form.framing
    if not framing:
        return "content.encode('latin-1')"
    if header := plain_header(framing):
        return f"f'{{len(content):0{header.size}d}}{{content}}'.encode('latin-1')"
    return "framing.wrap(content.encode('latin-1'))"


@dataclass
class _Wire:
    """What the function puts together: pieces of text, and packed ones that are made from hex digits."""

    lines: list[str] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    packed: list[str] = field(default_factory=list)

    def text(self, template: str) -> None:
        """One more piece of text."""
        self.pieces.append(template)

    def hex(self, template: str) -> None:
        """More hex digits; they join those right in front of them."""
        if not self.packed or self.pieces[-1] != f"{{packed_{len(self.packed) - 1}}}":
            self.packed.append("")
            self.pieces.append(f"{{packed_{len(self.packed) - 1}}}")
        self.packed[-1] += template

    def all_lines(self) -> list[str]:
        """Values, checks, pieces, content."""
        doubts = []
        if self.digits:
            doubts.append(f"not ''.join(('0', {', '.join(self.digits)})).encode().isdigit()")
        if self.letters:
            doubts.append(f"not (letters := ''.join(({', '.join(self.letters)},))).isascii()")
            doubts.append("not letters.isalnum()")
        return [
            *self._checked_texts(),
            *self.lines,
            *refusals(doubts),
            *(
                f"packed_{number} = from_hex(f{digits!r}).decode('latin-1')"
                for number, digits in enumerate(self.packed)
            ),
            f"content = f{''.join(self.pieces)!r}",
        ]

    def _checked_texts(self) -> list[str]:
        if not self.texts:
            return []
        values = [f"row_{name}" for name in self.texts]
        return [
            *(f"{value} = telegram.{name}" for value, name in zip(values, self.texts, strict=True)),
            f"texts = ''.join(({', '.join(values)},))",
            PERHAPS_NOT_PRINTABLE,
            *(f"    {value} = wire_text({value})" for value in values),
        ]

    def add(self, row: ElementRow) -> None:
        """One more element."""
        match row.kind:
            case Variable() as kind:
                self._add_variable(row, kind)
            case PackedConstant(wire=wire):
                self.hex(wire.hex())
            case Packed(digits=digits):
                self.hex("0" * (digits.size % 2) + self._fixed(row, digits))
            case kind:
                self.text(self._fixed(row, kind))

    def _fixed(self, row: ElementRow, kind: Kind) -> str:
        """Lines for a row of a fixed size; its part of the template."""
        plain, value = row_at(row, kind, 0, kind.size), f"row_{row.name}"
        if not row.given:
            return template_of(plain)
        if isinstance(kind, Digits | LeftDigits):
            self.digits.append(value)
        if is_all_letters(kind):
            self.letters.append(value)
        if isinstance(kind, Text) and not kind.at_least:
            self.texts.append(row.name)
        self.lines += _write_lines(plain)
        return f"{{{value}}}" if _is_whole(kind) else template_of(plain)

    def _add_variable(self, row: ElementRow, kind: Variable) -> None:
        value = f"row_{row.name}"
        get = f"{value} = telegram.{row.name}"
        count = f"count_of_{row.name} = prefixes_of_{row.name}[len({value})]"
        match kind:
            case VariableText():
                self.texts.append(row.name)
                self.lines.append(count)
            case VariableOctets():
                doubts = refusals([f"type({value}) is not bytes"])
                self.lines += [get, *doubts, f"{value} = {value}.decode('latin-1')", count]
            case _:
                is_track = isinstance(kind, VariableTrack)
                self.digits.append(f"{value}.replace('=', '')" if is_track else value)
                self.lines += [get, count]
        if not kind.prefix.packed:
            self.text(f"{{count_of_{row.name}}}{{{value}}}")
            return
        self.hex(f"{{count_of_{row.name}}}")
        if isinstance(kind, VariableDigits):
            self.lines.append(f"packed_{row.name} = '0' + {value} if len({value}) % 2 else {value}")
            self.hex(f"{{packed_{row.name}}}")
        else:
            self.text(f"{{{value}}}")


def _is_whole(kind: Kind) -> bool:
    """Whether `_write_lines` leaves exactly the text of the wire."""
    match kind:
        case Number(pad="0") | Text(at_least=0) | Digits() | Time() | DayOfYear() | MomentOfYear() | Octets():
            return True
        case _:
            return is_all_letters(kind)


def _write_lines(row: Row) -> list[str]:  # noqa: PLR0911 - one answer per kind
    """Like `write_lines`; besides, what is too long is refused here, as nobody counts the whole."""
    value, kind = f"row_{row.name}", row.kind
    get = f"{value} = telegram.{row.name}"
    match kind:
        case Text(at_least=0):
            doubt = f"{value}[-1:] == ' ' or len({value}) > {row.size}"
            return [*refusals([doubt]), f"{value} = {value}.ljust({row.size})"]
        case LeftDigits():
            return [*write_lines(row), *refusals([f"len({value}) > {row.size}"])]
        case Number(pad="0"):
            doubt = f"type({value}) is not int or not 0 <= {value} < {10**row.size}"
            return [get, *refusals([doubt]), f"{value} = str({value}).zfill({row.size})"]
        case Number():
            return [*write_lines(row), *refusals([f"{value} >= {10**row.size}"])]
        case Time():
            return [get, *_time_lines(value)]
        case DayOfYear():
            return [get, *_day_lines(value)]
        case MomentOfYear():
            both = [*refusals([f"type({value}) is not MonthDayTime"]), f"day, moment = {value}"]
            return [get, *both, *_day_lines("day"), *_time_lines("moment"), f"{value} = day + moment"]
        case Octets(form="binary"):
            doubt = f"type({value}) is not bytes or len({value}) != {row.size}"
            return [get, *refusals([doubt]), f"{value} = {value}.decode('latin-1')"]
        case _:
            return write_lines(row)


def _time_lines(value: str) -> list[str]:
    return [
        *refusals([f"type({value}) is not time or {value}.microsecond or {value}.tzinfo is not None"]),
        f"{value} = two_digits[{value}.hour] + two_digits[{value}.minute] + two_digits[{value}.second]",
    ]


def _day_lines(value: str) -> list[str]:
    number = "is not int or type"
    doubt = f"type({value}) is not MonthDay or type({value}[0]) {number}({value}[1]) is not int"
    return [*refusals([doubt]), f"{value} = texts_of_days[{value}]"]
