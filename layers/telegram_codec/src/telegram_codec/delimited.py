"""Telegrams whose pieces stand behind each other with a separator between them, each as long as it needs.

    class EchoRequest(Header, size=6):
        "회선 점검: is anybody there?"

        kind: str = constant(1, 3, "000", "전문번호; line check")

One line per piece: its position, from 0, and the most bytes it may have. A class has `size` pieces.
The vocabulary is that of fixed-width telegrams, without padding: text has no spaces behind, a number with
`pad=" "` has as many digits as it needs and one with `pad="0"` always all of them, and what would be all
spaces is nothing. `framing` is what stands around the pieces; `encode` and `decode` include it.

There are no generated functions for these: every piece goes through its kind.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, Self, dataclass_transform

from telegram_codec import fields
from telegram_codec.errors import DecodeError, EncodeError, LayoutError, UnfitError
from telegram_codec.frames import FS, Framing, Terminated
from telegram_codec.kinds import Filler, Number, OwnLength
from telegram_codec.layout import Layout, Row
from telegram_codec.telegram import Telegram, TelegramType

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset
    from telegram_codec.fields import Field
    from telegram_codec.kinds import Kind


class Delimiting(NamedTuple):
    """What stands between the pieces of a telegram and around them."""

    separator: bytes
    framing: Framing


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        fields.blank,
        fields.code,
        fields.constant,
        fields.digits,
        fields.filler,
        fields.hhmmss,
        fields.left_digits,
        fields.message,
        fields.number,
        fields.pan,
        fields.signed_won,
        fields.text,
        fields.won,
        fields.yymmdd,
        fields.yyyymmdd,
    ),
)
class DelimitedType(TelegramType):
    """Makes classes of delimited telegrams: a row's offset is its position, and `size` counts rows."""

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, object],
        *,
        size: int | None = None,
        charset: Charset | None = None,
        separator: bytes = b"",
        framing: Framing | None = None,
    ) -> TelegramType:
        """A telegram of `size` pieces; everything not said is that of its base."""
        if separator and framing:
            body["delimiting"] = Delimiting(separator, framing)
        return super().__new__(cls, name, bases, body, size=size, charset=charset)

    def _checked(cls, size: int, charset: Charset) -> Layout:  # noqa: N805 - what a metaclass makes is a class
        title, place = cls._title_and_place()
        rows: list[Row] = []
        previous = f"{place} {title}: starts with piece 0"
        for name, declared in cls.declared.items():
            here = f"{declared.place} {name}: piece {declared.offset}"
            kind = declared.kind
            if isinstance(kind, OwnLength):
                raise LayoutError(
                    title, "the length of a delimited telegram is its framing's", previous, here
                )
            if declared.offset != len(rows):
                raise LayoutError(title, f"piece {len(rows)} was to come", previous, here)
            if kind.natural_size != kind.size:
                rule = f"{kind.rule} takes {kind.natural_size} bytes"
                raise LayoutError(title, rule, previous, here)
            rows.append(_row(name, declared, kind))
            previous = here
        if len(rows) != size:
            whole = f"{place} {title}: size={size}"
            raise LayoutError(title, f"{len(rows)} pieces, the telegram has {size}", previous, whole)
        return Layout(title, size, charset, tuple(rows))


