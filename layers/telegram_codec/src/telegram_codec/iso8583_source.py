"""What the generated functions of ISO 8583 telegrams have in common: their names, their head, their frame.

See iso8583_decoder.py and iso8583_encoder.py. Like those of `compile`, they carry what is right and return
None on any doubt; the telegram then goes element by element (iso8583_rows.py).
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from telegram_codec.compile import DOUBTS, names_used
from telegram_codec.frames import LengthHeader
from telegram_codec.iso8583_kinds import Variable
from telegram_codec.layout import Row
from telegram_codec.moments import MonthDay, MonthDayTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from telegram_codec.frames import Framing
    from telegram_codec.iso8583_layout import ElementRow, IsoLayout
    from telegram_codec.kinds import Kind

_LEAP_YEAR: Final = 2000  # has every day of the calendar
_FIRST, _END = date(_LEAP_YEAR, 1, 1).toordinal(), date(_LEAP_YEAR + 1, 1, 1).toordinal()
_CALENDAR = map(date.fromordinal, range(_FIRST, _END))
_DAYS: Final = {f"{day:%m%d}": MonthDay(day.month, day.day) for day in _CALENDAR}


# Digits and controls are looked for in bytes: asking str takes ten times as long for each character.
PERHAPS_NOT_PRINTABLE: Final = (
    "if not texts.isascii() or len(texts.encode().translate(None, controls)) != len(texts):"
)
_CONTROLS: Final = bytes([*range(0x20), 0x7F])


def function(name: str, lines: Iterable[str], layout: IsoLayout) -> Any:  # noqa: ANN401 - what the lines define
    """The function that `lines` define; its docstring is its source, to be read."""
    names = names_used(layout) | {
        "all_absent": {row.name: None for row in layout.elements if row.given},
        "MonthDay": MonthDay,
        "MonthDayTime": MonthDayTime,
        "days": _DAYS,
        "controls": _CONTROLS,
        "doubts": (*DOUBTS, LookupError),
        "framing": layout.form.framing,
        "from_hex": bytes.fromhex,
        "itemgetter": itemgetter,
        "make_tuple": tuple.__new__,
        "new": object.__new__,
        "time_of": time.fromisoformat,
        "two_digits": [f"{number:02d}" for number in range(60)],
        "texts_of_days": {day: text for text, day in _DAYS.items()},
    }
    for row in layout.elements:
        if isinstance(row.kind, Variable):
            counts = counts_of(row.kind.prefix.width, row.kind.at_least, row.kind.at_most)
            names[f"counts_of_{row.name}"], names[f"prefixes_of_{row.name}"] = counts
    source = "\n".join([*lines, ""])
    exec(compile(source, f"<{layout.telegram}>", "exec"), names)  # noqa: S102 - text of ours, made of rows alone
    names[name].__doc__ = source
    return names[name]


@lru_cache(maxsize=256)
def counts_of(width: int, at_least: int, at_most: int) -> tuple[Mapping[str, int], Mapping[int, str]]:
    """Every count that a prefix may say, by its `width` digits, and the reverse: looking up is checking."""
    counts = {f"{count:0{width}d}": count for count in range(at_least, at_most + 1)}
    return counts, {count: text for text, count in counts.items()}


def head_of(layout: IsoLayout, present: Iterable[ElementRow]) -> bytes:
    """Message type and bitmap."""
    kind, bitmap = layout.rows[0].kind, layout.rows[1].kind
    elements = tuple(row.offset for row in present)
    return kind.write(None, layout.charset) + bitmap.write(elements, layout.charset)


def plain_header(framing: Framing | None) -> LengthHeader | None:
    """`framing` if it is the commonest: digits that count what follows them, and nothing behind."""
    match framing:
        case LengthHeader(form="digits", pad="0", counts_itself=False, end=b""):
            return framing
        case _:
            return None


def row_at(row: Row, kind: Kind, offset: int, end: int) -> Row:
    """`row` in a place of its stretch, written by `kind`."""
    return Row(row.name, kind, row.value_type, offset, end, row.visibility, row.note, row.place, row.given)


def refusals(conditions: Iterable[str]) -> list[str]:
    """Lines that give up if one of `conditions` holds."""
    return [line for condition in conditions for line in (f"if {condition}:", "    return None")]
