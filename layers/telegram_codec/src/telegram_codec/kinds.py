"""How a value becomes the bytes of one row and back; one class per way of writing, all sizes in bytes.

`write` refuses what `read` could not give back unchanged, and `read` refuses what `write` would not have
written; both by UnfitError, whose rule never contains the value. Digits are the ten of ASCII: `int()` and
`str.isdigit()` accept more, so neither is asked before the bytes have been looked at.
"""

# ruff: noqa: D102 - what the methods of every kind do is said once, by Kind

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from telegram_codec.errors import UnfitError
from telegram_codec.masking import Visibility, masked_field_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram_codec.charsets import Charset

NO_CODES: Mapping[str, str] = MappingProxyType({})
_MASKED = re.compile(rb"[0-9]{0,6}\*{5,}[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Kind(ABC):
    """A way of writing; `size` is what it occupies."""

    size: int

    @property
    @abstractmethod
    def rule(self) -> str:
        """What the bytes must be, as a phrase."""

    @property
    def natural_size(self) -> int:
        """The only size the form fits, where it has one; the class refuses a row of another size."""
        return self.size

    @property
    def is_text(self) -> bool:
        """Whether people can read the bytes as they are; others are shown as hex digits."""
        return True

    def masked(self, raw: bytes, visibility: Visibility) -> bytes:
        """`raw` at equal length, as much of it as people may see."""
        return masked_field_bytes(raw, visibility)

    @abstractmethod
    def write(self, value: object, charset: Charset, /) -> bytes:
        """Exactly `size` bytes, or UnfitError."""

    @abstractmethod
    def read(self, raw: bytes, charset: Charset, /) -> object:
        """The value of `size` bytes, or UnfitError."""


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Left-aligned, spaces behind; '' only if `at_least` is 0."""

    at_least: int = 0

    @property
    def rule(self) -> str:
        width = f"{self.at_least} to {self.size}" if self.at_least else f"up to {self.size}"
        return f"text of {width} bytes, spaces behind"

    def write(self, value: object, charset: Charset, /) -> bytes:
        text = text_of(value)
        if text.endswith(" "):
            raise UnfitError("a space at the end would be read as padding")
        data = charset.encode(text)
        if len(data) > self.size:
            raise UnfitError(f"needs {len(data)} bytes in {charset.name}, the field has {self.size}")
        if len(data) < self.at_least:
            raise UnfitError(self.rule)
        return data.ljust(self.size)

    def read(self, raw: bytes, charset: Charset, /) -> str:
        data = raw.rstrip(b" ")
        if len(data) < self.at_least:
            raise UnfitError(self.rule)
        return charset.decode(data)


@dataclass(frozen=True, slots=True)
class Message(Text):
    """Text for people, from counterparties that cut at a byte width: half a character at its end is dropped.

    An approval must not become an unknown outcome because its wording was one byte too long.
    """

    def read(self, raw: bytes, charset: Charset, /) -> str:
        return charset.decode(charset.without_half_character(raw).rstrip(b" "))


@dataclass(frozen=True, slots=True)
class CountedText(Kind):
    """Text behind its own length in `prefix` digits (LL, LLL), then spaces to the end of the row."""

    prefix: int

    @property
    def rule(self) -> str:
        return f"{self.prefix} digits of length, then as many bytes of text, spaces behind"

    def write(self, value: object, charset: Charset, /) -> bytes:
        data = charset.encode(text_of(value))
        most = min(self.size - self.prefix, 10**self.prefix - 1)
        if len(data) > most:
            raise UnfitError(f"needs {len(data)} bytes in {charset.name}, the field has {most}")
        return (f"{len(data):0{self.prefix}d}".encode("ascii") + data).ljust(self.size)

    def read(self, raw: bytes, charset: Charset, /) -> str:
        if not raw[: self.prefix].isdigit():
            raise UnfitError(self.rule)
        end = self.prefix + int(raw[: self.prefix])
        if end > len(raw) or raw[end:].strip(b" "):
            raise UnfitError(self.rule)
        return charset.decode(raw[self.prefix : end])


@dataclass(frozen=True, slots=True)
class Digits(Kind):
    """Exactly `size` digits that are a name, not a quantity: leading zeros count."""

    @property
    def rule(self) -> str:
        return f"exactly {self.size} digits"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        data = ascii_of(value)
        if len(data) != self.size or not data.isdigit():
            raise UnfitError(self.rule)
        return data

    def read(self, raw: bytes, _charset: Charset, /) -> str:
        if not raw.isdigit():
            raise UnfitError(self.rule)
        return raw.decode("ascii")


@dataclass(frozen=True, slots=True)
class LeftDigits(Kind):
    """`at_least` to `size` digits that are a name, left-aligned; '' is all spaces if `may_be_blank`."""

    at_least: int
    may_be_blank: bool

    @property
    def rule(self) -> str:
        width = f"{self.at_least} to {self.size}" if self.at_least < self.size else f"exactly {self.size}"
        return f"{width} digits, spaces behind{' or all spaces' if self.may_be_blank else ''}"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        data = ascii_of(value)
        self._check(data)
        return data.ljust(self.size)

    def read(self, raw: bytes, _charset: Charset, /) -> str:
        data = raw.rstrip(b" ")
        self._check(data)
        return data.decode("ascii")

    def _check(self, data: bytes) -> None:
        if self.may_be_blank and not data:
            return
        if not self.at_least <= len(data) <= self.size or not data.isdigit():
            raise UnfitError(self.rule)


@dataclass(frozen=True, slots=True)
class MaskedDigits(Kind):
    """A card number as people may read it: its ends, at least five `*` between them; spaces behind."""

    @property
    def rule(self) -> str:
        return f"up to 6 digits, 5 or more `*`, 4 digits; up to {self.size} signs, spaces behind"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        data = ascii_of(value)
        self._check(data)
        return data.ljust(self.size)

    def read(self, raw: bytes, _charset: Charset, /) -> str:
        data = raw.rstrip(b" ")
        self._check(data)
        return data.decode("ascii")

    def _check(self, data: bytes) -> None:
        if len(data) > self.size or not _MASKED.fullmatch(data):
            raise UnfitError(self.rule)


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """Exactly `size` ASCII letters and digits; only those of `meanings` if it names any."""

    meanings: Mapping[str, str]
    may_be_blank: bool

    @property
    def rule(self) -> str:
        known = (
            f"one of {', '.join(self.meanings)}"
            if self.meanings
            else f"exactly {self.size} letters or digits"
        )
        return f"{known}{' or all spaces' if self.may_be_blank else ''}"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        data = ascii_of(value)
        self._check(data)
        return data.ljust(self.size)

    def read(self, raw: bytes, _charset: Charset, /) -> str:
        data = b"" if self.may_be_blank and not raw.strip(b" ") else raw
        self._check(data)
        return data.decode("ascii")

    def _check(self, data: bytes) -> None:
        if self.may_be_blank and not data:
            return
        if len(data) != self.size or not data.isalnum():
            raise UnfitError(self.rule)
        if self.meanings and data.decode("ascii") not in self.meanings:
            raise UnfitError(self.rule)


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A quantity of 0 or more, right-aligned, `pad` (zeros or spaces) in front."""

    pad: str

    @property
    def rule(self) -> str:
        return f"a number of up to {self.size} digits, {'zeros' if self.pad == '0' else 'spaces'} in front"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        number = whole_number_of(value)
        if number < 0:
            raise UnfitError("a number of 0 or more")
        if number >= 10**self.size:
            raise UnfitError(f"a number of up to {self.size} digits")
        return str(number).rjust(self.size, self.pad).encode("ascii")

    def read(self, raw: bytes, _charset: Charset, /) -> int:
        data = raw if self.pad == "0" else raw.lstrip(b" ")
        padded_with_a_zero = self.pad == " " and len(data) > 1 and data.startswith(b"0")
        if not data.isdigit() or padded_with_a_zero:
            raise UnfitError(self.rule)
        return int(data)


@dataclass(frozen=True, slots=True)
class SignedNumber(Kind):
    """A quantity with zeros in front, and a `-` in the first byte if it is below 0; there is no `-0`."""

    @property
    def rule(self) -> str:
        return f"a number of up to {self.size} digits, zeros in front, or - and {self.size - 1} digits"

    def write(self, value: object, _charset: Charset, /) -> bytes:
        number = whole_number_of(value)
        if not -(10 ** (self.size - 1)) < number < 10**self.size:
            raise UnfitError(self.rule)
        return f"{number:0{self.size}d}".encode("ascii")

    def read(self, raw: bytes, _charset: Charset, /) -> int:
        is_negative = raw.startswith(b"-")
        digits = raw[1:] if is_negative else raw
        if not digits.isdigit() or (is_negative and not int(digits)):
            raise UnfitError(self.rule)
        return int(raw)


@dataclass(frozen=True, slots=True)
class LeftNumber(Kind):
    """A quantity of 0 or more, left-aligned, spaces behind and no zeros in front."""

    @property
    def rule(self) -> str:
        return f"a number of up to {self.size} digits, spaces behind"

    def write(self, value: object, charset: Charset, /) -> bytes:
        return Number(self.size, " ").write(value, charset).lstrip(b" ").ljust(self.size)

    def read(self, raw: bytes, _charset: Charset, /) -> int:
        digits = raw.rstrip(b" ")
        if not digits.isdigit() or str(int(digits)).encode("ascii") != digits:
            raise UnfitError(self.rule)
        return int(digits)


@dataclass(frozen=True, slots=True)
class Constant(Kind):
    """Always the same bytes: written by nobody, checked by everybody."""

    value: str | int
    wire: bytes

    @property
    def rule(self) -> str:
        return f"the constant {self.wire.decode('ascii')!r}"

    @property
    def natural_size(self) -> int:
        return len(self.wire)

    def write(self, _value: object, _charset: Charset, /) -> bytes:
        return self.wire

    def read(self, raw: bytes, _charset: Charset, /) -> str | int:
        if raw != self.wire:
            raise UnfitError(self.rule)
        return self.value


@dataclass(frozen=True, slots=True)
class OwnLength:
    """The number of bytes that follow this row, or of them all: a Constant, once the size is known."""

    size: int
    pad: str
    counts_itself: bool = False

    def within(self, telegram_bytes: int, end: int) -> Constant:
        """The constant for a telegram of `telegram_bytes` in which this row ends at `end`."""
        counted = telegram_bytes if self.counts_itself else telegram_bytes - end
        return Constant(self.size, counted, str(counted).rjust(self.size, self.pad).encode("ascii"))


@dataclass(frozen=True, slots=True)
class Blank(Kind):
    """A row of the paper that this telegram may not fill: all spaces."""

    @property
    def rule(self) -> str:
        return "all spaces"

    def write(self, _value: object, _charset: Charset, /) -> bytes:
        return b" " * self.size

    def read(self, raw: bytes, _charset: Charset, /) -> None:
        if raw.strip(b" "):
            raise UnfitError(self.rule)


@dataclass(frozen=True, slots=True)
class Filler(Blank):
    """Spare bytes: written as spaces, and whatever a counterparty keeps there is not read."""

    @property
    def rule(self) -> str:
        return "spare, written as spaces and not read"

    def read(self, raw: bytes, charset: Charset, /) -> None:
        """Nothing: a counterparty that starts to use spare bytes must not stop approvals."""


def text_of(value: object) -> str:
    """`value` if it is text, else UnfitError."""
    if not isinstance(value, str):
        raise UnfitError(f"takes text, not {type(value).__name__}")
    return value


def ascii_of(value: object) -> bytes:
    """The ASCII bytes of `value`, `?` for what is none, which no rule of digits or letters accepts."""
    return text_of(value).encode("ascii", "replace")


def whole_number_of(value: object) -> int:
    """`value` if it is an int and not a bool, else UnfitError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnfitError(f"takes a whole number, not {type(value).__name__}")
    return value
