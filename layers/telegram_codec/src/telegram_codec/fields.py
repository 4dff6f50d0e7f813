"""The vocabulary of a telegram class: one call per row, `name: type = kind(offset, size, "what it is")`.

Each call is typed as the value its attribute holds, so a wrong annotation is a type error. What it returns in
truth is a Field, which the class turns into a row of its layout. Offsets and sizes are bytes, offsets from 0.
A field without `default` must be given; `secret` fields are shown to nobody, `card` fields by their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from inspect import currentframe
from pathlib import PurePath
from types import NoneType
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from telegram_codec.errors import LayoutError
from telegram_codec.kinds import (
    NO_CODES,
    Blank,
    Code,
    Constant,
    CountedText,
    Digits,
    Filler,
    Kind,
    LeftDigits,
    LeftNumber,
    MaskedDigits,
    Message,
    Number,
    OwnLength,
    SignedNumber,
    Text,
)
from telegram_codec.masking import Visibility
from telegram_codec.moments import Date, DayOfYear, Month, MonthDay, Time, YearMonth
from telegram_codec.nested import Nested, Repeated
from telegram_codec.octets import Octets, PackedDigits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram_codec.telegram import Telegram

_CARD_NUMBER_DIGITS_AT_LEAST = 10

T = TypeVar("T")
Item = TypeVar("Item", bound="Telegram")


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a telegram class as written: how, where on the wire, what it is, where in the source."""

    kind: Kind | OwnLength
    value_type: type
    offset: int
    note: str
    place: str
    visibility: Visibility
    default: object
    given: bool
    optional: bool = False

    @property
    def required(self) -> bool:
        """Whether the telegram cannot be made without it."""
        return self.given and self.default is None and not self.optional


def text(
    offset: int,
    size: int,
    note: str = "",
    *,
    at_least: int = 0,
    default: str | None = None,
    secret: bool = False,
    card: bool = False,
) -> str:
    """Text of `at_least` bytes or more in the telegram's charset, left-aligned, spaces behind."""
    visibility = _visibility(secret=secret, card=card)
    return _field(Text(size, at_least), str, offset, note, default=default, visibility=visibility)


def counted_text(
    offset: int,
    size: int,
    note: str = "",
    *,
    prefix: Literal[2, 3],
    default: str | None = None,
    secret: bool = False,
) -> str:
    """Text behind its own length in `prefix` digits (LL, LLL); `size` counts prefix, text and padding."""
    visibility = _visibility(secret=secret)
    return _field(CountedText(size, prefix), str, offset, note, default=default, visibility=visibility)


def message(offset: int, size: int, note: str = "", *, default: str | None = None) -> str:
    """Text for people; when read, half a character at its end is dropped, as counterparties cut it."""
    return _field(Message(size), str, offset, note, default=default)


def digits(
    offset: int, size: int, note: str = "", *, default: str | None = None, secret: bool = False
) -> str:
    """Exactly `size` digits that name something: serials, dates as text, terminal numbers."""
    return _field(Digits(size), str, offset, note, default=default, visibility=_visibility(secret=secret))


def left_digits(
    offset: int,
    size: int,
    note: str = "",
    *,
    at_least: int = 1,
    may_be_blank: bool = False,
    default: str | None = None,
    secret: bool = False,
) -> str:
    """`at_least` to `size` digits that name something, left-aligned; '' for blank where allowed."""
    kind = LeftDigits(size, at_least, may_be_blank)
    return _field(kind, str, offset, note, default=default, visibility=_visibility(secret=secret))


def pan(
    offset: int, size: int, note: str = "", *, may_be_blank: bool = False, default: str | None = None
) -> str:
    """A card number in the clear: 10 or more digits, left-aligned, shown as first 6 and last 4 only."""
    kind = LeftDigits(size, _CARD_NUMBER_DIGITS_AT_LEAST, may_be_blank)
    return _field(kind, str, offset, note, default=default, visibility=Visibility.CARD)


def masked_pan(offset: int, size: int, note: str = "") -> str:
    """A card number of which only the ends stand: one in the clear is refused, in either direction."""
    return _field(MaskedDigits(size), str, offset, note, visibility=Visibility.CARD)


def code(
    offset: int,
    size: int,
    note: str = "",
    *,
    meanings: Mapping[str, str] = NO_CODES,
    may_be_blank: bool = False,
    default: str | None = None,
) -> str:
    """Exactly `size` letters or digits, limited to the keys of `meanings` if the paper lists them all."""
    return _field(Code(size, meanings, may_be_blank), str, offset, note, default=default)


def number(
    offset: int, size: int, note: str = "", *, pad: Literal["0", " "] = "0", default: int | None = None
) -> int:
    """A quantity of 0 or more, right-aligned, zeros or spaces in front."""
    return _field(Number(size, pad), int, offset, note, default=default)


def won(
    offset: int, size: int, note: str = "", *, pad: Literal["0", " "] = "0", default: int | None = None
) -> int:
    """An amount of 0 or more won, right-aligned, zeros or spaces in front."""
    return _field(Number(size, pad), int, offset, note, default=default)


def left_number(offset: int, size: int, note: str = "", *, default: int | None = None) -> int:
    """A quantity of 0 or more, left-aligned, spaces behind."""
    return _field(LeftNumber(size), int, offset, note, default=default)


