"""The telegrams of the VAN gyeongbok (경복, invented): ISO 8583, hex bitmaps, ASCII digits, Korean in EUC-KR.

Every telegram starts with four digits that count the bytes after them.
The message type says what is asked and the processing code (F3) about what: sale, inquiry, cash receipt, line
check. An answer has the type of its request plus 10 and repeats its F3, F7, F11, F12, F13, F37 and F41; a
repeated advice (0421) is answered as the first one (0420) is.

The sender's own trace number is F37; F11 is its last six digits. A net-cancel undoes an approval whose answer
never came, so it names the approval by F37 and day (F117, F118), known to the sender without any answer.
Card data travels in the approval alone. F112 to F124 are gyeongbok's private use.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.dispatch import Dispatch
from telegram_codec.fields import (
    code,
    constant,
    digits,
    hhmmss,
    left_digits,
    mmdd,
    nested,
    number,
    octets,
    text,
    won,
    yyyymmdd,
)
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
from telegram_codec.telegram import Telegram

APPROVED: Final = "00"
FRAMING: Final = LengthHeader(maximum_bytes=1_600)

ENTRY_MODES: Final = {"012": "key-in", "021": "swipe", "051": "IC", "071": "RF", "801": "fallback to swipe"}
PAYMENT_KINDS: Final = {"CHK": "check card", "CUP": "UnionPay"}
CANCEL_SCOPES: Final = {"F": "full", "P": "partial"}
NET_CANCEL_REASONS: Final = {"4000": "by the till", "4021": "no answer in time", "4351": "answer unreadable"}
ORIGINAL_STATES: Final = {
    "A": "approved",
    "D": "declined",
    "X": "cancelled",
    "R": "net-cancelled",
    "N": "unknown",
}
CAPTURE_KINDS: Final = {"D": "captured by gyeongbok (DDC)", "E": "claimed by the merchant (EDC)"}
RECEIPT_KINDS: Final = {"1": "income deduction", "2": "expense proof", "3": "self-issued"}
CANCEL_REASONS: Final = {"1": "deal cancelled", "2": "issued by mistake", "3": "other"}


class OriginalElements(Telegram, size=42, charset=EUC_KR):
    """F90: the approval that is meant, by what it carried itself."""

    original_kind: str = constant(0, 4, "0100", "원거래 전문유형")
    original_audit_number: str = digits(4, 6, "원거래 F11")
    original_transmitted: str = digits(10, 10, "원거래 F7")
    acquirer: str = digits(20, 11, "원거래 F32, zeros if it had none")
    forwarder: str = digits(31, 11, "원거래 F33, zeros if it had none")


class ReplacementAmounts(Telegram, size=42, charset=EUC_KR):
    """F95: what remains of a sale that was cancelled in part."""

    remaining_won: int = won(0, 12, "남은 거래금액")
    settlement_won: int = won(12, 12, "남은 정산금액")
    transaction_fee: str = constant(24, 9, "C00000000", "거래 수수료; not used")
    settlement_fee: str = constant(33, 9, "C00000000", "정산 수수료; not used")


class Header(IsoTelegram, bitmap="hex", digits="ascii", charset=EUC_KR, framing=FRAMING):
    """What every telegram carries (공통부)."""

    processing_code: str = digits(3, 6, "처리코드; what the telegram is about")
    transmitted: MonthDayTime = mmddhhmmss(7, 10, "전문전송일시; Korean time")
    audit_number: str = digits(11, 6, "전문추적번호; the last six digits of F37")
    transaction_time: time = hhmmss(12, 6, "거래시각; Korean time")
    transaction_day: MonthDay = mmdd(13, 4, "거래일자; Korean time")
    serial: str = digits(37, 12, "거래일련번호; the sender's own trace number")
    terminal_id: str = left_digits(41, 8, "단말기번호 (TID), given by gyeongbok", at_least=8)


class Request(Header):
    """What all requests about money share."""

    amount_won: int = won(4, 12, "거래금액; the total the customer pays")
    merchant_number: str | None = optional(left_digits(42, 15, "가맹점번호"))
    merchant_name: str | None = optional(text(43, 40, "가맹점명"))
    merchant_use: str | None = optional(lll_text(48, 30, "가맹점 사용영역; returned in the answer"))
    currency: str = constant(49, 3, "410", "통화; ISO 4217 won")
    authentication: bytes | None = optional(octets(64, 8, "MAC, where the contract asks for one"))
    vat_won: int = won(112, 12, "부가세; part of the total")
    service_charge_won: int = won(113, 12, "봉사료; part of the total", default=0)
    tax_free_won: int = won(114, 12, "면세금액; part of the total", default=0)


class ApprovalRequest(Request, mti="0100"):
    """승인 요청: may this card pay this amount?"""

    card_number: str = ll_pan(2, 19, "카드번호")
    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    expiry: str | None = optional(digits(14, 4, "유효기간 YYMM", secret=True))
    entry_mode: str = code(22, 3, "입력방식", meanings=ENTRY_MODES)
    track_2: str | None = optional(ll_track_2(35, 37, "트랙 2; swiped only"))
    pin_block: bytes | None = optional(octets(52, 8, "비밀번호 (PIN)", secret=True))
    chip_data: bytes | None = optional(lll_octets(55, 255, "IC 데이터 (EMV)", secret=True))
    instalment_months: int = number(67, 2, "할부개월; 00 lump sum, else 02 and more", default=0)
    cvc: str | None = optional(ll_digits(116, 4, "CVC; key-in only", at_least=3, secret=True))
    payment_kind: str | None = optional(code(123, 3, "결제수단; absent for any card", meanings=PAYMENT_KINDS))
    fallback_reason: str | None = optional(digits(124, 2, "폴백 사유 01-08; of the reader"))


class CancelRequest(Request, mti="0400"):
    """취소 요청: take back a known approval, wholly or in part, because a person asked."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    original_approval_number: str = code(38, 6, "원승인번호")
    replacement_amounts: ReplacementAmounts | None = optional(
        nested(95, 42, ReplacementAmounts, "잔여금액; of a partial cancel")
    )
    original_serial: str | None = optional(digits(117, 12, "원거래 F37"))
    original_date: date = yyyymmdd(118, 8, "원거래일자")
    cancel_scope: str = code(119, 1, "취소구분", meanings=CANCEL_SCOPES)


