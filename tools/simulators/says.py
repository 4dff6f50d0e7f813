"""What a party can say about a request, before it is put into the codes of its paper.

Of cheques only those speak that are asked about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Say(StrEnum):
    """One meaning each."""

    DONE = "done"
    ALREADY_PROCESSED = "already_processed"
    ALREADY_CANCELLED = "already_cancelled"
    NO_ORIGINAL = "no_original"
    OTHER_AMOUNT = "other_amount"
    MORE_THAN_REMAINS = "more_than_remains"
    TOO_LATE = "too_late"
    WINDOW_OVER = "window_over"
    NO_SUCH_CARD = "no_such_card"
    EXPIRED = "expired"
    WRONG_CVC = "wrong_cvc"
    NO_INSTALMENTS = "no_instalments"
    OVER_THE_LIMIT = "over_the_limit"
    NOT_FORWARDED = "not_forwarded"
    TRY_LATER = "try_later"
    CHEQUE_REPORTED = "cheque_reported"
    CHEQUE_PAID = "cheque_paid"
    NO_SUCH_CHEQUE = "no_such_cheque"
    UNLISTED = "unlisted"


MESSAGES: Final[Mapping[Say, str]] = {
    Say.DONE: "정상 처리되었습니다",
    Say.ALREADY_PROCESSED: "이미 처리된 거래입니다",
    Say.ALREADY_CANCELLED: "이미 취소된 거래입니다",
    Say.NO_ORIGINAL: "원거래가 없습니다",
    Say.OTHER_AMOUNT: "취소금액이 맞지 않습니다",
    Say.MORE_THAN_REMAINS: "취소 가능 금액을 초과하였습니다",
    Say.TOO_LATE: "취소 가능 시간이 지났습니다",
    Say.WINDOW_OVER: "망취소 가능 시간이 지났습니다",
    Say.NO_SUCH_CARD: "카드번호 오류",
    Say.EXPIRED: "유효기간 경과 카드",
    Say.WRONG_CVC: "CVC 오류",
    Say.NO_INSTALMENTS: "할부 불가",
    Say.OVER_THE_LIMIT: "한도 초과",
    Say.NOT_FORWARDED: "카드사 서비스 시간이 아닙니다",
    Say.TRY_LATER: "잠시 후 조회하십시오",
    Say.CHEQUE_REPORTED: "분실 또는 도난 신고된 수표입니다",
    Say.CHEQUE_PAID: "이미 지급된 수표입니다",
    Say.NO_SUCH_CHEQUE: "발행된 수표가 아닙니다",
    Say.UNLISTED: "",
}

FOUR_DIGIT_CODES: Final[Mapping[Say, str]] = {
    Say.DONE: "0000",
    Say.ALREADY_PROCESSED: "4383",
    Say.ALREADY_CANCELLED: "2558",
    Say.NO_ORIGINAL: "2810",
    Say.OTHER_AMOUNT: "2011",
    Say.MORE_THAN_REMAINS: "2032",
    Say.TOO_LATE: "6371",
    Say.WINDOW_OVER: "2020",
    Say.NO_SUCH_CARD: "0414",
    Say.EXPIRED: "8314",
    Say.WRONG_CVC: "7576",
    Say.NO_INSTALMENTS: "8410",
    Say.OVER_THE_LIMIT: "8326",
    Say.NOT_FORWARDED: "4873",
    Say.TRY_LATER: "4949",
    Say.UNLISTED: "9998",
}
CODES_OF_CHEQUES: Final[Mapping[Say, str]] = {
    Say.CHEQUE_REPORTED: "6101",
    Say.CHEQUE_PAID: "6102",
    Say.NO_SUCH_CHEQUE: "6103",
}
TWO_DIGIT_CODES: Final[Mapping[Say, str]] = {
    Say.DONE: "00",
    Say.ALREADY_PROCESSED: "94",
    Say.ALREADY_CANCELLED: "21",
    Say.NO_ORIGINAL: "25",
    Say.OTHER_AMOUNT: "13",
    Say.MORE_THAN_REMAINS: "61",
    Say.TOO_LATE: "40",
    Say.WINDOW_OVER: "77",
    Say.NO_SUCH_CARD: "14",
    Say.EXPIRED: "54",
    Say.WRONG_CVC: "82",
    Say.NO_INSTALMENTS: "58",
    Say.OVER_THE_LIMIT: "61",
    Say.NOT_FORWARDED: "92",
    Say.TRY_LATER: "91",
    Say.UNLISTED: "Z9",
}
