"""How a data element of ISO 8583 becomes bytes and back: counted contents (LL, LLL), packed digits, bitmaps.

Elements of a fixed size are written by the kinds of all telegrams; what is here is what only ISO 8583 has.
"""

# ruff: noqa: D102 - what the methods of every kind do is said once, by Kind

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Constant, Kind, ascii_of, text_of
from telegram_codec.masking import Visibility, masked_card_number, masked_field_bytes
from telegram_codec.moments import DayOfYear, MonthDayTime, Time

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset

BITS: Final = 64  # of one bitmap; bit 1 of the primary says that a secondary follows
LAST_ELEMENT: Final = 2 * BITS
_TRACK_2 = frozenset(b"0123456789=")
_HEX_DIGITS = frozenset(b"0123456789ABCDEF")


@dataclass(frozen=True, slots=True)
class Packed(Kind):
    """Digits two to a byte (BCD); an odd number of them has a zero in front."""

    digits: Kind

    @property
    def rule(self) -> str:
        return f"{self.digits.rule}, two to a byte"

    @property
    def natural_size(self) -> int:
        return packed_bytes(self.digits.natural_size)

    @property
    def is_text(self) -> bool:
        return False

    def write(self, value: object, charset: Charset, /) -> bytes:
        return pack(self.digits.write(value, charset).decode("ascii"))

    def read(self, raw: bytes, charset: Charset, /) -> object:
        digits = unpack(raw, self.digits.size)
        if digits is None:
            raise UnfitError(self.rule)
        return self.digits.read(digits.encode("ascii"), charset)


