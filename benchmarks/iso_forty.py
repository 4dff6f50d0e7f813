"""An ISO 8583 sale of 40 elements, 11 of them of variable length, as benchmarks/codec.py times it.

Hex bitmaps, ASCII digits and no frame: what pyiso8583 reads with its `default_ascii` specification, once F52
and F64 are 8 and F55 up to 255 binary bytes there.
"""

from __future__ import annotations

from datetime import time

from telegram_codec.charsets import EUC_KR
from telegram_codec.fields import code, constant, digits, hhmmss, left_digits, mmdd, number, octets, text, won
from telegram_codec.iso8583 import (
    IsoTelegram,
    MonthDayTime,
    ll_digits,
    ll_pan,
    ll_track_2,
    lll_octets,
    lll_text,
    mmddhhmmss,
    optional,
)
from telegram_codec.moments import MonthDay


class Forty(IsoTelegram, mti="0100", bitmap="hex", digits="ascii", charset=EUC_KR):
    """A foreign card's sale in won, billed in dollars, with what came of it."""

    card_number: str = ll_pan(2, 19, "primary account number")
    processing_code: str = digits(3, 6)
    amount_won: int = won(4, 12)
    billed_amount: int = number(6, 12)
    transmitted: MonthDayTime = mmddhhmmss(7, 10)
    audit_number: str = digits(11, 6)
    local_time: time = hhmmss(12, 6)
    local_day: MonthDay = mmdd(13, 4)
    expiry: str = digits(14, 4, secret=True)
    settlement_day: MonthDay = mmdd(15, 4)
    merchant_kind: str = digits(18, 4)
    acquirer_country: str = digits(19, 3)
    entry_mode: str = digits(22, 3)
    card_sequence: int = number(23, 3)
    condition_code: str = digits(25, 2)
    capture_code: str = digits(26, 2)
    fee: str = text(28, 9)
    acquirer: str = ll_digits(32, 11)
    track_2: str = ll_track_2(35, 37)
    retrieval_number: str = digits(37, 12)
    approval_number: str | None = optional(code(38, 6))
    response_code: str | None = optional(code(39, 2))
    terminal_id: str = left_digits(41, 8)
    merchant_id: str = left_digits(42, 15)
    merchant_name: str = text(43, 40)
    additional: str | None = optional(lll_text(48, 999))
    currency: str = constant(49, 3, "410")
    billing_currency: str = digits(51, 3)
    pin_block: bytes | None = optional(octets(52, 8, secret=True))
    security_control: str | None = optional(digits(53, 16))
    additional_amounts: str | None = optional(lll_text(54, 120))
    chip: bytes | None = optional(lll_octets(55, 255, secret=True))
    private_60: str | None = optional(lll_text(60, 999))
    private_62: str | None = optional(lll_text(62, 999))
    private_63: str | None = optional(lll_text(63, 999))
    authentication: bytes | None = optional(octets(64, 8))
    original_elements: str | None = optional(digits(90, 42))
    replacement_amounts: str | None = optional(text(95, 42))
    receiver: str | None = optional(ll_digits(100, 11))
    account: str | None = optional(ll_digits(102, 28))


EXAMPLE = Forty(
    card_number="4111111111111111",
    processing_code="000000",
    amount_won=55_000,
    billed_amount=3_795,
    transmitted=MonthDayTime(MonthDay(3, 2), time(3, 30, 45)),
    audit_number="004711",
    local_time=time(12, 30, 45),
    local_day=MonthDay(3, 2),
    expiry="2812",
    settlement_day=MonthDay(3, 3),
    merchant_kind="5812",
    acquirer_country="410",
    entry_mode="051",
    card_sequence=1,
    condition_code="00",
    capture_code="12",
    fee="C00000100",
    acquirer="00000470001",
    track_2="4111111111111111=28121011234500000",
    retrieval_number="606112004711",
    approval_number="300123",
    response_code="00",
    terminal_id="10020030",
    merchant_id="900112233445566",
    merchant_name="HANGANG BUNSIK           SEOUL       KR",
    additional="0102030405060708",
    billing_currency="840",
    pin_block=bytes.fromhex("c0ffee00c0ffee99"),
    security_control="2001010100000000",
    additional_amounts="0040410D000000005000",
    chip=bytes.fromhex("9f2608c2f3a1b0d4e5f6079f2701809f100706010a03a0a800"),
    private_60="TILL-03",
    private_62="20260302",
    private_63="table 9, window",
    authentication=bytes.fromhex("0123456789abcdef"),
    original_elements="010000471003021229590000047000100000470002",
    replacement_amounts="000000055000000000055000C00000000C00000000",
    receiver="00000470003",
    account="1002003004005",
)


