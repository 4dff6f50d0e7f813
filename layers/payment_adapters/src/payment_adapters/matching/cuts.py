"""A cut: what is compared of a record, the same bytes for both sides, in words of eight.

    key fields, padded to one width, and S or C (sale, cancel) | zeros to the end of the word
    effect letter, three zeros, the amount's 12 digits, the date's 8
    fee, on the right of 16 bytes                                                          if it is compared
    marks, padded to one width                                             | zeros to the end of the word

Two rows agree if their cuts are equal; whatever else agrees (another way to write a fee, a date within
tolerance) is found by reading. How a word is put together from a record is said here, for columns.py and
kernel.c to do: load eight bytes, shift, mask, and add what stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from payment_adapters.matching.rows import CENTURY, NO_DATE, SHORT_DATE_BYTES
from payment_adapters.matching.spec import AMOUNT_DIGITS, FEE_BYTES, LETTERS, Field, Layout, Spec

WORD: Final = 8
HEAD_WORDS: Final = 3
Source = tuple[int] | int  # of one byte of a cut
LETTER_BYTES: Final = 4  # the letter and three zeros


@dataclass(frozen=True)
class Piece:
    """Eight bytes of a record as a little-endian number, shifted (left above 0, in bits), then masked."""

    at: int
    shift: int
    mask: int


@dataclass(frozen=True)
class Word:
    """One word of a cut."""

    pieces: tuple[Piece, ...]
    constant: int


@dataclass(frozen=True)
class Cut:
    """The cut of one side's records."""

    spec: Spec
    layout: Layout

    @cached_property
    def key_bytes(self) -> int:
        """Without the role."""
        return sum(key.width for key in self.spec.keys)

    @cached_property
    def key_words(self) -> int:
        """Words that hold the key and the role."""
        return (self.key_bytes + 1 + WORD - 1) // WORD

    @cached_property
    def has_role(self) -> bool:
        """Whether a cancel is another key than its sale."""
        return not self.spec.terms.together

    @cached_property
    def fee_pad(self) -> int:
        """Spaces before the fee."""
        return FEE_BYTES - self.layout.fee.size if self.layout.fee else 0

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All of them; letter and role are added to two of them by who cuts."""
        sources, size = self.sources, self.layout.record_bytes
        return tuple(_word(sources[at : at + WORD], size) for at in range(0, len(sources), WORD))

    @cached_property
    def sources(self) -> list[Source]:
        """For each byte of a cut: where it lies in the record, as a tuple; or what it always is."""
        found = list(self._sources())
        return found + [0] * (-len(found) % WORD)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The bytes of a record that are read: from, to."""
        places = [one.at for word in self.words for one in word.pieces]
        effect = self.layout.effect
        ends = [place + WORD for place in places] + ([effect.at + effect.size] if effect else [])
        return min(places + ([effect.at] if effect else [])), max(ends)

    @cached_property
    def own_layout(self) -> Layout:
        """How a cut is read, as if it were a record."""
        at, keys = 0, []
        for key in self.spec.keys:
            keys.append(Field(at, key.width))
            at += key.width
        head = self.key_words * WORD
        tail = head + HEAD_WORDS * WORD + (FEE_BYTES if self.layout.fee else 0)
        marks = []
        for width in self.spec.mark_widths:
            marks.append(Field(tail, width))
            tail += width
        letters = {letter for one in LETTERS.values() for letter in (one, one.lower())}
        return replace(
            self.layout,
            record_bytes=len(self.words) * WORD,
            keys=tuple(keys),
            amount=Field(head + LETTER_BYTES, AMOUNT_DIGITS),
            date=Field(head + 2 * WORD, WORD) if self.layout.date else None,
            effect=Field(head, 1),
            codes={letter.encode(): letter for letter in letters},
            fee=Field(head + HEAD_WORDS * WORD, FEE_BYTES) if self.layout.fee else None,
            marks=tuple(marks),
        )

    def _sources(self) -> Iterator[Source]:
        for key, field in zip(self.spec.keys, self.layout.keys, strict=True):
            pad = key.width - field.size
            yield from [ord("0")] * pad if key.is_number else []
            yield from _bytes_of(field)
            yield from [] if key.is_number else [ord(" ")] * pad
        yield from [0] * (self.key_words * WORD - self.key_bytes)
        yield from [0] * LETTER_BYTES
        yield from [ord("0")] * (AMOUNT_DIGITS - self.layout.amount.size)
        yield from _bytes_of(self.layout.amount)
        date = self.layout.date
        yield from NO_DATE if date is None else CENTURY if date.size == SHORT_DATE_BYTES else b""
        yield from _bytes_of(date) if date else []
        if self.layout.fee:
            yield from [ord(" ")] * self.fee_pad
            yield from _bytes_of(self.layout.fee)
        for width, field in zip(self.spec.mark_widths, self.layout.marks, strict=True):
            yield from _bytes_of(field)
            yield from [ord(" ")] * (width - field.size)