class NetCancelAdvice(Request, mti="0420"):
    """망취소 통지: undo an approval whose answer never came."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    reason: str | None = optional(code(56, 4, "망취소 사유", meanings=NET_CANCEL_REASONS))
    original_elements: OriginalElements | None = optional(
        nested(90, 42, OriginalElements, "원거래 데이터; F117 and F118 decide")
    )
    original_serial: str = digits(117, 12, "원거래 F37; the approval's")
    original_date: date = yyyymmdd(118, 8, "원거래일자; the approval's")


class NetCancelRepeat(NetCancelAdvice, mti="0421"):
    """망취소 재통지: the same again, until it is answered."""


class InquiryRequest(Request, mti="0100"):
    """거래결과 조회: what became of this approval?"""

    processing_code: str = constant(3, 6, "310000", "처리코드; inquiry")
    original_serial: str = digits(117, 12, "원거래 F37; the approval's")
    original_date: date = yyyymmdd(118, 8, "원거래일자; the approval's")


class CashReceiptRequest(Request, mti="0100"):
    """현금영수증 발급 요청: tell the tax office of this payment in cash."""

    processing_code: str = constant(3, 6, "910000", "처리코드; cash receipt issue")
    entry_mode: str = code(22, 3, "입력방식", meanings=ENTRY_MODES)
    receipt_kind: str = code(60, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = ll_pan(103, 20, "식별번호; phone, card or business number")


class CashReceiptCancelRequest(CashReceiptRequest, mti="0400"):
    """현금영수증 취소 요청: the same, undone; number, kind and amount must be the original's."""

    processing_code: str = constant(3, 6, "920000", "처리코드; cash receipt cancel")
    original_approval_number: str = code(38, 6, "원승인번호")
    cancel_reason: str = code(61, 1, "취소사유", meanings=CANCEL_REASONS)
    original_date: date = yyyymmdd(118, 8, "원거래일자")


class EchoRequest(Header, mti="0800"):
    """회선 점검: is anybody there?"""

    processing_code: str = constant(3, 6, "990000", "처리코드; line check")


