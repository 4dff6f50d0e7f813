"""Straight-line encode and decode functions, made per class the way `dataclasses` makes `__init__`.

They carry what is right and return None on any doubt; the telegram then goes row by row through its kinds,
which alone decide what is right and name what is wrong. So generated code may doubt too much but never accept
too much, and a property test holds the two ways together. `Compiled.source` is what was made, to be read.

Both functions work on latin-1 text, one character per byte, so that widths in characters are widths in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import TYPE_CHECKING, Any

from telegram_codec.charsets import ASCII
from telegram_codec.errors import UnfitError
from telegram_codec.kinds import (
    Blank,
    Code,
    Constant,
    Digits,
    Filler,
    Kind,
    LeftDigits,
    Number,
    SignedNumber,
    Text,
)
from telegram_codec.moments import Date, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from telegram_codec.layout import Layout, Row

_LONG_BYTES = 16
DOUBTS = (UnfitError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The two functions made for a layout, each giving None where its rows must be looked at one by one."""

    layout: Layout
    encode: Callable[[object], bytes | None]
    decode: Callable[[type, bytes], Any]
    source: str


def compiled(layout: Layout) -> Compiled:
    """The functions for telegrams of `layout`."""
    names = names_used(layout)
    source = "\n".join([*_encode_lines(layout), "", "", *_decode_lines(layout), ""])
    exec(compile(source, f"<{layout.telegram}>", "exec"), names)  # noqa: S102 - text of ours, made of rows alone
    return Compiled(layout, names["encode"], names["decode"], source)


def names_used(layout: Layout) -> dict[str, Any]:
    """What generated lines refer to."""
    charset = layout.charset
    names: dict[str, Any] = {
        "charset": charset,
        "date": date,
        "doubts": DOUBTS,
        "set_rows": object.__setattr__,
        "time": time,
        "wire_text": lambda text: charset.encode(text).decode("latin-1"),
    }
    names |= {f"kind_of_{row.name}": row.kind for row in layout.rows}
    return names | {
        f"codes_of_{row.name}": row.kind.meanings for row in layout.rows if isinstance(row.kind, Code)
    }


def _decode_lines(layout: Layout) -> list[str]:
    rows = layout.rows
    given = [row for row in rows if row.given]
    values = ", ".join(f"{row.name!r}: row_{row.name}" for row in given)
    refusals = [f"len(data) != {layout.size}"]
    refusals += [f"raw[{start}:{end}] != {fixed!r}" for start, end, fixed in _fixed_stretches(rows)]
    if digits := stretches(row for row in rows if is_all_digits(row.kind)):
        refusals.append(f"not ({slices(digits)}).isdecimal()")
    if letters := stretches(row for row in rows if is_all_letters(row.kind)):
        refusals.append(f"not ({slices(letters)}).isascii() or not ({slices(letters)}).isalnum()")
    return [
        "def decode(telegram_type, data):",
        "    try:",
        "        raw = data.decode('latin-1')",
        *(f"        if {refusal}:\n            return None" for refusal in refusals),
        *(f"        {line}" for row in given for line in read_lines(row)),
        "    except doubts:",
        "        return None",
        "    telegram = telegram_type.__new__(telegram_type)",
        f"    set_rows(telegram, '__dict__', {{{values}}})",
        "    return telegram",
    ]