def signed_won(offset: int, size: int, note: str = "", *, default: int | None = None) -> int:
    """An amount in won, zeros in front; below 0 a `-` stands in the first byte."""
    return _field(SignedNumber(size), int, offset, note, default=default)


def yyyymmdd(offset: int, size: Literal[8], note: str = "") -> date:
    """A calendar day, Korean time."""
    return _field(Date(size, "YYYYMMDD"), date, offset, note)


def yymmdd(offset: int, size: Literal[6], note: str = "") -> date:
    """A calendar day of 2000 to 2099, Korean time."""
    return _field(Date(size, "YYMMDD"), date, offset, note)


def mmdd(offset: int, size: Literal[4], note: str = "") -> MonthDay:
    """A day of the calendar without its year, Korean time."""
    return _field(DayOfYear(size), MonthDay, offset, note)


def yymm(offset: int, size: Literal[4], note: str = "", *, secret: bool = False) -> YearMonth:
    """A month of 2000 to 2099, year first."""
    visibility = _visibility(secret=secret)
    return _field(Month(size, "YYMM"), YearMonth, offset, note, visibility=visibility)


def mmyy(offset: int, size: Literal[4], note: str = "", *, secret: bool = False) -> YearMonth:
    """A month of 2000 to 2099, month first."""
    visibility = _visibility(secret=secret)
    return _field(Month(size, "MMYY"), YearMonth, offset, note, visibility=visibility)


def hhmmss(offset: int, size: Literal[6], note: str = "") -> time:
    """A time of day, Korean time."""
    return _field(Time(size), time, offset, note)


def hex_octets(offset: int, size: int, note: str = "", *, secret: bool = False) -> bytes:
    """Bytes as lower-case hex digits: `size` is twice their number."""
    return _field(Octets(size, "hex"), bytes, offset, note, visibility=_visibility(secret=secret))


def octets(offset: int, size: int, note: str = "", *, secret: bool = False) -> bytes:
    """Exactly `size` bytes as they are."""
    return _field(Octets(size, "binary"), bytes, offset, note, visibility=_visibility(secret=secret))


def packed_digits(offset: int, size: int, note: str = "", *, secret: bool = False) -> str:
    """Exactly twice `size` digits that name something, two to a byte (BCD)."""
    return _field(PackedDigits(size), str, offset, note, visibility=_visibility(secret=secret))


def nested(offset: int, size: int, item: type[Item], note: str = "") -> Item:
    """A telegram inside the row; LayoutError if it holds card data or secrets."""
    return _field(Nested(size, _without_secrets(item)), item, offset, note)


def repeated(offset: int, size: int, item: type[Item], note: str = "") -> tuple[Item, ...]:
    """Telegrams behind each other, as many as there are, then spaces; LayoutError if they hold secrets."""
    return cast("tuple[Item, ...]", _field(Repeated(size, _without_secrets(item)), tuple, offset, note))


def constant(offset: int, size: int, value: str, note: str = "", *, init: Literal[False] = False) -> str:
    """Always `value`, spaces behind; cannot be given, and anything else is refused when read."""
    return _field(
        Constant(size, value, value.encode("ascii").ljust(size)), str, offset, note, default=value, given=init
    )


def constant_number(
    offset: int, size: int, value: int, note: str = "", *, init: Literal[False] = False
) -> int:
    """Always `value`, zeros in front; cannot be given, and anything else is refused when read."""
    kind = Constant(size, value, f"{value:0{size}d}".encode("ascii"))
    return _field(kind, int, offset, note, default=value, given=init)


def own_length(
    offset: int,
    size: int,
    note: str = "",
    *,
    pad: Literal["0", " "] = "0",
    counts_itself: bool = False,
    init: Literal[False] = False,
) -> int:
    """The number of bytes that follow this row, or of the whole telegram, worked out from its size."""
    return _field(OwnLength(size, pad, counts_itself), int, offset, note, given=init)


def blank(offset: int, size: int, note: str = "", *, init: Literal[False] = False) -> T | None:
    """A row of the paper that this telegram leaves empty: spaces, and anything else is refused when read."""
    return cast("T | None", _field(Blank(size), NoneType, offset, note, given=init))


def filler(offset: int, size: int, note: str = "", *, init: Literal[False] = False) -> T | None:
    """Spare bytes: written as spaces, not read."""
    return cast("T | None", _field(Filler(size), NoneType, offset, note, given=init))


def _without_secrets(item: type[Item]) -> type[Item]:
    for row in item.layout.rows:
        if row.visibility is not Visibility.PLAIN:
            rule = "what is nested would be shown and may not be hidden"
            raise LayoutError(item.layout.telegram, rule, str(row), "nested or repeated")
    return item


def _visibility(*, secret: bool = False, card: bool = False) -> Visibility:
    if secret:
        return Visibility.SECRET
    return Visibility.CARD if card else Visibility.PLAIN


def _field(
    kind: Kind | OwnLength,
    value_type: type[T],
    offset: int,
    note: str,
    *,
    visibility: Visibility = Visibility.PLAIN,
    default: object = None,
    given: bool = True,
) -> T:
    """A Field, typed as the value its attribute will hold: the one place where types are bent."""
    return cast(
        "T", Field(kind, value_type, offset, note, _line_of_the_class_body(), visibility, default, given)
    )


def _line_of_the_class_body() -> str:
    frame = currentframe()
    for _ in range(3):  # this function, _field, the word of the vocabulary
        frame = frame.f_back if frame else None
    return f"{PurePath(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "a line unknown"
