"""The telegrams of the issuer bada (바다, invented), reached directly (직승인): ISO 8583 in its densest form.

Every telegram starts with two bytes, a number that counts the bytes after them. Message type, digits and the
lengths of variable elements are packed two to a byte (BCD), bitmaps are binary; letters are ASCII and Korean
text (F43, F63) is EUC-KR. An answer has the type of its request plus 10 and repeats its F7, F11, F37 and F41.

A net-cancel names the approval by the sender's trace number and day (F61, F62). Card data travels in the
approval alone.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.dispatch import Dispatch
from telegram_codec.fields import code, constant, digits, hhmmss, mmdd, number, octets, text, won, yyyymmdd
from telegram_codec.frames import LengthHeader
from telegram_codec.iso8583 import (
    IsoTelegram,
    MonthDayTime,
    ll_digits,
    ll_pan,
    ll_track_2,
    lll_octets,
    lll_text,
    mmddhhmmss,
    optional,
)
from telegram_codec.moments import MonthDay

APPROVED: Final = "00"
FRAMING: Final = LengthHeader(maximum_bytes=1_024, size=2, form="big")

ENTRY_MODES: Final = {"01": "key-in", "02": "swipe", "05": "IC", "07": "RF"}
CANCEL_SCOPES: Final = {"F": "full", "P": "partial"}


class Header(IsoTelegram, bitmap="binary", digits="bcd", charset=EUC_KR, framing=FRAMING):
    """What every telegram carries (공통부)."""

    transmitted: MonthDayTime = mmddhhmmss(7, 10, "전문전송일시; Korean time")
    audit_number: str = digits(11, 6, "전문추적번호; the last six digits of F37")
    serial: str = code(37, 12, "거래일련번호; the sender's own trace number")
    terminal_id: str = code(41, 8, "단말기번호; ours, told to bada")


class Request(Header):
    """What all requests about money share."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    amount_won: int = won(4, 12, "거래금액; the total the cardholder pays")
    transaction_time: time = hhmmss(12, 6, "거래시각; Korean time")
    transaction_day: MonthDay = mmdd(13, 4, "거래일자; Korean time")
    merchant_number: str = code(42, 15, "가맹점번호; bada's own")
    currency: str = constant(49, 3, "410", "통화; ISO 4217 won")
    vat_won: int = won(60, 12, "부가세; part of the total", default=0)
    authentication: bytes = octets(128, 8, "MAC over all bytes in front of it; worked out by the sender")


class ApprovalRequest(Request, mti="0100"):
    """승인 요청: may this card pay this amount?"""

    card_number: str = ll_pan(2, 19, "카드번호")
    expiry: str | None = optional(digits(14, 4, "유효기간 YYMM", secret=True))
    entry_mode: str = code(22, 2, "입력방식", meanings=ENTRY_MODES)
    card_sequence: int | None = optional(number(23, 3, "카드 순번; IC only"))
    track_2: str | None = optional(ll_track_2(35, 37, "트랙 2; ASCII, swiped only"))
    merchant_name: str | None = optional(text(43, 40, "가맹점명"))
    cvc: str | None = optional(ll_digits(48, 4, "CVC; key-in only", at_least=3, secret=True))
    pin_block: bytes | None = optional(octets(52, 8, "비밀번호 (PIN)", secret=True))
    chip_data: bytes | None = optional(lll_octets(55, 255, "IC 데이터 (EMV)", secret=True))
    instalment_months: int = number(67, 2, "할부개월; 00 lump sum, else 02 and more", default=0)


class CancelRequest(Request, mti="0400"):
    """취소 요청: take back a known approval, wholly or in part, because a person asked."""

    original_approval_number: str = code(38, 6, "원승인번호")
    original_date: date = yyyymmdd(62, 8, "원거래일자; the approval's")
    cancel_scope: str = code(66, 1, "취소구분", meanings=CANCEL_SCOPES)


class NetCancelAdvice(Request, mti="0420"):
    """망취소 통지: undo an approval whose answer never came; repeated unchanged until answered."""

    original_serial: str = code(61, 12, "원거래 F37; the approval's")
    original_date: date = yyyymmdd(62, 8, "원거래일자; the approval's")


class EchoRequest(Header, mti="0800"):
    """회선 점검: is anybody there? Every 30 seconds, on a line that is kept open."""

    network_code: str = constant(70, 3, "301", "망관리코드; line check")


class Answer(Header):
    """What all answers about money share; a declined request leaves out what does not exist."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    amount_won: int = won(4, 12, "거래금액; of the request")
    approval_number: str | None = optional(code(38, 6, "승인번호"))
    response_code: str = code(39, 2, "응답코드; 00 done, any other is a reason")
    message: str | None = optional(lll_text(63, 80, "응답메시지; for the slip and the cashier"))
    authentication: bytes = octets(128, 8, "MAC over all bytes in front of it; worked out by bada")


class ApprovalAnswer(Answer, mti="0110"):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    available_won: int | None = optional(won(54, 12, "잔여한도; of a gift card"))
    chip_data: bytes | None = optional(lll_octets(55, 255, "IC 데이터 (EMV), for the card", secret=True))


class CancelAnswer(Answer, mti="0410"):
    """취소 응답: taken back or not; 21 means that there is nothing to take back any more."""


class NetCancelAnswer(Answer, mti="0430"):
    """망취소 응답: undone or not; 25 means that no such approval is known so far."""

    original_serial: str = code(61, 12, "원거래 F37; of the request")


class EchoAnswer(Header, mti="0810"):
    """회선 점검 응답: I am here."""

    response_code: str = code(39, 2, "응답코드; 00 in service")
    network_code: str = constant(70, 3, "301", "망관리코드; line check")


AnyRequest = ApprovalRequest | CancelRequest | NetCancelAdvice | EchoRequest
AnyAnswer = ApprovalAnswer | CancelAnswer | NetCancelAnswer | EchoAnswer

REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "bada request", "kind", ApprovalRequest, CancelRequest, NetCancelAdvice, EchoRequest
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "bada answer", "kind", ApprovalAnswer, CancelAnswer, NetCancelAnswer, EchoAnswer
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