def texts_of(telegram: Forty) -> dict[str, str]:
    """The values of `telegram` as pyiso8583 takes them: text by element, padded, octets as hex digits."""
    (month, day), moment = telegram.transmitted
    local = telegram.local_time
    return {
        "t": "0100",
        "2": telegram.card_number,
        "3": telegram.processing_code,
        "4": f"{telegram.amount_won:012d}",
        "6": f"{telegram.billed_amount:012d}",
        "7": f"{month:02d}{day:02d}{moment.hour:02d}{moment.minute:02d}{moment.second:02d}",
        "11": telegram.audit_number,
        "12": f"{local.hour:02d}{local.minute:02d}{local.second:02d}",
        "13": f"{telegram.local_day.month:02d}{telegram.local_day.day:02d}",
        "14": telegram.expiry,
        "15": f"{telegram.settlement_day.month:02d}{telegram.settlement_day.day:02d}",
        "18": telegram.merchant_kind,
        "19": telegram.acquirer_country,
        "22": telegram.entry_mode,
        "23": f"{telegram.card_sequence:03d}",
        "25": telegram.condition_code,
        "26": telegram.capture_code,
        "28": telegram.fee.ljust(9),
        "32": telegram.acquirer,
        "35": telegram.track_2,
        "37": telegram.retrieval_number,
        "38": telegram.approval_number or "",
        "39": telegram.response_code or "",
        "41": telegram.terminal_id.ljust(8),
        "42": telegram.merchant_id.ljust(15),
        "43": telegram.merchant_name.ljust(40),
        "48": telegram.additional or "",
        "49": telegram.currency,
        "51": telegram.billing_currency,
        "52": (telegram.pin_block or b"").hex(),
        "53": telegram.security_control or "",
        "54": telegram.additional_amounts or "",
        "55": (telegram.chip or b"").hex(),
        "60": telegram.private_60 or "",
        "62": telegram.private_62 or "",
        "63": telegram.private_63 or "",
        "64": (telegram.authentication or b"").hex(),
        "90": telegram.original_elements or "",
        "95": (telegram.replacement_amounts or "").ljust(42),
        "100": telegram.receiver or "",
        "102": telegram.account or "",
    }


def values_of(texts: dict[str, str]) -> dict[str, object]:
    """What pyiso8583 read, as the values that `Forty` holds."""
    transmitted, local = texts["7"], texts["12"]
    local_day, settlement_day = texts["13"], texts["15"]
    return {
        "card_number": texts["2"],
        "processing_code": texts["3"],
        "amount_won": int(texts["4"]),
        "billed_amount": int(texts["6"]),
        "transmitted": MonthDayTime(
            MonthDay(int(transmitted[:2]), int(transmitted[2:4])), time.fromisoformat(transmitted[4:])
        ),
        "audit_number": texts["11"],
        "local_time": time.fromisoformat(local),
        "local_day": MonthDay(int(local_day[:2]), int(local_day[2:])),
        "expiry": texts["14"],
        "settlement_day": MonthDay(int(settlement_day[:2]), int(settlement_day[2:])),
        "merchant_kind": texts["18"],
        "acquirer_country": texts["19"],
        "entry_mode": texts["22"],
        "card_sequence": int(texts["23"]),
        "condition_code": texts["25"],
        "capture_code": texts["26"],
        "fee": texts["28"].rstrip(),
        "acquirer": texts["32"],
        "track_2": texts["35"],
        "retrieval_number": texts["37"],
        "approval_number": texts["38"],
        "response_code": texts["39"],
        "terminal_id": texts["41"].rstrip(),
        "merchant_id": texts["42"].rstrip(),
        "merchant_name": texts["43"].rstrip(),
        "additional": texts["48"],
        "billing_currency": texts["51"],
        "pin_block": bytes.fromhex(texts["52"]),
        "security_control": texts["53"],
        "additional_amounts": texts["54"],
        "chip": bytes.fromhex(texts["55"]),
        "private_60": texts["60"],
        "private_62": texts["62"],
        "private_63": texts["63"],
        "authentication": bytes.fromhex(texts["64"]),
        "original_elements": texts["90"],
        "replacement_amounts": texts["95"].rstrip(),
        "receiver": texts["100"],
        "account": texts["102"],
    }
