"""Korean text on the wire: two bytes per syllable, and three surprises handled on purpose.

1. KS X 1001 has 2,350 of the 11,172 Hangul syllables. For the others (`똠`) Python's `euc-kr` writes 8 bytes,
   which most receivers print as rubbish. EUC_KR refuses them; CP949 has them in two bytes.
2. Received, such 8 bytes stay the four characters they are made of, so what was read can be written back.
3. Half a character at the end of a field is what a counterparty leaves that cuts text at a byte width.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram_codec.errors import UnfitError

_ASCII_END = 0x80
_KS_X_1001_START = 0xA1
# Possessive (`++`): bytes that do not fit are told at once, not after trying every way to split the others.
_KS_X_1001 = re.compile(rb"(?:[\x00-\x7f]++|(?:[\xa1-\xff]{2})++)*+")
_CONTROL = frozenset([*map(chr, range(0x20)), "\x7f"])


@dataclass(frozen=True, slots=True)
class Charset:
    """A wire encoding: its name on paper, Python's codec, and whether it stops at KS X 1001."""

    name: str
    codec: str
    only_ks_x_1001: bool = False

    def encode(self, text: str) -> bytes:
        """The bytes of `text`; UnfitError tells the position, never the character."""
        data, position = b"", 0
        try:
            data = text.encode(self.codec)
        except UnicodeEncodeError as fault:
            position = fault.start + 1
        if position:
            raise UnfitError(f"character {position} does not exist in {self.name}")
        if not text.isascii() and self.only_ks_x_1001:
            self._refuse_beyond_ks_x_1001(data)
        if not text.isprintable() and not _CONTROL.isdisjoint(text):
            raise UnfitError("control characters are not text")
        return data

    def decode(self, data: bytes) -> str:
        """The text of `data`; UnfitError if a byte belongs to no character."""
        try:
            text: str | None = data.decode(self.codec)
        except UnicodeDecodeError:
            text = None
        if text is None:
            raise UnfitError(f"whole {self.name} characters")
        if not text.isascii() and self.only_ks_x_1001:
            self._refuse_beyond_ks_x_1001(data)
        if not text.isprintable() and not _CONTROL.isdisjoint(text):
            raise UnfitError("text without control characters")
        return text

    def without_half_character(self, data: bytes) -> bytes:
        """`data` without a lone first byte of a two-byte character at its end."""
        position = 0
        while position < len(data):
            position += 1 if data[position] < _ASCII_END else 2
        return data[:-1] if position > len(data) else data

    def _refuse_beyond_ks_x_1001(self, data: bytes) -> None:
        if _KS_X_1001.fullmatch(data):
            return
        position = 0
        while position < len(data):
            if data[position] < _ASCII_END:
                position += 1
                continue
            if data[position] < _KS_X_1001_START or data[position + 1] < _KS_X_1001_START:
                raise UnfitError(f"characters of KS X 1001, unlike the one at byte {position}")
            position += 2


ASCII = Charset("ASCII", "ascii")
EUC_KR = Charset("EUC-KR", "cp949", only_ks_x_1001=True)
CP949 = Charset("CP949", "cp949")