def read_lines(row: Row) -> list[str]:  # noqa: PLR0911 - one answer per kind
    """Lines that set `row_<name>` from `raw` (text) and `data` (bytes), where the row has its offset."""
    value, raw, kind = f"row_{row.name}", f"raw[{row.offset}:{row.end}]", row.kind
    match kind:
        case Text(at_least=0):
            return [
                f"{value} = {_stripped(raw, row.size)}",
                f"if not {value}.isascii() or not {value}.isprintable():",
                f"    {value} = kind_of_{row.name}.read(data[{row.offset}:{row.end}], charset)",
            ]
        case LeftDigits():
            filled = f"{value} and " if kind.may_be_blank else ""
            return [
                f"{value} = {raw}.rstrip(' ')",
                f"if {filled}(not {value}.isdecimal() or len({value}) < {kind.at_least}):",
                "    return None",
            ]
        case Code() if not is_all_letters(kind):
            known = f"{value} in codes_of_{row.name}"
            lettered = f"{value}.isascii() and {value}.isalnum()"
            blank = f"{value} == {' ' * row.size!r} or " if kind.may_be_blank else ""
            return [
                f"{value} = {raw}",
                f"if not ({blank}{known if kind.meanings else lettered}):",
                "    return None",
                *([f"{value} = {value}.rstrip(' ')"] if kind.may_be_blank else []),
            ]
        case Number() if kind.pad == " ":
            return [
                f"{value} = {raw}.lstrip(' ')",
                f"if not {value}.isdecimal() or {value}[0] == '0' != {value}:",
                "    return None",
                f"{value} = int({value})",
            ]
        case Number():
            return [f"{value} = int({raw})"]
        case SignedNumber():
            return [
                f"sign = -1 if raw[{row.offset}] == '-' else 1",
                f"{value} = {raw} if sign > 0 else raw[{row.offset + 1}:{row.end}]",
                f"if not {value}.isdecimal() or (sign < 0 and not int({value})):",
                "    return None",
                f"{value} = sign * int({value})",
            ]
        case Date():
            year, century = row.end - 4, "2000 + " if kind.form == "YYMMDD" else ""
            parts = f"{century}int(raw[{row.offset}:{year}]), {integers(year, year + 2)}"
            return [f"{value} = date({parts})"]
        case Time():
            return [f"{value} = time({integers(row.offset, row.offset + 2, row.offset + 4)})"]
        case Digits() | Code():  # checked together with its likes before any row is read
            return [f"{value} = {raw}"]
        case _:  # a kind too rare for lines of its own
            return [f"{value} = kind_of_{row.name}.read(data[{row.offset}:{row.end}], charset)"]


def _encode_lines(layout: Layout) -> list[str]:
    given = [row for row in layout.rows if row.given]
    digits = [f"row_{row.name}" for row in given if isinstance(row.kind, Digits | LeftDigits)]
    letters = [f"row_{row.name}" for row in given if is_all_letters(row.kind)]
    refusals = []
    if digits:
        together = "".join(f"{{{name}}}" for name in digits)
        refusals.append(  # the zero: all of them may be blank
            f"not (digits := f'0{together}').isascii() or not digits.isdecimal()"
        )
    if letters:
        refusals.append(f"not (letters := {' + '.join(letters)}).isascii() or not letters.isalnum()")
    template = "".join(template_of(row) for row in layout.rows)
    return [
        "def encode(telegram):",
        "    try:",
        *(f"        {line}" for row in given for line in write_lines(row)),
        *(f"        if {refusal}:\n            return None" for refusal in refusals),
        f"        wire = f{template!r}",
        "    except doubts:",
        "        return None",
        f"    return wire.encode('latin-1') if len(wire) == {layout.size} else None",
    ]


