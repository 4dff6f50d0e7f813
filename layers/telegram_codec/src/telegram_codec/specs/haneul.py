"""The 450-byte string telegram of the issuer haneul (하늘, invented), reached directly (직승인).

Payment and cancel are those of a publicly known coding task, byte for byte: a length that does not count
itself and is padded with spaces, and one body. The task has no answers and nothing for a lost one: answers,
net-cancel and inquiry are our own, in its manner.

There is no terminal and no trace number; the management number alone names a telegram, so it is unique among
all of a sender's. A net-cancel has that of the payment it undoes. Card data travels in the payment alone.
"""

from __future__ import annotations

from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.dispatch import Dispatch
from telegram_codec.fields import (
    blank,
    code,
    constant,
    constant_number,
    filler,
    left_digits,
    message,
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
    card_number: str = pan(34, 20, "카드번호; blank if not kept", may_be_blank=True, default="")
    instalment_months: int = constant_number(54, 2, 0, "할부개월수; always 00")
    original_management_number: str = text(83, 20, "원거래 관리번호; the payment's")


class NetCancel(CardTelegram):
    """망취소: undo a payment whose answer never came; repeated unchanged until answered."""

    kind: str = constant(4, 10, "NETCANCEL", "데이터 구분")
    card_number: str = pan(34, 20, "카드번호; blank", may_be_blank=True, default="")
    instalment_months: int = constant_number(54, 2, 0, "할부개월수; always 00")
    original_management_number: str = text(83, 20, "원거래 관리번호; the payment's")


class Inquiry(CardTelegram):
    """거래결과 조회: what became of this payment?"""

    kind: str = constant(4, 10, "INQUIRY", "데이터 구분")
    card_number: str = pan(34, 20, "카드번호; blank", may_be_blank=True, default="")
    instalment_months: int = constant_number(54, 2, 0, "할부개월수; always 00")
    original_management_number: str = text(83, 20, "원거래 관리번호; the payment's")


class Answer(Telegram, size=150, charset=EUC_KR):
    """What all answers share."""

    length_bytes: int = own_length(0, 4, "데이터 길이", pad=" ")
    kind: str = text(4, 10, "데이터 구분")
    management_number: str = text(14, 20, "관리번호; of the request")
    response_code: str = code(34, 4, "응답코드; 0000 done, any other is a reason")
    amount_won: int = won(38, 10, "거래금액; of the request", pad=" ")
    approval_number: str = left_digits(48, 8, "승인번호", at_least=8, may_be_blank=True, default="")
    original_management_number: str | None = blank(56, 20, "원거래 관리번호")
    message: str = message(76, 40, "응답메시지; for the slip and the cashier", default="")
    spare: None = filler(116, 34, "예비필드")


class PaymentAnswer(Answer):
    """결제 응답: charged, with an approval number, or not, with a reason."""

    kind: str = constant(4, 10, "PAYMENTRES", "데이터 구분")


class CancelAnswer(Answer):
    """결제취소 응답: taken back or not; 2558 means it already was."""

    kind: str = constant(4, 10, "CANCELRES", "데이터 구분")


class NetCancelAnswer(Answer):
    """망취소 응답: undone or not; 2558 means it already was, 2810 that no such payment is known so far."""

    kind: str = constant(4, 10, "NCANCELRES", "데이터 구분")
    original_management_number: str = text(56, 20, "원거래 관리번호; of the request")


class InquiryAnswer(Answer):
    """조회 응답: the code is the payment's fate; 0000 charged, 2558 undone or taken back, 2810 not known."""

    kind: str = constant(4, 10, "INQUIRYRES", "데이터 구분")
    amount_won: int = won(38, 10, "원거래금액; what was approved, whatever the request says", pad=" ")
    original_management_number: str = text(56, 20, "원거래 관리번호; of the request")


AnyRequest = Payment | Cancel | NetCancel | Inquiry
AnyAnswer = PaymentAnswer | CancelAnswer | NetCancelAnswer | InquiryAnswer

APPROVED: Final = "0000"
FRAMING: Final = LengthHeader(maximum_bytes=450, pad=" ")
REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "haneul request", "kind", Payment, Cancel, NetCancel, Inquiry
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "haneul answer", "kind", PaymentAnswer, CancelAnswer, NetCancelAnswer, InquiryAnswer
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
