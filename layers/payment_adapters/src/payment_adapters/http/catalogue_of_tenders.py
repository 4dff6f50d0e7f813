"""The catalogue's problems about what a sale is paid with, in the order of checking."""

from __future__ import annotations

from typing import Final

from payment_adapters.http.languages import Said
from payment_adapters.http.problem_entry import Entry

TENDERS: Final = (
    Entry(
        "tender-not-in-instalments",
        422,
        "Two or more months for a tender that is no credit card.",
        Said("Tender not in instalments", "할부할 수 없는 결제수단"),
        Said(
            "{tender} cannot be paid in instalments; only a credit card can.",
            "{tender} 은(는) 할부로 결제할 수 없습니다. 할부는 신용카드만 가능합니다.",
        ),
    ),
    Entry(
        "instalments-not-allowed",
        422,
        "Two or more months for an amount that is too small to be divided.",
        Said("Instalments not allowed", "할부 불가"),
        Said(
            "Instalments start at {lowest_won:,} won; the amount is {amount_won:,} won.",
            "할부는 {lowest_won:,}원부터 가능합니다. 요청 금액은 {amount_won:,}원입니다.",
        ),
    ),
    Entry(
        "card-is-not-unionpay",
        422,
        "The tender is `unionpay`, and the card's number is none of UnionPay's.",
        Said("Not a UnionPay card", "은련카드가 아님"),
        Said(
            "The sale is to be paid by UnionPay, and the card is none of UnionPay's.",
            "은련 결제인데 은련카드가 아닙니다.",
        ),
    ),
    Entry(
        "fallback-incomplete",
        422,
        "A fallback to swipe without track 2 or without the reader's reason, or a reason without a fallback.",
        Said("Fallback incomplete", "폴백 정보 부족"),
        Said(
            "A fallback to swipe carries track 2 and the reader's reason; no other entry carries a reason.",
            "폴백(MSR) 거래에는 트랙 2와 리더기의 사유 코드가 있어야 하고, 다른 입력방식에는 없어야 합니다.",
        ),
    ),
    Entry(
        "receipt-customer-does-not-fit",
        422,
        "A cash receipt for a person names a phone or card, for a business its number or card, else nobody.",
        Said("Receipt customer does not fit", "현금영수증 식별정보 오류"),
        Said(
            "The customer is not named as a receipt for {purpose} wants.",
            "현금영수증 용도 {purpose} 에 맞는 식별정보가 아닙니다.",
        ),
    ),
    Entry(
        "card-expired",
        422,
        "The card's last month was over on the sale's business date.",
        Said("Card expired", "카드 유효기간 만료"),
        Said(
            "The card was no longer valid on the business date {business_date}.",
            "영업일 {business_date} 에 카드 유효기간이 지났습니다.",
        ),
    ),
    Entry(
        "card-number-mistyped",
        422,
        "A keyed card number of 13 or more digits has a wrong check digit (Luhn).",
        Said("Card number mistyped", "카드번호 입력 오류"),
        Said(
            "The check digit of the keyed card number is wrong.",
            "입력한 카드번호의 검증 숫자가 맞지 않습니다.",
        ),
    ),
    Entry(
        "tender-not-taken",
        422,
        "Nobody on the merchant's route takes what the sale is to be paid with.",
        Said("Tender not taken", "받을 수 없는 결제수단"),
        Said(
            "No destination of route {route} takes {tender}.",
            "경로 {route} 에 {tender} 을(를) 처리하는 곳이 없습니다.",
        ),
    ),
)

CHEQUES: Final = (
    Entry(
        "cheque-does-not-fit",
        422,
        "No such cheque was ever printed: another amount than its kind's, or a date that is none or to come.",
        Said("Cheque does not fit", "수표 정보 오류"),
        Said(
            "The cheque's {word} cannot be. Read the cheque again.",
            "수표의 {word} 값이 맞지 않습니다. 수표를 다시 확인해 주십시오.",
        ),
    ),
    Entry(
        "cheques-not-taken",
        422,
        "Nobody on the merchant's route can be asked about a cheque.",
        Said("Cheque inquiry not taken", "수표조회 불가"),
        Said(
            "No destination of route {route} can be asked about a cheque.",
            "경로 {route} 에 수표조회를 처리하는 곳이 없습니다.",
        ),
    ),
    Entry(
        "cheque-not-known",
        503,
        "Nobody said whether the cheque is good. It may be asked again; nothing was moved.",
        Said("Cheque not known", "수표조회 결과 없음"),
        Said(
            "Nobody said whether the cheque is good. Do not take it yet; ask again.",
            "수표의 정상 여부를 확인하지 못했습니다. 수표를 받지 말고 다시 조회해 주십시오.",
        ),
    ),
)

CANCELS: Final = (
    Entry(
        "receipt-words-do-not-fit",
        422,
        "The cancel of a cash receipt without reason and customer, or of another sale with them.",
        Said("Receipt words do not fit", "현금영수증 취소 정보 오류"),
        Said(
            "{sale_id}: reason and customer go with the cancel of a cash receipt, and with no other.",
            "{sale_id}: 취소사유와 식별정보는 현금영수증 취소에만 필요하며, 반드시 있어야 합니다.",
        ),
    ),
    Entry(
        "receipt-customer-differs",
        422,
        "The customer named in the cancel is not the one of the receipt.",
        Said("Receipt customer differs", "현금영수증 식별정보 불일치"),
        Said(
            "{sale_id} was issued to another customer.",
            "{sale_id} 은(는) 다른 식별정보로 발급되었습니다.",
        ),
    ),
    Entry(
        "receipt-cancel-too-late",
        422,
        "The cash receipt is older than 90 days.",
        Said("Receipt cancel too late", "현금영수증 취소 기한 초과"),
        Said(
            "{sale_id} could be taken back for {days} days, and they are over.",
            "{sale_id} 은(는) 취소할 수 있는 {days}일이 지났습니다.",
        ),
    ),
)
