"""What can go wrong with a telegram; every error carries its facts as attributes and none carries a value.

TelegramError
├── LayoutError   a telegram class whose rows do not add up; raised while its module is imported
├── EncodeError   a value its row cannot carry
├── DecodeError   bytes that are not the telegram
└── FrameError    a byte stream in which the next telegram cannot be found

`found` is an outline of the bytes, never the bytes: a telegram that arrives shifted has its card number in
any field, so no field's bytes are safe to show once decoding has failed.
"""

from __future__ import annotations

_DIGITS, _LETTERS, _SPACE, _HIGH = range(0x30, 0x3A), (*range(0x41, 0x5B), *range(0x61, 0x7B)), 0x20, 0x80
_OUTLINE = "".join(
    "#"
    if byte in _DIGITS
    else "A"
    if byte in _LETTERS
    else "_"
    if byte == _SPACE
    else "~"
    if byte >= _HIGH
    else "?"
    for byte in range(256)
)
_OUTLINE_BYTES = 64


def outline(data: bytes) -> str:
    """One sign per byte: `#` digit, `A` letter, `_` space, `~` Korean text (0x80 and above), `?` any other.

    Shows where the pieces lie and none of what they say, and is therefore safe in errors, logs and evidence.
    """
    return "".join(_OUTLINE[byte] for byte in data)


def _short_outline(data: bytes) -> str:
    signs = outline(data[:_OUTLINE_BYTES])
    return signs if len(data) <= _OUTLINE_BYTES else f"{signs}... ({len(data)} bytes)"


class TelegramError(Exception):
    """Any refusal of this package. `code` is stable and may be logged, counted and matched."""

    code = "telegram.error"


class LayoutError(TelegramError):
    """The rows of a telegram class leave a gap, overlap, repeat a name or miss the declared size.

    `first` and `second` are the two places in the source that contradict each other.
    """

    code = "telegram.layout"

    def __init__(self, telegram: str, rule: str, first: str, second: str) -> None:
        super().__init__(telegram, rule, first, second)
        self.telegram, self.rule, self.first, self.second = telegram, rule, first, second

    def __str__(self) -> str:
        return f"{self.telegram}: {self.rule}\n  {self.first}\n  {self.second}"


class EncodeError(TelegramError):
    """A value that its row cannot carry without loss; nothing was encoded."""

    code = "telegram.encode"

    def __init__(self, telegram: str, field: str, reason: str) -> None:
        super().__init__(telegram, field, reason)
        self.telegram, self.field, self.reason = telegram, field, reason

    def __str__(self) -> str:
        return f"{self.telegram}.{self.field}: {self.reason}"


class DecodeError(TelegramError):
    """Bytes that are not the telegram.

    `field` is empty when the whole is meant; `offset` counts bytes from the telegram's first byte; `found` is
    an outline; `rule` says what had to stand there; `hint` guesses at a cause and may be empty.
    """

    code = "telegram.decode"

    def __init__(self, telegram: str, field: str, offset: int, found: str, rule: str, hint: str = "") -> None:
        super().__init__(telegram, field, offset, found, rule, hint)
        self.telegram, self.field, self.offset = telegram, field, offset
        self.found, self.rule, self.hint = found, rule, hint

    def __str__(self) -> str:
        place = f"{self.telegram}.{self.field}" if self.field else self.telegram
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place} at byte {self.offset}: found {self.found!r}, must be {self.rule}{hint}"

    @classmethod
    def at(
        cls, telegram: str, field: str, offset: int, data: bytes, rule: str, hint: str = ""
    ) -> DecodeError:
        """The error for `data` as found at `offset`, reduced to its outline here and nowhere else."""
        return cls(telegram, field, offset, _short_outline(data), rule, hint)


class FrameError(TelegramError):
    """A byte stream in which the next telegram cannot be found; the connection is of no further use.

    `offset` counts bytes from the start of the stream to the frame that broke.
    """

    code = "telegram.frame"

    def __init__(self, offset: int, found: str, rule: str) -> None:
        super().__init__(offset, found, rule)
        self.offset, self.found, self.rule = offset, found, rule

    def __str__(self) -> str:
        return f"frame at byte {self.offset} of the stream: found {self.found!r}, must be {self.rule}"

    @classmethod
    def at(cls, offset: int, data: bytes, rule: str) -> FrameError:
        """The error for `data` as found at `offset`, reduced to its outline."""
        return cls(offset, _short_outline(data), rule)


class UnfitError(TelegramError):
    """A value or bytes that a field kind refuses; telegrams turn it into one of the above."""

    code = "telegram.unfit"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
