"""The telegrams of the VAN hangang (한강, invented): fixed length, EUC-KR, one connection per request.

Every telegram starts with four digits that count the bytes after them. All share a header of 127 bytes;
requests have 540 bytes, answers 465, the line check the header and little more. An answer has the type of its
request plus 10 and repeats its terminal, serial and date, which with the amount identify it.

A net-cancel undoes an approval whose answer never came, so its key is the approval's serial and date, known
to the sender without any answer. Card data travels in the approval alone.
"""

from __future__ import annotations

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
    hhmmss,
    left_digits,
    message,
    number,
    own_length,
    pan,
    text,
    won,
    yyyymmdd,
)
from telegram_codec.frames import LengthHeader
from telegram_codec.telegram import Telegram

APPROVED: Final = "0000"

ENTRY_MODES: Final = {"K": "key-in", "S": "swipe", "I": "IC", "R": "RF", "F": "fallback to swipe"}
PAYMENT_KINDS: Final = {"2": "check card", "3": "UnionPay"}
CANCEL_SCOPES: Final = {"F": "full", "P": "partial"}
ORIGINAL_STATES: Final = {
    "A": "approved",
    "D": "declined",
    "X": "cancelled",
    "R": "net-cancelled",
    "N": "unknown",
}
CAPTURE_KINDS: Final = {"D": "captured by hangang (DDC)", "E": "claimed by the merchant (EDC)"}
RECEIPT_KINDS: Final = {"1": "income deduction", "2": "expense proof", "3": "self-issued"}
CANCEL_REASONS: Final = {"1": "sale cancelled", "2": "issued by mistake", "3": "other"}
CHEQUE_KINDS: Final = {"13": "100,000 won", "14": "300,000 won", "15": "500,000 won"}
YES_NO: Final = {"Y": "yes", "N": "no"}


class Header(Telegram, size=127, charset=EUC_KR):
    """The first 127 bytes of every telegram (공통부)."""

    length_bytes: int = own_length(0, 4, "전문길이; counts the bytes after itself")
    kind: str = digits(4, 4, "전문구분; telegram type")
    paper_version: str = constant(8, 4, "2601", "규격버전 YYMM")
    terminal_id: str = left_digits(12, 10, "단말기번호 (TID), given by hangang", at_least=8)
    serial: str = digits(22, 12, "전문일련번호; the sender's own trace number")
    transaction_date: date = yyyymmdd(34, 8, "거래일자; Korean time")
    transaction_time: time = hhmmss(42, 6, "거래시각")
    answer_timeout_seconds: int = number(48, 2, "응답대기시간", default=15)
    program: str = text(50, 20, "프로그램명", default="PAYRELAY")
    merchant_id: str = left_digits(70, 15, "가맹점 관리번호; the sender's", may_be_blank=True, default="")
    company_terminal_id: str = text(85, 13, "업체 단말번호; the till", default="")
    encrypted: str = code(98, 1, "암호화 여부; by the reader", meanings=YES_NO, default="N")
    header_spare: None = filler(99, 28, "예비")


