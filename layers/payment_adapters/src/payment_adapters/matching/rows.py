"""Rows out of records, one at a time and with all checks: what the core compares, and the plain way to it.

What is fast hands over here whatever it cannot prove equal (join.py), so this decides what a row says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from payment_adapters.matching.spec import LETTERS, SKIP_LETTER, Field, Layout, Spec
from payment_core.kernel.card import masked_number
from payment_core.reconciliation.matching import Effect, Entry

EFFECTS: Final = {letter: effect for effect, letter in LETTERS.items()}
CENTURY: Final = b"20"
SHORT_DATE_BYTES: Final = 6
NO_DATE: Final = b"00000000"
UNLISTED: Final = b"\0"  # in a cut, the letter of a code that the spec does not list


class InputError(Exception):
    """A file cannot be compared: says which file, which record from 1, which byte from 0, and why."""

    def __init__(self, file: str, record: int, byte: int, reason: str) -> None:
        """Name the place."""
        super().__init__(f"{file}: record {record:,}, byte {byte}: {reason}")
        self.file, self.record, self.byte, self.reason = file, record, byte, reason


@dataclass(frozen=True)
class Reader:
    """Reads the records of one side as rows.

    Attributes:
        file: What errors call it.
        original: Of the file itself, where cuts of its records are read: errors name its bytes.
    """

    spec: Spec
    layout: Layout
    file: str
    original: Layout | None = None

    def entries(self, data: bytes) -> Iterator[Entry]:
        """Every row of a whole file.

        Raises:
            InputError: the first record that cannot be read.
        """
        size = self.layout.record_bytes
        for place in range(1, len(data) // size + 1):
            if (row := self.entry(data[(place - 1) * size : place * size], place)) is not None:
                yield row

    def entry(self, record: bytes, place: int) -> Entry | None:
        """One row; ``None`` for a record that is none of the comparison.

        Raises:
            InputError: it cannot be read.
        """
        letter = self._letter(record, place)
        if letter == SKIP_LETTER:
            return None
        parts = [
            (record[first:last].rjust(width, b"0") if is_number else record[first:last].ljust(width)).decode(
                "latin-1"
            )
            for first, last, width, is_number in self._keys
        ]
        amount_won, is_cancel = self._amount(record, place), letter.islower()
        role = "" if self.spec.terms.together else "C" if is_cancel else "S"
        return Entry(
            place,
            "".join(parts) + role,
            self._name(parts),
            -amount_won if is_cancel else amount_won,
            self._day(record, place),
            EFFECTS[letter.upper()],
            self._fee(record, place) if self.layout.fee else None,
            self._marks(record) if self.layout.marks else (),
        )

    def _marks(self, record: bytes) -> tuple[str, ...]:
        marks = zip(self.spec.mark_widths, self.layout.marks, strict=True)
        return tuple([field.of(record).ljust(width).decode("latin-1") for width, field in marks])

    @cached_property
    def _keys(self) -> list[tuple[int, int, int, bool]]:
        """From, to, width and whether it is a number, of each field of the key."""
        fields = zip(self.spec.keys, self.layout.keys, strict=True)
        return [(one.at, one.at + one.size, key.width, key.is_number) for key, one in fields]

    def _name(self, parts: list[str]) -> str:
        shown = [part.strip() for part in parts]
        for place, key in enumerate(self.spec.keys):
            if key.is_card:
                shown[place] = masked_number(shown[place])
        return "/".join(shown)

    def _letter(self, record: bytes, place: int) -> str:
        field = self.layout.effect
        if field is None:
            return LETTERS[Effect.LIVE]
        code = record[field.at : field.at + field.size]
        letter = self.layout.codes.get(code)
        if letter is None:
            said = "what stands here" if code == UNLISTED else _shown(code)
            raise self._error(place, "effect", f"{said} is no code of the spec")
        return letter

    def _amount(self, record: bytes, place: int) -> int:
        field = self.layout.amount
        text = record[field.at : field.at + field.size].replace(b" ", b"0")
        if not text.isdigit():
            raise self._error(place, "amount", f"{_shown(field.of(record))} is not an amount")
        return int(text)

    def _day(self, record: bytes, place: int) -> int:
        field = self.layout.date
        if field is None:
            return 0
        try:
            return ordinal(record[field.at : field.at + field.size])
        except ValueError:
            raise self._error(place, "date", f"{_shown(field.of(record))} is not a date") from None

    def _fee(self, record: bytes, place: int) -> int | None:
        field = self.layout.fee
        if field is None or not (text := field.of(record).lstrip(b" ")):
            return None
        digits = text[text[:1] in (b"-", b"+") :].replace(b" ", b"0") or b"0"
        if not digits.isdigit():
            raise self._error(place, "fee", f"{_shown(field.of(record))} is not a fee")
        return -int(digits) if text[:1] == b"-" else int(digits)

    def _error(self, place: int, name: str, reason: str) -> InputError:
        field: Field = getattr(self.original or self.layout, name)
        return InputError(self.file, place, field.at, reason)


@lru_cache(maxsize=4096)
def ordinal(text: bytes) -> int:
    """The day of ``20261125`` or ``261125`` as an ordinal.

    Raises:
        ValueError: it is no date.
    """
    whole = CENTURY + text if len(text) == SHORT_DATE_BYTES else text
    if not whole.isdigit():
        raise ValueError(text)
    return date(int(whole[:4]), int(whole[4:6]), int(whole[6:])).toordinal()


def _shown(text: bytes) -> str:
    return repr(text.decode("euc-kr", "backslashreplace"))
