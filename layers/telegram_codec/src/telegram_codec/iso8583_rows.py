"""The way through an ISO 8583 telegram element by element: it reads every bitmap, and makes every error."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from telegram_codec.errors import DecodeError, EncodeError, UnfitError
from telegram_codec.iso8583_kinds import Bitmap, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from telegram_codec.iso8583 import IsoTelegram
    from telegram_codec.iso8583_layout import ElementRow, IsoLayout
    from telegram_codec.kinds import Kind

T = TypeVar("T", bound="IsoTelegram")

_NO_TYPE = "a message type, which this class does not have"


def encode_elements(telegram: IsoTelegram) -> bytes:
    """The whole frame, or EncodeError for the first element whose value does not fit."""
    layout = telegram.layout
    if not layout.form.mti:
        raise EncodeError(layout.telegram, "kind", _NO_TYPE)
    pieces: list[bytes] = []
    for row in layout.rows:
        value = getattr(telegram, row.name)
        if value is None and row.optional:
            continue
        try:
            pieces.append(row.kind.write(value, layout.charset))
        except UnfitError as unfit:
            raise EncodeError(layout.telegram, row.name, _rule(row, unfit.rule)) from None
    content = b"".join(pieces)
    try:
        return layout.form.framing.wrap(content) if layout.form.framing else content
    except UnfitError as unfit:
        raise EncodeError(layout.telegram, "", unfit.rule) from None


def decode_elements(telegram_type: type[T], data: bytes) -> T:
    """The telegram in the frame `data`, or DecodeError for the first element that is not as on paper."""
    layout = telegram_type.layout
    if not layout.form.mti:
        raise DecodeError.at(layout.telegram, "kind", layout.form.head_bytes, data, _NO_TYPE)
    values: dict[str, object] = {}
    for row, start, end in placed(layout, data):
        if start < end:
            value = _read(layout, row, data, start, end)
            if row.given:
                values[row.name] = value
    return telegram_type(**values)


def placed(layout: IsoLayout, data: bytes) -> Iterator[tuple[ElementRow, int, int]]:
    """Every row with its first byte and its end in the frame `data`; the two are equal if it is absent.

    Raises:
        DecodeError: the frame is damaged, a bit means no element or a needed one is missing, a count is none,
            or the bytes end too early or too late.
    """
    start, stop = _content(layout, data)
    yield (layout.rows[0], start, start := _end(layout, layout.rows[0], data, start, stop))
    bitmap = layout.rows[1]
    yield (bitmap, start, end := _end(layout, bitmap, data, start, stop))
    present = _present(layout, data, start, end)
    start = end
    for row in layout.elements:
        end = _end(layout, row, data, start, stop) if row.offset in present else start
        yield (row, start, end)
        start = end
    if start != stop:
        raise DecodeError.at(layout.telegram, "", start, data[start:stop], "the end of the telegram")


def found_at(layout: IsoLayout, data: bytes, name: str) -> tuple[int, bytes]:
    """Offset and bytes of one row, whatever the rows hold and whichever bits are set behind it."""
    start, stop = _content(layout, data)
    wanted = layout.row(name)
    present: set[int] = {0, 1}
    for row in layout.rows:
        if row.offset not in present:
            continue
        end = _end(layout, row, data, start, stop)
        if row is wanted:
            return start, data[start:end]
        if isinstance(row.kind, Bitmap):
            present |= set(_bits(layout, data, start, end))
            if wanted.offset not in present:
                rule = f"bit {wanted.offset} set, for {name}"
                raise DecodeError.at(layout.telegram, name, start, data[start:end], rule)
            _refuse_unknown(layout, [bit for bit in present if bit < wanted.offset], data, start, end)
        start = end
    raise AssertionError(f"{name} is a row")


def _content(layout: IsoLayout, data: bytes) -> tuple[int, int]:
    framing = layout.form.framing
    if not framing:
        return 0, len(data)
    try:
        content = framing.unwrap(data)
    except UnfitError as unfit:
        raise DecodeError.at(layout.telegram, "", 0, data, unfit.rule) from None
    return framing.head_bytes, framing.head_bytes + len(content)


def _present(layout: IsoLayout, data: bytes, start: int, end: int) -> set[int]:
    """The elements that follow; all of them known, and all that are not optional among them."""
    bits = _bits(layout, data, start, end)
    _refuse_unknown(layout, bits, data, start, end)
    present = set(bits)
    for row in layout.elements:
        if not row.optional and row.offset not in present:
            rule = f"bit {row.offset} set, for {row.name}"
            raise DecodeError.at(layout.telegram, "bitmap", start, data[start:end], rule)
    return present


def _bits(layout: IsoLayout, data: bytes, start: int, end: int) -> tuple[int, ...]:
    raw = data[start:end]
    try:
        return layout.form.bitmap_kind.read(raw, layout.charset)
    except UnfitError as unfit:
        raise DecodeError.at(layout.telegram, "bitmap", start, raw, unfit.rule) from None


def _refuse_unknown(layout: IsoLayout, bits: Iterable[int], data: bytes, start: int, end: int) -> None:
    known = {row.offset for row in layout.rows}
    for bit in bits:
        if bit not in known:
            rule = f"a bitmap without bit {bit}, which is no element of this telegram"
            raise DecodeError.at(layout.telegram, "bitmap", start, data[start:end], rule)


def _end(layout: IsoLayout, row: ElementRow, data: bytes, start: int, stop: int) -> int:
    try:
        end = start + _extent(row.kind, data[start:stop])
    except UnfitError as unfit:
        raise DecodeError.at(
            layout.telegram, row.name, start, data[start:stop], _rule(row, unfit.rule)
        ) from None
    if end > stop:
        rule = _rule(row, f"{end - start} bytes")
        raise DecodeError.at(layout.telegram, row.name, start, data[start:stop], rule)
    return end


def _extent(kind: Kind, data: bytes) -> int:
    return kind.extent(data, 0) if isinstance(kind, Variable | Bitmap) else kind.size


def _read(layout: IsoLayout, row: ElementRow, data: bytes, start: int, end: int) -> object:
    raw = data[start:end]
    try:
        return row.kind.read(raw, layout.charset)
    except UnfitError as unfit:
        raise DecodeError.at(layout.telegram, row.name, start, raw, _rule(row, unfit.rule)) from None


def _rule(row: ElementRow, rule: str) -> str:
    return f"element {row.offset}: {rule}" if row.offset > 1 else rule
