"""One whole telegram of every kind, as a shop called 한강분식 would send and receive them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING

from telegram_codec.specs import haneul, hangang
from tests.codec import (
    examples_of_files,
    examples_of_iso,
    examples_of_others,
    examples_of_tenders,
    examples_of_vans,
)

if TYPE_CHECKING:
    from telegram_codec import Telegram

CARD_NUMBER = "4111111111111111"

approval_request = hangang.ApprovalRequest(
    terminal_id="1002003004",
    serial="000000004711",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 30, 45),
    merchant_id="7700123",
    company_terminal_id="TILL-03",
    entry_mode="K",
    card_number=CARD_NUMBER,
    expiry="2812",
    cvc="917",
    instalment_months=3,
    amount_won=55_000,
    vat_won=5_000,
    business_number="1208100001",
    merchant_use="table 9",
    merchant_name="한강분식",
)
cancel_request = hangang.CancelRequest(
    terminal_id="1002003004",
    serial="000000004712",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 41),
    amount_won=11_000,
    vat_won=1_000,
    original_date=date(2026, 3, 2),
    original_approval_number="30012345",
    original_transaction_id="HG2603020001",
    cancel_scope="P",
    merchant_name="한강분식",
)
net_cancel_request = hangang.NetCancelRequest(
    terminal_id="1002003004",
    serial="000000004713",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 31, 9),
    amount_won=55_000,
    vat_won=5_000,
    original_serial="000000004711",
    original_date=date(2026, 3, 2),
)
inquiry_request = hangang.InquiryRequest(
    terminal_id="1002003004",
    serial="000000004714",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 32),
    amount_won=55_000,
    vat_won=5_000,
    original_serial="000000004711",
    original_date=date(2026, 3, 2),
)
echo_request = hangang.EchoRequest(
    terminal_id="1002003004",
    serial="000000004715",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 33),
)
approval_answer = hangang.ApprovalAnswer(
    terminal_id="1002003004",
    serial="000000004711",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 30, 45),
    van_transaction_id="HG2603020001",
    response_code="0000",
    answered_date=date(2026, 3, 2),
    answered_time=time(12, 30, 46),
    printed_card_number="411111******1111",
    instalment_months=3,
    amount_won=55_000,
    approval_number="30012345",
    issuer_code="0031",
    issuer_name="하늘카드",
    acquirer_code="0044",
    acquirer_name="바다카드",
    merchant_number="900112233",
    capture_kind="E",
    message="정상승인",
    merchant_use="table 9",
)
declined_answer = replace(
    approval_answer,
    response_code="8326",
    approval_number="",
    capture_kind="",
    message="한도초과",
)
cancel_answer = hangang.CancelAnswer(
    terminal_id="1002003004",
    serial="000000004712",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 41),
    van_transaction_id="HG2603020002",
    response_code="0000",
    answered_date=date(2026, 3, 2),
    answered_time=time(12, 41, 1),
    amount_won=11_000,
    approval_number="30012345",
    message="부분취소 완료",
)
net_cancel_answer = hangang.NetCancelAnswer(
    terminal_id="1002003004",
    serial="000000004713",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 31, 9),
    response_code="2810",
    answered_date=date(2026, 3, 2),
    answered_time=time(12, 31, 10),
    amount_won=55_000,
    message="원거래 없음",
    original_serial="000000004711",
)
inquiry_answer = hangang.InquiryAnswer(
    terminal_id="1002003004",
    serial="000000004714",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 32),
    van_transaction_id="HG2603020001",
    response_code="0000",
    answered_date=date(2026, 3, 2),
    answered_time=time(12, 32, 1),
    amount_won=55_000,
    approval_number="30012345",
    original_serial="000000004711",
    original_state="A",
)
echo_answer = hangang.EchoAnswer(
    terminal_id="1002003004",
    serial="000000004715",
    transaction_date=date(2026, 3, 2),
    transaction_time=time(12, 33),
    response_code="0000",
)
payment = haneul.Payment(
    management_number="HN-2026-0302-0000001",
    card_number=CARD_NUMBER,
    expiry="1228",
    cvc="917",
    amount_won=110_000,
    vat_won=10_000,
)
cancel = haneul.Cancel(
    management_number="HN-2026-0302-0000002",
    card_number=CARD_NUMBER,
    amount_won=110_000,
    vat_won=10_000,
    original_management_number="HN-2026-0302-0000001",
)
net_cancel = haneul.NetCancel(
    management_number="HN-2026-0302-0000001",
    amount_won=110_000,
    vat_won=10_000,
    original_management_number="HN-2026-0302-0000001",
)
inquiry = haneul.Inquiry(
    management_number="HN-2026-0302-0000001",
    amount_won=110_000,
    vat_won=10_000,
    original_management_number="HN-2026-0302-0000001",
)
payment_answer = haneul.PaymentAnswer(
    management_number="HN-2026-0302-0000001",
    response_code="0000",
    amount_won=110_000,
    approval_number="30012345",
    message="정상승인",
)
haneul_cancel_answer = haneul.CancelAnswer(
    management_number="HN-2026-0302-0000002",
    response_code="2558",
    amount_won=110_000,
    message="이미 취소된 거래입니다",
)
haneul_net_cancel_answer = haneul.NetCancelAnswer(
    management_number="HN-2026-0302-0000001",
    response_code="2810",
    amount_won=110_000,
    original_management_number="HN-2026-0302-0000001",
    message="원거래가 없습니다",
)
haneul_inquiry_answer = haneul.InquiryAnswer(
    management_number="HN-2026-0302-0000001",
    response_code="0000",
    amount_won=110_000,
    approval_number="30012345",
    original_management_number="HN-2026-0302-0000001",
)

EXAMPLES: dict[str, Telegram] = {
    "hangang/approval_request": approval_request,
    "hangang/cancel_request": cancel_request,
    "hangang/net_cancel_request": net_cancel_request,
    "hangang/inquiry_request": inquiry_request,
    "hangang/echo_request": echo_request,
    "hangang/approval_answer": approval_answer,
    "hangang/declined_answer": declined_answer,
    "hangang/cancel_answer": cancel_answer,
    "hangang/net_cancel_answer": net_cancel_answer,
    "hangang/inquiry_answer": inquiry_answer,
    "hangang/echo_answer": echo_answer,
    "haneul/payment": payment,
    "haneul/cancel": cancel,
    "haneul/net_cancel": net_cancel,
    "haneul/inquiry": inquiry,
    "haneul/payment_answer": payment_answer,
    "haneul/cancel_answer": haneul_cancel_answer,
    "haneul/net_cancel_answer": haneul_net_cancel_answer,
    "haneul/inquiry_answer": haneul_inquiry_answer,
    **examples_of_tenders.EXAMPLES,
    **examples_of_vans.EXAMPLES,
    **examples_of_others.EXAMPLES,
    **examples_of_files.EXAMPLES,
    **examples_of_iso.EXAMPLES,
}
