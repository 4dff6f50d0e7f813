"""The telegrams of the issuer sol (솔, invented), reached directly (직승인): fixed length, EUC-KR.

The six digits in front count the whole telegram, themselves included. Every day sol sends a settlement
notice whose amounts carry a sign and whose last row is an HMAC-SHA256 of all bytes before it, in hex.
A notice counts only if `is_genuine` says so; keys are the caller's affair.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.dispatch import Dispatch
from telegram_codec.fields import (
    blank,
    code,
    constant,
    digits,
    filler,
    hex_octets,
    hhmmss,
    left_digits,
    left_number,
    message,
    mmdd,
    mmyy,
    number,
    own_length,
    pan,
    repeated,
    signed_won,
    text,
    won,
    yymmdd,
    yyyymmdd,
)
from telegram_codec.frames import LengthHeader
from telegram_codec.moments import MonthDay, YearMonth
from telegram_codec.telegram import Telegram

APPROVED: Final = "0000"

ENTRY_MODES: Final = {"K": "key-in", "S": "swipe", "I": "IC", "R": "RF"}
ORIGINAL_STATES: Final = {
    "A": "approved",
    "D": "declined",
    "X": "cancelled",
    "R": "net-cancelled",
    "N": "unknown",
}


class Header(Telegram, size=60, charset=EUC_KR):
    """The first 60 bytes of every telegram (공통부)."""

    length_bytes: int = own_length(0, 6, "전문길이; counts the whole telegram", counts_itself=True)
    kind: str = code(6, 4, "전문구분")
    sent_day: MonthDay = mmdd(10, 4, "전송일 MMDD; Korean time")
    sent_time: time = hhmmss(14, 6, "전송시각")
    serial: str = digits(20, 12, "전문추적번호; the sender's own trace number")
    merchant_number: str = left_digits(32, 15, "가맹점번호, given by sol", at_least=9)
    terminal_id: str | None = blank(47, 10, "단말기번호")
    header_spare: None = filler(57, 3, "예비")


class Request(Header, size=200):
    """What all requests share; a row that only some of them fill is blank here and restated there."""

    terminal_id: str = left_digits(47, 10, "단말기번호; unique with serial and day", at_least=8)
    entry_mode: str | None = blank(60, 1, "입력방식")
    card_number: str | None = blank(61, 20, "카드번호")
    expiry: YearMonth | None = blank(81, 4, "유효기간 MMYY")
    cvc: str | None = blank(85, 4, "CVC")
    instalment_months: int = number(89, 2, "할부개월; 00 lump sum, else 02 and more", default=0)
    amount_won: int = won(91, 12, "거래금액; the total the cardholder pays")
    vat_won: int = won(103, 12, "부가세; part of the total")
    original_serial: str | None = blank(115, 12, "원거래 전문추적번호")
    original_date: date | None = blank(127, 8, "원거래일자")
    original_approval_number: str | None = blank(135, 8, "원승인번호")
    merchant_name: str = text(143, 40, "가맹점명", default="")
    request_spare: None = filler(183, 17, "예비")


class ApprovalRequest(Request):
    """승인 요청: may this card pay this amount?"""

    kind: str = constant(6, 4, "P100", "전문구분; approval")
    entry_mode: str = code(60, 1, "입력방식", meanings=ENTRY_MODES)
    card_number: str = pan(61, 20, "카드번호")
    expiry: YearMonth = mmyy(81, 4, "유효기간 MMYY", secret=True)
    cvc: str = left_digits(85, 4, "CVC; key-in only", at_least=3, may_be_blank=True, default="", secret=True)


class CancelRequest(Request):
    """취소 요청: take back a known approval, wholly or in part, because a person asked."""

    kind: str = constant(6, 4, "C100", "전문구분; cancel")
    amount_won: int = won(91, 12, "취소금액; the amount taken back")
    original_date: date = yyyymmdd(127, 8, "원거래일자; the approval's")
    original_approval_number: str = digits(135, 8, "원승인번호")


class NetCancelRequest(Request):
    """망취소 요청: undo an approval whose answer never came; repeated unchanged until answered."""

    kind: str = constant(6, 4, "N100", "전문구분; net-cancel")
    original_serial: str = digits(115, 12, "원거래 전문추적번호; the approval's")
    original_date: date = yyyymmdd(127, 8, "원거래일자; the approval's")


class InquiryRequest(Request):
    """거래결과 조회: what became of this approval?"""

    kind: str = constant(6, 4, "Q100", "전문구분; inquiry")
    original_serial: str = digits(115, 12, "원거래 전문추적번호; the approval's")
    original_date: date = yyyymmdd(127, 8, "원거래일자; the approval's")


class SettlementLine(Telegram, size=36):
    """One sale or cancel of a settlement notice."""

    approval_number: str = digits(0, 8, "승인번호")
    sale_date: date = yymmdd(8, 6, "거래일자")
    amount_won: int = signed_won(14, 12, "거래금액; below 0 for a cancel")
    fee_won: int = signed_won(26, 10, "수수료; below 0 for a cancel")


class SettlementNotice(Header, size=544):
    """정산 통지: what sol pays for which sales; the issuer asks, the merchant's side answers."""

    kind: str = constant(6, 4, "S100", "전문구분; settlement")
    payment_date: date = yyyymmdd(60, 8, "지급예정일")
    line_count: int = left_number(68, 8, "건수; of all notices of the day")
    amount_won: int = signed_won(76, 16, "정산금액; sales less cancels")
    fee_won: int = signed_won(92, 12, "수수료")
    deposit_won: int = signed_won(104, 16, "입금액; below 0 if more was cancelled than sold")
    lines: tuple[SettlementLine, ...] = repeated(120, 360, SettlementLine, "거래내역; up to ten")
    signature: bytes = hex_octets(480, 64, "전자서명; HMAC-SHA256 of bytes 0 to 479")


