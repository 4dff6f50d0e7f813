"""The telegrams of the VAN dongdaemun (동대문, invented): a length, pieces between FS, and CR.

The four digits in front count everything after themselves, CR included. Amounts always have all their digits,
the total 12 and its parts 8, so a part of a hundred million won cannot be told. What a telegram is stands in
two pieces: 0200 asks and 0210 answers, and the deal says what about; a cheque inquiry asks as 8002.

A net-cancel names the approval's management number, which the sender made, and no card data.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from telegram_codec.charsets import CP949
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
from telegram_codec.frames import CR, FS, LengthHeader

APPROVED: Final = "0000"

ENTRY_MODES: Final = {"00": "swipe", "02": "key-in", "05": "IC", "07": "RF"}
ORIGINAL_STATES: Final = {
    "A": "approved",
    "D": "declined",
    "X": "cancelled",
    "R": "net-cancelled",
    "N": "unknown",
}
RECEIPT_KINDS: Final = {"1": "income deduction", "2": "expense proof", "3": "self-issued"}
CANCEL_REASONS: Final = {"1": "sale cancelled", "2": "issued by mistake", "3": "other"}
CHEQUE_KINDS: Final = {"13": "100,000 won", "14": "300,000 won", "15": "500,000 won"}

FRAMING: Final = LengthHeader(maximum_bytes=500, end=CR)


class Header(DelimitedTelegram, size=7, separator=FS, framing=FRAMING, charset=CP949):
    """The first seven pieces of every telegram (공통부)."""

    sender: str = constant(0, 3, "POS", "발신구분")
    kind: str = code(1, 4, "전문구분; 0200 asks, 0210 answers")
    deal: str = code(2, 2, "거래구분")
    serial: str = text(3, 20, "관리번호; the sender's own, unique", at_least=8)
    transaction_date: date = yymmdd(4, 6, "거래일자; Korean time")
    transaction_time: time = hhmmss(5, 6, "거래시각")
    terminal_id: str = left_digits(6, 10, "단말기번호 (TID), given by dongdaemun", at_least=8)


class Request(Header, size=22):
    """What all requests share; a piece that only some of them fill is blank here and restated there."""

    kind: str = constant(1, 4, "0200", "전문구분; asks")
    entry_mode: str | None = blank(7, 2, "입력방식")
    card_number: str | None = blank(8, 20, "카드번호")
    expiry: str | None = blank(9, 4, "유효기간 YYMM")
    track_2: str | None = blank(10, 37, "트랙 2")
    instalment_months: int = number(11, 2, "할부개월; 00 lump sum, else 02 and more", default=0)
    amount_won: int = won(12, 12, "거래금액; the total the cardholder pays")
    service_charge_won: int = won(13, 8, "봉사료; part of the total", default=0)
    vat_won: int = won(14, 8, "부가세; part of the total")
    original_serial: str | None = blank(15, 20, "원거래 관리번호")
    original_date: date | None = blank(16, 6, "원거래일자")
    original_approval_number: str | None = blank(17, 12, "원승인번호")
    receipt_kind: str | None = blank(18, 1, "현금영수증 구분")
    customer_number: str | None = blank(19, 20, "현금영수증 식별번호")
    cancel_reason: str | None = blank(20, 1, "현금영수증 취소사유")
    merchant_name: str = text(21, 40, "가맹점명", default="")


class ApprovalRequest(Request):
    """승인 요청: may this card pay this amount?"""

    deal: str = constant(2, 2, "10", "거래구분; approval")
    entry_mode: str = code(7, 2, "입력방식", meanings=ENTRY_MODES)
    card_number: str = pan(8, 20, "카드번호")
    expiry: str = left_digits(9, 4, "유효기간 YYMM", at_least=4, may_be_blank=True, default="", secret=True)
    track_2: str = text(10, 37, "트랙 2; swiped only", default="", secret=True)


class CancelRequest(Request):
    """취소 요청: take back a known approval; an amount below the approval's takes back a part."""

    deal: str = constant(2, 2, "11", "거래구분; cancel")
    original_date: date = yymmdd(16, 6, "원거래일자; the approval's")
    original_approval_number: str = left_digits(17, 12, "원승인번호", at_least=6)


class NetCancelRequest(Request):
    """망취소 요청: undo an approval whose answer never came; repeated unchanged until answered."""

    deal: str = constant(2, 2, "15", "거래구분; net-cancel")
    original_serial: str = text(15, 20, "원거래 관리번호; the approval's", at_least=8)
    original_date: date = yymmdd(16, 6, "원거래일자; the approval's")


class InquiryRequest(Request):
    """거래결과 조회: what became of this approval?"""

    deal: str = constant(2, 2, "16", "거래구분; inquiry")
    original_serial: str = text(15, 20, "원거래 관리번호; the approval's", at_least=8)
    original_date: date = yymmdd(16, 6, "원거래일자; the approval's")


