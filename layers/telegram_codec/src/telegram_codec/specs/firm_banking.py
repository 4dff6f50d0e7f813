"""Firm-banking telegrams (펌뱅킹) of an invented bank: 300 bytes, 100 common and 200 of their own, EUC-KR.

What a telegram is stands in two rows, its kind and its business; the answer has the kind of its request plus
10 and repeats what it answers. Deposit notices and failures of other-bank transfers come from the bank, all
other requests from the firm. No answer within 60 s means that nobody knows: the firm asks for the result with
the transfer's number, and never sends a second transfer blindly.
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
    filler,
    hhmmss,
    left_digits,
    nested,
    number,
    signed_won,
    text,
    won,
    yyyymmdd,
)
from telegram_codec.frames import FixedSize
from telegram_codec.telegram import Telegram

DONE: Final = "0000"
ANSWER_TIMEOUT_SECONDS: Final = 60


class Common(Telegram, size=100, charset=EUC_KR):
    """The first 100 bytes of every telegram (공통부)."""

    identification: str = text(0, 9, "식별코드", default="FIRMBANK")
    company: str = text(9, 8, "업체코드")
    bank: str = digits(17, 2, "은행코드")
    kind: str = digits(19, 4, "전문코드")
    business: str = digits(23, 3, "업무구분")
    send_count: int = number(26, 1, "송신횟수", default=1)
    serial: str = digits(27, 6, "전문번호; the sender's own, of the day")
    sent_date: date = yyyymmdd(33, 8, "전송일; Korean time")
    sent_time: time = hhmmss(41, 6, "전송시각")
    response_code: str = code(47, 4, "응답코드; answers only, 0000 done", may_be_blank=True, default="")
    common_spare: None = filler(51, 49, "예비")


class OpenDay(Common, size=300):
    """업무개시: the line is open for today."""

    kind: str = constant(19, 4, "0800", "전문코드")
    business: str = constant(23, 3, "100", "업무구분; open the day")
    spare: None = filler(100, 200, "예비")


class Transfer(Common, size=300):
    """What transfers and their answers share."""

    from_account: str = left_digits(100, 15, "출금계좌", at_least=8)
    account_secret: str = text(115, 8, "출금계좌 비밀번호", default="", secret=True)
    check_sign: str = text(123, 6, "복기부호", default="")
    amount_won: int = won(129, 13, "이체금액")
    balance_won: int = signed_won(142, 14, "출금 후 잔액; answers only", default=0)
    to_bank: str = digits(156, 2, "입금은행")
    to_account: str = left_digits(158, 15, "입금계좌", at_least=8)
    fee_won: int = won(173, 13, "수수료; answers only", default=0)
    cms_number: str = text(186, 6, "CMS 번호", default="")
    payee_name: str = text(192, 22, "수취인명", default="")
    memo: str = text(214, 14, "적요", default="")
    spare: None = filler(228, 72, "예비")


class SameBankTransfer(Transfer):
    """당행이체: send money to an account of the same bank."""

    kind: str = constant(19, 4, "0100", "전문코드")
    business: str = constant(23, 3, "100", "업무구분; transfer, same bank")


class OtherBankTransfer(Transfer):
    """타행이체: send money to another bank; accepted, it may still fail later (`TransferFailed`)."""

    kind: str = constant(19, 4, "0100", "전문코드")
    business: str = constant(23, 3, "200", "업무구분; transfer, other bank")


class TransferFailed(Transfer):
    """타행이체 불능통지, from the bank: an accepted transfer did not arrive."""

    kind: str = constant(19, 4, "0400", "전문코드")
    business: str = constant(23, 3, "100", "업무구분; other-bank transfer failed")


class ResultInquiry(Common, size=300):
    """처리결과 조회: what became of this transfer? The rows behind its number are filled by the answer."""

    kind: str = constant(19, 4, "0600", "전문코드")
    business: str = constant(23, 3, "100", "업무구분; transfer result")
    original_serial: str = digits(100, 6, "원거래 전문번호; the transfer's")
    from_account: str = left_digits(106, 15, "출금계좌", may_be_blank=True, default="")
    to_account: str = left_digits(121, 15, "입금계좌", may_be_blank=True, default="")
    amount_won: int = won(136, 13, "이체금액", default=0)
    fee_won: int = won(149, 13, "수수료", default=0)
    subsequence: str = left_digits(162, 4, "부전문번호", may_be_blank=True, default="")
    original_date: str = left_digits(166, 8, "이체일", at_least=8, may_be_blank=True, default="")
    original_time: str = left_digits(174, 6, "이체시각", at_least=6, may_be_blank=True, default="")
    original_result: str = code(180, 4, "처리결과; 0000 done", may_be_blank=True, default="")
    to_bank: str = left_digits(184, 2, "입금은행", at_least=2, may_be_blank=True, default="")
    spare: None = filler(186, 114, "예비")


class DepositNotice(Common, size=300):
    """입금통지, from the bank: money has come in, or a deposit was taken back."""

    kind: str = constant(19, 4, "0200", "전문코드")
    business: str = constant(23, 3, "300", "업무구분; deposit notice")
    account: str = left_digits(100, 15, "계좌번호", at_least=8)
    deposit_kind: str = digits(115, 2, "거래구분")
    payer_bank: str = digits(117, 2, "입금은행")
    amount_won: int = won(119, 13, "입금액")
    balance_won: int = won(132, 13, "입금 후 잔액")
    giro_number: str = text(145, 6, "지로번호", default="")
    payer_name: str = text(151, 16, "입금인명", default="")
    bill_number: str = text(167, 10, "어음·수표번호", default="")
    cms_number: str = text(177, 16, "CMS 번호", default="")
    deposit_date: date = yyyymmdd(193, 8, "입금일")
    deposit_time: time = hhmmss(201, 6, "입금시각")
    cash_won: int = won(207, 13, "현금", default=0)
    household_cheque_won: int = won(220, 13, "가계수표", default=0)
    after_clearing_won: int = won(233, 13, "교환 후 가능금액", default=0)
    deposit_serial: str = digits(246, 6, "거래일련번호")
    cancelled_serial: str = left_digits(252, 6, "취소된 거래일련번호", may_be_blank=True, default="")
    cancelled_date: str = left_digits(258, 8, "취소된 거래일", at_least=8, may_be_blank=True, default="")
    sign: str = code(266, 1, "취소구분", meanings={"N": "deposit", "C": "cancelled"}, default="N")
    group_loan: str = code(267, 1, "집단대출구분", may_be_blank=True, default="")
    unit: str = text(268, 8, "동호수", default="")
    spare: None = filler(276, 24, "예비")


class MissingNumbers(Common, size=300):
    """결번요구: the deposit notice with this number never came; send it again."""

    kind: str = constant(19, 4, "0200", "전문코드")
    business: str = constant(23, 3, "600", "업무구분; missing number")
    missing_serial: str = digits(100, 6, "결번 전문번호; the notice's")
    missing_date: date = yyyymmdd(106, 8, "결번일")
    spare: None = filler(114, 186, "예비")


class Balance(Common, size=300):
    """잔액조회: what is on this account? The amounts are filled by the answer."""

    kind: str = constant(19, 4, "0600", "전문코드")
    business: str = constant(23, 3, "300", "업무구분; balance")
    account: str = left_digits(100, 15, "계좌번호", at_least=8)
    balance_won: int = signed_won(115, 14, "잔액", default=0)
    payable_won: int = won(129, 13, "지급가능액", default=0)
    account_secret: str = text(142, 4, "계좌 비밀번호", default="", secret=True)
    spare: None = filler(146, 154, "예비")


class PayeeName(Common, size=300):
    """예금주 조회: whose account is this? The name is filled by the answer."""

    kind: str = constant(19, 4, "0400", "전문코드")
    business: str = constant(23, 3, "400", "업무구분; payee name")
    to_bank: str = digits(100, 2, "은행코드")
    account: str = left_digits(102, 15, "계좌번호", at_least=8)
    business_number: str = left_digits(117, 14, "사업자번호; never a person's", may_be_blank=True, default="")
    holder_name: str = text(131, 14, "예금주명", default="")
    spare: None = filler(145, 155, "예비")


class Sum(Telegram, size=18, charset=EUC_KR):
    """How many transfers, and what they add up to."""

    count: int = number(0, 5, "건수")
    amount_won: int = won(5, 13, "금액")


class Totals(Common, size=300):
    """집계: what was transferred today; a request carries the firm's figures, an answer the bank's."""

    kind: str = constant(19, 4, "0700", "전문코드")
    business: str = constant(23, 3, "100", "업무구분; totals")
    same_bank_requested: Sum = nested(100, 18, Sum, "당행 의뢰")
    same_bank_done: Sum = nested(118, 18, Sum, "당행 정상")
    same_bank_failed: Sum = nested(136, 18, Sum, "당행 불능")
    other_bank_requested: Sum = nested(154, 18, Sum, "타행 의뢰")
    other_bank_done: Sum = nested(172, 18, Sum, "타행 정상")
    other_bank_failed: Sum = nested(190, 18, Sum, "타행 불능")
    fee_won: int = won(208, 9, "수수료 합계", default=0)
    spare: None = filler(217, 83, "예비")


class OpenDayAnswer(OpenDay):
    """업무개시 응답: open, or not."""

    kind: str = constant(19, 4, "0810", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class SameBankTransferAnswer(SameBankTransfer):
    """당행이체 응답: sent, with the balance left and the fee, or not."""

    kind: str = constant(19, 4, "0110", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class OtherBankTransferAnswer(OtherBankTransfer):
    """타행이체 응답: accepted, with the balance left and the fee, or not."""

    kind: str = constant(19, 4, "0110", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class TransferFailedAnswer(TransferFailed):
    """타행이체 불능통지 응답, from the firm: noted."""

    kind: str = constant(19, 4, "0410", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class ResultInquiryAnswer(ResultInquiry):
    """처리결과 조회 응답: the fate is `original_result`; 0000 only says that there is an answer."""

    kind: str = constant(19, 4, "0610", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class DepositNoticeAnswer(DepositNotice):
    """입금통지 응답, from the firm: noted."""

    kind: str = constant(19, 4, "0210", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class MissingNumbersAnswer(MissingNumbers):
    """결번요구 응답: the notice follows, or there was none."""

    kind: str = constant(19, 4, "0210", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class BalanceAnswer(Balance):
    """잔액조회 응답: the balance, below 0 if overdrawn."""

    kind: str = constant(19, 4, "0610", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class PayeeNameAnswer(PayeeName):
    """예금주 조회 응답: the name, or why there is none."""

    kind: str = constant(19, 4, "0410", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


class TotalsAnswer(Totals):
    """집계 응답: the figures agree, or the bank's."""

    kind: str = constant(19, 4, "0710", "전문코드")
    response_code: str = code(47, 4, "응답코드; 0000 done, any other is a reason")


