"""Bytes that are no text: keys, signatures, digits packed two to a byte (BCD)."""

# ruff: noqa: D102 - what the methods of every kind do is said once, by Kind

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Kind, ascii_of

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset

_HEX_DIGITS: Final = frozenset(b"0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Octets(Kind):
    """Bytes that are no text: as they are, or each as two lower-case hex digits."""

    form: Literal["binary", "hex"]

    @property
    def rule(self) -> str:
        return f"{self.size} bytes" if self.form == "binary" else f"{self.size} lower-case hex digits"

    @property
    def is_text(self) -> bool:
        return self.form == "hex"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        if not isinstance(value, bytes):
            raise UnfitError(f"takes bytes, not {type(value).__name__}")
        data = value if self.form == "binary" else value.hex().encode("ascii")
        if len(data) != self.size:
            raise UnfitError(self.rule)
        return data

    def read(self, raw: bytes, _charset: Charset, /) -> bytes:
        if len(raw) != self.size:
            raise UnfitError(self.rule)
        if self.form == "binary":
            return raw
        if self.size % 2 or not _HEX_DIGITS.issuperset(raw):
            raise UnfitError(self.rule)
        return bytes.fromhex(raw.decode("ascii"))


@dataclass(frozen=True, slots=True)
class PackedDigits(Kind):
    """Exactly twice `size` digits that are a name, two to a byte (BCD)."""

    @property
    def rule(self) -> str:
        return f"exactly {2 * self.size} digits, two to a byte"

    @property
    def is_text(self) -> bool:
        return False

    def write(self, value: object, _charset: Charset, /) -> bytes:
        digits = ascii_of(value)
        if len(digits) != 2 * self.size or not digits.isdigit():
            raise UnfitError(self.rule)
        return bytes.fromhex(digits.decode("ascii"))

    def read(self, raw: bytes, _charset: Charset, /) -> str:
        digits = raw.hex()
        if len(raw) != self.size or not digits.isdecimal():
            raise UnfitError(self.rule)
        return digits
