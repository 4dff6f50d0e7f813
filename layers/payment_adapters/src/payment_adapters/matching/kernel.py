"""The kernel: kernel.c in the place of columns.py and join.py, where a C compiler is; the report is the same.

Compiled once per source and machine into the user's cache, called through ctypes: other threads go on.
Where there is no compiler, or PAYRELAY_KERNEL is ``off``, `load` gives ``None`` and numpy does the work.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from ctypes import POINTER, Structure, byref, c_int64, c_uint8, c_uint64, c_void_p
from dataclasses import astuple
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from payment_adapters.matching.columns import DATES, Words
from payment_adapters.matching.cuts import WORD, chunks
from payment_adapters.matching.engine import BLOCK_ROWS, Run, Source
from payment_adapters.matching.join import Places
from payment_adapters.matching.report import Part, judged
from payment_core.reconciliation.matching import Shape

SOURCE: Final = Path(__file__).with_name("kernel.c")
FLAGS: Final = ("-O3", "-march=native", "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
PARTITION_BITS: Final = 9
PARTITIONS: Final = 1 << PARTITION_BITS  # one of ten million tags fits a core's cache
COMPARED_ROWS: Final = 1 << 18  # of ours at a time: many enough that their partners stand close together
NONE: Final = -1


class KernelError(Exception):
    """The kernel refused its arguments: they do not stay within their bounds."""


class Piece(Structure):
    """As in kernel.c."""

    _fields_ = (("at", c_int64), ("left", c_int64), ("right", c_int64), ("mask", c_uint64), ("word", c_int64))


class Chunk(Structure):
    """As in kernel.c."""

    _fields_ = (("our_at", c_int64), ("their_at", c_int64), ("mask", c_uint64), ("value", c_uint64))


class Side(Structure):
    """As in kernel.c."""

    _fields_ = (
        *(("octets", c_void_p), ("rows", c_int64), ("stride", c_int64), ("pieces", POINTER(Piece))),
        *(("piece_count", c_int64), ("word_count", c_int64), ("key_words", c_int64)),
        *(("constants", POINTER(c_uint64)), ("role_word", c_int64), ("role_shift", c_int64)),
        *(("effect_at", c_int64), ("effect_size", c_int64), ("letters", POINTER(c_uint8))),
        *(("fee_word", c_int64), ("fee_pad", c_int64), ("has_date", c_int64)),
        *(("begin", c_int64), ("end", c_int64)),
    )


_NUMBER, _PLACE = c_int64, c_void_p
TAKES: Final = {
    "tags": (POINTER(Side), *[_NUMBER] * 5, _PLACE, _PLACE),
    "scatter": (_PLACE, _NUMBER, _NUMBER, _PLACE, _PLACE, _PLACE),
    "join": (*(_PLACE, *[_NUMBER] * 3, _PLACE, _PLACE, _NUMBER, _PLACE, _NUMBER, _PLACE), POINTER(c_int64)),
    "compare": (*[POINTER(Side)] * 2, POINTER(Chunk), *[_NUMBER] * 3, *[_PLACE] * 4),
}


@cache
def load() -> ctypes.CDLL | None:
    """Compile what is not compiled yet; ``None`` where that cannot be done."""
    if os.environ.get("PAYRELAY_KERNEL") == "off":
        return None
    source = SOURCE.read_bytes()
    told = b"\0".join([source, *(one.encode() for one in (*FLAGS, platform.machine(), platform.node()))])
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "payrelay"
    library = cached / f"matching-{hashlib.sha256(told).hexdigest()[:16]}.so"
    try:
        if not library.exists():
            _compile(library)
        loaded = ctypes.CDLL(str(library))
    except (OSError, subprocess.CalledProcessError):
        return None
    for name, words in TAKES.items():
        function = getattr(loaded, name)
        function.argtypes, function.restype = words, c_int64
    return loaded


def _compile(library: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("cc")
    library.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=library.parent) as scratch:
        made = Path(scratch) / "kernel.so"
        command = [compiler, *FLAGS, "-o", str(made), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own source, no shell
        made.rename(library)


class KernelRun(Run):
    """One comparison under way, by the kernel; what is not equal goes to the core's rules as ever."""

    def prepare(self, library: ctypes.CDLL) -> None:
        """Take the library and describe both sides to it."""
        self.library = library
        self.kept: list[Any] = []  # what the descriptions point to
        self.sides = {source: self._side(source) for source in (self.here, self.there)}
        told = chunks(self.here.columns.cut, self.there.columns.cut)
        self.chunks = (Chunk * len(told))(*[Chunk(*astuple(one)) for one in told])
        self.dates = np.ascontiguousarray(DATES.view(np.uint8))

    def tagged(self) -> tuple[Words, list[int]]:
        """The tags of both sides by partition, and where each begins."""
        (ours, our_counts), (theirs, their_counts) = map(self._blocks, (self.here, self.there))
        blocks, counts = ours + theirs, np.concatenate([our_counts, their_counts])
        self.rows += [sum(map(len, ours)), sum(map(len, theirs))]
        ends = counts.T.cumsum().reshape(counts.T.shape).T.copy()  # of each block in each partition
        following, partitioned = ends - counts, np.empty(sum(self.rows), np.uint64)

        def scatter(number: int) -> None:
            tags, places = blocks[number], (one[number].ctypes.data for one in (following, ends))
            self._call(
                "scatter", tags.ctypes.data, len(tags), PARTITION_BITS, *places, partitioned.ctypes.data
            )

        list(self.pool.map(scatter, range(len(blocks))))
        return partitioned, [0, *counts.sum(axis=0).cumsum().tolist()]

    def _blocks(self, source: Source) -> tuple[list[Words], Places]:
        """The tags of each block of a side, and how many of them each partition has."""
        firsts = range(0, source.count, BLOCK_ROWS)
        tags, counts = np.empty(source.count, np.uint64), np.zeros((len(firsts), PARTITIONS), np.int64)

        def block(first: int) -> Words:
            last = min(first + BLOCK_ROWS, source.count)
            words = (byref(self.sides[source]), first, last, self.tags.index_bits, int(source is self.here))
            places = tags[first:].ctypes.data, counts[first // BLOCK_ROWS].ctypes.data
            return tags[first : first + self._call("tags", *words, PARTITION_BITS, *places)]

        return self.each(f"reading {source.reader.layout.title}", block, firsts), counts

    def parts(self) -> list[Part]:
        """Join the partitions; then compare the pairs, and judge beside it what is in none."""
        tags, bounds = self.tagged()
        joined = self.each(
            "joining", lambda one: self._join(tags[bounds[one] : bounds[one + 1]]), range(PARTITIONS)
        )
        ours, theirs = (np.sort(np.concatenate(rest)) for rest in zip(*joined, strict=True))
        work = [partial(self.judged_rest, ours, theirs)]
        work += [partial(self._compared, first) for first in range(0, self.here.count, COMPARED_ROWS)]
        return self.each("comparing", lambda one: one(), work)

    def _join(self, tags: Words) -> tuple[Places, Places]:
        """Note the pairs of a partition; its rows of ours, and of theirs, that are in none."""
        count = len(tags)
        most = 1 << max(1, count).bit_length()
        spare, counts = np.empty(count, np.uint64), np.empty(most, np.int64)
        rest, theirs = np.empty(count, np.int64), c_int64()
        words = (tags.ctypes.data, count, PARTITION_BITS, self.tags.index_bits, spare.ctypes.data)
        more = (counts.ctypes.data, most, self.partners.ctypes.data, self.here.count, rest.ctypes.data)
        ours = self._call("join", *words, *more, byref(theirs))
        return rest[:ours].copy(), rest[count - theirs.value :].copy()  # few: the others' room is given back

    def _compared(self, first: int) -> Part:
        last = min(first + COMPARED_ROWS, self.here.count)
        unlike, told = np.empty(last - first, np.int64), np.zeros(2, np.int64)
        sides = (byref(self.sides[self.here]), byref(self.sides[self.there]))
        words = (*sides, self.chunks, len(self.chunks), first, last)
        more = (self.partners.ctypes.data, self.dates.ctypes.data, unlike.ctypes.data, told.ctypes.data)
        rows = np.sort(unlike[: self._call("compare", *words, *more)])
        theirs = np.sort(self.partners[rows])
        entries = self.here.entries(rows.tolist()), self.there.entries(theirs.tolist())
        part = judged(*entries, self.spec.terms)
        equal, won = told.tolist()
        for place, count in enumerate((equal, equal, equal, won)):
            part.tally.shapes[Shape.ONE_TO_ONE][place] += count
        return part

    def _call(self, name: str, *words: object) -> int:
        found = int(getattr(self.library, name)(*words))
        if found < 0:
            raise KernelError(name)
        return found

    def _side(self, source: Source) -> Side:
        cut, effect = source.columns.cut, source.reader.layout.effect
        pieces = [
            Piece(piece.at, max(0, piece.shift), max(0, -piece.shift), piece.mask, number)
            for number, word in enumerate(cut.words)
            for piece in word.pieces
        ]
        held = (Piece * len(pieces))(*pieces)
        constants = (c_uint64 * len(cut.words))(*(word.constant for word in cut.words))
        table = source.columns.effects
        letters = (c_uint8 * (1 if table is None else len(table)))(
            *([0] if table is None else table.tolist())
        )
        self.kept += [held, constants, letters]
        role_word, role_byte = divmod(cut.key_bytes, WORD)
        fee = cut.own_layout.fee
        return Side(
            source.octets.ctypes.data,
            source.count,
            source.stride,
            held,
            len(pieces),
            len(cut.words),
            cut.key_words,
            constants,
            role_word if cut.has_role else NONE,
            8 * role_byte,
            effect.at if effect else 0,
            effect.size if effect else 0,
            letters,
            fee.at // WORD if fee else NONE,
            cut.fee_pad,
            int(source.reader.layout.date is not None),
            *cut.span,
        )
