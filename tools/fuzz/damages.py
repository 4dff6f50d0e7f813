"""Telegrams broken the way counterparties break them, each with the rows that are to blame.

Nothing here reads what the codec makes of the bytes. A byte inserted into or taken out of a run of equal
bytes could have been any of them: the bytes are the same, so every row the run touches is to blame.
A boundary belongs to both of its rows. Of two swapped rows either may be named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from telegram_codec.kinds import Constant, Digits, LeftDigits, Number, Text
from telegram_codec.moments import Date, Time

if TYPE_CHECKING:
    from random import Random

    from telegram_codec import Row, Telegram

_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SYLLABLES: Final = "가나다라마바사한강분식하늘은행카드승인거절정상한도초과"
_BEYOND_KS_X_1001: Final = "똠쌰펲횽뢔"
_ANY_BYTE: Final = b"0123456789 0123456789 ABCXYZabcxyz-*"


@dataclass(frozen=True)
class Damaged:
    """What arrived, and the rows of which any may be blamed."""

    data: bytes
    rows: frozenset[str]


def one_byte_missing(chance: Random, telegram: Telegram) -> Damaged | None:
    """A byte was lost at a row's edge or within it."""
    wire = telegram.encode()
    position = _position(chance, telegram)
    first, last = _run(wire, position)
    return Damaged(
        _at_its_size(chance, wire[:position] + wire[position + 1 :], len(wire)),
        _rows_of(telegram, first, last),
    )


def one_byte_too_many(chance: Random, telegram: Telegram) -> Damaged | None:
    """A byte was added at a row's edge or within it."""
    wire = telegram.encode()
    position = _position(chance, telegram)
    data = wire[:position] + bytes([chance.choice(_ANY_BYTE)]) + wire[position:]
    first, last = _run(data, position)
    return Damaged(
        _at_its_size(chance, data, len(wire)),
        _rows_of(telegram, max(first - 1, 0), min(last, len(wire) - 1)),
    )


def padded_by_characters(chance: Random, telegram: Telegram) -> Damaged | None:
    """A Korean text was filled up to as many characters as its row has bytes."""
    rows = [row for row in _given(telegram) if isinstance(row.kind, Text)]
    if not rows:
        return None
    row = chance.choice(rows)
    name = "".join(chance.choices(_SYLLABLES, k=chance.randint(1, max(1, min(row.size // 2, 20)))))
    codec = telegram.layout.charset.codec
    wire = telegram.encode()
    data = wire[: row.offset] + name.ljust(row.size).encode(codec) + wire[row.end :]
    return Damaged(_at_its_size(chance, data, len(wire)), frozenset({row.name}))


def wrong_length(chance: Random, telegram: Telegram) -> Damaged | None:
    """The length header counts something else."""
    wire, layout = telegram.encode(), telegram.layout
    for row in layout.rows:
        if isinstance(row.kind, Constant) and row.kind.value == layout.size - row.end:
            wrong = str(chance.randrange(10 ** min(row.size, 4))).rjust(row.size, "0").encode("ascii")
            if wrong != wire[row.offset : row.end]:
                return Damaged(wire[: row.offset] + wrong + wire[row.end :], frozenset({row.name}))
    return None


def two_rows_swapped(chance: Random, telegram: Telegram) -> Damaged | None:
    """Two rows were written in each other's order, every second time neighbours."""
    wire, rows = telegram.encode(), telegram.layout.rows
    if chance.random() < 1 / 2:
        index = chance.randrange(len(rows) - 1)
        one, other = rows[index], rows[index + 1]
    else:
        one, other = sorted(chance.sample(rows, 2), key=lambda row: row.offset)
    data = (
        wire[: one.offset]
        + wire[other.offset : other.end]
        + wire[one.end : other.offset]
        + wire[one.offset : one.end]
        + wire[other.end :]
    )
    return None if data == wire else Damaged(data, frozenset({one.name, other.name}))


def letters_for_digits(chance: Random, telegram: Telegram) -> Damaged | None:
    """Digits of one row became letters."""
    wire = bytearray(telegram.encode())
    rows = [
        row for row in _given(telegram) if isinstance(row.kind, Digits | LeftDigits | Number | Date | Time)
    ]
    row = chance.choice(rows) if rows else None
    digits = (
        [place for place in range(row.offset, row.end) if wire[place : place + 1].isdigit()] if row else []
    )
    if not row or not digits:
        return None
    for place in chance.sample(digits, chance.randint(1, len(digits))):
        wire[place] = chance.choice(_LETTERS)
    return Damaged(bytes(wire), frozenset({row.name}))


def cut_short(chance: Random, telegram: Telegram) -> Damaged | None:
    """The telegram ends early; the first row that is not whole is to blame."""
    wire = telegram.encode()
    kept = max(1, _position(chance, telegram))
    return Damaged(wire[:kept], _rows_of(telegram, kept, kept))


def wrong_charset(chance: Random, telegram: Telegram) -> Damaged | None:
    """Korean text in UTF-8, in all rows or in one, or with a syllable that the charset does not have."""
    layout = telegram.layout
    rows = [row for row in _given(telegram) if isinstance(row.kind, Text) and row.size > len("한글".encode())]
    if not rows or layout.charset.codec == "ascii":
        return None
    row = chance.choice(rows)
    korean: dict[str, Any] = {row.name: "".join(chance.choices(_SYLLABLES, k=row.size // 3))}
    telegram = replace(telegram, **korean)
    wire = telegram.encode()
    if chance.random() < 1 / 3 and layout.charset.only_ks_x_1001:
        place = row.offset + 2 * chance.randrange(row.size // 3)
        beyond = chance.choice(_BEYOND_KS_X_1001).encode("cp949")
        return Damaged(wire[:place] + beyond + wire[place + 2 :], frozenset({row.name}))
    wrong = rows if chance.random() < 1 / 2 else [row]
    changed = []
    for one in wrong:
        utf8 = str(getattr(telegram, one.name)).encode()
        if not utf8.isascii() and len(utf8) <= one.size:
            wire = wire[: one.offset] + utf8.ljust(one.size) + wire[one.end :]
            changed.append(one.name)
    return Damaged(wire, frozenset(changed)) if changed else None


DAMAGES: Final = (
    one_byte_missing,
    one_byte_too_many,
    padded_by_characters,
    wrong_length,
    two_rows_swapped,
    letters_for_digits,
    cut_short,
    wrong_charset,
)


def _given(telegram: Telegram) -> list[Row]:
    return [row for row in telegram.layout.rows if row.given]


def _position(chance: Random, telegram: Telegram) -> int:
    """A byte of any row, every second time at the row's edge."""
    row = chance.choice(telegram.layout.rows)
    edge = chance.choice((row.offset, row.end - 1))
    return edge if chance.random() < 1 / 2 else chance.randrange(row.offset, row.end)


def _run(data: bytes, position: int) -> tuple[int, int]:
    """The first and the last of the equal bytes around `position`."""
    first = last = position
    while first > 0 and data[first - 1] == data[position]:
        first -= 1
    while last + 1 < len(data) and data[last + 1] == data[position]:
        last += 1
    return first, last


def _rows_of(telegram: Telegram, first: int, last: int) -> frozenset[str]:
    return frozenset(row.name for row in telegram.layout.rows if row.offset <= last and first < row.end)


def _at_its_size(chance: Random, data: bytes, size: int) -> bytes:
    """As it came, or filled up or cut at its end, as senders with a fixed buffer do."""
    return data if chance.random() < 1 / 2 else data[:size].ljust(size)
