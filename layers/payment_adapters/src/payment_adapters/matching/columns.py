"""Columns: cuts of many records at once, hashes of their keys, and which pairs of cuts are equal and sound.

Bytes are never decoded: a word is loaded from every record at a stride, shifted and masked (cuts.py).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from payment_adapters.matching.cuts import WORD, Cut
from payment_adapters.matching.spec import LETTERS, SKIP_LETTER
from payment_core.reconciliation.matching import Effect

Words = npt.NDArray[np.uint64]
Octets = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ by the golden ratio: spreads what differs in a few bits
HALF: Final = np.uint64(32)
ZEROS: Final = np.uint64(0x3030303030303030)
HIGH_NIBBLES: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
LOW_NIBBLES: Final = np.uint64(0x0F0F0F0F0F0F0F0F)
SIXES: Final = np.uint64(0x0606060606060606)
SPACES: Final = np.uint64(0x2020202020202020)
SEVENS: Final = np.uint64(0x7F7F7F7F7F7F7F7F)
FIRST_DATE: Final = 19_000_101  # dates are looked up as numbers, YYYYMMDD
LAST_DATE: Final = 21_001_231
WHOLE: Final = 0xFFFFFFFFFFFFFFFF
MINUS: Final = np.uint64(ord("-"))
SALE, CANCEL, SMALL = np.uint64(ord("S")), np.uint64(ord("C")), np.uint64(0x20)


class Records(NamedTuple):
    """Records at a stride inside some bytes."""

    octets: Octets
    offset: int
    stride: int
    rows: int

    def view(self, at: int, kind: str) -> npt.NDArray[np.generic]:
        """The bytes from `at` on of every record, as numbers."""
        return np.ndarray((self.rows,), kind, self.octets.data, self.offset + at, (self.stride,))


class Columns:
    """Cuts the records of one side."""

    def __init__(self, cut: Cut) -> None:
        """Prepare the table of effect codes."""
        self.cut = cut
        self.key_words, self.count = cut.key_words, len(cut.words)
        self._role_word, self._role_shift = divmod(cut.key_bytes, WORD)
        self.effects: Octets | None = None
        if (effect := cut.layout.effect) is not None:
            self.effects = np.zeros(1 << 8 * effect.size, np.uint8)
            for code, letter in cut.layout.codes.items():
                self.effects[int.from_bytes(code, "little")] = ord(letter)

    def letters(self, records: Records) -> Octets | None:
        """The effect of each record; 0 for a code that the spec does not list, ``None`` if all are LIVE."""
        if self.effects is None or self.cut.layout.effect is None:
            return None
        codes = records.view(self.cut.layout.effect.at, f"<u{self.cut.layout.effect.size}")
        found: Octets = self.effects[codes]
        return found

    def words(self, records: Records, letters: Octets | None, most: int | None = None) -> list[Words]:
        """The first words of every cut, all of them by default."""
        found = [self._word(number, records) for number in range(self.count if most is None else most)]
        if self.cut.has_role:
            self._add_role(found[self._role_word], letters)
        if len(found) > self.key_words:
            head = found[self.key_words]
            for word in (head, found[self.key_words + 1]):
                _spaces_as_zeros(word)
            head |= np.uint64(ord(LETTERS[Effect.LIVE])) if letters is None else letters.astype(np.uint64)
        return found

    def hashes(self, words: list[Words]) -> Words:
        """A number for each key; equal keys have equal ones."""
        found: Words = words[0] * FACTOR
        spare = np.empty_like(found)
        for word in words[1 : self.key_words]:
            np.right_shift(found, HALF, out=spare)
            np.bitwise_xor(found, spare, out=found)
            np.bitwise_xor(found, word, out=found)
            np.multiply(found, FACTOR, out=found)
        np.right_shift(found, HALF, out=spare)
        np.bitwise_xor(found, spare, out=found)
        np.multiply(found, FACTOR, out=found)
        return found

    def sound(self, words: list[Words]) -> Flags:
        """Which cuts hold digits where there must be some, a date that is one, and a known effect."""
        head, low, day = words[self.key_words : self.key_words + 3]
        is_sound = _digits(low)
        is_sound &= _digits(_high_digits(head))
        is_sound &= (head & np.uint64(0xFF)) != 0
        if self.cut.layout.date is not None:
            number = _eight_digits(day)
            is_sound &= _digits(day)
            np.clip(number, FIRST_DATE, LAST_DATE, out=number)
            is_sound &= DATES[number - np.uint64(FIRST_DATE)]
        if self.cut.layout.fee is not None:
            is_sound &= self._is_fee(words)
        return is_sound

    def _is_fee(self, words: list[Words]) -> Flags:
        """Digits and spaces, after a minus in the field's first byte or without; what else is read."""
        first = self.cut.own_layout.fee
        assert first is not None  # noqa: S101 -- asked by whoever compares fees
        is_fee = np.ones(len(words[0]), np.bool_)
        begin = first.at + self.cut.fee_pad
        for number in range(first.at // WORD, (first.at + first.size) // WORD):
            word = words[number].copy()
            _spaces_as_zeros(word)
            if number == begin // WORD:
                shift = np.uint64(8 * (begin % WORD))
                is_minus = (word >> shift) & np.uint64(0xFF) == MINUS
                word += (is_minus * (np.uint64(ord("0")) - MINUS)) << shift
            is_fee &= _digits(word)
        return is_fee

    def amounts(self, words: list[Words]) -> npt.NDArray[np.int64]:
        """Won of each cut; below 0 for a cancel."""
        head, low = words[self.key_words : self.key_words + 2]
        high = _eight_digits(_high_digits(head))
        won = (high * np.uint64(10**8) + _eight_digits(low)).astype(np.int64)
        is_cancel = (head & SMALL) != 0
        if is_cancel.any():
            won[is_cancel] *= -1
        return won

    def _word(self, number: int, records: Records) -> Words:
        word = self.cut.words[number]
        found: Words | None = None
        for piece in word.pieces:
            loaded = records.view(piece.at, "<u8").astype(np.uint64)
            if piece.shift > 0:
                loaded <<= np.uint64(piece.shift)
            elif piece.shift < 0:
                loaded >>= np.uint64(-piece.shift)
            if piece.mask != WHOLE:
                loaded &= np.uint64(piece.mask)
            found = loaded if found is None else np.bitwise_or(found, loaded, out=found)
        if found is None:
            return np.full(records.rows, word.constant, np.uint64)
        if word.constant:
            found |= np.uint64(word.constant)
        return found

    def _add_role(self, word: Words, letters: Octets | None) -> None:
        shift = np.uint64(8 * self._role_shift)
        if letters is None:
            word |= SALE << shift
            return
        is_cancel = (letters & np.uint8(0x20)) != 0
        word |= SALE << shift
        if is_cancel.any():
            word[is_cancel] ^= (SALE ^ CANCEL) << shift


def skipped(letters: Octets) -> Flags:
    """Which records are no rows of the comparison."""
    found: Flags = letters == ord(SKIP_LETTER)
    return found


def octets_of(words: list[Words]) -> bytes:
    """The cuts themselves, one after another."""
    return np.ascontiguousarray(np.stack(words, axis=1)).tobytes()


def _spaces_as_zeros(word: Words) -> None:
    """Turn each space into a 0, as a reader does: bytes that are 0 after the xor are found exactly."""
    spaces = word ^ SPACES
    found = ~(((spaces & SEVENS) + SEVENS) | spaces | SEVENS)
    word |= found >> np.uint64(3)


def _high_digits(head: Words) -> Words:
    """The amount's first four digits as the last of eight."""
    return (head & np.uint64(0xFFFFFFFF00000000)) | np.uint64(0x30303030)


def _digits(word: Words) -> Flags:
    """Which words hold eight digits: every byte begins with a 3, and still does with 6 added."""
    found: Flags = ((((word + SIXES) ^ ZEROS) | (word ^ ZEROS)) & HIGH_NIBBLES) == 0
    return found


def _eight_digits(word: Words) -> Words:
    """Eight digits in a word, the first in its lowest byte, as their number: pairs, then fours, then all."""
    found = word & LOW_NIBBLES
    found *= np.uint64(2561)  # 10 · 2⁸ + 1… of neighbours: a·10 + b
    found >>= np.uint64(8)
    found &= np.uint64(0x00FF00FF00FF00FF)
    found *= np.uint64(6553601)  # 100 · 2¹⁶ + 1
    found >>= np.uint64(16)
    found &= np.uint64(0x0000FFFF0000FFFF)
    found *= np.uint64(42949672960001)  # 10,000 · 2³² + 1
    found >>= np.uint64(32)
    return found


def _dates() -> Flags:
    days = np.arange("1900-01-02", "2100-12-31", dtype="datetime64[D]")
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    number = (years.astype(np.int64) + 1970) * 10_000 + (months - years).astype(np.int64) * 100 + 100
    found = np.zeros(LAST_DATE - FIRST_DATE + 1, np.bool_)
    found[number + (days - months).astype(np.int64) + 1 - FIRST_DATE] = True
    return found  # the two ends, to which others are clipped, are left out: a reader looks at them


DATES: Final = _dates()