class CashReceiptRequest(Request):
    """현금영수증 발급 요청: report a sale paid in cash."""

    deal: str = constant(2, 2, "01", "거래구분; cash receipt")
    receipt_kind: str = code(18, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = pan(19, 20, "식별번호; phone, card or business number")


class CashReceiptCancelRequest(Request):
    """현금영수증 취소 요청: take back a known cash receipt, with its kind, customer and number."""

    deal: str = constant(2, 2, "02", "거래구분; cash receipt cancel")
    original_date: date = yymmdd(16, 6, "원거래일자; the receipt's")
    original_approval_number: str = left_digits(17, 12, "원승인번호; the receipt's", at_least=6)
    receipt_kind: str = code(18, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = pan(19, 20, "식별번호; phone, card or business number")
    cancel_reason: str = code(20, 1, "취소사유", meanings=CANCEL_REASONS)


class ChequeInquiryRequest(Header, size=14):
    """수표조회: is this cashier's cheque good? A telegram of its own, since there is no sale in it."""

    kind: str = constant(1, 4, "8002", "전문구분; cheque inquiry")
    deal: str = constant(2, 2, "80", "거래구분; cheque")
    cheque_number: str = digits(7, 8, "수표번호")
    cheque_bank: str = digits(8, 2, "수표 은행; who issued it")
    cheque_branch: str = digits(9, 4, "수표 지점; of that bank")
    cheque_kind: str = code(10, 2, "수표 권종", meanings=CHEQUE_KINDS)
    amount_won: int = won(11, 12, "수표금액; what the cheque is for")
    cheque_issued_on: date = yymmdd(12, 6, "수표 발행일자")
    cheque_account: str = digits(13, 6, "수표 계좌일련번호", secret=True)


class Answer(Header, size=17):
    """What all answers share; a declined request leaves the text pieces empty and keeps the amount."""

    kind: str = constant(1, 4, "0210", "전문구분; answers")
    response_code: str = code(7, 4, "응답코드; 0000 done, any other is a reason")
    answered_date: date = yymmdd(8, 6, "응답일자")
    answered_time: time = hhmmss(9, 6, "응답시각")
    amount_won: int = won(10, 12, "거래금액; of the request")
    approval_number: str = left_digits(11, 12, "승인번호", at_least=6, may_be_blank=True, default="")
    message: str = message(12, 64, "응답메시지; for the slip and the cashier", default="")
    issuer_code: str = code(13, 4, "발급사 코드; dongdaemun's numbering", may_be_blank=True, default="")
    acquirer_code: str = code(14, 4, "매입사 코드; dongdaemun's numbering", may_be_blank=True, default="")
    original_serial: str | None = blank(15, 20, "원거래 관리번호")
    original_state: str | None = blank(16, 1, "원거래 상태")


class ApprovalAnswer(Answer):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    deal: str = constant(2, 2, "10", "거래구분; approval")


class CancelAnswer(Answer):
    """취소 응답: taken back or not; 2558 means it already was."""

    deal: str = constant(2, 2, "11", "거래구분; cancel")


class NetCancelAnswer(Answer):
    """망취소 응답: undone or not; 2558 means it already was, 2810 that no such approval is known so far."""

    deal: str = constant(2, 2, "15", "거래구분; net-cancel")
    original_serial: str = text(15, 20, "원거래 관리번호; of the request", at_least=8)


class InquiryAnswer(Answer):
    """조회 응답: the approval's fate is `original_state`; code 0000 only says that there is an answer."""

    deal: str = constant(2, 2, "16", "거래구분; inquiry")
    amount_won: int = won(10, 12, "원거래금액; what was approved, whatever the request says")
    original_serial: str = text(15, 20, "원거래 관리번호; of the request", at_least=8)
    original_state: str = code(16, 1, "원거래 상태", meanings=ORIGINAL_STATES)


class CashReceiptAnswer(Answer):
    """현금영수증 발급 응답: accepted, with a number; the tax office may still refuse it two days later."""

    deal: str = constant(2, 2, "01", "거래구분; cash receipt")


class CashReceiptCancelAnswer(Answer):
    """현금영수증 취소 응답: taken back or not."""

    deal: str = constant(2, 2, "02", "거래구분; cash receipt cancel")


class ChequeInquiryAnswer(Header, size=12):
    """수표조회 응답: 0000 good; any other is the bank's reason, and nothing of the cheque comes back."""

    kind: str = constant(1, 4, "8012", "전문구분; answer to 8002")
    deal: str = constant(2, 2, "80", "거래구분; cheque")
    response_code: str = code(7, 4, "응답코드; 0000 good, any other is a reason")
    answered_date: date = yymmdd(8, 6, "응답일자")
    answered_time: time = hhmmss(9, 6, "응답시각")
    amount_won: int = won(10, 12, "수표금액; of the request")
    message: str = message(11, 64, "응답메시지; for the cashier", default="")


AnyRequest = (
    ApprovalRequest
    | CancelRequest
    | NetCancelRequest
    | InquiryRequest
    | CashReceiptRequest
    | CashReceiptCancelRequest
    | ChequeInquiryRequest
)
AnyAnswer = (
    ApprovalAnswer
    | CancelAnswer
    | NetCancelAnswer
    | InquiryAnswer
    | CashReceiptAnswer
    | CashReceiptCancelAnswer
    | ChequeInquiryAnswer
)

REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "dongdaemun request",
    ("kind", "deal"),
    ApprovalRequest,
    CancelRequest,
    NetCancelRequest,
    InquiryRequest,
    CashReceiptRequest,
    CashReceiptCancelRequest,
    ChequeInquiryRequest,
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "dongdaemun answer",
    ("kind", "deal"),
    ApprovalAnswer,
    CancelAnswer,
    NetCancelAnswer,
    InquiryAnswer,
    CashReceiptAnswer,
    CashReceiptCancelAnswer,
    ChequeInquiryAnswer,
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