class DelimitedTelegram(Telegram, metaclass=DelimitedType):
    """The base of all delimited telegrams; `layout.size` counts pieces and a row's offset is its position."""

    delimiting = Delimiting(FS, Terminated(maximum_bytes=0))

    def encode(self) -> bytes:
        """The whole frame, or EncodeError for the first piece whose value does not fit."""
        layout, separator = self.layout, self.delimiting.separator
        pieces: list[bytes] = []
        field = ""
        try:
            for row in layout.rows:
                field = row.name
                pieces.append(_written(row.kind, getattr(self, field), layout.charset, separator))
            field = ""
            return self.delimiting.framing.wrap(separator.join(pieces))
        except UnfitError as unfit:
            raise EncodeError(layout.telegram, field, unpadded(unfit.rule)) from None

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The telegram in one whole frame, or DecodeError for the first piece that is not right."""
        layout = cls.layout
        values: dict[str, object] = {}
        for row, (start, end) in zip(layout.rows, cls.spans(data), strict=True):
            try:
                value = _read(row.kind, data[start:end], layout.charset)
            except UnfitError as unfit:
                rule = unpadded(unfit.rule)
                raise DecodeError.at(layout.telegram, row.name, start, data[start:end], rule) from None
            if row.given:
                values[row.name] = value
        return cls(**values)

    @classmethod
    def spans(cls, wire: bytes) -> list[tuple[int, int]]:
        """First byte and end of each piece of a frame; DecodeError if it is damaged or has others."""
        pieces = cls._pieces(wire)
        if len(pieces) != cls.layout.size:
            found, rule = f"{len(pieces)} pieces", f"{cls.layout.size} pieces"
            raise DecodeError(cls.layout.telegram, "", 0, found, rule)
        return _spans(pieces, cls.delimiting)

    @classmethod
    def peek(cls, data: bytes, name: str) -> tuple[int, bytes]:
        """Offset and bytes of one piece in the frame `data`; DecodeError if it is damaged or ends before."""
        position = cls.layout.row(name).offset
        pieces = cls._pieces(data)
        if len(pieces) <= position:
            found, rule = f"{len(pieces)} pieces", f"at least {position + 1} pieces"
            raise DecodeError(cls.layout.telegram, name, 0, found, rule)
        return _spans(pieces, cls.delimiting)[position][0], pieces[position]

    @classmethod
    def sealed(cls, wire: bytes) -> bytes:
        """`wire` with the check bytes of its framing made right."""
        framing = cls.delimiting.framing
        content = framing.wrap(b"?")
        end = len(wire) - (len(content) - framing.head_bytes - 1)
        return framing.wrap(wire[framing.head_bytes : end])

    @classmethod
    def _pieces(cls, wire: bytes) -> list[bytes]:
        try:
            content = cls.delimiting.framing.unwrap(wire)
        except UnfitError as unfit:
            raise DecodeError.at(cls.layout.telegram, "", 0, wire, unfit.rule) from None
        return content.split(cls.delimiting.separator)


def unpadded(rule: str) -> str:
    """What a kind says of its bytes, without what it says of the padding that pieces do not have."""
    without = rule.replace(", spaces behind", "").replace(", spaces in front", "")
    return without.replace("all spaces", "nothing").replace("spare, written as spaces", "spare, left empty")


def _row(name: str, declared: Field, kind: Kind) -> Row:
    return Row(
        name=name,
        kind=kind,
        value_type=declared.value_type,
        offset=declared.offset,
        end=declared.offset + 1,
        visibility=declared.visibility,
        note=declared.note,
        place=declared.place,
        given=declared.given,
    )


def _written(kind: Kind, value: object, charset: Charset, separator: bytes) -> bytes:
    padded = kind.write(value, charset)
    piece = padded.lstrip(b" ") if _is_padded_in_front(kind) else padded.rstrip(b" ")
    if separator in piece:  # a separator that is text; no kind writes control characters
        raise UnfitError("text without the separator of the telegram")
    return piece


def _read(kind: Kind, piece: bytes, charset: Charset) -> object:
    if isinstance(kind, Filler):
        return None
    in_front = _is_padded_in_front(kind)
    if len(piece) > kind.size or piece != (piece.lstrip(b" ") if in_front else piece.rstrip(b" ")):
        raise UnfitError(f"{kind.rule}, at most {kind.size} bytes, without padding")
    return kind.read(piece.rjust(kind.size) if in_front else piece.ljust(kind.size), charset)


def _is_padded_in_front(kind: Kind) -> bool:
    return isinstance(kind, Number) and kind.pad == " "


def _spans(pieces: list[bytes], delimiting: Delimiting) -> list[tuple[int, int]]:
    separator_bytes = len(delimiting.separator)
    starts = accumulate(
        (len(piece) + separator_bytes for piece in pieces[:-1]), initial=delimiting.framing.head_bytes
    )
    return [(start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True)]
