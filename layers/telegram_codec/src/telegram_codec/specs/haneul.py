"""The 450-byte string telegram of the issuer haneul (하늘, invented), reached directly (직승인).

The layout is that of a publicly known coding task, byte for byte: a length that does not count itself and is
padded with spaces, one body for payment and cancel. There is no answer telegram.
"""

from __future__ import annotations

from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.dispatch import Dispatch
from telegram_codec.fields import (
    blank,
    constant,
    constant_number,
    filler,
    left_digits,
    number,
    own_length,
    pan,
    text,
    won,
)
from telegram_codec.frames import LengthHeader
from telegram_codec.telegram import Telegram


class CardTelegram(Telegram, size=450, charset=EUC_KR):
    """What payment and cancel share; CVC and expiry are in the layout, filled by the payment alone."""

    length_bytes: int = own_length(0, 4, "데이터 길이", pad=" ")
    kind: str = text(4, 10, "데이터 구분")
    management_number: str = text(14, 20, "관리번호; unique")
    card_number: str = pan(34, 20, "카드번호; 10-16 digits")
    instalment_months: int = number(54, 2, "할부개월수; 00 lump sum, else 01-12", default=0)
    expiry: str = left_digits(56, 4, "유효기간 MMYY", at_least=4, may_be_blank=True, default="", secret=True)
    cvc: str = left_digits(60, 3, "CVC", at_least=3, may_be_blank=True, default="", secret=True)
    amount_won: int = won(63, 10, "거래금액", pad=" ")
    vat_won: int = won(73, 10, "부가가치세; part of the amount")
    original_management_number: str | None = blank(83, 20, "원거래 관리번호")
    encrypted_card_data: str = text(103, 300, "암호화된 카드정보", default="", secret=True)
    spare: None = filler(403, 47, "예비필드")


class Payment(CardTelegram):
    """결제: charge this card this amount."""

    kind: str = constant(4, 10, "PAYMENT", "데이터 구분")


class Cancel(CardTelegram):
    """결제취소: take the amount, or a part of it, back."""

    kind: str = constant(4, 10, "CANCEL", "데이터 구분")
    instalment_months: int = constant_number(54, 2, 0, "할부개월수; always 00")
    original_management_number: str = text(83, 20, "원거래 관리번호; the payment's")


AnyRequest = Payment | Cancel

FRAMING: Final = LengthHeader(maximum_bytes=450, pad=" ")
REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch("haneul request", "kind", Payment, Cancel)

decode_request = REQUESTS.decode
