"""Settlement files (매입·정산 파일) between a merchant's side and its main VAN: EUC-KR records of one length.

    TRANSACTIONS  every approval and cancel of a day, from each VAN; 150 bytes, no start and no total
    CLAIMS        what the merchant claims to be paid for; 150 bytes, numbered, with totals
    RETURNS       what was paid, returned, held or released, with a fee per row; 200 bytes, with totals
    DEPOSITS      the shorter return file of other VANs; 150 bytes, with totals
    OUTCOMES      the same of a third family: 150 bytes, no start, D records and behind them an R with totals

Shapes are those of the field, parties and record codes invented. The amounts of cancels stand without a sign
and count against the sums; fees carry their own. Return reasons are configured: no list of them is public.
Card numbers come and go masked, and no expiry does: these files lie in an archive for years.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.fields import (
    code,
    constant,
    digits,
    filler,
    hhmmss,
    left_digits,
    masked_pan,
    nested,
    number,
    signed_won,
    text,
    won,
    yymmdd,
    yyyymmdd,
)
from telegram_codec.records import RecordFile, Tally
from telegram_codec.telegram import Telegram

CURRENCIES: Final = {"410": "won", "840": "dollar"}
CAPTURE_SERVICES: Final = {"DDC": "by the VAN", "DSC": "by the VAN, with signatures", "EDI": "by files"}
CARD_KINDS: Final = {"1": "credit", "2": "check", "3": "gift", "4": "prepaid or other"}
ENTRY_FLAGS: Final = {"S": "swipe", "K": "key-in", "I": "IC"}

CLAIM_KINDS: Final = {"20": "sale", "25": "cancel"}
RETURN_KINDS: Final = {
    "41": "sale paid",
    "42": "sale returned",
    "43": "sale held",
    "44": "sale released",
    "45": "cancel taken off",
    "46": "cancel returned",
    "47": "cancel held",
    "48": "cancel released",
}
PAID: Final = {"41": 1, "45": -1}
RETURNED: Final = {"42": 1, "46": -1}
HELD: Final = {"43": 1, "47": -1}
RELEASED: Final = {"44": 1, "48": -1}


class Sum(Telegram, size=23, charset=EUC_KR):
    """How many records, and what they add up to."""

    count: int = number(0, 9, "건수")
    amount_won: int = signed_won(9, 14, "금액; sales less cancels")


class Transaction(Telegram, size=150, charset=EUC_KR):
    """거래내역: one approval or cancel as a VAN has it."""

    terminal_id: str = left_digits(0, 10, "단말기번호 (TID)", at_least=8, may_be_blank=True, default="")
    cancel: str = code(10, 1, "취소구분", meanings={"R": "cancel"}, may_be_blank=True, default="")
    card_number: str = masked_pan(11, 20, "카드번호; masked")
    issuer_code: str = code(31, 3, "발급사 코드")
    entry_flag: str = code(34, 1, "입력구분", meanings=ENTRY_FLAGS, may_be_blank=True, default="")
    never_kept: None = filler(35, 4, "유효기간; written as spaces and not read")
    transaction_date: date = yyyymmdd(39, 8, "거래일자")
    transaction_time: time = hhmmss(47, 6, "거래시각")
    instalment_months: int = number(53, 2, "할부개월")
    amount_won: int = won(55, 10, "거래금액")
    approval_number: str = left_digits(65, 8, "승인번호", at_least=6)
    business_number: str = digits(73, 10, "사업자번호")
    merchant_number: str = left_digits(83, 14, "가맹점번호; the acquirer's, its last digits")
    merchant_name: str = text(97, 30, "가맹점명", default="")
    acquirer_bank: str = digits(127, 3, "매입은행")
    acquirer_branch: str = digits(130, 4, "매입지점")
    spare: None = filler(134, 16, "예비")


class ClaimStart(Telegram, size=150, charset=EUC_KR):
    """청구 파일 시작: who claims for which day."""

    kind: str = constant(0, 2, "10", "레코드구분; start")
    claim_date: date = yyyymmdd(2, 8, "청구일")
    business_number: str = digits(10, 10, "사업자번호")
    van_code: str = text(20, 10, "VAN 코드")
    sales_from: date = yyyymmdd(30, 8, "매출 시작일")
    sales_to: date = yyyymmdd(38, 8, "매출 종료일")
    spare: None = filler(46, 104, "예비")


class Claim(Telegram, size=150, charset=EUC_KR):
    """청구 내역: one sale to be paid for, or one cancel to be taken off."""

    kind: str = code(0, 2, "레코드구분", meanings=CLAIM_KINDS)
    sequence: int = number(2, 7, "일련번호; from 1, without gaps")
    terminal_id: str = left_digits(9, 10, "단말기번호 (TID)", at_least=8)
    sale_date: date = yyyymmdd(19, 8, "매출일자")
    card_number: str = masked_pan(27, 20, "카드번호; masked")
    instalment_months: int = number(47, 2, "할부개월")
    amount_won: int = won(49, 12, "매출금액; without a sign")
    vat_won: int = won(61, 12, "부가세; part of the amount")
    approval_number: str = left_digits(73, 12, "승인번호", at_least=6)
    merchant_number: str = left_digits(85, 15, "가맹점번호; the acquirer's")
    merchant_use: str = text(100, 20, "가맹점 사용영역; returned", default="")
    spare: None = filler(120, 30, "예비")


class ClaimTotal(Telegram, size=150, charset=EUC_KR):
    """청구 파일 합계."""

    kind: str = constant(0, 2, "30", "레코드구분; total")
    sales: Sum = nested(2, 23, Sum, "매출")
    cancels: Sum = nested(25, 23, Sum, "취소; its amount is below 0")
    total: Sum = nested(48, 23, Sum, "합계")
    spare: None = filler(71, 79, "예비")


class ReturnStart(Telegram, size=200, charset=EUC_KR):
    """입반송 파일 시작: one acquirer, one merchant number, one day of payment."""

    kind: str = constant(0, 2, "40", "레코드구분; start")
    written_date: date = yyyymmdd(2, 8, "작성일")
    acquirer_business_number: str = digits(10, 10, "매입사 사업자번호")
    business_number: str = digits(20, 10, "가맹점 사업자번호")
    received_from: date = yyyymmdd(30, 8, "접수 시작일")
    received_to: date = yyyymmdd(38, 8, "접수 종료일")
    payment_date: date = yyyymmdd(46, 8, "지급예정일")
    merchant_number: str = left_digits(54, 15, "가맹점번호; the acquirer's")
    currency: str = code(69, 3, "통화", meanings=CURRENCIES, default="410")
    service: str = code(72, 3, "매입방식", meanings=CAPTURE_SERVICES)
    sales_from: date = yyyymmdd(75, 8, "매출 시작일")
    sales_to: date = yyyymmdd(83, 8, "매출 종료일")
    claim_date: date = yyyymmdd(91, 8, "청구일")
    spare: None = filler(99, 95, "예비")
    acquirer_code: str = code(194, 3, "매입사 코드")
    spare_at_the_end: None = filler(197, 3, "예비")


class Return(Telegram, size=200, charset=EUC_KR):
    """입반송 내역: what became of one claimed row, and what it cost."""

    kind: str = code(0, 2, "레코드구분", meanings=RETURN_KINDS)
    currency: str = code(2, 3, "통화", meanings=CURRENCIES, default="410")
    exponent: int = number(5, 1, "소수 자릿수", default=0)
    sale_date: date = yyyymmdd(6, 8, "매출일자")
    received_date: date = yyyymmdd(14, 8, "접수일자")
    card_number: str = masked_pan(22, 20, "카드번호; masked")
    instalment_months: int = number(42, 2, "할부개월")
    amount_won: int = won(44, 12, "매출금액; without a sign")
    issuer_reason: str = code(56, 4, "발급사 반송코드", may_be_blank=True, default="")
    reason: str = code(60, 2, "반송코드; 00 normal", default="00")
    store: str = text(62, 20, "점포코드", default="")
    merchant_use: str = text(82, 20, "가맹점 사용영역; of the claim", default="")
    approval_number: str = left_digits(102, 10, "승인번호", at_least=6)
    till: str = text(112, 6, "포스번호", default="")
    fee_won: int = signed_won(118, 12, "수수료; below 0 for a cancel")
    terminal_id: str = left_digits(130, 10, "단말기번호 (TID)", at_least=8)
    extra: str = text(140, 20, "부가정보", default="")
    card_kind: str = code(160, 1, "카드구분", meanings=CARD_KINDS)
    spare: None = filler(161, 39, "예비")


class ReturnTotal(Telegram, size=200, charset=EUC_KR):
    """입반송 파일 합계: the deposit is what the bank statement will show."""

    kind: str = constant(0, 2, "49", "레코드구분; total")
    paid: Sum = nested(2, 23, Sum, "지급")
    returned: Sum = nested(25, 23, Sum, "반송")
    held: Sum = nested(48, 23, Sum, "보류")
    released: Sum = nested(71, 23, Sum, "해제")
    total: Sum = nested(94, 23, Sum, "합계")
    fee_won: int = signed_won(117, 14, "수수료 합계")
    deposit_won: int = signed_won(131, 14, "입금액; paid and released less their fees")
    spare: None = filler(145, 55, "예비")


class DepositStart(Telegram, size=150, charset=EUC_KR):
    """입금 파일 시작: one merchant number, one day of payment."""

    kind: str = constant(0, 2, "52", "레코드구분; start")
    issuer_code: str = code(2, 4, "카드사 코드")
    spare: None = filler(6, 12, "예비")
    business_number: str = digits(18, 10, "사업자번호")
    spare_before_the_date: None = filler(28, 12, "예비")
    payment_date: date = yymmdd(40, 6, "지급예정일")
    merchant_number: str = left_digits(46, 15, "가맹점번호; the acquirer's")
    spare_before_the_claim: None = filler(61, 18, "예비")
    claim_date: date = yymmdd(79, 6, "청구일")
    spare_at_the_end: None = filler(85, 65, "예비")


class Deposit(Telegram, size=150, charset=EUC_KR):
    """입금 내역: what became of one claimed row, and what it cost."""

    kind: str = code(0, 2, "레코드구분", meanings=RETURN_KINDS)
    currency: str = code(2, 3, "통화", meanings=CURRENCIES, default="410")
    exponent: int = number(5, 1, "소수 자릿수", default=0)
    sale_date: date = yymmdd(6, 6, "매출일자")
    received_date: date = yymmdd(12, 6, "접수일자")
    card_number: str = masked_pan(18, 19, "카드번호; masked")
    instalment_months: int = number(37, 2, "할부개월")
    amount_won: int = won(39, 10, "매출금액; without a sign")
    issuer_reason: str = code(49, 4, "발급사 반송코드", may_be_blank=True, default="")
    reason: str = code(53, 2, "반송코드; 00 normal", default="00")
    never_kept: None = filler(55, 13, "주민번호; written as spaces and not read")
    fee_won: int = signed_won(68, 10, "수수료; below 0 for a cancel")
    reason_text: str = text(78, 20, "반송사유", default="")
    van_transaction_id: str = text(98, 20, "거래고유번호", default="")
    terminal_id: str = text(118, 20, "단말기번호 (TID)")
    approval_number: str = left_digits(138, 10, "승인번호", at_least=6)
    spare: None = filler(148, 2, "예비")


class DepositTotal(Telegram, size=150, charset=EUC_KR):
    """입금 파일 합계."""

    kind: str = constant(0, 2, "53", "레코드구분; total")
    paid: Sum = nested(2, 23, Sum, "지급")
    returned: Sum = nested(25, 23, Sum, "반송")
    held: Sum = nested(48, 23, Sum, "보류")
    released: Sum = nested(71, 23, Sum, "해제")
    fee_won: int = signed_won(94, 14, "수수료 합계")
    deposit_won: int = signed_won(108, 14, "입금액; paid and released less their fees")
    spare: None = filler(122, 28, "예비")


class ShortSum(Telegram, size=19, charset=EUC_KR):
    """How many records, and what they add up to, of the third family."""

    count: int = number(0, 7, "건수")
    amount_won: int = signed_won(7, 12, "금액; sales less cancels")


class Outcome(Telegram, size=150, charset=EUC_KR):
    """입반송 결과 (D): what became of one claimed row, what it cost, whose it is and when it is paid."""

    record: str = constant(0, 1, "D", "레코드구분; data")
    kind: str = code(1, 2, "데이터구분", meanings=RETURN_KINDS)
    sale_date: date = yymmdd(3, 6, "매출일자")
    received_date: date = yymmdd(9, 6, "접수일자")
    card_number: str = masked_pan(15, 20, "카드번호; masked")
    instalment_months: int = number(35, 2, "할부개월")
    approval_number: str = left_digits(37, 8, "승인번호", at_least=6)
    issuer_reason: str = code(45, 4, "발급사 반송코드", may_be_blank=True, default="")
    reason: str = code(49, 2, "반송코드; 00 normal", default="00")
    amount_won: int = won(51, 12, "매출금액; without a sign")
    issuer_code: str = code(63, 2, "카드사 코드")
    merchant_number: str = left_digits(65, 15, "가맹점번호; the acquirer's")
    capture: str = text(80, 5, "매입취소구분; 매입 or 취소, as the kind says", default="")
    payment_date: date = yymmdd(85, 6, "지급예정일")
    merchant_use: str = text(91, 20, "가맹점 사용영역; of the claim", default="")
    fee_won: int = signed_won(111, 9, "수수료; below 0 for a cancel")
    spare: None = filler(120, 30, "예비")


class OutcomeTotal(Telegram, size=150, charset=EUC_KR):
    """입반송 결과 합계 (R): of the D records since the last, of one merchant number and payment date."""

    record: str = constant(0, 1, "R", "레코드구분; total")
    paid: ShortSum = nested(1, 19, ShortSum, "지급")
    returned: ShortSum = nested(20, 19, ShortSum, "반송")
    held: ShortSum = nested(39, 19, ShortSum, "보류")
    released: ShortSum = nested(58, 19, ShortSum, "해제")
    total: ShortSum = nested(77, 19, ShortSum, "합계")
    fee_won: int = signed_won(96, 12, "수수료 합계")
    payment_date: date = yymmdd(108, 6, "입금일")
    deposit_won: int = signed_won(114, 12, "입금액; paid and released less their fees")
    merchant_number: str = left_digits(126, 13, "가맹점번호; the acquirer's, its last digits")
    written_date: date = yymmdd(139, 6, "전송일")
    spare: None = filler(145, 5, "예비")


_ALL_RETURNS: Final = {**PAID, **RETURNED, **HELD, **RELEASED}
_RETURN_TALLIES: Final = (
    Tally("paid", PAID),
    Tally("returned", RETURNED),
    Tally("held", HELD),
    Tally("released", RELEASED),
    Tally("fee_won", dict.fromkeys(_ALL_RETURNS, 1), amount="fee_won"),
    Tally("deposit_won", {**PAID, **RELEASED}, less="fee_won"),
)

TRANSACTIONS: Final = RecordFile("settlement transactions", Transaction)
CLAIMS: Final = RecordFile(
    "settlement claims",
    Claim,
    start=ClaimStart,
    total=ClaimTotal,
    tallies=(
        Tally("sales", {"20": 1}),
        Tally("cancels", {"25": -1}),
        Tally("total", {"20": 1, "25": -1}),
    ),
    sequence="sequence",
)
RETURNS: Final = RecordFile(
    "settlement returns",
    Return,
    start=ReturnStart,
    total=ReturnTotal,
    tallies=(*_RETURN_TALLIES, Tally("total", _ALL_RETURNS)),
)
DEPOSITS: Final = RecordFile(
    "settlement deposits",
    Deposit,
    start=DepositStart,
    total=DepositTotal,
    tallies=_RETURN_TALLIES,
    line_end=b"\r\n",
)
OUTCOMES: Final = RecordFile(
    "settlement outcomes",
    Outcome,
    total=OutcomeTotal,
    tallies=(*_RETURN_TALLIES, Tally("total", _ALL_RETURNS)),
    line_end=b"\r\n",
    told_by="record",
)
