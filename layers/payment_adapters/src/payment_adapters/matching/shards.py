"""Shards: the same comparison in byte ranges of two files, each cut alone, and partitions, each joined alone.

    cut_shard       some whole records of one file → for each partition a piece: hashes, places, cuts
    join_partition  all pieces of one partition → a part of the report
    merged          all parts → the report (report.py)

A piece holds all that is compared, so nobody looks at the files again. Any number of shards and partitions
comes to the same report, byte for byte, which is also the one of engine.py.
Door: functions/matching. Promise: tests/adapters/test_matching.py. Story: docs/flows/matching.md.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from payment_adapters.matching.columns import Columns, Octets, Records, Words, skipped
from payment_adapters.matching.cuts import WORD, Cut
from payment_adapters.matching.engine import BLOCK_ROWS
from payment_adapters.matching.join import WORD_BITS, Places, Tags, verify
from payment_adapters.matching.report import Part, judged
from payment_adapters.matching.rows import Reader
from payment_adapters.matching.spec import Layout, Spec
from payment_core.reconciliation.matching import Entry, Shape

HEAD: Final = struct.Struct("<QQ")  # rows, records that are none
OURS, THEIRS = "ours", "theirs"


class Shard(NamedTuple):
    """Some records of one file.

    Attributes:
        side: ``ours`` or ``theirs``.
        first: Index of the first record, from 0.
        last: Index behind the last one.
    """

    side: str
    first: int
    last: int

    def byte_range(self, layout: Layout) -> tuple[int, int]:
        """First byte, and the one behind the last."""
        return self.first * layout.record_bytes, self.last * layout.record_bytes


def shards_of(side: str, records: int, count: int) -> list[Shard]:
    """Cut a file into equal shards; fewer where there are fewer records."""
    count = max(1, min(count, records))
    bounds = [records * number // count for number in range(count + 1)]
    return [Shard(side, first, last) for first, last in pairwise(bounds)]


def layout_of(spec: Spec, side: str) -> Layout:
    """The layout of a side."""
    return spec.ours if side == OURS else spec.theirs


def cut_shard(data: bytes, shard: Shard, spec: Spec, partitions: int) -> list[bytes]:
    """Map: the pieces of some records, one for each partition, whose number is a power of two."""
    columns = Columns(Cut(spec, layout_of(spec, shard.side)))
    octets: Octets = np.frombuffer(data, np.uint8)
    stride = columns.cut.layout.record_bytes
    bits = partitions.bit_length() - 1
    limits = np.array([number << WORD_BITS - bits for number in range(1, partitions)], np.uint64)
    pieces: list[list[tuple[bytes, bytes, bytes, int]]] = [[] for _ in range(partitions)]
    left_out = 0
    for first in range(0, shard.last - shard.first, BLOCK_ROWS):
        count = min(BLOCK_ROWS, shard.last - shard.first - first)
        records = Records(octets, first * stride, stride, count)
        letters = columns.letters(records)
        words = columns.words(records, letters)
        hashes = columns.hashes(words)
        order = np.argsort(hashes)
        if letters is not None and (no_row := skipped(letters)).any():
            order = order[~no_row[order]]
            left_out += count - len(order)
        hashes, places = hashes[order], order + (shard.first + first + 1)
        cuts = np.stack(words, axis=1)[order]
        bounds = [0, *np.searchsorted(hashes, limits).tolist(), len(order)]
        for number in range(partitions):
            one = slice(bounds[number], bounds[number + 1])
            told = hashes[one].tobytes(), places[one].astype(np.int64).tobytes(), cuts[one].tobytes()
            pieces[number].append((*told, one.stop - one.start))
    return [_piece(told, left_out if not number else 0) for number, told in enumerate(pieces)]


def _piece(told: Sequence[tuple[bytes, bytes, bytes, int]], left_out: int) -> bytes:
    """One piece: the head, then all hashes, all places, all cuts."""
    columns = (b"".join(one[place] for one in told) for place in range(3))  # type: ignore[misc]  # bytes of each
    return b"".join((HEAD.pack(sum(one[3] for one in told), left_out), *columns))


class Gathered:
    """All pieces of one side of one partition."""

    def __init__(self, pieces: Iterable[bytes], spec: Spec, side: str) -> None:
        """Put them together."""
        self.layout = layout_of(spec, side)
        self.columns = Columns(Cut(spec, self.layout))
        own = self.columns.cut.own_layout
        self.reader = Reader(spec, own, self.layout.title, original=self.layout)
        hashes, places, cuts, self.skipped = [], [], [], 0
        for piece in pieces:
            count, left_out = HEAD.unpack_from(piece)
            self.skipped += left_out
            middle, end = HEAD.size + WORD * count, HEAD.size + 2 * WORD * count
            hashes.append(np.frombuffer(piece, np.uint64, count, HEAD.size))
            places.append(np.frombuffer(piece, np.int64, count, middle))
            cuts.append(np.frombuffer(piece, np.uint64, count * self.columns.count, end))
        self.hashes: Words = np.concatenate([np.zeros(0, np.uint64), *hashes])
        self.places: Places = np.concatenate([np.zeros(0, np.int64), *places])
        self.cuts = np.concatenate([np.zeros(0, np.uint64), *cuts]).reshape(-1, self.columns.count)

    def words(self, indexes: Places) -> list[Words]:
        """Cuts of some rows, word by word."""
        return list(np.ascontiguousarray(self.cuts[indexes].T))

    def entries(self, indexes: Places) -> Iterator[Entry]:
        """Some rows, read in the order of their file."""
        for index in indexes[np.argsort(self.places[indexes], kind="stable")]:
            row = self.reader.entry(self.cuts[index].tobytes(), int(self.places[index]))
            if row is not None:
                yield row


def join_partition(ours: Iterable[bytes], theirs: Iterable[bytes], spec: Spec) -> Part:
    """Reduce: what the rows of one partition come to.

    Raises:
        InputError: a row of it cannot be read.
    """
    here, there = Gathered(ours, spec, OURS), Gathered(theirs, spec, THEIRS)
    tags = Tags(max(len(here.hashes), len(there.hashes)))
    numbered = [np.arange(len(side.hashes), dtype=np.uint64) for side in (here, there)]
    joined = tags.join(
        np.concatenate(
            [
                tags.of(here.hashes.copy(), numbered[0], is_ours=True),
                tags.of(there.hashes.copy(), numbered[1], is_ours=False),
            ]
        )
    )
    unlike, clean, won = [np.zeros(0, np.int64)], 0, 0
    for first in range(0, len(joined.ours), BLOCK_ROWS):
        some = slice(first, first + BLOCK_ROWS)
        is_clean, more = verify(here.columns, here.words(joined.ours[some]), there.words(joined.theirs[some]))
        unlike.append(np.flatnonzero(~is_clean) + first)
        clean, won = clean + int(is_clean.sum()), won + more
    left = np.concatenate(unlike)
    part = judged(
        here.entries(np.concatenate([joined.our_rest, joined.ours[left]])),
        there.entries(np.concatenate([joined.their_rest, joined.theirs[left]])),
        spec.terms,
    )
    for place, more in enumerate((clean, clean, clean, won)):
        part.tally.shapes[Shape.ONE_TO_ONE][place] += more
    part.tally.rows[:] = [len(here.hashes), len(there.hashes)]
    part.tally.skipped[:] = [here.skipped, there.skipped]
    return part
