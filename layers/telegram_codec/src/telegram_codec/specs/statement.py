"""The bank statement (입금 내역) as invented banks give it: 120 bytes of EUC-KR, a section per account.

Amounts stand without a sign, the kind says which way the money went. Some lines name their payer only in
words: acquirer and merchant number are blank then, and the remark says what it says.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.fields import (
    code,
    constant,
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
from telegram_codec.records import RecordFile, Tally
from telegram_codec.specs.settlement import Sum
from telegram_codec.telegram import Telegram

ENTRY_KINDS: Final = {"B1": "paid in", "B2": "taken off"}


class StatementStart(Telegram, size=120, charset=EUC_KR):
    """명세 시작: one account, one day."""

    kind: str = constant(0, 2, "B0", "레코드구분; start")
    statement_date: date = yyyymmdd(2, 8, "거래일")
    bank_code: str = code(10, 3, "은행코드")
    account: str = text(13, 20, "계좌번호; masked", at_least=4)
    spare: None = filler(33, 87, "예비")


class Entry(Telegram, size=120, charset=EUC_KR):
    """입출금 내역: one line of the account."""

    kind: str = code(0, 2, "레코드구분", meanings=ENTRY_KINDS)
    sequence: int = number(2, 7, "일련번호; from 1, without gaps")
    entry_date: date = yyyymmdd(9, 8, "거래일")
    entry_time: time = hhmmss(17, 6, "거래시각")
    acquirer_code: str = code(23, 3, "카드사 코드", may_be_blank=True, default="")
    merchant_number: str = left_digits(26, 15, "가맹점번호; the acquirer's", may_be_blank=True, default="")
    amount_won: int = won(41, 14, "금액; without a sign")
    remark: str = text(55, 40, "적요", default="")
    spare: None = filler(95, 25, "예비")


class StatementTotal(Telegram, size=120, charset=EUC_KR):
    """명세 합계."""

    kind: str = constant(0, 2, "B9", "레코드구분; total")
    paid_in: Sum = nested(2, 23, Sum, "입금")
    taken_off: Sum = nested(25, 23, Sum, "출금; its amount is below 0")
    balance_won: int = signed_won(48, 14, "잔액; behind the last line")
    spare: None = filler(62, 58, "예비")


STATEMENTS: Final = RecordFile(
    "bank statements",
    Entry,
    start=StatementStart,
    total=StatementTotal,
    tallies=(Tally("paid_in", {"B1": 1}), Tally("taken_off", {"B2": -1})),
    sequence="sequence",
    line_end=b"\r\n",
)