def write_lines(row: Row) -> list[str]:
    """Lines that set `row_<name>` to what `template_of` puts into the wire, or return None."""
    value, kind = f"row_{row.name}", row.kind
    get = f"{value} = telegram.{row.name}"
    match kind:
        case Text(at_least=0):
            return [
                get,
                f"if not {value}.isascii() or not {value}.isprintable():",
                f"    {value} = wire_text({value})",
                f"if {value}[-1:] == ' ':",
                "    return None",
            ]
        case Digits():
            doubt = f"len({value}) != {kind.size}"
        case LeftDigits():
            doubt = f"{f'{value} and ' if kind.may_be_blank else ''}len({value}) < {kind.at_least}"
        case Code() if not is_all_letters(kind):
            known = f"{value} in codes_of_{row.name}"
            lettered = f"len({value}) == {kind.size} and {value}.isascii() and {value}.isalnum()"
            blank = f"{value} == '' or " if kind.may_be_blank else ""
            doubt = f"not ({blank}{known if kind.meanings else lettered})"
        case Code():
            doubt = f"len({value}) != {kind.size}"
        case Number():
            doubt = f"type({value}) is not int or {value} < 0"
        case Date():
            century = f" or not 2000 <= {value}.year < 2100" if kind.form == "YYMMDD" else ""
            doubt = f"type({value}) is not date{century}"
        case Time():
            doubt = f"type({value}) is not time or {value}.microsecond or {value}.tzinfo is not None"
        case SignedNumber():
            doubt = f"type({value}) is not int"
        case _:
            return [get, f"{value} = kind_of_{row.name}.write({value}, charset).decode('latin-1')"]
    return [get, f"if {doubt}:", "    return None"]


def template_of(row: Row) -> str:
    """What the row adds to the f-string of the whole telegram; a value too long makes the whole too long."""
    value, kind = f"row_{row.name}", row.kind
    if not row.given:
        return kind.write(None, ASCII).decode("ascii").replace("{", "{{").replace("}", "}}")
    match kind:
        case SignedNumber():
            return f"{{{value}:0{kind.size}d}}"
        case Number():
            pad = "zfill" if kind.pad == "0" else "rjust"
            return f"{{str({value}).{pad}({kind.size})}}"
        case Digits():
            return f"{{{value}}}"
        case Date():
            year = f"{{{value}.year:04d}}" if kind.form == "YYYYMMDD" else f"{{{value}.year % 100:02d}}"
            return f"{year}{{{value}.month:02d}}{{{value}.day:02d}}"
        case Time():
            return f"{{{value}.hour:02d}}{{{value}.minute:02d}}{{{value}.second:02d}}"
        case _:
            return f"{{{value}.ljust({kind.size})}}"


def _stripped(raw: str, size: int) -> str:
    """Text without its padding; to compare a long row with nothing costs less than to strip it."""
    whole = f"{raw}.rstrip(' ')"
    return whole if size < _LONG_BYTES else f"'' if {raw} == ' ' * {size} else {whole}"


def is_all_digits(kind: Kind) -> bool:
    """Whether digits are all that is asked of the bytes before they are read."""
    return isinstance(kind, Digits | Date | Time) or (isinstance(kind, Number) and kind.pad == "0")


def is_all_letters(kind: Kind) -> bool:
    """Whether ASCII letters and digits are all that is asked."""
    return isinstance(kind, Code) and not kind.meanings and not kind.may_be_blank


def _fixed_stretches(rows: Iterable[Row]) -> list[tuple[int, int, str]]:
    """Neighbouring constants and blanks as one comparison each."""
    fixed: list[tuple[int, int, str]] = []
    for is_fixed, neighbours in groupby(
        rows, lambda row: isinstance(row.kind, Constant | Blank) and not isinstance(row.kind, Filler)
    ):
        if is_fixed:
            run = list(neighbours)
            wire = "".join(
                row.kind.wire.decode("ascii") if isinstance(row.kind, Constant) else " " * row.size
                for row in run
            )
            fixed.append((run[0].offset, run[-1].end, wire))
    return fixed


def stretches(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """The bytes of `rows`, neighbours joined."""
    joined: list[tuple[int, int]] = []
    for row in rows:
        if joined and joined[-1][1] == row.offset:
            joined[-1] = (joined[-1][0], row.end)
        else:
            joined.append((row.offset, row.end))
    return joined


def slices(places: Iterable[tuple[int, int]]) -> str:
    """The expression for all these bytes behind each other."""
    return " + ".join(f"raw[{start}:{end}]" for start, end in places)


def integers(*starts: int) -> str:
    """Expressions for the two digits at each of `starts`."""
    return ", ".join(f"int(raw[{start}:{start + 2}])" for start in starts)
