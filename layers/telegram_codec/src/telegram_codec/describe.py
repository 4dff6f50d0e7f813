"""A telegram for people: row by row with offsets, or whole as bytes, masked as its fields declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Blank
from telegram_codec.masking import Visibility, masked_value

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset
    from telegram_codec.layout import Row
    from telegram_codec.telegram import Telegram

PLAIN: Final = Visibility.PLAIN


class DescribedRow(NamedTuple):
    """One row of the viewer; `raw` is the masked wire as text, spaces included, `value` '' for blank rows.

    Bytes that are no text of the telegram's charset are shown as hex digits.
    """

    offset: int
    length: int
    field: str
    raw: str
    value: str
    note: str


def describe(telegram: Telegram) -> list[DescribedRow]:
    """Every row of `telegram` in the order of the paper; EncodeError if a value does not fit its row."""
    wire = masked_bytes(telegram)
    layout = telegram.layout
    return [
        DescribedRow(
            offset=start,
            length=end - start,
            field=row.name,
            raw=_as_text(row, wire[start:end], layout.charset),
            value=""
            if isinstance(row.kind, Blank)
            else masked_value(getattr(telegram, row.name), row.visibility),
            note=row.note,
        )
        for row, (start, end) in zip(layout.rows, telegram.spans(wire), strict=True)
    ]


def masked_bytes(telegram: Telegram) -> bytes:
    """The wire form at equal length with card numbers cut to their ends and secrets all `*`; safe to keep.

    Check bytes are those of the masked form: the true ones would tell something of what is hidden.
    """
    wire = telegram.encode()
    hidden = [place for place, row in enumerate(telegram.layout.rows) if row.visibility is not PLAIN]
    if not hidden:
        return wire
    masked, spans = bytearray(wire), telegram.spans(wire)
    for place in hidden:
        (start, end), row = spans[place], telegram.layout.rows[place]
        masked[start:end] = row.kind.masked(wire[start:end], row.visibility)
    return telegram.sealed(bytes(masked))


def _as_text(row: Row, raw: bytes, charset: Charset) -> str:
    if not row.kind.is_text and raw.strip(b"*"):
        return raw.hex()
    try:
        return charset.decode(raw)
    except UnfitError:
        return raw.hex()
