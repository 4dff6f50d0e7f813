"""Fixed-width telegrams of Korean card networks: one typed class per paper, and everything else from it.

Standard library only. Start with README.md; a finished paper is `telegram_codec.specs.hangang`.
"""

from telegram_codec.charsets import ASCII, CP949, EUC_KR, Charset
from telegram_codec.describe import DescribedRow, describe, masked_bytes
from telegram_codec.dispatch import Dispatch
from telegram_codec.errors import DecodeError, EncodeError, FrameError, LayoutError, TelegramError, outline
from telegram_codec.frames import FrameParser, Framing, LengthHeader
from telegram_codec.layout import Layout, Row
from telegram_codec.telegram import Telegram

__all__ = [
    "ASCII",
    "CP949",
    "EUC_KR",
    "Charset",
    "DecodeError",
    "DescribedRow",
    "Dispatch",
    "EncodeError",
    "FrameError",
    "FrameParser",
    "Framing",
    "Layout",
    "LayoutError",
    "LengthHeader",
    "Row",
    "Telegram",
    "TelegramError",
    "describe",
    "masked_bytes",
    "outline",
]
