"""Two files against each other on one machine: every row is looked at, and only what differs is read.

1. every record's key is hashed, in blocks, and the tags of a block are sorted (columns.py, join.py);
2. each partition of the hashes is joined: pairs, and the rest;
3. pairs are compared byte by byte, in the order of our file.

What is no pair of equal and sound cuts goes to the core's rules. Files are mapped, not read, and beside them
eight bytes of memory a row are kept, four more for each of ours, and the breaks.
Rule: payment_core/reconciliation/matching.py. Promise: tests/adapters/test_matching.py.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from payment_adapters.matching.columns import Columns, Octets, Records, Words, skipped
from payment_adapters.matching.cuts import Cut
from payment_adapters.matching.join import WORD_BITS, Places, Tags, verify
from payment_adapters.matching.report import Part, Report, judged, merged
from payment_adapters.matching.rows import InputError, Reader
from payment_adapters.matching.spec import Layout, Spec
from payment_core.reconciliation.matching import Entry, Shape

BLOCK_ROWS: Final = 16_384
ROWS_OF_A_PARTITION: Final = 1 << 18
MOST_PARTITIONS: Final = 256
NO_PARTNER: Final = -1

Item = TypeVar("Item")
Told = TypeVar("Told")
Progress = Callable[[str, int, int], None]
"""Is told a stage, how much of it is done, and of how much."""


@dataclass(frozen=True, eq=False)
class Source:
    """One mapped file."""

    reader: Reader
    columns: Columns
    octets: Octets
    count: int

    @property
    def stride(self) -> int:
        """Bytes of a record."""
        return self.reader.layout.record_bytes

    def records(self, first: int, last: int) -> Records:
        """A stretch of records."""
        return Records(self.octets, first * self.stride, self.stride, last - first)

    def chosen(self, indexes: Places) -> Records:
        """Some records, copied together as far as they are read."""
        begin, end = self.columns.cut.span
        spans = np.ndarray((self.count,), f"V{end - begin}", self.octets.data, begin, (self.stride,))
        return Records(spans[indexes].view(np.uint8), -begin, end - begin, len(indexes))

    def entries(self, indexes: Iterable[int]) -> Iterator[Entry]:
        """Some rows, read."""
        for index in indexes:
            record = self.octets[index * self.stride : (index + 1) * self.stride].tobytes()
            if (row := self.reader.entry(record, index + 1)) is not None:
                yield row


@dataclass(frozen=True)
class Tagged:
    """The tags of one side: sorted within each block, with the places where partitions begin."""

    tags: Words
    bounds: Places

    def partition(self, number: int) -> list[Words]:
        """What each block has of one partition."""
        firsts, lasts = self.bounds[:, number], self.bounds[:, number + 1]
        return [self.tags[one:other] for one, other in zip(firsts, lasts, strict=True) if one < other]

    @property
    def rows(self) -> int:
        """How many there are."""
        return int((self.bounds[:, -1] - self.bounds[:, 0]).sum())


def open_source(path: Path, spec: Spec, layout: Layout) -> Source:
    """Map a file.

    Raises:
        InputError: it does not end with a record.
        OSError: it cannot be opened.
    """
    size = path.stat().st_size
    count, rest = divmod(size, layout.record_bytes)
    if rest:
        reason = f"the file ends after {rest} of {layout.record_bytes} bytes"
        raise InputError(path.name, count + 1, rest, reason)
    octets: Octets = np.zeros(0, np.uint8)
    if size:
        with path.open("rb") as file:
            octets = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    return Source(Reader(spec, layout, path.name), Columns(Cut(spec, layout)), octets, count)


class Run:
    """One comparison under way, on numpy."""

    def __init__(
        self, spec: Spec, here: Source, there: Source, pool: ThreadPoolExecutor, progress: Progress
    ) -> None:
        """Make room for the partner of each of our rows."""
        self.spec, self.here, self.there, self.pool, self.progress = spec, here, there, pool, progress
        rows = here.count + there.count
        self.partition_bits = min(MOST_PARTITIONS, max(1, rows // ROWS_OF_A_PARTITION)).bit_length() - 1
        self.tags = Tags(max(here.count, there.count))
        self.partners = np.full(here.count, NO_PARTNER, np.int32)
        self.rows: list[int] = []  # of ours, of theirs

    def report(self) -> Report:
        """Do it all."""
        report = merged(self.parts())
        report.tally.rows[:] = self.rows
        report.tally.skipped[:] = [self.here.count - self.rows[0], self.there.count - self.rows[1]]
        return report

    def parts(self) -> list[Part]:
        """Tag both sides, join the partitions, compare the pairs."""
        tagged = [self._tagged(source, is_ours=source is self.here) for source in (self.here, self.there)]
        self.rows += [one.rows for one in tagged]
        partitions = range(1 << self.partition_bits)
        parts = self.each("joining", lambda number: self._joined(tagged, number), partitions)
        blocks = range(0, self.here.count if self.there.count else 0, BLOCK_ROWS)
        return parts + self.each("comparing", self._compared, blocks)

    def judged_rest(self, ours: Places, theirs: Places) -> Part:
        """Have the core judge what is in no pair, in the order of the files."""
        return judged(self.here.entries(ours.tolist()), self.there.entries(theirs.tolist()), self.spec.terms)

    def each(self, stage: str, work: Callable[[Item], Told], items: Sequence[Item]) -> list[Told]:
        """Run one stage; of records that cannot be read, the first one is told."""
        done: list[Told] = []
        bad: list[InputError] = []
        for number, future in enumerate([self.pool.submit(work, item) for item in items], 1):
            try:
                done.append(future.result())
            except InputError as failure:
                bad.append(failure)
            self.progress(stage, number, len(items))
        if bad:
            ours = self.here.reader.file
            raise min(bad, key=lambda one: (one.file != ours, one.record))
        return done

    def _tagged(self, source: Source, *, is_ours: bool) -> Tagged:
        bounds = (
            np.array(range((1 << self.partition_bits) + 1), dtype=object) << WORD_BITS - self.partition_bits
        )
        limits = bounds[1:-1].astype(np.uint64)
        tags = np.empty(source.count, np.uint64)

        def block(first: int) -> list[int]:
            last = min(first + BLOCK_ROWS, source.count)
            found = self._tags_of(source, first, last, is_ours=is_ours)
            tags[first : first + len(found)] = found
            return [first, *(first + np.searchsorted(found, limits)).tolist(), first + len(found)]

        stage = f"reading {source.reader.layout.title}"
        told = self.each(stage, block, range(0, source.count, BLOCK_ROWS))
        return Tagged(tags, np.array(told, np.int64).reshape(-1, len(bounds)))

    def _tags_of(self, source: Source, first: int, last: int, *, is_ours: bool) -> Words:
        records, columns = source.records(first, last), source.columns
        letters = columns.letters(records)
        words = columns.words(records, letters, columns.key_words)
        indexes = np.arange(first, last, dtype=np.uint64)
        found = self.tags.of(columns.hashes(words), indexes, is_ours=is_ours)
        if letters is not None and (no_row := skipped(letters)).any():
            found = found[~no_row]
        found.sort()
        return found

    def _joined(self, tagged: list[Tagged], number: int) -> Part:
        pieces = [piece for side in tagged for piece in side.partition(number)]
        if not pieces:
            return Part()
        joined = self.tags.join(np.concatenate(pieces))
        self.partners[joined.ours] = joined.theirs
        return self.judged_rest(joined.our_rest, joined.their_rest)

    def _compared(self, first: int) -> Part:
        last = min(first + BLOCK_ROWS, self.here.count)
        partners = self.partners[first:last]
        ours = np.flatnonzero(partners != NO_PARTNER)
        if not len(ours):
            return Part()
        theirs = partners[ours].astype(np.int64)
        here = self.here.records(first, last) if len(ours) == last - first else self.here.chosen(ours + first)
        there = self.there.chosen(theirs)
        columns = self.here.columns
        is_clean, won = verify(
            columns,
            columns.words(here, columns.letters(here)),
            self.there.columns.words(there, self.there.columns.letters(there)),
        )
        unlike = ~is_clean
        part = judged(
            self.here.entries((ours[unlike] + first).tolist()),
            self.there.entries(np.sort(theirs[unlike]).tolist()),
            self.spec.terms,
        )
        count = int(is_clean.sum())
        for place, more in enumerate((count, count, count, won)):
            part.tally.shapes[Shape.ONE_TO_ONE][place] += more
        return part
