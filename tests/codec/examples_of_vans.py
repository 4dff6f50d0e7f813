"""One whole telegram of every kind of the VANs namsan and dongdaemun, and hangang's cash receipts."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from telegram_codec.specs import dongdaemun, hangang, namsan

if TYPE_CHECKING:
    from telegram_codec import Telegram

CARD_NUMBER = "5555555555554444"
CUSTOMER_NUMBER = "01012345678"

_DAY = date(2026, 3, 2)

_hangang_receipt_request = hangang.CashReceiptRequest(
    terminal_id="1002003004",
    serial="000000004716",
    transaction_date=_DAY,
    transaction_time=time(13, 0, 5),
    amount_won=8_800,
    vat_won=800,
    receipt_kind="1",
    customer_number=CUSTOMER_NUMBER,
    merchant_name="한강분식",
)
_hangang_receipt_cancel_request = hangang.CashReceiptCancelRequest(
    terminal_id="1002003004",
    serial="000000004717",
    transaction_date=_DAY,
    transaction_time=time(13, 2),
    amount_won=8_800,
    vat_won=800,
    original_date=_DAY,
    original_approval_number="123456789",
    cancel_scope="F",
    receipt_kind="1",
    customer_number=CUSTOMER_NUMBER,
    cancel_reason="2",
)
_hangang_receipt_answer = hangang.CashReceiptAnswer(
    terminal_id="1002003004",
    serial="000000004716",
    transaction_date=_DAY,
    transaction_time=time(13, 0, 5),
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(13, 0, 6),
    amount_won=8_800,
    approval_number="123456789",
    message="현금영수증 승인",
)
_hangang_receipt_cancel_answer = hangang.CashReceiptCancelAnswer(
    terminal_id="1002003004",
    serial="000000004717",
    transaction_date=_DAY,
    transaction_time=time(13, 2),
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(13, 2, 1),
    amount_won=8_800,
    approval_number="123456790",
    message="현금영수증 취소",
)

_namsan_approval_request = namsan.ApprovalRequest(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 30, 45),
    serial="004711",
    entry_mode="K",
    card_number=CARD_NUMBER,
    expiry="2812",
    cvc="917",
    amount_won=55_000,
    vat_won=5_000,
    instalment_months=3,
    merchant_name="남산돈까스",
    merchant_use="table 9",
)
_namsan_cancel_request = namsan.CancelRequest(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 41),
    serial="004712",
    amount_won=11_000,
    vat_won=1_000,
    original_date=_DAY,
    original_approval_number="30012345",
    cancel_scope="P",
)
_namsan_net_cancel_request = namsan.NetCancelRequest(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 31, 9),
    serial="004713",
    amount_won=55_000,
    vat_won=5_000,
    original_serial="004711",
    original_date=_DAY,
)
_namsan_inquiry_request = namsan.InquiryRequest(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 32),
    serial="004714",
    amount_won=55_000,
    vat_won=5_000,
    original_serial="004711",
    original_date=_DAY,
)
_namsan_receipt_request = namsan.CashReceiptRequest(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(13, 0, 5),
    serial="004715",
    amount_won=8_800,
    vat_won=800,
    receipt_kind="1",
    customer_number=CUSTOMER_NUMBER,
)
_namsan_receipt_cancel_request = namsan.CashReceiptCancelRequest(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(13, 2),
    serial="004716",
    amount_won=8_800,
    vat_won=800,
    original_date=_DAY,
    original_approval_number="123456789",
    cancel_scope="F",
    receipt_kind="1",
    customer_number=CUSTOMER_NUMBER,
    cancel_reason="2",
)
_namsan_approval_answer = namsan.ApprovalAnswer(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 30, 45),
    serial="004711",
    response_code="0000",
    message="정상승인",
    approval_number="30012345",
    van_transaction_id="NS2603020001",
    answered_date=_DAY,
    answered_time=time(12, 30, 46),
    printed_card_number="555555******4444",
    amount_won=55_000,
    instalment_months=3,
    issuer_code="05",
    issuer_name="하늘카드",
    acquirer_code="08",
    acquirer_name="바다카드",
    merchant_number="900112233",
    capture_kind="D",
    merchant_use="table 9",
)
_namsan_cancel_answer = namsan.CancelAnswer(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 41),
    serial="004712",
    response_code="2558",
    message="기취소된 거래",
    answered_date=_DAY,
    answered_time=time(12, 41, 1),
    amount_won=11_000,
)
_namsan_net_cancel_answer = namsan.NetCancelAnswer(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 31, 9),
    serial="004713",
    response_code="2810",
    message="원거래 없음",
    answered_date=_DAY,
    answered_time=time(12, 31, 10),
    amount_won=55_000,
    original_serial="004711",
)
_namsan_inquiry_answer = namsan.InquiryAnswer(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(12, 32),
    serial="004714",
    response_code="0000",
    approval_number="30012345",
    answered_date=_DAY,
    answered_time=time(12, 32, 1),
    amount_won=55_000,
    original_serial="004711",
    original_state="A",
)
_namsan_receipt_answer = namsan.CashReceiptAnswer(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(13, 0, 5),
    serial="004715",
    response_code="0000",
    approval_number="123456789",
    answered_date=_DAY,
    answered_time=time(13, 0, 6),
    amount_won=8_800,
)
_namsan_receipt_cancel_answer = namsan.CashReceiptCancelAnswer(
    terminal_id="20304050",
    transaction_date=_DAY,
    transaction_time=time(13, 2),
    serial="004716",
    response_code="0000",
    approval_number="123456790",
    answered_date=_DAY,
    answered_time=time(13, 2, 1),
    amount_won=8_800,
)

_dongdaemun_approval_request = dongdaemun.ApprovalRequest(
    serial="DD-20260302-000001",
    transaction_date=_DAY,
    transaction_time=time(12, 30, 45),
    terminal_id="3040506070",
    entry_mode="02",
    card_number=CARD_NUMBER,
    expiry="2812",
    instalment_months=3,
    amount_won=55_000,
    vat_won=5_000,
    merchant_name="동대문 옷가게 뷁",
)
_dongdaemun_cancel_request = dongdaemun.CancelRequest(
    serial="DD-20260302-000002",
    transaction_date=_DAY,
    transaction_time=time(12, 41),
    terminal_id="3040506070",
    amount_won=11_000,
    vat_won=1_000,
    original_date=_DAY,
    original_approval_number="30012345",
)
_dongdaemun_net_cancel_request = dongdaemun.NetCancelRequest(
    serial="DD-20260302-000003",
    transaction_date=_DAY,
    transaction_time=time(12, 31, 9),
    terminal_id="3040506070",
    amount_won=55_000,
    vat_won=5_000,
    original_serial="DD-20260302-000001",
    original_date=_DAY,
)
_dongdaemun_inquiry_request = dongdaemun.InquiryRequest(
    serial="DD-20260302-000004",
    transaction_date=_DAY,
    transaction_time=time(12, 32),
    terminal_id="3040506070",
    amount_won=55_000,
    vat_won=5_000,
    original_serial="DD-20260302-000001",
    original_date=_DAY,
)
_dongdaemun_receipt_request = dongdaemun.CashReceiptRequest(
    serial="DD-20260302-000005",
    transaction_date=_DAY,
    transaction_time=time(13, 0, 5),
    terminal_id="3040506070",
    amount_won=8_800,
    vat_won=800,
    receipt_kind="3",
    customer_number="0100001234",
)
_dongdaemun_receipt_cancel_request = dongdaemun.CashReceiptCancelRequest(
    serial="DD-20260302-000006",
    transaction_date=_DAY,
    transaction_time=time(13, 2),
    terminal_id="3040506070",
    amount_won=8_800,
    vat_won=800,
    original_date=_DAY,
    original_approval_number="123456789",
    receipt_kind="3",
    customer_number="0100001234",
    cancel_reason="1",
)
_dongdaemun_approval_answer = dongdaemun.ApprovalAnswer(
    serial="DD-20260302-000001",
    transaction_date=_DAY,
    transaction_time=time(12, 30, 45),
    terminal_id="3040506070",
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(12, 30, 46),
    amount_won=55_000,
    approval_number="30012345",
    message="정상승인",
    issuer_code="0300",
    acquirer_code="1300",
)


_dongdaemun_cancel_answer = dongdaemun.CancelAnswer(
    serial="DD-20260302-000002",
    transaction_date=_DAY,
    transaction_time=time(12, 41),
    terminal_id="3040506070",
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(12, 41, 1),
    amount_won=11_000,
    message="부분취소 완료",
)
_dongdaemun_net_cancel_answer = dongdaemun.NetCancelAnswer(
    serial="DD-20260302-000003",
    transaction_date=_DAY,
    transaction_time=time(12, 31, 9),
    terminal_id="3040506070",
    response_code="2810",
    answered_date=_DAY,
    answered_time=time(12, 31, 10),
    amount_won=55_000,
    message="원거래 없음",
    original_serial="DD-20260302-000001",
)
_dongdaemun_inquiry_answer = dongdaemun.InquiryAnswer(
    serial="DD-20260302-000004",
    transaction_date=_DAY,
    transaction_time=time(12, 32),
    terminal_id="3040506070",
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(12, 32, 1),
    amount_won=55_000,
    approval_number="30012345",
    original_serial="DD-20260302-000001",
    original_state="A",
)
_dongdaemun_receipt_answer = dongdaemun.CashReceiptAnswer(
    serial="DD-20260302-000005",
    transaction_date=_DAY,
    transaction_time=time(13, 0, 5),
    terminal_id="3040506070",
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(13, 0, 6),
    amount_won=8_800,
    approval_number="123456789",
)
_dongdaemun_receipt_cancel_answer = dongdaemun.CashReceiptCancelAnswer(
    serial="DD-20260302-000006",
    transaction_date=_DAY,
    transaction_time=time(13, 2),
    terminal_id="3040506070",
    response_code="0000",
    answered_date=_DAY,
    answered_time=time(13, 2, 1),
    amount_won=8_800,
    approval_number="123456790",
)

EXAMPLES: dict[str, Telegram] = {
    "hangang/cash_receipt_request": _hangang_receipt_request,
    "hangang/cash_receipt_cancel_request": _hangang_receipt_cancel_request,
    "hangang/cash_receipt_answer": _hangang_receipt_answer,
    "hangang/cash_receipt_cancel_answer": _hangang_receipt_cancel_answer,
    "namsan/approval_request": _namsan_approval_request,
    "namsan/cancel_request": _namsan_cancel_request,
    "namsan/net_cancel_request": _namsan_net_cancel_request,
    "namsan/inquiry_request": _namsan_inquiry_request,
    "namsan/cash_receipt_request": _namsan_receipt_request,
    "namsan/cash_receipt_cancel_request": _namsan_receipt_cancel_request,
    "namsan/approval_answer": _namsan_approval_answer,
    "namsan/cancel_answer": _namsan_cancel_answer,
    "namsan/net_cancel_answer": _namsan_net_cancel_answer,
    "namsan/inquiry_answer": _namsan_inquiry_answer,
    "namsan/cash_receipt_answer": _namsan_receipt_answer,
    "namsan/cash_receipt_cancel_answer": _namsan_receipt_cancel_answer,
    "dongdaemun/approval_request": _dongdaemun_approval_request,
    "dongdaemun/cancel_request": _dongdaemun_cancel_request,
    "dongdaemun/net_cancel_request": _dongdaemun_net_cancel_request,
    "dongdaemun/inquiry_request": _dongdaemun_inquiry_request,
    "dongdaemun/cash_receipt_request": _dongdaemun_receipt_request,
    "dongdaemun/cash_receipt_cancel_request": _dongdaemun_receipt_cancel_request,
    "dongdaemun/approval_answer": _dongdaemun_approval_answer,
    "dongdaemun/cancel_answer": _dongdaemun_cancel_answer,
    "dongdaemun/net_cancel_answer": _dongdaemun_net_cancel_answer,
    "dongdaemun/inquiry_answer": _dongdaemun_inquiry_answer,
    "dongdaemun/cash_receipt_answer": _dongdaemun_receipt_answer,
    "dongdaemun/cash_receipt_cancel_answer": _dongdaemun_receipt_cancel_answer,
}
