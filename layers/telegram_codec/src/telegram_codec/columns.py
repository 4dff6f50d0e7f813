"""Some rows of all data records of a file as columns: what a reconciliation of a million rows needs.

Numbers become int64, everything else the bytes as they stand, padding included: numpy arrays where numpy is
installed, `array` and list without it. Only the rows that are asked for are looked at, and those that the
file's order, sequence and totals are checked by; `RecordFile.check` looks at all.
"""

from __future__ import annotations

from array import array
from importlib import import_module
from importlib.util import find_spec
from itertools import compress, groupby
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, cast

from telegram_codec.charsets import ASCII
from telegram_codec.dispatch import known_wires
from telegram_codec.errors import UnfitError, outline
from telegram_codec.kinds import Number, SignedNumber
from telegram_codec.records import RecordError, Section, UnfitRecord, unfinished, unfit_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from telegram_codec.layout import Layout, Row
    from telegram_codec.records import RecordFile

# Not an import statement: the package works without numpy, and must not depend on it.
_numpy: Final[Any] = import_module("numpy") if find_spec("numpy") else None

_WIDEST_INT64_DIGITS = 18
_ZERO, _NINE, _MINUS = b"09-"


def columns(file: RecordFile, stream: BinaryIO, *names: str) -> Iterator[dict[str, Any]]:
    """The rows `names` of the data records, some thousand records at a time, one column each.

    Totals are known to be right only when the last has been given; RecordError for the first fault.
    """
    section, layout = Section(file), file.data.layout
    wanted = dict.fromkeys((*names, *section.amounts, *([file.sequence] if file.sequence else [])))
    end = number = 0
    for offset, stride, block in file.blocks(stream):
        records = [block[start : start + layout.size] for start in range(0, len(block), stride)]
        place = _Place(number + 1, offset, stride)
        for is_data, neighbours in groupby(records, _is_data(file)):
            run = list(neighbours)
            if is_data:
                values = {name: _column(layout, name, run, place) for name in wanted}
                _account(file, section, values, run, place)
                yield {name: values[name] for name in names}
            else:
                for index, raw in enumerate(run):
                    record = file.record(raw, *place.of(index))
                    try:
                        section.take(record)
                    except UnfitRecord as unfit:
                        raise unfit_record(record.layout, raw, *place.of(index), unfit) from None
            place = place.behind(len(run))
        number, end = number + len(records), offset + len(block)
    if section.missing:
        raise unfinished(file, number + 1, end, section)


class _Place(NamedTuple):
    """Where a run of records stands in the file."""

    number: int
    offset: int
    stride: int

    def of(self, index: int) -> tuple[int, int]:
        """Number and offset of the record at `index` of the run."""
        return self.number + index, self.offset + index * self.stride

    def behind(self, count: int) -> _Place:
        """The place behind `count` records."""
        return _Place(*self.of(count), self.stride)


def _is_data(file: RecordFile) -> Callable[[bytes], bool]:
    if not file.has_several:
        return lambda _raw: True
    row = file.data.layout.row(file.told_by)
    start, end, kinds = row.offset, row.end, frozenset(known_wires(row))
    return lambda raw: raw[start:end] in kinds


def _account(
    file: RecordFile, section: Section, values: dict[str, Any], run: list[bytes], place: _Place
) -> None:
    """Take the numbers and sums of a run into its section, kind by kind."""
    numbers = values[file.sequence].tolist() if file.sequence else range(len(run))
    for index, number in enumerate(numbers):
        try:
            section.follow(number)
        except UnfitRecord as unfit:
            raise unfit_record(file.data.layout, run[index], *place.of(index), unfit) from None
    if not section.amounts:
        return
    row = file.data.layout.row("kind")
    kinds = [raw[row.offset : row.end] for raw in run]
    for kind in dict.fromkeys(kinds):
        chosen = [a_kind == kind for a_kind in kinds]
        sums = [_sum(values[name], chosen) for name in section.amounts]
        section.add(kind.decode("ascii"), sum(chosen), sums)


def _sum(column: Any, chosen: list[bool]) -> int:  # noqa: ANN401 - a column of numpy or of ours
    if _numpy:
        return int(column[_numpy.array(chosen)].sum())
    return sum(compress(column, chosen))


def _column(layout: Layout, name: str, run: list[bytes], place: _Place) -> Any:  # noqa: ANN401 - a column of numpy or of ours
    row = layout.row(name)
    start, end = row.offset, row.end
    pieces = [raw[start:end] for raw in run]
    if not isinstance(row.kind, Number | SignedNumber) or row.size > _WIDEST_INT64_DIGITS:
        return _numpy.array(pieces, dtype=f"S{row.size}") if _numpy else pieces
    numbers = _digits(pieces, row) if _numpy else None
    return _read_one_by_one(pieces, layout, row, place) if numbers is None else numbers


def _read_one_by_one(pieces: list[bytes], layout: Layout, row: Row, place: _Place) -> Any:  # noqa: ANN401 - a column of numpy or of ours
    """What every kind of number can do, and where a number that is none gets its error."""
    numbers = array("q")
    for index, piece in enumerate(pieces):
        try:
            numbers.append(cast("int", row.kind.read(piece, ASCII)))
        except UnfitError as unfit:
            rule, (number, offset) = unfit.rule, place.of(index)
            raise RecordError(
                number, layout.telegram, row.name, offset + row.offset, outline(piece), rule
            ) from None
    return _numpy.array(numbers, dtype="int64") if _numpy else numbers


def _digits(pieces: list[bytes], row: Row) -> Any:  # noqa: ANN401 - numpy is not there to type it
    """Numbers with zeros in front, all at once; None if there are any others."""
    signs = _numpy.frombuffer(b"".join(pieces), dtype="uint8").reshape(-1, row.size)
    digits = signs.astype("int64") - _ZERO
    is_negative = (signs[:, 0] == _MINUS) & isinstance(row.kind, SignedNumber)
    digits[is_negative, 0] = 0
    powers = 10 ** _numpy.arange(row.size - 1, -1, -1, dtype="int64")
    numbers = digits @ powers
    if ((digits < 0) | (digits > _NINE - _ZERO)).any() or (numbers[is_negative] == 0).any():
        return None
    numbers[is_negative] *= -1
    return numbers
