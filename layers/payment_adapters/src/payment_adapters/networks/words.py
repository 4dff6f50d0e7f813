"""The words a telegram can be filled with: one vocabulary, whatever the destination calls its fields.

A destination's file says, per telegram, which of its fields takes which word; a new VAN needs a layout and a
file, no code.

Every paper numbers telegrams in its own width. The numbers below are all made from the same trace number, so
that a repeated telegram has the number it had:

| word            | form             | never used twice                                                      |
|-----------------|------------------|-----------------------------------------------------------------------|
| `trace_number`  | 12 digits        | by one terminal on one day                                            |
| `unique_number` | 18 signs         | at all: terminal, day and trace number, each in base 36               |
| `daily_number`  | 6 digits         | by one terminal on one day, for its first 100,000 numbers of that day |
| `audit_number`  | 6 digits         | for people; the end of the trace number                               |
"""

from __future__ import annotations

from datetime import date
from typing import Final

from payment_adapters.destinations import Destination, Purpose
from payment_core.approval.ports import Order
from payment_core.kernel.card import Card
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.instrument import Instrument, Presented
from payment_core.kernel.korean_time import korean_time
from telegram_codec.moments import MonthDay, MonthDayTime, YearMonth

Words = dict[str, object]

NUMBERS: Final = ("trace_number", "unique_number", "daily_number")

_SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIRST_DAY: Final = date(2000, 1, 1)
_TERMINAL_DIGITS_AT_LEAST: Final = 8
_EPOCHS_PER_DAY: Final = 5  # a terminal that is replaced starts its sequence again under a new epoch
_NUMBERS_PER_EPOCH: Final = 200_000  # two attempts for each of 100,000 sequences


def words_of(order: Order) -> Words:
    """Say an order in the vocabulary; dates and times are Korean."""
    at = korean_time(order.requested_at_ms)
    time = at.time().replace(microsecond=0)
    day = MonthDay(at.month, at.day)
    original_day = korean_time(order.original_requested_at_ms).date()
    terminal, original = order.sale_id.terminal, order.original_trace_number
    whole = order.amount_won == order.original_amount_won
    return {
        "trace_number": order.trace_number,
        "unique_number": unique_number(terminal, at.date(), order.trace_number),
        "daily_number": daily_number(order.trace_number),
        "audit_number": order.trace_number[-6:],
        "terminal": terminal,
        "merchant": order.sale_id.merchant,
        "date": at.date(),
        "time": time,
        "day": day,
        "moment": MonthDayTime(day, time),
        "amount_won": order.amount_won,
        "vat_won": order.vat_won,
        "service_won": order.service_won,
        "tax_free_won": order.tax_free_won,
        "tender": str(order.tender),
        "installment_months": order.installment_months,
        "original_trace_number": original,
        "original_unique_number": unique_number(terminal, original_day, original) if original else "",
        "original_daily_number": daily_number(original) if original else "",
        "original_approval_number": order.original_approval_number,
        "original_date": original_day,
        "cancel_scope": "FULL" if whole else "PARTIAL",
        "purpose": order.purpose,
        "reason": order.reason,
    }


def words_of_presented(presented: Presented) -> Words:
    """Say what was presented; only an authorisation, and the cancel of a receipt, is filled with these."""
    match presented:
        case Card():
            return words_of_card(presented)
        case Instrument():
            entry = str(presented.entry or "")
            return {"instrument": presented.number, "entry": entry, "instrument_secret": presented.secret}


def words_of_card(card: Card) -> Words:
    """Say a card in the vocabulary."""
    return {
        "card_number": card.number,
        "expiry_mmyy": card.expiry,
        "expiry_yymm": card.expiry[2:] + card.expiry[:2],
        "expiry_month": YearMonth(2000 + int(card.expiry[2:]), int(card.expiry[:2])),
        "cvc": card.cvc,
        "track2": card.track2,
        "entry": str(card.entry),
        "fallback_reason": card.fallback_reason,
    }


def words_of_cheque(cheque: Cheque) -> Words:
    """Say a cheque in the vocabulary; its amount is the order's."""
    return {
        "cheque_number": cheque.number,
        "cheque_bank": cheque.bank,
        "cheque_branch": cheque.branch,
        "cheque_kind": str(cheque.kind),
        "cheque_issued_on": date(
            *map(int, (cheque.issued_on[:4], cheque.issued_on[4:6], cheque.issued_on[6:]))
        ),
        "cheque_account": cheque.account,
    }


def number_of(destination: Destination, order: Order) -> str:
    """The number by which a destination knows an authorisation: what its books and files are compared by."""
    words = destination.telegrams[Purpose.AUTHORISE].correlation.values()
    return str(words_of(order)[next(word for word in words if word in NUMBERS)])


def unique_number(terminal: str, day: date, trace_number: str) -> str:
    """One text for what only three parts together make unique; 18 signs, and no two sales share one.

    A leading zero of a terminal is part of its name, so its length goes in as well.
    """
    named = int(terminal) + 10**10 * (len(terminal) - _TERMINAL_DIGITS_AT_LEAST)
    return _in_signs(named, 7) + _in_signs((day - _FIRST_DAY).days, 3) + _in_signs(int(trace_number), 8)


def daily_number(trace_number: str) -> str:
    """Six digits for a paper that counts from 000001 every day (epoch 3, sequence 8, attempt 1)."""
    epoch, sequence, attempt = int(trace_number[:3]), int(trace_number[3:11]), int(trace_number[11:])
    within = (2 * sequence + attempt) % _NUMBERS_PER_EPOCH
    return f"{(epoch % _EPOCHS_PER_DAY) * _NUMBERS_PER_EPOCH + within:06d}"


def _in_signs(number: int, width: int) -> str:
    signs = ""
    for _ in range(width):
        number, rest = divmod(number, len(_SIGNS))
        signs = _SIGNS[rest] + signs
    assert number == 0, "the number has more signs than its place"  # noqa: S101 -- a bug
    return signs
