"""What the viewer shows of a row: its text where people can read it, else hex digits."""

from __future__ import annotations

from telegram_codec import Telegram, describe
from telegram_codec.fields import nested, octets, packed_digits


class Signed(Telegram, size=4):
    """Bytes that happen to be printable."""

    signature: bytes = octets(0, 4)


class Terminal(Telegram, size=2):
    """Digits packed two to a byte."""

    terminal_id: str = packed_digits(0, 2)


class Till(Telegram, size=2):
    """A telegram of packed digits inside another."""

    terminal: Terminal = nested(0, 2, Terminal)


def test_bytes_are_hex_digits_even_where_they_look_like_signs() -> None:
    (row,) = describe(Signed(signature=b"~*~*"))

    assert row.raw == "7e2a7e2a"


def test_a_nested_telegram_that_is_no_text_is_hex_digits() -> None:
    (row,) = describe(Till(terminal=Terminal(terminal_id="0090")))

    assert row.raw == "0090"
