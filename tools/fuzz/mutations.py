"""Bytes that no telegram class expects: whole telegrams with something done to them, and noise.

A mutation knows where rows begin and end and aims at them; what it writes there is chosen to hurt: edges of
character sets, digits that are not ASCII, control characters, lengths that lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram_codec import TelegramError
from tools.fuzz.damages import DAMAGES
from tools.papers import is_fixed_width

if TYPE_CHECKING:
    from random import Random

    from telegram_codec import Telegram

_NASTY: Final = (
    b"\x00", b"\n", b"\x1b", b"\x7f", b"\x80", b"\xff", b"\x02", b"\x03", b"\x1c", b"\r",
    b" ", b"  ", b"-", b"+", b"-0", b"_", b".", b"0", b"9", b"99999999", b"1_0", b"0x1", b"1e9",
    "똠".encode("cp949"), "힣".encode("cp949"), "ㄱ".encode("cp949"), "ㅏ".encode("cp949"),
    "\N{IDEOGRAPHIC SPACE}".encode("cp949"), "\N{FULLWIDTH DIGIT ONE}".encode("cp949"),
    "\N{FULLWIDTH LATIN CAPITAL LETTER A}".encode("cp949"), "한".encode(), "한".encode("utf-16-le"),
    b"\xa4\xd4\xa4\xa8\xa4\xc7\xa4\xb1",  # the 8 bytes that some write for a syllable outside KS X 1001
    b"\xb0", b"\xa1\x20", b"\xc9\xa1", b"\xfe\xfe", b"\xb2", b"\xb9",  # superscript digits in latin-1
)  # fmt: skip
_MOST_CHANGES: Final = 4


def mutated(chance: Random, telegram: Telegram, wire: bytes) -> bytes:
    """`wire`, which is `telegram`, with one thing done to it that somebody might do."""
    choice = chance.random()
    if choice < 1 / 16 and is_fixed_width(type(telegram)):
        damaged = chance.choice(DAMAGES)(chance, telegram)
        return damaged.data if damaged else wire
    if choice < 1 / 8:
        return _cut_or_grown(chance, wire)
    if choice < 3 / 16:
        return chance.randbytes(chance.choice((0, 1, len(wire), chance.randrange(2 * len(wire) + 1))))
    data = bytearray(wire)
    spans = type(telegram).spans(wire)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        start, end = chance.choice(spans)
        _overwrite(chance, data, start, end)
    return _sealed(type(telegram), bytes(data)) if chance.random() < 3 / 4 else bytes(data)


def _sealed(made: type[Telegram], data: bytes) -> bytes:
    """`data` with its check bytes made right where it has any, or else all would be refused for them."""
    try:
        return made.sealed(data)
    except TelegramError:
        return data


def _overwrite(chance: Random, data: bytearray, start: int, end: int) -> None:
    """Change a row without changing its size, or, one time in eight, with it."""
    nasty = chance.choice(_NASTY)
    place = chance.choice((start, max(start, end - len(nasty)), chance.randint(start, end)))
    what = chance.random()
    if what < 1 / 8:
        data[place:place] = nasty
    elif what < 1 / 4:
        data[start:end] = (nasty * (end - start))[: end - start]
    elif what < 3 / 8 and place < len(data):
        data[place] ^= 1 << chance.randrange(8)
    else:
        data[place : place + len(nasty)] = nasty


def _cut_or_grown(chance: Random, wire: bytes) -> bytes:
    kept = chance.randrange(len(wire) + 1)
    return wire[:kept] if chance.random() < 1 / 2 else wire + wire[:kept]
