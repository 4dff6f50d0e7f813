"""The telegrams of the VAN namsan (남산, invented): pieces between FS, in STX, length, ETX and LRC.

One sale is one session on one connection: namsan invites with ENQ, takes the request, answers, wants three
ACKs and ends with EOT. `TerminalSession(FRAMING, request.encode(), WAITS)` speaks it; EOT decides the sale.

The first piece is the version of the paper. An answer has the number of its request plus 5 and repeats its
terminal, serial and date. A net-cancel names the approval's serial and date, known without any answer.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.delimited import DelimitedTelegram
from telegram_codec.dispatch import Dispatch
from telegram_codec.fields import (
    blank,
    code,
    constant,
    digits,
    hhmmss,
    left_digits,
    message,
    number,
    pan,
    text,
    won,
    yymmdd,
)
from telegram_codec.frames import FS, StxEtxLrc
from telegram_codec.sessions import Waits

APPROVED: Final = "0000"

ENTRY_MODES: Final = {"K": "key-in", "S": "swipe", "I": "IC", "R": "RF"}
CANCEL_SCOPES: Final = {"F": "full", "P": "partial"}
ORIGINAL_STATES: Final = {
    "A": "approved",
    "D": "declined",
    "X": "cancelled",
    "R": "net-cancelled",
    "N": "unknown",
}
CAPTURE_KINDS: Final = {"D": "captured by namsan (DDC)", "E": "claimed by the merchant (EDC)"}
RECEIPT_KINDS: Final = {"1": "income deduction", "2": "expense proof", "3": "self-issued"}
CANCEL_REASONS: Final = {"1": "sale cancelled", "2": "issued by mistake", "3": "other"}

FRAMING: Final = StxEtxLrc(maximum_bytes=600)
WAITS: Final = Waits(enq_seconds=15, answer_seconds=30, eot_seconds=10)


class Header(DelimitedTelegram, size=8, separator=FS, framing=FRAMING, charset=EUC_KR):
    """The first eight pieces of every telegram (공통부)."""

    paper_version: str = constant(0, 4, "2601", "규격버전 YYMM")
    kind: str = code(1, 3, "전문번호")
    terminal_id: str = left_digits(2, 10, "단말기번호 (TID), given by namsan", at_least=8)
    transaction_date: date = yymmdd(3, 6, "거래일자; Korean time")
    transaction_time: time = hhmmss(4, 6, "거래시각")
    serial: str = digits(5, 6, "전문일련번호; the terminal's own, from 000001 every day")
    terminal_kind: str = constant(6, 1, "P", "단말구분; POS")
    program: str = text(7, 5, "프로그램 버전", default="PR1.0")


class Request(Header, size=28):
    """What all requests share; a piece that only some of them fill is blank here and restated there."""

    entry_mode: str | None = blank(8, 1, "입력방식")
    card_number: str | None = blank(9, 20, "카드번호")
    expiry: str | None = blank(10, 4, "유효기간 YYMM")
    track_2: str | None = blank(11, 40, "트랙 2")
    cvc: str | None = blank(12, 4, "CVC")
    pin_block: str | None = blank(13, 16, "비밀번호 (PIN)")
    amount_won: int = won(14, 12, "거래금액; the total the cardholder pays", pad=" ")
    vat_won: int = won(15, 12, "부가세; part of the total", pad=" ")
    service_charge_won: int = won(16, 12, "봉사료; part of the total", pad=" ", default=0)
    tax_free_won: int = won(17, 12, "면세금액; part of the total", pad=" ", default=0)
    instalment_months: int = number(18, 2, "할부개월; 00 lump sum, else 02 and more", default=0)
    original_serial: str | None = blank(19, 6, "원거래 전문일련번호")
    original_date: date | None = blank(20, 6, "원거래일자")
    original_approval_number: str | None = blank(21, 12, "원승인번호")
    cancel_scope: str | None = blank(22, 1, "취소구분")
    receipt_kind: str | None = blank(23, 1, "현금영수증 구분")
    customer_number: str | None = blank(24, 20, "현금영수증 식별번호")
    cancel_reason: str | None = blank(25, 1, "현금영수증 취소사유")
    merchant_name: str = text(26, 40, "가맹점명", default="")
    merchant_use: str = text(27, 30, "가맹점 사용영역; returned in the answer", default="")


class ApprovalRequest(Request):
    """승인 요청: may this card pay this amount?"""

    kind: str = constant(1, 3, "A10", "전문번호; approval")
    entry_mode: str = code(8, 1, "입력방식", meanings=ENTRY_MODES)
    card_number: str = pan(9, 20, "카드번호")
    expiry: str = left_digits(10, 4, "유효기간 YYMM", at_least=4, may_be_blank=True, default="", secret=True)
    track_2: str = text(11, 40, "트랙 2; swiped only", default="", secret=True)
    cvc: str = left_digits(12, 4, "CVC; key-in only", at_least=3, may_be_blank=True, default="", secret=True)
    pin_block: str = text(13, 16, "비밀번호 (PIN), 16 hex digits", default="", secret=True)


class CancelRequest(Request):
    """취소 요청: take back a known approval, wholly or in part, because a person asked."""

    kind: str = constant(1, 3, "A20", "전문번호; cancel")
    original_date: date = yymmdd(20, 6, "원거래일자; the approval's")
    original_approval_number: str = left_digits(21, 12, "원승인번호", at_least=6)
    cancel_scope: str = code(22, 1, "취소구분", meanings=CANCEL_SCOPES)


class NetCancelRequest(Request):
    """망취소 요청: undo an approval whose answer, or EOT, never came; repeated unchanged until answered."""

    kind: str = constant(1, 3, "A30", "전문번호; net-cancel")
    original_serial: str = digits(19, 6, "원거래 전문일련번호; the approval's")
    original_date: date = yymmdd(20, 6, "원거래일자; the approval's")


class InquiryRequest(Request):
    """거래결과 조회: what became of this approval?"""

    kind: str = constant(1, 3, "A40", "전문번호; inquiry")
    original_serial: str = digits(19, 6, "원거래 전문일련번호; the approval's")
    original_date: date = yymmdd(20, 6, "원거래일자; the approval's")


class CashReceiptRequest(Request):
    """현금영수증 발급 요청: report a sale paid in cash."""

    kind: str = constant(1, 3, "B10", "전문번호; cash receipt")
    receipt_kind: str = code(23, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = pan(24, 20, "식별번호; phone, card or business number")


class CashReceiptCancelRequest(Request):
    """현금영수증 취소 요청: take back a known cash receipt, with its kind, customer and number."""

    kind: str = constant(1, 3, "B20", "전문번호; cash receipt cancel")
    original_date: date = yymmdd(20, 6, "원거래일자; the receipt's")
    original_approval_number: str = left_digits(21, 12, "원승인번호; the receipt's", at_least=6)
    cancel_scope: str = code(22, 1, "취소구분", meanings=CANCEL_SCOPES)
    receipt_kind: str = code(23, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = pan(24, 20, "식별번호; phone, card or business number")
    cancel_reason: str = code(25, 1, "취소사유", meanings=CANCEL_REASONS)


class Answer(Header, size=26):
    """What all answers share; a declined request leaves the text pieces empty and keeps the amount."""

    response_code: str = code(8, 4, "응답코드; 0000 done, any other is a reason")
    message: str = message(9, 40, "응답메시지; for the slip and the cashier", default="")
    approval_number: str = left_digits(10, 12, "승인번호", at_least=6, may_be_blank=True, default="")
    van_transaction_id: str = text(11, 12, "거래고유번호; namsan's own key", default="")
    answered_date: date = yymmdd(12, 6, "응답일자")
    answered_time: time = hhmmss(13, 6, "응답시각")
    printed_card_number: str = text(14, 20, "전표 카드번호", default="", card=True)
    amount_won: int = won(15, 12, "거래금액; of the request", pad=" ")
    instalment_months: int = number(16, 2, "할부개월", default=0)
    issuer_code: str = code(17, 2, "발급사 코드; namsan's numbering", may_be_blank=True, default="")
    issuer_name: str = text(18, 20, "발급사명", default="")
    acquirer_code: str = code(19, 2, "매입사 코드; namsan's numbering", may_be_blank=True, default="")
    acquirer_name: str = text(20, 20, "매입사명", default="")
    merchant_number: str = left_digits(21, 15, "가맹점번호; the acquirer's", may_be_blank=True, default="")
    capture_kind: str = code(22, 1, "매입구분", meanings=CAPTURE_KINDS, may_be_blank=True, default="")
    original_serial: str | None = blank(23, 6, "원거래 전문일련번호")
    original_state: str | None = blank(24, 1, "원거래 상태")
    merchant_use: str = text(25, 30, "가맹점 사용영역; of the request", default="")


class ApprovalAnswer(Answer):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    kind: str = constant(1, 3, "A15", "전문번호; answer to A10")


class CancelAnswer(Answer):
    """취소 응답: taken back or not; 2558 means it already was."""

    kind: str = constant(1, 3, "A25", "전문번호; answer to A20")


class NetCancelAnswer(Answer):
    """망취소 응답: undone or not; 2558 means it already was, 2810 that no such approval is known so far."""

    kind: str = constant(1, 3, "A35", "전문번호; answer to A30")
    original_serial: str = digits(23, 6, "원거래 전문일련번호; of the request")


class InquiryAnswer(Answer):
    """조회 응답: the approval's fate is `original_state`; code 0000 only says that there is an answer."""

    kind: str = constant(1, 3, "A45", "전문번호; answer to A40")
    amount_won: int = won(15, 12, "원거래금액; what was approved, whatever the request says", pad=" ")
    original_serial: str = digits(23, 6, "원거래 전문일련번호; of the request")
    original_state: str = code(24, 1, "원거래 상태", meanings=ORIGINAL_STATES)


class CashReceiptAnswer(Answer):
    """현금영수증 발급 응답: accepted, with a number; the tax office may still refuse it two days later."""

    kind: str = constant(1, 3, "B15", "전문번호; answer to B10")


class CashReceiptCancelAnswer(Answer):
    """현금영수증 취소 응답: taken back or not."""

    kind: str = constant(1, 3, "B25", "전문번호; answer to B20")


AnyRequest = (
    ApprovalRequest
    | CancelRequest
    | NetCancelRequest
    | InquiryRequest
    | CashReceiptRequest
    | CashReceiptCancelRequest
)
AnyAnswer = (
    ApprovalAnswer
    | CancelAnswer
    | NetCancelAnswer
    | InquiryAnswer
    | CashReceiptAnswer
    | CashReceiptCancelAnswer
)

REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "namsan request",
    "kind",
    ApprovalRequest,
    CancelRequest,
    NetCancelRequest,
    InquiryRequest,
    CashReceiptRequest,
    CashReceiptCancelRequest,
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "namsan answer",
    "kind",
    ApprovalAnswer,
    CancelAnswer,
    NetCancelAnswer,
    InquiryAnswer,
    CashReceiptAnswer,
    CashReceiptCancelAnswer,
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
