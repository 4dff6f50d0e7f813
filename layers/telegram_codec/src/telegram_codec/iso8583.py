"""ISO 8583: a telegram whose elements are numbered, and whose bitmap says which of them are there.

    class EchoRequest(IsoTelegram, mti="0800", bitmap="hex", charset=EUC_KR, framing=FRAMING):
        "회선 점검: is anybody there?"

        transmitted: MonthDayTime = mmddhhmmss(7, 10, "전문전송일시")
        audit_number: str = digits(11, 6, "전문추적번호")
        merchant_name: str | None = optional(text(43, 40, "가맹점명"))

One line per element, in the order of their numbers. The vocabulary is that of fixed-width telegrams and of
`iso8583_fields`; the first number of a line is its element, the second the most digits or bytes it holds.
A subclass adds elements to those of its base, wherever their numbers belong. Everything else is as for all
telegrams: `repr`, `describe`, `Dispatch`, errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self, dataclass_transform

from telegram_codec import fields, iso8583_fields
from telegram_codec.iso8583_fields import (
    ll_digits,
    ll_pan,
    ll_text,
    ll_track_2,
    lll_octets,
    lll_text,
    mmddhhmmss,
    optional,
)
from telegram_codec.iso8583_layout import Form, IsoLayout, checked_elements
from telegram_codec.iso8583_plans import Plans
from telegram_codec.iso8583_rows import decode_elements, encode_elements, found_at, placed
from telegram_codec.moments import MonthDayTime
from telegram_codec.telegram import Telegram, TelegramType

if TYPE_CHECKING:
    from telegram_codec.charsets import Charset
    from telegram_codec.frames import Framing

__all__ = [
    "Form",
    "IsoTelegram",
    "MonthDayTime",
    "ll_digits",
    "ll_pan",
    "ll_text",
    "ll_track_2",
    "lll_octets",
    "lll_text",
    "mmddhhmmss",
    "optional",
]


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        fields.code,
        fields.constant,
        fields.digits,
        fields.hex_octets,
        fields.hhmmss,
        fields.left_digits,
        fields.mmdd,
        fields.nested,
        fields.number,
        fields.octets,
        fields.signed_won,
        fields.text,
        fields.won,
        fields.yymm,
        fields.yymmdd,
        fields.yyyymmdd,
        iso8583_fields.ll_digits,
        iso8583_fields.ll_pan,
        iso8583_fields.ll_text,
        iso8583_fields.ll_track_2,
        iso8583_fields.lll_octets,
        iso8583_fields.lll_text,
        iso8583_fields.mmddhhmmss,
    ),
)
class IsoType(TelegramType):
    """Makes classes of ISO 8583 telegrams: a row's offset is the number of its element."""

    form: Form

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, object],
        *,
        mti: str = "",
        bitmap: Literal["hex", "binary"] | None = None,
        digits: Literal["ascii", "bcd"] | None = None,
        charset: Charset | None = None,
        framing: Framing | None = None,
    ) -> TelegramType:
        """A telegram of message type `mti`, or a class for others to continue; else all is as in its base."""
        base = getattr(bases[0], "form", None) or Form("", "hex", "ascii", None)
        form = Form(mti, bitmap or base.bitmap, digits or base.digits, framing or base.framing)
        return super().__new__(cls, name, bases, {**body, "form": form}, charset=charset)

    def _checked(self, size: int, charset: Charset) -> IsoLayout:  # noqa: ARG002 - the rows say the size
        title, place = self._title_and_place()
        own = [name for name in vars(self) if name in self.declared]
        layout = checked_elements(title, self.form, charset, self.declared, own, place)
        type.__setattr__(self, "plans", Plans(layout))
        return layout


class IsoTelegram(Telegram, metaclass=IsoType):
    """The base of all ISO 8583 telegrams; `layout.size` is that of the longest, every element present."""

    if TYPE_CHECKING:
        kind: ClassVar[str]
        layout: ClassVar[IsoLayout]
        plans: ClassVar[Plans]

    def encode(self) -> bytes:
        """The whole frame, or EncodeError for the first element whose value does not fit."""
        wire = self.plans.encode(self)
        if wire is None:
            wire = encode_elements(self)
            self.plans.wrote(self)
        return wire

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The telegram in one whole frame, or DecodeError for the first element that is not as on paper."""
        telegram: Self | None = cls.plans.decode(cls, data)
        if telegram is None:
            telegram = decode_elements(cls, data)
            cls.plans.read(data)
        return telegram

    @classmethod
    def spans(cls, wire: bytes) -> list[tuple[int, int]]:
        """First byte and end of each row in the frame `wire`, equal where an element is absent."""
        return [(start, end) for _, start, end in placed(cls.layout, wire)]

    @classmethod
    def peek(cls, data: bytes, name: str) -> tuple[int, bytes]:
        """Offset and bytes of one row, whatever the others hold; DecodeError if it is not there."""
        return found_at(cls.layout, data, name)

    @property
    def bitmap(self) -> tuple[int, ...]:
        """The elements that are there, in order; bit 1, which is none, is not among them."""
        return tuple(
            row.offset
            for row in self.layout.elements
            if not row.optional or getattr(self, row.name) is not None
        )
