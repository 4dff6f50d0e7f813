"""Where one telegram ends and the next begins on a stream of bytes.

A framing cuts a stream (`parser`), puts a content into its frame (`wrap`) and takes it out again (`unwrap`).
A parser takes bytes as they arrive, in pieces of any size, and gives back whole frames exactly as they were
on the wire. It holds less than `maximum_bytes` between two calls. A stream that broke stays broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final, Literal, Protocol

from telegram_codec.errors import FrameError, UnfitError

STX: Final = b"\x02"
ETX: Final = b"\x03"
CR: Final = b"\r"
FS: Final = b"\x1c"

_SHOWN_BYTES = 8  # of the end of a frame whose end is wrong


class FrameParser(Protocol):
    """Cuts one stream into frames."""

    @property
    def pending_bytes(self) -> int:
        """How many bytes of an unfinished frame are held."""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes, in order; FrameError if the stream cannot be cut any further."""


class Framing(Protocol):
    """A rule by which a counterparty cuts its stream."""

    def parser(self) -> FrameParser:
        """A parser for one new stream."""

    def frame_bytes(self, held: bytes | bytearray, /) -> int:
        """The size of the frame at the start of `held`, 0 if more must come; UnfitError if it is none."""

    @property
    def head_bytes(self) -> int:
        """How many bytes of a frame stand before its content."""

    def wrap(self, content: bytes, /) -> bytes:
        """The frame around `content`; UnfitError if no frame can hold it."""

    def unwrap(self, frame: bytes, /) -> bytes:
        """The content of one whole frame; UnfitError if the frame is damaged."""


@dataclass(frozen=True, slots=True)
class LengthHeader:
    """Every frame starts with its length in `size` bytes: ASCII digits, or a binary number in either order.

    The length counts what follows it, and itself too if `counts_itself`. `pad` stands in front of digits.
    A frame ends with `end`, which is part of what follows. The header stays in the frame: in most papers it
    is a row of the telegram.
    """

    maximum_bytes: int
    size: int = 4
    pad: Literal["0", " "] = "0"
    form: Literal["digits", "big", "little"] = "digits"
    counts_itself: bool = False
    end: bytes = b""

    @property
    def head_bytes(self) -> int:
        """The header."""
        return self.size

    def parser(self) -> FrameParser:
        """A parser for one new stream."""
        return _Parser(self, self.size)

    def frame_bytes(self, held: bytes | bytearray, /) -> int:
        """The size of the frame at the start of `held`, 0 if more must come; UnfitError if it is none."""
        if len(held) < self.size:
            return 0
        total = self._length(bytes(held[: self.size])) + (0 if self.counts_itself else self.size)
        if not self.size + len(self.end) < total <= self.maximum_bytes:
            raise UnfitError(self._rule)
        return total

    def wrap(self, content: bytes, /) -> bytes:
        """The frame around `content`, which has no header yet; UnfitError if no frame can hold it."""
        total = self.size + len(content) + len(self.end)
        if not content or total > self.maximum_bytes:
            most = self.maximum_bytes - self.size - len(self.end)
            raise UnfitError(f"needs {len(content)} bytes, the frame holds 1 to {most}")
        return self._header(total if self.counts_itself else total - self.size) + content + self.end

    def unwrap(self, frame: bytes, /) -> bytes:
        """What stands between header and end; UnfitError if the length is another or the end is missing."""
        if not frame or self.frame_bytes(frame) != len(frame):
            raise UnfitError(f"a frame of the length its first {self.size} bytes say")
        if not frame.endswith(self.end):
            raise UnfitError(f"a frame that ends with {self.end!r}")
        return frame[self.size : len(frame) - len(self.end)]

    def _header(self, length: int) -> bytes:
        if self.form == "digits":
            return str(length).rjust(self.size, self.pad).encode("ascii")
        return length.to_bytes(self.size, self.form)

    def _length(self, header: bytes) -> int:
        if self.form != "digits":
            return int.from_bytes(header, self.form)
        digits = header if self.pad == "0" else header.lstrip(b" ")
        if not digits.isdigit() or (self.pad == " " and digits.startswith(b"0")):
            raise UnfitError(self._rule)
        return int(digits)

    @property
    def _rule(self) -> str:
        not_counted = 0 if self.counts_itself else self.size
        least = self.size + len(self.end) + 1 - not_counted
        if self.form == "digits":
            number = f"{self.size} digits, {'zeros' if self.pad == '0' else 'spaces'} in front"
        else:
            number = f"{self.size} bytes, a number in {self.form}-endian order"
        return f"{number}, from {least} to {self.maximum_bytes - not_counted}"