class Answer(Header, size=160):
    """What all answers share; a declined request leaves the text rows blank and keeps the amount."""

    terminal_id: str = left_digits(47, 10, "단말기번호; of the request", at_least=8)
    response_code: str = code(60, 4, "응답코드; 0000 done, any other is a reason")
    answered_date: date = yyyymmdd(64, 8, "응답일자")
    answered_time: time = hhmmss(72, 6, "응답시각")
    amount_won: int = won(78, 12, "거래금액; of the request")
    approval_number: str = left_digits(90, 8, "승인번호", at_least=8, may_be_blank=True, default="")
    original_serial: str | None = blank(98, 12, "원거래 전문추적번호")
    original_state: str | None = blank(110, 1, "원거래 상태")
    message: str = message(111, 40, "응답메시지; for the slip and the cashier", default="")
    answer_spare: None = filler(151, 9, "예비")


class ApprovalAnswer(Answer):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    kind: str = constant(6, 4, "P110", "전문구분; answer to P100")


class CancelAnswer(Answer):
    """취소 응답: taken back or not; 2558 means it already was."""

    kind: str = constant(6, 4, "C110", "전문구분; answer to C100")


class NetCancelAnswer(Answer):
    """망취소 응답: undone or not; 2558 means it already was, 2810 that no such approval is known so far."""

    kind: str = constant(6, 4, "N110", "전문구분; answer to N100")
    original_serial: str = digits(98, 12, "원거래 전문추적번호; of the request")


class InquiryAnswer(Answer):
    """조회 응답: the approval's fate is `original_state`; code 0000 only says that there is an answer."""

    kind: str = constant(6, 4, "Q110", "전문구분; answer to Q100")
    amount_won: int = won(78, 12, "원거래금액; what was approved, whatever the request says")
    original_serial: str = digits(98, 12, "원거래 전문추적번호; of the request")
    original_state: str = code(110, 1, "원거래 상태", meanings=ORIGINAL_STATES)


class SettlementAnswer(Header, size=64):
    """정산 통지 응답: the notice has been taken, or will be sent again."""

    kind: str = constant(6, 4, "S110", "전문구분; answer to S100")
    response_code: str = code(60, 4, "응답코드; 0000 taken")


def signed(notice: SettlementNotice, key: bytes) -> SettlementNotice:
    """`notice` with the signature that belongs to its other rows; EncodeError if one does not fit."""
    return replace(notice, signature=_signature(notice, key))


def is_genuine(notice: SettlementNotice, key: bytes) -> bool:
    """Whether who signed `notice` has `key`, and no row has changed since."""
    return hmac.compare_digest(notice.signature, _signature(notice, key))


def _signature(notice: SettlementNotice, key: bytes) -> bytes:
    covered = notice.encode()[: notice.layout.row("signature").offset]
    return hmac.digest(key, covered, "sha256")


AnyRequest = ApprovalRequest | CancelRequest | NetCancelRequest | InquiryRequest | SettlementNotice
AnyAnswer = ApprovalAnswer | CancelAnswer | NetCancelAnswer | InquiryAnswer | SettlementAnswer

FRAMING: Final = LengthHeader(maximum_bytes=544, size=6, counts_itself=True)
REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "sol request", "kind", ApprovalRequest, CancelRequest, NetCancelRequest, InquiryRequest, SettlementNotice
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "sol answer", "kind", ApprovalAnswer, CancelAnswer, NetCancelAnswer, InquiryAnswer, SettlementAnswer
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