class Request(Header, size=540):
    """What all requests share; a row that only some of them fill is blank here and restated there."""

    entry_mode: str | None = blank(127, 1, "입력방식")
    card_number: str | None = blank(128, 20, "카드번호")
    expiry: str | None = blank(148, 4, "유효기간 YYMM")
    track_2: str | None = blank(152, 37, "트랙 2")
    cvc: str | None = blank(189, 4, "CVC")
    pin_block: str | None = blank(193, 16, "비밀번호 (PIN)")
    working_key_index: str | None = blank(209, 2, "작업키 인덱스")
    instalment_months: int = number(211, 2, "할부개월; 00 lump sum, else 02 and more", default=0)
    currency: str = constant(213, 3, "410", "통화; ISO 4217 won")
    amount_won: int = won(216, 12, "거래금액; the total the cardholder pays")
    vat_won: int = won(228, 12, "부가세; part of the total")
    service_charge_won: int = won(240, 12, "봉사료; part of the total", default=0)
    tax_free_won: int = won(252, 12, "면세금액; part of the total", default=0)
    original_serial: str | None = blank(264, 12, "원거래 전문일련번호")
    original_date: date | None = blank(276, 8, "원거래일자")
    original_approval_number: str | None = blank(284, 12, "원승인번호")
    original_transaction_id: str | None = blank(296, 12, "원거래 고유번호")
    cancel_scope: str | None = blank(308, 1, "취소구분")
    business_number: str = left_digits(309, 10, "사업자번호", may_be_blank=True, default="")
    product_code: str = text(319, 6, "상품코드", default="")
    merchant_use: str = text(325, 30, "가맹점 사용영역; returned in the answer", default="")
    signature_present: str = code(355, 1, "서명 유무", meanings=YES_NO, default="N")
    merchant_name: str = text(356, 40, "가맹점명", default="")
    receipt_kind: str | None = blank(396, 1, "현금영수증 구분")
    customer_number: str | None = blank(397, 20, "현금영수증 식별번호")
    cancel_reason: str | None = blank(417, 1, "현금영수증 취소사유")
    payment_kind: str | None = blank(418, 1, "결제수단")
    fallback_reason: str | None = blank(419, 2, "폴백 사유")
    instrument: str | None = blank(421, 24, "포인트카드 번호 또는 바코드")
    instrument_secret: str | None = blank(445, 6, "포인트 비밀번호")
    cheque_number: str | None = blank(451, 8, "수표번호")
    cheque_bank: str | None = blank(459, 2, "수표 은행")
    cheque_branch: str | None = blank(461, 4, "수표 지점")
    cheque_kind: str | None = blank(465, 2, "수표 권종")
    cheque_issued_on: date | None = blank(467, 8, "수표 발행일자")
    cheque_account: str | None = blank(475, 6, "수표 계좌일련번호")
    request_spare: None = filler(481, 59, "예비")


class ApprovalRequest(Request):
    """승인 요청: may this card pay this amount?"""

    kind: str = constant(4, 4, "1100", "전문구분; approval")
    entry_mode: str = code(127, 1, "입력방식", meanings=ENTRY_MODES)
    card_number: str = pan(128, 20, "카드번호")
    expiry: str = left_digits(148, 4, "유효기간 YYMM", at_least=4, may_be_blank=True, default="", secret=True)
    track_2: str = text(152, 37, "트랙 2; swiped only", default="", secret=True)
    cvc: str = left_digits(189, 4, "CVC; key-in only", at_least=3, may_be_blank=True, default="", secret=True)
    pin_block: str = text(193, 16, "비밀번호 (PIN), 16 hex digits", default="", secret=True)
    working_key_index: str = left_digits(209, 2, "작업키 인덱스", at_least=2, may_be_blank=True, default="")
    payment_kind: str = code(
        418, 1, "결제수단; blank for any card", meanings=PAYMENT_KINDS, may_be_blank=True, default=""
    )
    fallback_reason: str = left_digits(
        419, 2, "폴백 사유 01-08; of the reader", at_least=2, may_be_blank=True, default=""
    )


class CancelRequest(Request):
    """취소 요청: take back a known approval, wholly or in part, because a person asked."""

    kind: str = constant(4, 4, "1200", "전문구분; cancel")
    amount_won: int = won(216, 12, "취소금액; the amount taken back")
    original_date: date = yyyymmdd(276, 8, "원거래일자; the approval's")
    original_approval_number: str = left_digits(284, 12, "원승인번호", at_least=6)
    original_transaction_id: str = text(296, 12, "원거래 고유번호, if known", default="")
    cancel_scope: str = code(308, 1, "취소구분", meanings=CANCEL_SCOPES)


class NetCancelRequest(Request):
    """망취소 요청: undo an approval whose answer never came; repeated unchanged until answered."""

    kind: str = constant(4, 4, "1400", "전문구분; net-cancel")
    amount_won: int = won(216, 12, "원거래금액; always the whole of it")
    original_serial: str = digits(264, 12, "원거래 전문일련번호; the approval's")
    original_date: date = yyyymmdd(276, 8, "원거래일자; the approval's")


class InquiryRequest(Request):
    """거래결과 조회: what became of this approval?"""

    kind: str = constant(4, 4, "1600", "전문구분; inquiry")
    original_serial: str = digits(264, 12, "원거래 전문일련번호; the approval's")
    original_date: date = yyyymmdd(276, 8, "원거래일자; the approval's")


