"""Straight-line decode functions for one bitmap.

Between two variable elements lies a stretch of fixed size. Within it every row has its place, so it is read
with the lines of fixed-width telegrams; packed digits are read from the hex digits of the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from telegram_codec.compile import is_all_digits, is_all_letters, read_lines, slices, stretches
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
from telegram_codec.kinds import Constant, Kind, LeftDigits, Text
from telegram_codec.layout import Row
from telegram_codec.moments import DayOfYear, Time
from telegram_codec.octets import Octets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from telegram_codec.iso8583_layout import ElementRow, IsoLayout

Decode = Callable[[type, bytes], Any]

_PIECE: Final = re.compile(r"\braw\[(\d+):(\d+)\]")
_WORTH_A_CALL: Final = 2


def decoder(layout: IsoLayout, present: Sequence[ElementRow]) -> Decode:
    """The function that reads telegrams with exactly the elements `present`."""
    made: Decode = function("decode", _decode_lines(layout, present), layout)
    return made


def _decode_lines(layout: IsoLayout, present: Sequence[ElementRow]) -> list[str]:
    head, start = layout.form.head_bytes, layout.form.head_bytes + len(fixed := head_of(layout, present))
    lines = ["whole = frame.decode('latin-1')", *_unframing(layout)]
    if layout.form.digits == "bcd":
        lines.append("packed = frame.hex()")
    lines += refusals([f"frame[{head}:{start}] != {fixed!r}"])
    place, cutters = _Place("", start), _Cutters()
    for rows in _split_behind_variables(present):
        stretch = _Stretch(rows)
        lines += stretch.lines(place, cutters)
        place = place.further(stretch.size)
        if isinstance(kind := rows[-1].kind if rows else None, Variable):
            lines += _variable_lines(rows[-1].name, kind, place)
            place = _Place("at", 0)
    lines += [*refusals([f"{place} != stop"]), *_contents_checked(present)]
    return [
        *cutters.lines,
        "",
        "def decode(telegram_type, frame):",
        "    try:",
        *(f"        {line}" for line in lines),
        "    except doubts:",
        "        return None",
        "    rows = all_absent.copy()",
        *(f"    rows[{row.name!r}] = row_{row.name}" for row in present if row.given),
        "    telegram = new(telegram_type)",
        "    set_rows(telegram, '__dict__', rows)",
        "    return telegram",
    ]


def _unframing(layout: IsoLayout) -> list[str]:
    framing = layout.form.framing
    if not framing:
        return ["stop = len(frame)"]
    if header := plain_header(framing):
        size = header.size
        is_other = f"whole[:{size}] != f'{{stop - {size}:0{size}d}}'"
        return ["stop = len(frame)", *refusals([f"stop > {header.maximum_bytes} or {is_other}"])]
    return [f"stop = {framing.head_bytes} + len(framing.unwrap(frame))"]


def _split_behind_variables(present: Sequence[ElementRow]) -> Iterator[list[ElementRow]]:
    rows: list[ElementRow] = []
    for row in present:
        rows.append(row)
        if isinstance(row.kind, Variable):
            yield rows
            rows = []
    yield rows


@dataclass(frozen=True, slots=True)
class _Place:
    """A byte of the frame: `offset` bytes behind the start, or behind where the variable `base` says."""

    base: str
    offset: int

    def further(self, offset: int) -> _Place:
        """So many bytes behind."""
        return replace(self, offset=self.offset + offset)

    def __str__(self) -> str:
        return " + ".join(filter(None, [self.base, str(self.offset) if self.offset or not self.base else ""]))

    @property
    def doubled(self) -> str:
        """Where its hex digits stand."""
        return f"2 * ({self})" if self.base else str(2 * self.offset)


class _Cutters:
    """Cuts all pieces out of a stretch in one call, which takes half the time of cutting one by one."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def cut_at_once(self, lines: list[str], size: int) -> list[str]:
        """`lines` with a name instead of each `raw[start:end]`, and in front of them the line that cuts."""
        pieces = dict.fromkeys(_PIECE.findall("\n".join(lines)))
        whole = ("0", str(size))
        names = {piece: "raw" if piece == whole else f"from_{'_to_'.join(piece)}" for piece in pieces}
        cut = [f"slice({start}, {end})" for start, end in pieces if (start, end) != whole]
        if len(cut) < _WORTH_A_CALL:
            return [line.replace(f"raw[0:{size}]", "raw") for line in lines]
        name = f"cut_{len(self.lines)}"
        self.lines.append(f"{name} = itemgetter({', '.join(cut)})")
        named = ", ".join(name for name in names.values() if name != "raw")
        renamed = (_PIECE.sub(lambda piece: names[piece[1], piece[2]], line) for line in lines)
        return [f"{named} = {name}(raw)", *renamed]