def _bytes_of(field: Field) -> Iterator[tuple[int]]:
    return ((place,) for place in range(field.at, field.at + field.size))


def _word(sources: list[Source], record_bytes: int) -> Word:
    constant, masks = 0, dict[int, int]()
    for place, source in enumerate(sources):
        if isinstance(source, int):
            constant |= source << 8 * place
        else:
            from_where = source[0] - place  # an eight-byte load from here brings the byte to its place
            masks[from_where] = masks.get(from_where, 0) | 0xFF << 8 * place
    last = max(0, record_bytes - WORD)
    return Word(tuple(_piece(at, mask, last) for at, mask in masks.items()), constant)


def _piece(at: int, mask: int, last: int) -> Piece:
    """A load that would begin before the record or end behind it is moved inside, and shifted back."""
    inside = min(max(at, 0), last)
    return Piece(inside, 8 * (inside - at), mask)


@dataclass(frozen=True)
class Chunk:
    """Eight bytes of our record that must be those of theirs under a mask; below 0: `value`."""

    our_at: int
    their_at: int
    mask: int
    value: int


def chunks(ours: Cut, theirs: Cut) -> list[Chunk]:
    """Bytes whose equality makes two cuts equal, if their effects are.

    Where both records hold a stretch of the cut as it is, that; where one side is always the same, this.
    """
    found: list[Chunk] = []
    pairs = list(zip(ours.sources, theirs.sources, strict=True))
    place = 0
    while place < len(pairs):
        size = _stretch(pairs, place)
        if any(isinstance(one, tuple) for one in pairs[place]):
            for step in range(0, size, WORD):
                begin = min(place + step, place + max(0, size - WORD))
                found.append(_chunk(pairs[begin : min(begin + WORD, place + size)], ours, theirs))
        place += size
    return sorted(found, key=lambda one: (one.our_at < 0, one.their_at < 0))


def _stretch(pairs: list[tuple[Source, Source]], first: int) -> int:
    """How many bytes from the first on lie side by side in both records, or in one and not in the other."""
    size = 1
    while first + size < len(pairs) and all(
        now == (before[0] + 1,) if isinstance(before, tuple) else isinstance(now, int)
        for before, now in zip(pairs[first + size - 1], pairs[first + size], strict=True)
    ):
        size += 1
    return size


def _chunk(pairs: list[tuple[Source, Source]], ours: Cut, theirs: Cut) -> Chunk:
    places = [one[0] if isinstance(one, tuple) else -1 for one in pairs[0]]
    sizes = ours.layout.record_bytes, theirs.layout.record_bytes
    ends = [at + WORD - size for at, size in zip(places, sizes, strict=True) if at >= 0]
    back = max(0, *ends)  # both loads begin so much earlier that neither passes the end of its record
    value = bytes(back) + bytes(
        other if isinstance(one, tuple) and isinstance(other, int) else one if isinstance(one, int) else 0
        for one, other in pairs
    )
    mask = bytes(back) + b"\xff" * len(pairs)
    our_at, their_at = (place - back if place >= 0 else -1 for place in places)
    return Chunk(our_at, their_at, int.from_bytes(mask, "little"), int.from_bytes(value, "little"))