@dataclass(frozen=True, slots=True)
class PackedConstant(Constant):
    """A constant of digits, two to a byte."""

    @property
    def rule(self) -> str:
        return f"the constant {self.wire.hex()!r}, two digits to a byte"

    @property
    def is_text(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Two or three digits (LL, LLL) in front of a content, which count its bytes, or its digits if packed."""

    digits: Literal[2, 3]
    packed: bool = False

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return packed_bytes(self.digits) if self.packed else self.digits

    @property
    def width(self) -> int:
        """Digits on the wire, with the zero in front of an odd number of packed ones."""
        return 2 * self.size if self.packed else self.digits

    def __str__(self) -> str:
        return f"{'packed ' if self.packed else ''}{'L' * self.digits}"

    def write(self, count: int) -> bytes:
        """The bytes of `count`."""
        digits = f"{count:0{self.digits}d}"
        return pack(digits) if self.packed else digits.encode("ascii")

    def read(self, raw: bytes) -> int | None:
        """The count in `raw`, None if it is none."""
        digits = unpack(raw, self.digits) if self.packed else raw.decode("latin-1")
        return int(digits) if digits and len(raw) == self.size and digits.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Variable(Kind):
    """A content of `at_least` to `at_most` units behind its count; `size` is that of the longest."""

    prefix: Prefix
    at_least: int
    at_most: int

    @property
    @abstractmethod
    def content(self) -> str:
        """What the units are, as a phrase."""

    @property
    def rule(self) -> str:
        least = f"{self.at_least} to " if self.at_least < self.at_most else ""
        return f"{self.prefix} and {least}{self.at_most} {self.content}"

    @property
    def is_text(self) -> bool:
        return not self.prefix.packed

    def content_bytes(self, count: int) -> int:
        """Bytes on the wire of `count` units."""
        return count

    def extent(self, data: bytes, start: int) -> int:
        """The size of the element that starts there; UnfitError if nothing there can be its count."""
        count = self.prefix.read(data[start : start + self.prefix.size])
        if count is None or not self.at_least <= count <= self.at_most:
            raise UnfitError(self.rule)
        return self.prefix.size + self.content_bytes(count)

    def write(self, value: object, charset: Charset, /) -> bytes:
        content = self._written(value, charset)
        if not self.at_least <= len(content) <= self.at_most:
            raise UnfitError(f"{self.rule}, not {len(content)}")
        return self.prefix.write(len(content)) + self._on_wire(content)

    def read(self, raw: bytes, charset: Charset, /) -> object:
        if len(raw) != self.extent(raw, 0):
            raise UnfitError(self.rule)
        count = self.prefix.read(raw[: self.prefix.size]) or 0
        return self._read(raw[self.prefix.size :], count, charset)

    def masked(self, raw: bytes, visibility: Visibility) -> bytes:
        """The count stays: without it the rows behind could not be found."""
        return raw[: self.prefix.size] + masked_field_bytes(raw[self.prefix.size :], visibility)

    @abstractmethod
    def _written(self, value: object, charset: Charset, /) -> bytes: ...

    def _on_wire(self, content: bytes) -> bytes:
        return content

    @abstractmethod
    def _read(self, raw: bytes, count: int, charset: Charset, /) -> object: ...


@dataclass(frozen=True, slots=True)
class VariableDigits(Variable):
    """Digits that name something; packed with their prefix, or one to a byte."""

    @property
    def content(self) -> str:
        return "packed digits" if self.prefix.packed else "digits"

    def content_bytes(self, count: int) -> int:
        return packed_bytes(count) if self.prefix.packed else count

    def masked(self, raw: bytes, visibility: Visibility) -> bytes:
        """Packed card numbers have a hexadecimal f for every hidden digit."""
        if not self.prefix.packed or visibility is not Visibility.CARD:
            return Variable.masked(self, raw, visibility)
        size = self.prefix.size
        digits = unpack(raw[size:], self.prefix.read(raw[:size]) or 0) or ""
        return raw[:size] + pack(masked_card_number(digits).replace("*", "f"))

    def _written(self, value: object, _charset: Charset, /) -> bytes:
        data = ascii_of(value)
        if data and not data.isdigit():
            raise UnfitError(self.rule)
        return data

    def _on_wire(self, content: bytes) -> bytes:
        return pack(content.decode("ascii")) if self.prefix.packed else content

    def _read(self, raw: bytes, count: int, _charset: Charset, /) -> str:
        digits = unpack(raw, count) if self.prefix.packed else raw.decode("latin-1")
        if digits is None or (digits and not digits.isdecimal()):
            raise UnfitError(self.rule)
        return digits


@dataclass(frozen=True, slots=True)
class VariableTrack(Variable):
    """Track 2 as it stands on the stripe, without its sentinels: digits and one `=` or more."""

    @property
    def content(self) -> str:
        return "digits and ="

    def _written(self, value: object, _charset: Charset, /) -> bytes:
        return self._checked(ascii_of(value))

    def _read(self, raw: bytes, _count: int, _charset: Charset, /) -> str:
        return self._checked(raw).decode("ascii")

    def _checked(self, data: bytes) -> bytes:
        if not _TRACK_2.issuperset(data):
            raise UnfitError(self.rule)
        return data


@dataclass(frozen=True, slots=True)
class VariableText(Variable):
    """Text of the telegram's charset; counted in bytes, and spaces at its end are part of it."""

    @property
    def content(self) -> str:
        return "bytes of text"

    def _written(self, value: object, charset: Charset, /) -> bytes:
        return charset.encode(text_of(value))

    def _read(self, raw: bytes, _count: int, charset: Charset, /) -> str:
        return charset.decode(raw)


@dataclass(frozen=True, slots=True)
class VariableOctets(Variable):
    """Bytes that are no text: what a chip says, keys, ciphers."""

    @property
    def content(self) -> str:
        return "bytes"

    @property
    def is_text(self) -> bool:
        return False

    def _written(self, value: object, _charset: Charset, /) -> bytes:
        if not isinstance(value, bytes):
            raise UnfitError(f"takes bytes, not {type(value).__name__}")
        return value

    def _read(self, raw: bytes, _count: int, _charset: Charset, /) -> bytes:
        return raw


@dataclass(frozen=True, slots=True)
class MomentOfYear(Kind):
    """A day without its year and a time to the second, MMDDhhmmss."""

    @property
    def rule(self) -> str:
        return "a day and time as MMDDhhmmss"

    @property
    def natural_size(self) -> int:
        return len("MMDDhhmmss")

    def write(self, value: object, charset: Charset, /) -> bytes:
        if type(value) is not MonthDayTime:
            raise UnfitError(f"takes a MonthDayTime, not {type(value).__name__}")
        return DayOfYear(4).write(value.day, charset) + Time(6).write(value.time, charset)

    def read(self, raw: bytes, charset: Charset, /) -> MonthDayTime:
        try:
            return MonthDayTime(DayOfYear(4).read(raw[:4], charset), Time(6).read(raw[4:], charset))
        except UnfitError:
            rule = self.rule
        raise UnfitError(rule)


@dataclass(frozen=True, slots=True)
class Bitmap(Kind):
    """Which elements follow: one bit each from the left, as bytes or as capital hex digits.

    A secondary bitmap is there exactly if an element above 64 is; bit 1 says so and is no element.
    """

    form: Literal["binary", "hex"]

    @property
    def rule(self) -> str:
        size = f"{self.size // 2} {'capital hex digits' if self.form == 'hex' else 'bytes'}"
        return f"a bit for every element that follows, in {size}, or twice as many if bit 1 is set"

    @property
    def is_text(self) -> bool:
        return self.form == "hex"

    def extent(self, data: bytes, start: int) -> int:
        """The size of the bitmaps that start there; UnfitError if they are none."""
        half = self.size // 2
        primary = self._bits(data[start : start + half])
        return self.size if primary >> (BITS - 1) else half

    def write(self, value: object, _charset: Charset, /) -> bytes:
        if not isinstance(value, tuple):
            raise UnfitError(f"takes a tuple of elements, not {type(value).__name__}")
        bits = sum(1 << (LAST_ELEMENT - element) for element in value)
        size = self.size
        if bits % (1 << BITS):
            bits |= 1 << (LAST_ELEMENT - 1)
        else:
            bits, size = bits >> BITS, size // 2
        return f"{bits:0{size}X}".encode("ascii") if self.form == "hex" else bits.to_bytes(size, "big")

    def read(self, raw: bytes, _charset: Charset, /) -> tuple[int, ...]:
        bits = self._bits(raw)
        if len(raw) != self.size:
            bits <<= BITS
        elif not bits % (1 << BITS):
            raise UnfitError("bit 1 set only if a bit above 64 is")
        elements = range(2, LAST_ELEMENT + 1)
        return tuple(element for element in elements if bits >> (LAST_ELEMENT - element) & 1)

    def _bits(self, raw: bytes) -> int:
        if len(raw) not in {self.size, self.size // 2}:
            raise UnfitError(self.rule)
        if self.form == "binary":
            return int.from_bytes(raw, "big")
        if not _HEX_DIGITS.issuperset(raw):
            raise UnfitError(self.rule)
        return int(raw, 16)


def packed_bytes(digits: int) -> int:
    """The bytes of so many packed digits."""
    return (digits + 1) // 2


def pack(digits: str) -> bytes:
    """Two digits to a byte, a zero in front of an odd number."""
    return bytes.fromhex("0" * (len(digits) % 2) + digits)


def unpack(raw: bytes, digits: int) -> str | None:
    """So many digits from `raw`; None if it holds anything else."""
    text = raw.hex()
    surplus = len(text) - digits
    if surplus not in {0, 1} or text[:surplus].strip("0") or not text[surplus:].isdecimal():
        return None if digits or raw else ""
    return text[surplus:]