class _Stretch:
    """Rows of fixed sizes behind each other, up to a variable one, whose count belongs to them."""

    def __init__(self, rows: Sequence[ElementRow]) -> None:
        self.size = 0
        self._text: list[Row] = []
        self._packed: list[Row] = []
        self._pads: list[int] = []
        for row in rows:
            match row.kind:
                case Variable(prefix=prefix):
                    self.size += prefix.size
                case Packed(digits=digits):
                    self._add(row, digits, row.size, packed=True)
                case PackedConstant(wire=wire):
                    digits = Constant(2 * len(wire), wire.hex(), wire.hex().encode("ascii"))
                    self._add(row, digits, row.size, packed=True)
                case kind:
                    self._add(row, kind, row.size, packed=False)

    def _add(self, row: Row, kind: Kind, size: int, *, packed: bool) -> None:
        end = self.size + size
        if packed:
            self._packed.append(row_at(row, kind, 2 * end - kind.size, 2 * end))
            self._pads += [2 * end - kind.size - 1] * (kind.size % 2)
        else:
            self._text.append(row_at(row, kind, self.size, end))
        self.size = end

    def lines(self, place: _Place, cutters: _Cutters) -> list[str]:
        """The lines that read the stretch, which starts at `place`."""
        end = place.further(self.size)
        text = cutters.cut_at_once(self._group_lines(self._text, []), self.size)
        packed = cutters.cut_at_once(self._group_lines(self._packed, self._pads), 2 * self.size)
        needs_bytes = any("data[" in line for line in text)
        octets = [row for row in self._text if _is_octets(row.kind)]
        return [
            *(
                f"row_{row.name} = frame[{place.further(row.offset)}:{place.further(row.end)}]"
                for row in octets
            ),
            *([f"data = frame[{place}:{end}]"] if needs_bytes else []),
            *([f"raw = whole[{place}:{end}]", *text] if text else []),
            *([f"raw = packed[{place.doubled}:{end.doubled}]", *packed] if packed else []),
        ]

    @staticmethod
    def _group_lines(rows: list[Row], pads: list[int]) -> list[str]:
        """The lines for rows that are all read from the same `raw`; `pads` are the places of zeros in it."""
        doubts = [f"raw[{pad}] != '0'" for pad in pads]
        doubts += [
            f"raw[{row.offset}:{row.end}] != {row.kind.wire.decode('ascii')!r}"
            for row in rows
            if isinstance(row.kind, Constant)
        ]
        if digits := stretches(row for row in rows if _is_all_digits(row.kind)):
            doubts.append(f"not ({slices(digits)}).encode().isdigit()")
        if letters := stretches(row for row in rows if is_all_letters(row.kind)):
            doubts.append(f"not ({slices(letters)}).isascii() or not ({slices(letters)}).isalnum()")
        lines = refusals(doubts)
        for row in rows:
            if row.given and not _is_octets(row.kind):
                lines += _read_lines(row)
        return lines


def _read_lines(row: Row) -> list[str]:
    """Like `read_lines`, and shorter where many rows are checked at once behind the last."""
    value, start = f"row_{row.name}", row.offset
    match row.kind:
        case kind if _is_text(kind):
            return [f"{value} = raw[{start}:{row.end}].rstrip(' ')"]
        case LeftDigits(at_least=1, may_be_blank=False):
            return [f"{value} = raw[{start}:{row.end}].rstrip(' ')", *refusals([f"not {value}.isdecimal()"])]
        case Time():
            return _time_lines(value, start)
        case DayOfYear():
            return [f"{value} = days[raw[{start}:{row.end}]]"]
        case MomentOfYear():
            made = f"{value} = make_tuple(MonthDayTime, (days[raw[{start}:{start + 4}]], {value}))"
            return [*_time_lines(value, start + 4), made]
        case _:
            return read_lines(row)


def _time_lines(value: str, start: int) -> list[str]:
    """Python 3.14 reads 240000 as the next midnight, so it is refused first."""
    moment = f"raw[{start}:{start + 6}]"
    return [*refusals([f"{moment} >= '24'"]), f"{value} = time_of({moment})"]


def _variable_lines(name: str, kind: Variable, start: _Place) -> list[str]:
    """The lines that read a content from `start`, right behind its count, and set `at` behind it."""
    value, size = f"row_{name}", kind.prefix.size
    digits = f"whole[{start.further(-size)}:start]"
    if kind.prefix.packed:
        digits = f"packed[{start.further(-size).doubled}:2 * start]"
    count = f"counts_of_{name}[{digits}]"
    if kind.prefix.packed and isinstance(kind, VariableDigits):
        return [
            f"start = {start}",
            f"count = {count}",
            "at = start + (count + 1) // 2",
            f"{value} = packed[2 * start + count % 2:2 * at]",
            *refusals(["count % 2 and packed[2 * start] != '0'"]),
        ]
    source = "frame" if isinstance(kind, VariableOctets) else "whole"
    return [f"start = {start}", f"at = start + {count}", f"{value} = {source}[start:at]"]


def _contents_checked(present: Sequence[ElementRow]) -> list[str]:
    """Checks digits and texts that were only cut out so far, all at once; texts with Korean one by one."""
    digits = [f"row_{row.name}" for row in present if isinstance(row.kind, VariableDigits)]
    digits += [f'row_{row.name}.replace("=", "")' for row in present if isinstance(row.kind, VariableTrack)]
    texts = [f"row_{row.name}" for row in present if _is_text(row.kind)]
    lines = refusals([f"not f'0{_in_braces(digits)}'.encode().isdigit()"] if digits else [])
    if texts:
        lines += [
            f"texts = f'{_in_braces(texts)}'",
            PERHAPS_NOT_PRINTABLE,
            *(f"    {value} = charset.decode({value}.encode('latin-1'))" for value in texts),
        ]
    return lines


def _in_braces(values: Sequence[str]) -> str:
    return "".join(f"{{{value}}}" for value in values)


def _is_octets(kind: Kind) -> bool:
    return isinstance(kind, Octets) and kind.form == "binary"


def _is_text(kind: Kind) -> bool:
    return isinstance(kind, VariableText) or (type(kind) is Text and not kind.at_least)


def _is_all_digits(kind: Kind) -> bool:
    return is_all_digits(kind) or isinstance(kind, DayOfYear | MomentOfYear)