@dataclass(frozen=True, slots=True)
class StxEtxLrc:
    """STX, a length of `size` digits, the content, ETX, LRC.

    The length counts content and ETX. The LRC is one byte: all bytes behind STX up to and with ETX, XORed.
    """

    maximum_bytes: int
    size: int = 4

    @property
    def head_bytes(self) -> int:
        """STX and the length."""
        return len(STX) + self.size

    def parser(self) -> FrameParser:
        """A parser for one new stream; a wrong LRC breaks it, as nobody is asked to send again."""
        return _Parser(self, self.head_bytes)

    def frame_bytes(self, held: bytes | bytearray, /) -> int:
        """The size of the frame at the start of `held`, 0 if more must come; UnfitError if it is none."""
        if not held:
            return 0
        digits = bytes(held[1 : 1 + self.size])
        if held[0] != STX[0] or (digits and not digits.isdigit()):
            raise UnfitError(self._rule)
        if len(digits) < self.size:
            return 0
        total = self._around + int(digits) - len(ETX)
        if not self._around < total <= self.maximum_bytes:
            raise UnfitError(self._rule)
        return total

    def wrap(self, content: bytes, /) -> bytes:
        """The frame around `content`; UnfitError if it is too long, or none."""
        if not 0 < len(content) <= self.maximum_bytes - self._around:
            most = self.maximum_bytes - self._around
            raise UnfitError(f"needs {len(content)} bytes, the frame holds 1 to {most}")
        checked = f"{len(content) + len(ETX):0{self.size}d}".encode("ascii") + content + ETX
        return STX + checked + lrc(checked)

    def unwrap(self, frame: bytes, /) -> bytes:
        """What stands between length and ETX; UnfitError if length, ETX or LRC are not right."""
        if self.frame_bytes(frame) != len(frame):
            raise UnfitError("a frame of the length behind its STX")
        if frame[-2:-1] != ETX or frame[-1:] != lrc(frame[1:-1]):
            raise UnfitError("a frame that ends with ETX and the LRC of its bytes")
        return frame[self.head_bytes : -2]

    @property
    def _around(self) -> int:
        return self.head_bytes + len(ETX) + 1

    @property
    def _rule(self) -> str:
        most = self.maximum_bytes - self._around + len(ETX)
        return f"STX and {self.size} digits, zeros in front, from 2 to {most}"


@dataclass(frozen=True, slots=True)
class Terminated:
    """Every frame ends with the first `end`, which its content cannot contain."""

    maximum_bytes: int
    end: bytes = CR

    @property
    def head_bytes(self) -> int:
        """None."""
        return 0

    def parser(self) -> FrameParser:
        """A parser for one new stream."""
        return _Parser(self, self.maximum_bytes)

    def frame_bytes(self, held: bytes | bytearray, /) -> int:
        """The size of the frame at the start of `held`, 0 if more must come; UnfitError if it is none."""
        total = held.find(self.end) + len(self.end)
        is_whole = total >= len(self.end)
        if (is_whole and total > self.maximum_bytes) or (not is_whole and len(held) >= self.maximum_bytes):
            raise UnfitError(f"{self.end!r} within {self.maximum_bytes} bytes")
        return total if is_whole else 0

    def wrap(self, content: bytes, /) -> bytes:
        """The frame around `content`; UnfitError if it is too long or contains the end."""
        frame = content + self.end
        if len(frame) > self.maximum_bytes or frame.find(self.end) != len(content):
            raise UnfitError(
                f"at most {self.maximum_bytes - len(self.end)} bytes without the end of the frame"
            )
        return frame

    def unwrap(self, frame: bytes, /) -> bytes:
        """What stands before the end; UnfitError if the end is missing or comes earlier."""
        if not frame or self.frame_bytes(frame) != len(frame):
            raise UnfitError(f"a frame that ends with its first {self.end!r}")
        return frame[: -len(self.end)]


@dataclass(frozen=True, slots=True)
class FixedSize:
    """Every frame has the same size and nothing around it."""

    maximum_bytes: int

    @property
    def head_bytes(self) -> int:
        """None."""
        return 0

    def parser(self) -> FrameParser:
        """A parser for one new stream, which cannot break."""
        return _Parser(self, 0)

    def frame_bytes(self, _held: bytes | bytearray, /) -> int:
        """The size of every frame."""
        return self.maximum_bytes

    def wrap(self, content: bytes, /) -> bytes:
        """`content`; UnfitError if it has another size."""
        if len(content) != self.maximum_bytes:
            raise UnfitError(f"needs {len(content)} bytes, the frame has {self.maximum_bytes}")
        return content

    def unwrap(self, frame: bytes, /) -> bytes:
        """`frame`; UnfitError if it has another size."""
        return self.wrap(frame)


def lrc(data: bytes) -> bytes:
    """The longitudinal redundancy check of `data`: one byte, all of it XORed."""
    return bytes([reduce(xor, data, 0)])


class _Parser:
    """Cuts by any framing; `head_bytes` at most are needed to see that no frame begins here."""

    def __init__(self, framing: Framing, head_bytes: int) -> None:
        self._framing = framing
        self._head_bytes = head_bytes
        self._held = bytearray()
        self._consumed_bytes = 0
        self._broken: FrameError | None = None

    @property
    def pending_bytes(self) -> int:
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        if self._broken:
            raise self._broken
        self._held += data
        frames: list[bytes] = []
        while self._held:
            frame = self._next_frame()
            if self._broken and not frames:
                raise self._broken
            if not frame:
                break
            frames.append(frame)
            del self._held[: len(frame)]
            self._consumed_bytes += len(frame)
        return frames

    def _next_frame(self) -> bytes:
        """The frame that is held, if it is whole; empty otherwise."""
        frame = b""
        try:
            total = self._framing.frame_bytes(self._held)
            if not total or len(self._held) < total:
                return b""
            frame = bytes(self._held[:total])
            self._framing.unwrap(frame)
        except UnfitError as unfit:
            found = frame[-_SHOWN_BYTES:] or bytes(self._held[: self._head_bytes])
            self._broken = FrameError.at(self._consumed_bytes, found, unfit.rule)
            self._held.clear()
            return b""
        return frame