class CashReceiptRequest(Request):
    """현금영수증 발급 요청: report a sale paid in cash."""

    kind: str = constant(4, 4, "1500", "전문구분; cash receipt")
    receipt_kind: str = code(396, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = pan(397, 20, "식별번호; phone, card or business number")


class CashReceiptCancelRequest(Request):
    """현금영수증 취소 요청: take back a known cash receipt, with its kind, customer and number."""

    kind: str = constant(4, 4, "1700", "전문구분; cash receipt cancel")
    amount_won: int = won(216, 12, "취소금액; the amount taken back")
    original_date: date = yyyymmdd(276, 8, "원거래일자; the receipt's")
    original_approval_number: str = left_digits(284, 12, "원승인번호; the receipt's", at_least=6)
    cancel_scope: str = code(308, 1, "취소구분", meanings=CANCEL_SCOPES)
    receipt_kind: str = code(396, 1, "현금영수증 구분", meanings=RECEIPT_KINDS)
    customer_number: str = pan(397, 20, "식별번호; phone, card or business number")
    cancel_reason: str = code(417, 1, "취소사유", meanings=CANCEL_REASONS)


class PointsRequest(Request):
    """포인트 사용 요청: may this point card pay this amount?"""

    kind: str = constant(4, 4, "1300", "전문구분; points")
    instrument: str = left_digits(421, 24, "포인트카드 번호", at_least=10, secret=True)
    instrument_secret: str = left_digits(
        445, 6, "포인트 비밀번호", at_least=4, may_be_blank=True, default="", secret=True
    )


class BarcodeRequest(Request):
    """바코드 결제 요청: may the wallet behind this barcode pay this amount?"""

    kind: str = constant(4, 4, "1900", "전문구분; barcode pay")
    instrument: str = left_digits(421, 24, "바코드; good for one payment", at_least=16, secret=True)


class ChequeInquiryRequest(Request):
    """수표조회: is this cashier's cheque good? It moves no money."""

    kind: str = constant(4, 4, "2000", "전문구분; cheque inquiry")
    amount_won: int = won(216, 12, "수표금액; what the cheque is for")
    vat_won: int = won(228, 12, "부가세; none", default=0)
    cheque_number: str = digits(451, 8, "수표번호")
    cheque_bank: str = digits(459, 2, "수표 은행; who issued it")
    cheque_branch: str = digits(461, 4, "수표 지점; of that bank")
    cheque_kind: str = code(465, 2, "수표 권종", meanings=CHEQUE_KINDS)
    cheque_issued_on: date = yyyymmdd(467, 8, "수표 발행일자")
    cheque_account: str = digits(475, 6, "수표 계좌일련번호", secret=True)


class EchoRequest(Header):
    """회선 점검: is anybody there?"""

    kind: str = constant(4, 4, "1800", "전문구분; line check")


class Answer(Header, size=465):
    """What all answers share; a declined request leaves the text rows blank and keeps the amounts."""

    van_transaction_id: str = text(127, 12, "거래고유번호; hangang's own key", default="")
    response_code: str = code(139, 4, "응답코드; 0000 done, any other is a reason")
    answered_date: date = yyyymmdd(143, 8, "응답일자")
    answered_time: time = hhmmss(151, 6, "응답시각")
    printed_card_number: str = text(157, 20, "전표 카드번호", default="", card=True)
    instalment_months: int = number(177, 2, "할부개월", default=0)
    amount_won: int = won(179, 12, "거래금액; of the request")
    approval_number: str = left_digits(191, 12, "승인번호", at_least=6, may_be_blank=True, default="")
    issuer_code: str = code(203, 4, "발급사 코드; hangang's numbering", may_be_blank=True, default="")
    issuer_name: str = text(207, 20, "발급사명", default="")
    acquirer_code: str = code(227, 4, "매입사 코드; hangang's numbering", may_be_blank=True, default="")
    acquirer_name: str = text(231, 20, "매입사명", default="")
    merchant_number: str = left_digits(251, 15, "가맹점번호; the acquirer's", may_be_blank=True, default="")
    capture_kind: str = code(266, 1, "매입구분", meanings=CAPTURE_KINDS, may_be_blank=True, default="")
    message: str = message(267, 40, "응답메시지; for the slip and the cashier", default="")
    notice: str = text(307, 40, "알림; for the operator", default="")
    original_serial: str | None = blank(347, 12, "원거래 전문일련번호")
    original_state: str | None = blank(359, 1, "원거래 상태")
    merchant_use: str = text(360, 30, "가맹점 사용영역; of the request", default="")
    points_left: int | None = blank(390, 12, "잔여 포인트")
    answer_spare: None = filler(402, 63, "예비")


class ApprovalAnswer(Answer):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    kind: str = constant(4, 4, "1110", "전문구분; answer to 1100")


class CancelAnswer(Answer):
    """취소 응답: taken back or not; 2558 means it already was."""

    kind: str = constant(4, 4, "1210", "전문구분; answer to 1200")


class NetCancelAnswer(Answer):
    """망취소 응답: undone or not; 2558 means it already was, 2810 that no such approval is known so far."""

    kind: str = constant(4, 4, "1410", "전문구분; answer to 1400")
    original_serial: str = digits(347, 12, "원거래 전문일련번호; of the request")


class InquiryAnswer(Answer):
    """조회 응답: the approval's fate is `original_state`; code 0000 only says that there is an answer."""

    kind: str = constant(4, 4, "1610", "전문구분; answer to 1600")
    amount_won: int = won(179, 12, "원거래금액; what was approved, whatever the request says")
    original_serial: str = digits(347, 12, "원거래 전문일련번호; of the request")
    original_state: str = code(359, 1, "원거래 상태", meanings=ORIGINAL_STATES)


class CashReceiptAnswer(Answer):
    """현금영수증 발급 응답: accepted, with a number; the tax office may still refuse it two days later."""

    kind: str = constant(4, 4, "1510", "전문구분; answer to 1500")


class CashReceiptCancelAnswer(Answer):
    """현금영수증 취소 응답: taken back or not."""

    kind: str = constant(4, 4, "1710", "전문구분; answer to 1700")


class PointsAnswer(Answer):
    """포인트 사용 응답: used, with what is left, or not, with a reason."""

    kind: str = constant(4, 4, "1310", "전문구분; answer to 1300")
    points_left: int = won(390, 12, "잔여 포인트", default=0)


class BarcodeAnswer(Answer):
    """바코드 결제 응답: paid or not; 0100 means that the wallet's owner has not confirmed it so far."""

    kind: str = constant(4, 4, "1910", "전문구분; answer to 1900")


class ChequeInquiryAnswer(Answer):
    """수표조회 응답: 0000 good; any other is the bank's reason, and nothing of the cheque comes back."""

    kind: str = constant(4, 4, "2010", "전문구분; answer to 2000")


class EchoAnswer(Header, size=131):
    """회선 점검 응답: I am here."""

    kind: str = constant(4, 4, "1810", "전문구분; answer to 1800")
    response_code: str = code(127, 4, "응답코드; 0000 in service")


AnyRequest = (
    ApprovalRequest
    | CancelRequest
    | NetCancelRequest
    | InquiryRequest
    | CashReceiptRequest
    | CashReceiptCancelRequest
    | PointsRequest
    | BarcodeRequest
    | ChequeInquiryRequest
    | EchoRequest
)
AnyAnswer = (
    ApprovalAnswer
    | CancelAnswer
    | NetCancelAnswer
    | InquiryAnswer
    | CashReceiptAnswer
    | CashReceiptCancelAnswer
    | PointsAnswer
    | BarcodeAnswer
    | ChequeInquiryAnswer
    | EchoAnswer
)

FRAMING: Final = LengthHeader(maximum_bytes=540)
REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "hangang request",
    "kind",
    ApprovalRequest,
    CancelRequest,
    NetCancelRequest,
    InquiryRequest,
    CashReceiptRequest,
    CashReceiptCancelRequest,
    PointsRequest,
    BarcodeRequest,
    ChequeInquiryRequest,
    EchoRequest,
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "hangang answer",
    "kind",
    ApprovalAnswer,
    CancelAnswer,
    NetCancelAnswer,
    InquiryAnswer,
    CashReceiptAnswer,
    CashReceiptCancelAnswer,
    PointsAnswer,
    BarcodeAnswer,
    ChequeInquiryAnswer,
    EchoAnswer,
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