AnyRequest = (
    OpenDay
    | SameBankTransfer
    | OtherBankTransfer
    | TransferFailed
    | ResultInquiry
    | DepositNotice
    | MissingNumbers
    | Balance
    | PayeeName
    | Totals
)
AnyAnswer = (
    OpenDayAnswer
    | SameBankTransferAnswer
    | OtherBankTransferAnswer
    | TransferFailedAnswer
    | ResultInquiryAnswer
    | DepositNoticeAnswer
    | MissingNumbersAnswer
    | BalanceAnswer
    | PayeeNameAnswer
    | TotalsAnswer
)

FRAMING: Final = FixedSize(maximum_bytes=300)
REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "firm_banking request",
    ("kind", "business"),
    OpenDay,
    SameBankTransfer,
    OtherBankTransfer,
    TransferFailed,
    ResultInquiry,
    DepositNotice,
    MissingNumbers,
    Balance,
    PayeeName,
    Totals,
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "firm_banking answer",
    ("kind", "business"),
    OpenDayAnswer,
    SameBankTransferAnswer,
    OtherBankTransferAnswer,
    TransferFailedAnswer,
    ResultInquiryAnswer,
    DepositNoticeAnswer,
    MissingNumbersAnswer,
    BalanceAnswer,
    PayeeNameAnswer,
    TotalsAnswer,
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