class Answer(Header):
    """What all answers about money share; a declined request leaves out what does not exist."""

    amount_won: int = won(4, 12, "거래금액; of the request")
    settlement_day: MonthDay | None = optional(mmdd(15, 4, "정산일자"))
    acquirer_code: str | None = optional(ll_digits(32, 11, "매입사 코드; gyeongbok's numbering"))
    approval_number: str | None = optional(code(38, 6, "승인번호"))
    response_code: str = code(39, 2, "응답코드; 00 done, any other is a reason")
    merchant_number: str | None = optional(left_digits(42, 15, "가맹점번호; the acquirer's"))
    merchant_use: str | None = optional(lll_text(48, 30, "가맹점 사용영역; of the request"))
    message: str | None = optional(lll_text(63, 80, "응답메시지; for the slip and the cashier"))
    authentication: bytes | None = optional(octets(64, 8, "MAC, where the contract asks for one"))
    issuer_code: str | None = optional(ll_digits(100, 11, "발급사 코드; gyeongbok's numbering"))


class ApprovalAnswer(Answer, mti="0110"):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    chip_data: bytes | None = optional(lll_octets(55, 255, "IC 데이터 (EMV), for the card", secret=True))
    instalment_months: int = number(67, 2, "할부개월", default=0)
    issuer_name: str | None = optional(text(115, 20, "발급사명"))
    capture_kind: str | None = optional(code(121, 1, "매입구분", meanings=CAPTURE_KINDS))
    printed_card_number: str | None = optional(text(122, 20, "전표 카드번호", card=True))


class CancelAnswer(Answer, mti="0410"):
    """취소 응답: taken back or not; 21 means that there is nothing to take back any more."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")


class NetCancelAnswer(Answer, mti="0430"):
    """망취소 응답: undone or not; 25 means that no such approval is known so far."""

    processing_code: str = constant(3, 6, "000000", "처리코드; sale")
    original_serial: str = digits(117, 12, "원거래 F37; of the request")


class InquiryAnswer(Answer, mti="0110"):
    """조회 응답: the approval's fate is `original_state`; code 00 only says that there is an answer."""

    processing_code: str = constant(3, 6, "310000", "처리코드; inquiry")
    amount_won: int = won(4, 12, "원거래금액; what was approved, whatever the request says")
    original_serial: str = digits(117, 12, "원거래 F37; of the request")
    original_state: str = code(120, 1, "원거래 상태", meanings=ORIGINAL_STATES)


class CashReceiptAnswer(Answer, mti="0110"):
    """현금영수증 발급 응답: taken; what the tax office says comes two business days later."""

    processing_code: str = constant(3, 6, "910000", "처리코드; cash receipt issue")
    receipt_kind: str = code(60, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)


class CashReceiptCancelAnswer(Answer, mti="0410"):
    """현금영수증 취소 응답: undone or not."""

    processing_code: str = constant(3, 6, "920000", "처리코드; cash receipt cancel")
    receipt_kind: str = code(60, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)


class EchoAnswer(Header, mti="0810"):
    """회선 점검 응답: I am here."""

    processing_code: str = constant(3, 6, "990000", "처리코드; line check")
    response_code: str = code(39, 2, "응답코드; 00 in service")


AnyRequest = (
    ApprovalRequest
    | CancelRequest
    | NetCancelAdvice
    | NetCancelRepeat
    | InquiryRequest
    | CashReceiptRequest
    | CashReceiptCancelRequest
    | EchoRequest
)
AnyAnswer = (
    ApprovalAnswer
    | CancelAnswer
    | NetCancelAnswer
    | InquiryAnswer
    | CashReceiptAnswer
    | CashReceiptCancelAnswer
    | EchoAnswer
)

REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "gyeongbok request",
    ("kind", "processing_code"),
    ApprovalRequest,
    CancelRequest,
    NetCancelAdvice,
    NetCancelRepeat,
    InquiryRequest,
    CashReceiptRequest,
    CashReceiptCancelRequest,
    EchoRequest,
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "gyeongbok answer",
    ("kind", "processing_code"),
    ApprovalAnswer,
    CancelAnswer,
    NetCancelAnswer,
    InquiryAnswer,
    CashReceiptAnswer,
    CashReceiptCancelAnswer,
    EchoAnswer,
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
