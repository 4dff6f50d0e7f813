"""Files of records that all have one length: in each section a start record, data records and a total record.

A file is read as a stream in bounded memory. Nothing of it counts before all of it is right: `read` goes
through it twice, first to check every record, their order, numbers and totals, and then to give them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, Final

from telegram_codec.dispatch import known_wires
from telegram_codec.errors import DecodeError, EncodeError, UnfitError, outline
from telegram_codec.kinds import Text
from telegram_codec.telegram import Telegram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from telegram_codec.layout import Layout

RECORDS_AT_ONCE: Final = 4_096  # held in memory; 800 kB of 200-byte records
LINE_ENDS: Final = (b"\r\n", b"\n")
_NO_START = "a start record, as no section has begun"


class Trouble(StrEnum):
    """What is wrong with a file, for programs; the rule says it to people."""

    SIZE = "size"  # a record of another length, or a line that ends otherwise
    KIND = "kind"  # a record that the file has no kind for
    ROW = "row"  # a row that is not what it must be
    TEXT = "text"  # bytes that are no text of the charset
    ORDER = "order"  # no start, no total, or a number left out: a part is missing
    TOTAL = "total"  # a total that is not what its records add up to


class RecordError(DecodeError):
    """A file that is refused as a whole: `record` counts from 1, `offset` from the first byte of the file."""

    code = "telegram.record"

    def __init__(
        self,
        record: int,
        telegram: str,
        field: str,
        offset: int,
        found: str,
        rule: str,
        hint: str = "",
        trouble: Trouble = Trouble.ROW,
    ) -> None:
        super().__init__(telegram, field, offset, found, rule, hint)
        self.args = (record, telegram, field, offset, found, rule, hint, trouble)
        self.record, self.trouble = record, trouble

    def __str__(self) -> str:
        return f"record {self.record}: {super().__str__()}"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a total record says of its section's data records.

    `of` is a row of the total record: a number, or a nested telegram with `count` and `amount_won`.
    `over` are the kinds of record that count, each with the sign its `amount` has in the sum; what stands in
    their row `less` is taken off.
    """

    of: str
    over: Mapping[str, int]
    amount: str = "amount_won"
    less: str = ""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A kind of file. All its telegrams have one size; where there are several, a row tells which.

    That row is called `told_by` in all of them. Tallies go by the row `kind` of the data records. A file
    without a start record begins a section with its first data record, and again behind each total.
    """

    name: str
    data: type[Telegram]
    start: type[Telegram] | None = None
    total: type[Telegram] | None = None
    tallies: tuple[Tally, ...] = ()
    sequence: str = ""
    line_end: bytes = b""
    told_by: str = "kind"
    _by_kind: dict[bytes, type[Telegram]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """ValueError if the records differ in size or cannot be told apart."""
        for telegram in self.telegrams:
            if telegram.layout.size != self.record_bytes:
                raise ValueError(f"{telegram.layout.telegram} has not {self.record_bytes} bytes")
            wires = known_wires(telegram.layout.row(self.told_by)) if self.has_several else []
            if any(wire in self._by_kind for wire in wires):
                raise ValueError(f"{telegram.layout.telegram} has the kind of another record")
            self._by_kind.update(dict.fromkeys(wires, telegram))

    @property
    def telegrams(self) -> tuple[type[Telegram], ...]:
        """The kinds of record in the order in which they come."""
        return tuple(telegram for telegram in (self.start, self.data, self.total) if telegram)

    @property
    def has_several(self) -> bool:
        """Whether there are records besides the data."""
        return self.start is not None or self.total is not None

    @property
    def record_bytes(self) -> int:
        """The size of every record, without its line end."""
        return self.data.layout.size

    def read(self, stream: BinaryIO) -> Iterator[Telegram]:
        """All records of a file that is right from its first to its last byte; RecordError before the first.

        `stream` is read twice, so it must be able to go back to where it stands.
        """
        beginning = stream.tell()
        self.check(stream)
        stream.seek(beginning)
        return self.records(stream)

    def check(self, stream: BinaryIO) -> int:
        """The number of records of a file that is right; RecordError for its first fault."""
        return sum(1 for _ in self.records(stream))

    def records(self, stream: BinaryIO) -> Iterator[Telegram]:
        """The records one by one, before the rest is known to be right; RecordError where a fault is met."""
        return (record for _, _, record in self.placed(stream))

    def placed(self, stream: BinaryIO) -> Iterator[tuple[int, bytes, Telegram]]:
        """Each record behind its offset and its bytes; otherwise as `records`."""
        section = Section(self)
        number = end = 0
        for number, (offset, raw) in enumerate(self.cut(stream), start=1):
            record = self.record(raw, number, offset)
            try:
                section.take(record)
            except UnfitRecord as unfit:
                raise unfit_record(record.layout, raw, number, offset, unfit) from None
            yield offset, raw, record
            end = offset + len(raw)
        if section.missing:
            raise unfinished(self, number + 1, end, section)

    def record(self, raw: bytes, number: int, offset: int) -> Telegram:
        """The record in `raw`, which is the `number`th of the file and stands at byte `offset`."""
        telegram_type = self.data
        if self.has_several:
            row = self.data.layout.row(self.told_by)
            kind = raw[row.offset : row.end]
            if kind not in self._by_kind:
                rule = f"one of {', '.join(wire.decode('ascii') for wire in self._by_kind)}"
                found, at = outline(kind), offset + row.offset
                raise RecordError(number, self.name, self.told_by, at, found, rule, trouble=Trouble.KIND)
            telegram_type = self._by_kind[kind]
        try:
            return telegram_type.decode(raw)
        except DecodeError as error:
            raise RecordError(
                number,
                error.telegram,
                error.field,
                offset + error.offset,
                error.found,
                error.rule,
                error.hint,
                self._trouble(telegram_type, error.field, raw),
            ) from None

    def _trouble(self, telegram: type[Telegram], name: str, raw: bytes) -> Trouble:
        row = telegram.layout.row(name) if name else None
        if row and isinstance(row.kind, Text) and not raw[row.offset : row.end].isascii():
            return Trouble.TEXT
        return Trouble.ROW

    def write(self, records: Iterable[Telegram]) -> Iterator[bytes]:
        """The bytes of each record with its line end; EncodeError for the first that would be refused."""
        section = Section(self)
        for record in records:
            if type(record) not in self.telegrams:
                raise EncodeError(self.name, "", f"takes no {record.layout.telegram}")
            try:
                section.take(record)
            except UnfitRecord as wrong:
                raise EncodeError(record.layout.telegram, wrong.field, wrong.rule) from None
            yield record.encode() + self.line_end
        if section.missing:
            raise EncodeError(self.name, "", section.missing)

    def cut(self, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
        """Offset and bytes of each record."""
        size = self.record_bytes
        for offset, stride, block in self.blocks(stream):
            for start in range(0, len(block), stride):
                yield offset + start, block[start : start + size]

    def blocks(self, stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
        """Many records at once: offset of the first, bytes from one to the next, the records with line ends.

        Files come with and without line ends: what stands behind the first record decides. The last line of
        some files has none; it is given one.
        """
        size = self.record_bytes
        held = _filled(stream, size + len(LINE_ENDS[0]))
        line_end = next((end for end in LINE_ENDS if held[size:].startswith(end)), b"")
        stride, offset = size + len(line_end), 0
        more = held
        while more:
            more = stream.read(stride * RECORDS_AT_ONCE)
            held += more
            if not more and len(held) % stride == size:
                held += line_end
            whole = len(held) // stride * stride
            if whole:
                self._check_line_ends(held[:whole], offset, line_end)
                yield offset, stride, held[:whole]
            offset, held = offset + whole, held[whole:]
        if held:
            number, found = offset // stride + 1, f"{len(held)} bytes"
            raise RecordError(number, self.name, "", offset, found, f"{size} bytes", trouble=Trouble.SIZE)

    def _check_line_ends(self, block: bytes, offset: int, line_end: bytes) -> None:
        stride = self.record_bytes + len(line_end)
        for place, byte in enumerate(line_end, start=self.record_bytes):
            column = block[place::stride]
            right = len(column) - len(column.lstrip(bytes([byte])))
            if right < len(column):
                number, at = offset // stride + right + 1, offset + right * stride + place
                found = outline(column[right : right + 1])
                rule = f"the line end {line_end!r} as before"
                raise RecordError(number, self.name, "", at, found, rule, trouble=Trouble.SIZE)


class UnfitRecord(UnfitError):  # noqa: N818 - never leaves the package, as UnfitError
    """A record that contradicts those before it; `field` is the row that shows it."""

    def __init__(self, field: str, rule: str, trouble: Trouble = Trouble.ORDER) -> None:
        super().__init__(rule)
        self.field, self.trouble = field, trouble


class Section:
    """What has come since the last start record, and what the data records add up to."""

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self._is_open = not file.start
        self._has_ended = not file.has_several
        self._count = 0
        names = [name for tally in file.tallies for name in (tally.amount, tally.less) if name]
        self.amounts = tuple(dict.fromkeys(names))
        self._sums: dict[str, list[int]] = {}

    @property
    def missing(self) -> str:
        """What must still come before the file may end; '' if nothing."""
        if self._has_ended:
            return ""
        return "a total record" if self._is_open else "a start record"

    def take(self, record: Telegram) -> None:
        """The next record, whichever it is; UnfitRecord if it may not come here."""
        if type(record) is self._file.data:
            kind = str(getattr(record, "kind", ""))
            number = getattr(record, self._file.sequence) if self._file.sequence else self._count + 1
            self.follow(number)
            self.add(kind, 1, [getattr(record, name) for name in self.amounts])
        elif type(record) is self._file.start:
            if self._is_open:
                raise UnfitRecord(self._file.told_by, "a data or total record, as the section has begun")
            self._is_open, self._has_ended = True, False
        else:
            if not self._is_open:
                raise UnfitRecord(self._file.told_by, _NO_START)
            self._compare(record)
            self._is_open, self._has_ended, self._count = not self._file.start, True, 0
            self._sums.clear()

    def follow(self, number: int) -> None:
        """A data record numbered `number` comes next."""
        if not self._is_open:
            raise UnfitRecord(self._file.told_by, _NO_START)
        self._has_ended = not self._file.has_several
        self._count += 1
        if self._file.sequence and number != self._count:
            raise UnfitRecord(self._file.sequence, f"the number {self._count}, one more than before")

    def add(self, kind: str, count: int, sums: list[int]) -> None:
        """`count` data records of one kind and the sums of their `amounts`."""
        so_far = self._sums.setdefault(kind, [0] * (1 + len(self.amounts)))
        for place, value in enumerate((count, *sums)):
            so_far[place] += value

    def _compare(self, total: Telegram) -> None:
        place = {name: index for index, name in enumerate(self.amounts, start=1)}
        nothing = [0] * (1 + len(self.amounts))
        for tally in self._file.tallies:
            count = amount_won = 0
            for kind, sign in tally.over.items():
                sums = self._sums.get(kind, nothing)
                count += sums[0]
                amount_won += sign * sums[place[tally.amount]]
                amount_won -= sums[place[tally.less]] if tally.less else 0
            stated = getattr(total, tally.of)
            if isinstance(stated, int):
                is_right = stated == amount_won
            else:
                is_right = (stated.count, stated.amount_won) == (count, amount_won)
            if not is_right:
                rule = f"{count} records and {amount_won} won, as they add up to"
                raise UnfitRecord(tally.of, rule, Trouble.TOTAL)


def unfit_record(layout: Layout, raw: bytes, number: int, offset: int, unfit: UnfitRecord) -> RecordError:
    """The error for a record that is right by itself and wrong where it stands."""
    row = layout.row(unfit.field)
    found = outline(raw[row.offset : row.end])
    at, rule = offset + row.offset, unfit.rule
    return RecordError(number, layout.telegram, unfit.field, at, found, rule, trouble=unfit.trouble)


def unfinished(file: RecordFile, number: int, end: int, section: Section) -> RecordError:
    """The error for a file that ends before its section does."""
    missing = section.missing
    return RecordError(number, file.name, "", end, "the end of the file", missing, trouble=Trouble.ORDER)


def _filled(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, or all that there are: a stream may give less than it is asked for."""
    held = b""
    while len(held) < size and (more := stream.read(size - len(held))):
        held += more
    return held
