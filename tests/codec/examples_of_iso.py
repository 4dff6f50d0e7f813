"""One whole telegram of every kind of the VAN gyeongbok and the issuer bada, which speak ISO 8583."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from telegram_codec.iso8583 import MonthDayTime
from telegram_codec.moments import MonthDay
from telegram_codec.specs import bada, gyeongbok

if TYPE_CHECKING:
    from telegram_codec import Telegram

CARD_NUMBER = "378282246310005"  # an odd number of digits
_DAY = date(2026, 3, 2)
_NOON = MonthDayTime(MonthDay(3, 2), time(12, 30, 45))
_MAC = bytes.fromhex("0123456789abcdef")

gyeongbok_approval_request = gyeongbok.ApprovalRequest(
    card_number=CARD_NUMBER,
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004711",
    transaction_time=time(12, 30, 45),
    transaction_day=MonthDay(3, 2),
    expiry="2812",
    entry_mode="012",
    serial="000000004711",
    terminal_id="10020030",
    merchant_number="900112233",
    merchant_name="경복식당",
    merchant_use="table 9",
    instalment_months=3,
    vat_won=5_000,
    cvc="9172",
)
_gyeongbok_chip_approval_request = gyeongbok.ApprovalRequest(
    card_number="4111111111111111",
    amount_won=9_900,
    transmitted=_NOON,
    audit_number="004712",
    transaction_time=time(12, 30, 45),
    transaction_day=MonthDay(3, 2),
    entry_mode="051",
    track_2="4111111111111111=28121011234500000",
    serial="000000004712",
    terminal_id="10020030",
    pin_block=bytes.fromhex("c0ffee00c0ffee99"),
    chip_data=bytes.fromhex("9f26080102030405060708"),
    authentication=_MAC,
    vat_won=900,
)
_gyeongbok_cancel_request = gyeongbok.CancelRequest(
    amount_won=11_000,
    transmitted=_NOON,
    audit_number="004713",
    transaction_time=time(12, 41),
    transaction_day=MonthDay(3, 2),
    serial="000000004713",
    original_approval_number="300123",
    terminal_id="10020030",
    replacement_amounts=gyeongbok.ReplacementAmounts(remaining_won=44_000, settlement_won=44_000),
    vat_won=1_000,
    original_serial="000000004711",
    original_date=_DAY,
    cancel_scope="P",
)
gyeongbok_net_cancel_advice = gyeongbok.NetCancelAdvice(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004714",
    transaction_time=time(12, 31, 9),
    transaction_day=MonthDay(3, 2),
    serial="000000004714",
    terminal_id="10020030",
    reason="4021",
    original_elements=gyeongbok.OriginalElements(
        original_audit_number="004711",
        original_transmitted="0302123045",
        acquirer="0" * 11,
        forwarder="0" * 11,
    ),
    vat_won=5_000,
    original_serial="000000004711",
    original_date=_DAY,
)
_gyeongbok_net_cancel_repeat = gyeongbok.NetCancelRepeat(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004714",
    transaction_time=time(12, 31, 9),
    transaction_day=MonthDay(3, 2),
    serial="000000004714",
    terminal_id="10020030",
    vat_won=5_000,
    original_serial="000000004711",
    original_date=_DAY,
)
_gyeongbok_inquiry_request = gyeongbok.InquiryRequest(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004715",
    transaction_time=time(12, 32),
    transaction_day=MonthDay(3, 2),
    serial="000000004715",
    terminal_id="10020030",
    vat_won=5_000,
    original_serial="000000004711",
    original_date=_DAY,
)
_gyeongbok_receipt_request = gyeongbok.CashReceiptRequest(
    amount_won=8_800,
    transmitted=_NOON,
    audit_number="004716",
    transaction_time=time(13, 0, 5),
    transaction_day=MonthDay(3, 2),
    entry_mode="012",
    serial="000000004716",
    terminal_id="10020030",
    receipt_kind="1",
    customer_number="01012345678",
    vat_won=800,
)
_gyeongbok_receipt_cancel_request = gyeongbok.CashReceiptCancelRequest(
    amount_won=8_800,
    transmitted=_NOON,
    audit_number="004717",
    transaction_time=time(13, 2),
    transaction_day=MonthDay(3, 2),
    entry_mode="012",
    serial="000000004717",
    original_approval_number="300456",
    terminal_id="10020030",
    receipt_kind="1",
    cancel_reason="2",
    customer_number="01012345678",
    vat_won=800,
    original_date=_DAY,
)
gyeongbok_echo_request = gyeongbok.EchoRequest(
    transmitted=_NOON,
    audit_number="004718",
    transaction_time=time(12, 33),
    transaction_day=MonthDay(3, 2),
    serial="000000004718",
    terminal_id="10020030",
)
gyeongbok_approval_answer = gyeongbok.ApprovalAnswer(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004711",
    transaction_time=time(12, 30, 45),
    transaction_day=MonthDay(3, 2),
    settlement_day=MonthDay(3, 3),
    acquirer_code="044",
    serial="000000004711",
    approval_number="300123",
    response_code="00",
    terminal_id="10020030",
    merchant_number="900112233",
    merchant_use="table 9",
    message="정상승인",
    instalment_months=3,
    issuer_code="031",
    issuer_name="하늘카드",
    capture_kind="E",
    printed_card_number="378282*****0005",
)
_gyeongbok_declined_answer = gyeongbok.ApprovalAnswer(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004711",
    transaction_time=time(12, 30, 45),
    transaction_day=MonthDay(3, 2),
    serial="000000004711",
    response_code="61",
    terminal_id="10020030",
    message="한도초과",
)
_gyeongbok_cancel_answer = gyeongbok.CancelAnswer(
    amount_won=11_000,
    transmitted=_NOON,
    audit_number="004713",
    transaction_time=time(12, 41),
    transaction_day=MonthDay(3, 2),
    serial="000000004713",
    approval_number="300123",
    response_code="00",
    terminal_id="10020030",
    message="부분취소 완료",
)
_gyeongbok_net_cancel_answer = gyeongbok.NetCancelAnswer(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004714",
    transaction_time=time(12, 31, 9),
    transaction_day=MonthDay(3, 2),
    serial="000000004714",
    response_code="25",
    terminal_id="10020030",
    message="원거래 없음",
    original_serial="000000004711",
)
_gyeongbok_inquiry_answer = gyeongbok.InquiryAnswer(
    amount_won=55_000,
    transmitted=_NOON,
    audit_number="004715",
    transaction_time=time(12, 32),
    transaction_day=MonthDay(3, 2),
    serial="000000004715",
    approval_number="300123",
    response_code="00",
    terminal_id="10020030",
    original_serial="000000004711",
    original_state="A",
)
_gyeongbok_receipt_answer = gyeongbok.CashReceiptAnswer(
    amount_won=8_800,
    transmitted=_NOON,
    audit_number="004716",
    transaction_time=time(13, 0, 5),
    transaction_day=MonthDay(3, 2),
    serial="000000004716",
    approval_number="300456",
    response_code="00",
    terminal_id="10020030",
    receipt_kind="1",
)
_gyeongbok_receipt_cancel_answer = gyeongbok.CashReceiptCancelAnswer(
    amount_won=8_800,
    transmitted=_NOON,
    audit_number="004717",
    transaction_time=time(13, 2),
    transaction_day=MonthDay(3, 2),
    serial="000000004717",
    response_code="00",
    terminal_id="10020030",
    receipt_kind="1",
)
_gyeongbok_echo_answer = gyeongbok.EchoAnswer(
    transmitted=_NOON,
    audit_number="004718",
    transaction_time=time(12, 33),
    transaction_day=MonthDay(3, 2),
    serial="000000004718",
    response_code="00",
    terminal_id="10020030",
)
bada_approval_request = bada.ApprovalRequest(
    card_number=CARD_NUMBER,
    amount_won=110_000,
    transmitted=_NOON,
    audit_number="000021",
    transaction_time=time(12, 30, 45),
    transaction_day=MonthDay(3, 2),
    expiry="2812",
    entry_mode="05",
    card_sequence=1,
    track_2="378282246310005=28121011234500000",
    serial="000000000021",
    terminal_id="PAYRELAY",
    merchant_number="9001122330001AB",
    merchant_name="바다횟집",
    cvc="917",
    pin_block=bytes.fromhex("c0ffee00c0ffee99"),
    chip_data=bytes.fromhex("9f26080102030405060708"),
    vat_won=10_000,
    instalment_months=12,
    authentication=_MAC,
)
_bada_cancel_request = bada.CancelRequest(
    amount_won=110_000,
    transmitted=_NOON,
    audit_number="000022",
    transaction_time=time(12, 41),
    transaction_day=MonthDay(3, 2),
    serial="000000000022",
    original_approval_number="700321",
    terminal_id="PAYRELAY",
    merchant_number="9001122330001AB",
    original_date=_DAY,
    cancel_scope="F",
    authentication=_MAC,
)
_bada_net_cancel_advice = bada.NetCancelAdvice(
    amount_won=110_000,
    transmitted=_NOON,
    audit_number="000023",
    transaction_time=time(12, 31),
    transaction_day=MonthDay(3, 2),
    serial="000000000023",
    terminal_id="PAYRELAY",
    merchant_number="9001122330001AB",
    vat_won=10_000,
    original_serial="000000000021",
    original_date=_DAY,
    authentication=_MAC,
)
_bada_echo_request = bada.EchoRequest(
    transmitted=_NOON, audit_number="000024", serial="000000000024", terminal_id="PAYRELAY"
)
_bada_approval_answer = bada.ApprovalAnswer(
    amount_won=110_000,
    transmitted=_NOON,
    audit_number="000021",
    serial="000000000021",
    approval_number="700321",
    response_code="00",
    terminal_id="PAYRELAY",
    message="정상승인",
    authentication=_MAC,
)
_bada_cancel_answer = bada.CancelAnswer(
    amount_won=110_000,
    transmitted=_NOON,
    audit_number="000022",
    serial="000000000022",
    response_code="21",
    terminal_id="PAYRELAY",
    message="기취소 거래",
    authentication=_MAC,
)
_bada_net_cancel_answer = bada.NetCancelAnswer(
    amount_won=110_000,
    transmitted=_NOON,
    audit_number="000023",
    serial="000000000023",
    response_code="00",
    terminal_id="PAYRELAY",
    original_serial="000000000021",
    authentication=_MAC,
)
_bada_echo_answer = bada.EchoAnswer(
    transmitted=_NOON,
    audit_number="000024",
    serial="000000000024",
    response_code="00",
    terminal_id="PAYRELAY",
)

EXAMPLES: dict[str, Telegram] = {
    "gyeongbok/approval_request": gyeongbok_approval_request,
    "gyeongbok/chip_approval_request": _gyeongbok_chip_approval_request,
    "gyeongbok/cancel_request": _gyeongbok_cancel_request,
    "gyeongbok/net_cancel_advice": gyeongbok_net_cancel_advice,
    "gyeongbok/net_cancel_repeat": _gyeongbok_net_cancel_repeat,
    "gyeongbok/inquiry_request": _gyeongbok_inquiry_request,
    "gyeongbok/cash_receipt_request": _gyeongbok_receipt_request,
    "gyeongbok/cash_receipt_cancel_request": _gyeongbok_receipt_cancel_request,
    "gyeongbok/echo_request": gyeongbok_echo_request,
    "gyeongbok/approval_answer": gyeongbok_approval_answer,
    "gyeongbok/declined_answer": _gyeongbok_declined_answer,
    "gyeongbok/cancel_answer": _gyeongbok_cancel_answer,
    "gyeongbok/net_cancel_answer": _gyeongbok_net_cancel_answer,
    "gyeongbok/inquiry_answer": _gyeongbok_inquiry_answer,
    "gyeongbok/cash_receipt_answer": _gyeongbok_receipt_answer,
    "gyeongbok/cash_receipt_cancel_answer": _gyeongbok_receipt_cancel_answer,
    "gyeongbok/echo_answer": _gyeongbok_echo_answer,
    "bada/approval_request": bada_approval_request,
    "bada/cancel_request": _bada_cancel_request,
    "bada/net_cancel_advice": _bada_net_cancel_advice,
    "bada/echo_request": _bada_echo_request,
    "bada/approval_answer": _bada_approval_answer,
    "bada/cancel_answer": _bada_cancel_answer,
    "bada/net_cancel_answer": _bada_net_cancel_answer,
    "bada/echo_answer": _bada_echo_answer,
}
