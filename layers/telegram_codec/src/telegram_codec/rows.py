"""The way through a telegram row by row: what the kinds say is the truth, and every error is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from telegram_codec.diagnosis import hint_of
from telegram_codec.errors import DecodeError, EncodeError, UnfitError

if TYPE_CHECKING:
    from telegram_codec.telegram import Telegram

T = TypeVar("T", bound="Telegram")


def encode_rows(telegram: Telegram) -> bytes:
    """The wire form, or EncodeError for the first row whose value does not fit."""
    layout = telegram.layout
    pieces: list[bytes] = []
    for row in layout.rows:
        try:
            pieces.append(row.kind.write(getattr(telegram, row.name), layout.charset))
        except UnfitError as unfit:
            raise EncodeError(layout.telegram, row.name, unfit.rule) from None
    return b"".join(pieces)


def decode_rows(telegram_type: type[T], data: bytes) -> T:
    """The telegram in `data`, or DecodeError for the first row that is not what the paper says."""
    layout = telegram_type.layout
    if len(data) != layout.size:
        found, rule = f"{len(data)} bytes", f"{layout.size} bytes"
        raise DecodeError(layout.telegram, "", 0, found, rule, hint_of(telegram_type, data))
    values: dict[str, object] = {}
    for row in layout.rows:
        raw = data[row.offset : row.end]
        try:
            value = row.kind.read(raw, layout.charset)
        except UnfitError as unfit:
            hint = hint_of(telegram_type, data)
            raise DecodeError.at(layout.telegram, row.name, row.offset, raw, unfit.rule, hint) from None
        if row.given:
            values[row.name] = value
    return telegram_type(**values)
