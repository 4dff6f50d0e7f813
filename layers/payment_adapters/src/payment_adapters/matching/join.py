"""Join: which rows of two lists are alone with each other under one key, by sorting numbers.

A tag is one number: the upper bits of a key's hash, one bit for the side, and the row's index in the lowest
bits. Sorted, rows of one key stand together, ours before theirs, in the order of their files. Two rows that
stand alone together may be a pair; whether their cuts are equal is looked at afterwards (verify). Everything
else is handed to the core, whole groups of it, so a hash that two keys share costs time and changes nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from payment_adapters.matching.columns import Columns, Flags, Words

Places = npt.NDArray[np.int64]
WORD_BITS: Final = 64


class Tags:
    """How tags of a comparison are put together."""

    def __init__(self, most_rows: int) -> None:
        """Leave as many bits to the hash as the longer list can spare."""
        self.index_bits = max(1, int(most_rows).bit_length())
        self._index = np.uint64((1 << self.index_bits) - 1)
        self._side = np.uint64(1 << self.index_bits)
        self._hash_shift = np.uint64(self.index_bits + 1)
        self._low = np.uint64((1 << self.index_bits + 1) - 1)

    def of(self, hashes: Words, indexes: Words, *, is_ours: bool) -> Words:
        """The tags of rows; the hashes are used up."""
        hashes &= ~self._low
        hashes |= indexes
        if not is_ours:
            hashes |= self._side
        return hashes

    def join(self, tags: Words) -> Joined:
        """Tell pairs from the rest; the tags are sorted in place."""
        tags.sort()
        keys = tags >> self._hash_shift
        with_next = np.zeros(len(tags) + 1, np.bool_)
        np.equal(keys[1:], keys[:-1], out=with_next[1:-1])
        first = ~with_next[:-1] & with_next[1:]  # begins a group of at least two
        first[:-1] &= ~with_next[2:]
        is_theirs = (tags & self._side) != 0
        first &= ~is_theirs
        starts = np.flatnonzero(first)
        starts = starts[is_theirs[starts + 1]]
        alone = np.ones(len(tags), np.bool_)
        alone[starts] = False
        alone[starts + 1] = False
        indexes = (tags & self._index).astype(np.int64)
        return Joined(
            indexes[starts],
            indexes[starts + 1],
            np.sort(indexes[alone & ~is_theirs]),
            np.sort(indexes[alone & is_theirs]),
        )


class Joined(NamedTuple):
    """Indexes of rows.

    Attributes:
        ours: Of pairs.
        theirs: Of the same pairs.
        our_rest: In the order of the file.
        their_rest: In the order of the file.
    """

    ours: Places
    theirs: Places
    our_rest: Places
    their_rest: Places


def verify(columns: Columns, ours: list[Words], theirs: list[Words]) -> tuple[Flags, int]:
    """Which pairs of cuts are equal, byte by byte, and sound; and the won of all those."""
    unlike = ours[0] ^ theirs[0]
    spare = np.empty_like(unlike)
    for our, their in zip(ours[1:], theirs[1:], strict=True):
        np.bitwise_xor(our, their, out=spare)
        np.bitwise_or(unlike, spare, out=unlike)
    is_clean = unlike == 0
    is_clean &= columns.sound(ours)
    won = columns.amounts(ours)
    return is_clean, int(won.sum(where=is_clean))
