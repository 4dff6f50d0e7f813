"""How unlikely it is that bytes stand in a row of a kind, as a price: what many values share is cheap.

Prices are bits of surprise times three, so that a digit costs 10, and only their order matters.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Blank, Code, Constant, Filler, Kind, LeftDigits, Number, Text
from telegram_codec.moments import Date, Time

if TYPE_CHECKING:
    from datetime import date

    from telegram_codec.charsets import Charset

BYTE: Final = 24
USUAL: Final = 3
_DIGIT, _ZERO_AT_THE_END, _LETTER, _HALF_SYLLABLE, _SPACE = 10, 3, 17, 14, 8
_EMPTY, _FILLED = 3, 5
BROKEN: Final = 60
_LONGEST_TRIED_BYTES: Final = 40
_NEVER_TYPED: Final = 30
_UNEXPLAINED: Final = 12
_OFF_THE_EDGE, _HOLE = 45, 25
_DAY, _FAR_DAY, _MOMENT = 36, 60, 48
_USUAL_YEARS: Final = range(2000, 2100)
_BLANK: Final = ord(" ")
_HIGH: Final = bytes(range(0x80, 0x100))


def row_price(kind: Kind, raw: bytes, charset: Charset) -> int:  # noqa: C901, PLR0911 - one answer per kind
    """What `raw`, of the kind's size, costs where `kind` must stand."""
    if isinstance(kind, Filler):
        return left_over(raw)
    if isinstance(kind, Text) and raw.isascii() and raw.decode("ascii").isprintable():
        return _text_price(raw)
    try:
        value = kind.read(raw, charset)
    except UnfitError:
        return BROKEN + bytes_price(raw)
    match kind:
        case Text():
            return _text_price(raw)
        case LeftDigits():
            filled = raw.rstrip(b" ")
            return _FILLED + _DIGIT * len(filled) if filled else _EMPTY
        case Code():
            if kind.meanings or not raw.strip(b" "):
                return 3 * len(kind.meanings).bit_length()
            return bytes_price(raw)
        case Number():
            return _FILLED + _number_price(raw.lstrip(b"0 "))
        case Date():
            day: date = value  # type: ignore[assignment]  # what a Date reads
            return _DAY if day.year in _USUAL_YEARS else _DAY + _FAR_DAY
        case Time():
            return _MOMENT
        case Constant() | Blank():
            return 0
        case _:
            return bytes_price(raw)


def is_odd(kind: Kind, raw: bytes, charset: Charset) -> bool:
    """Whether `raw` cannot stand where `kind` must, or looks as if it belonged elsewhere."""
    if isinstance(kind, Filler):
        return bool(raw.strip(b" "))
    if isinstance(kind, Text) and raw.startswith(b" ") and raw.strip(b" "):
        return True
    try:
        kind.read(raw, charset)
    except UnfitError:
        return True
    return False


def left_over(raw: bytes) -> int:
    """What bytes cost that stand in no row: padding nothing."""
    found = raw.strip(b" ")
    return BROKEN // 2 + BYTE * len(found) if found else 0


def bytes_price(raw: bytes) -> int:
    """What bytes cost of which nothing is known."""
    spaces, digits = raw.count(b" "), len(raw) - len(raw.translate(None, b"0123456789"))
    halves = len(raw) - len(raw.translate(None, _HIGH))
    letters = len(raw) - spaces - digits - halves
    return _SPACE * spaces + _DIGIT * digits + _HALF_SYLLABLE * halves + _LETTER * letters


def mended(kind: Kind, raw: bytes, charset: Charset) -> int:
    """What `raw` costs if it is the row and some bytes too many in one place, or too few."""
    surplus = len(raw) - kind.size
    if isinstance(kind, Text):
        return _mended_text(raw, surplus, charset)
    if isinstance(kind, Filler):
        found = raw.strip(b" ")
        return BYTE * len(found) if 0 < len(found) <= surplus else _NEVER_TYPED + left_over(raw)
    if len(raw) > _LONGEST_TRIED_BYTES:
        return BROKEN // 2 + bytes_price(raw)
    if surplus < 0:
        return _completed(kind, raw, charset)
    never_typed = _NEVER_TYPED if isinstance(kind, Constant) else 0
    return never_typed + min(
        row_price(kind, rest, charset) + _taken_price(taken) for rest, taken in _without(raw, surplus).items()
    )


def _mended_text(raw: bytes, surplus: int, charset: Charset) -> int:
    """Text takes any byte; two things tell: half a character, or as many characters as the row has bytes.

    The first says that a byte was added or lost, the second that somebody padded by characters.
    """
    if raw.isascii() and surplus > 0 and len(raw) <= _LONGEST_TRIED_BYTES:
        return min(_text_price(rest) + _taken_price(taken) for rest, taken in _without(raw, surplus).items())
    price = _text_price(raw)
    for codec in (charset.codec, "utf-8"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError as fault:
            rest = raw[: fault.start] + raw[fault.end :]
        else:
            counted = surplus > 0 and len(text) == len(raw) - surplus
            padding = _EMPTY * surplus if surplus > 0 and raw.endswith(b" " * surplus) else _UNEXPLAINED
            return price if counted else price + padding
        with suppress(UnicodeDecodeError):
            rest.decode(codec)
            return price + _HALF_SYLLABLE
    return price + BROKEN


def _without(raw: bytes, surplus: int) -> dict[bytes, bytes]:
    """What is left and what was taken, for every place where so many bytes may be too many."""
    return {
        raw[:place] + raw[place + surplus :]: raw[place : place + surplus]
        for place in range(len(raw) - surplus + 1)
    }


def _taken_price(taken: bytes) -> int:
    """What bytes cost that somebody added: padding next to nothing."""
    spaces = taken.count(b" ")
    return _EMPTY * spaces + BYTE * (len(taken) - spaces)


def _text_price(raw: bytes) -> int:
    text = raw.rstrip(b" ")
    if not text:
        return _EMPTY
    oddities = (_OFF_THE_EDGE if text.startswith(b" ") else 0) + (_HOLE if b"  " in text else 0)
    return _FILLED + oddities + bytes_price(text)


def _number_price(digits: bytes) -> int:
    zeros = len(digits) - len(digits.rstrip(b"0"))
    return _DIGIT * (len(digits) - zeros) + _ZERO_AT_THE_END * zeros


def _completed(kind: Kind, raw: bytes, charset: Charset) -> int:
    """The price of the likeliest row of which `raw` is all but some bytes in one place, and of those."""
    missing = kind.size - len(raw)
    match kind:
        case Constant():
            return _NEVER_TYPED if _lacks(kind.wire, raw) else BROKEN
        case Code() if kind.meanings:
            whole = (meaning.encode("ascii") for meaning in kind.meanings)
            fits = any(_lacks(code, raw) for code in whole)
            return 3 * len(kind.meanings).bit_length() + _DIGIT if fits else BROKEN
        case _:
            fillings = (b"0" * missing, b"1" * missing, b"2" * missing, b" " * missing)
            return min(
                row_price(kind, raw[:place] + filling + raw[place:], charset)
                + (0 if filling[0] == _BLANK else _DIGIT * missing)
                for place in range(len(raw) + 1)
                for filling in fillings
            )


def _lacks(whole: bytes, raw: bytes) -> bool:
    """Whether `raw` is `whole` without some bytes in one place."""
    missing = len(whole) - len(raw)
    return any(whole[:place] + whole[place + missing :] == raw for place in range(len(raw) + 1))
