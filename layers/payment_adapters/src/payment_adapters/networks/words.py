"""The words a telegram can be filled with: one vocabulary, whatever the destination calls its fields.

A destination's file says, per telegram, which of its fields takes which word; a new VAN needs a layout and a
file, no code.
"""

from __future__ import annotations

from payment_core.approval.ports import Order
from payment_core.kernel.card import Card
from payment_core.kernel.korean_time import korean_time

Words = dict[str, object]


def words_of(order: Order) -> Words:
    """Say an order in the vocabulary; dates and times are Korean."""
    at = korean_time(order.requested_at_ms)
    original_at = korean_time(order.original_requested_at_ms)
    whole = order.amount_won == order.original_amount_won
    return {
        "trace_number": order.trace_number,
        "terminal": order.sale_id.terminal,
        "merchant": order.sale_id.merchant,
        "date": at.date(),
        "time": at.time().replace(microsecond=0),
        "amount_won": order.amount_won,
        "vat_won": order.vat_won,
        "service_won": order.service_won,
        "tax_free_won": order.tax_free_won,
        "installment_months": order.installment_months,
        "original_trace_number": order.original_trace_number,
        "original_approval_number": order.original_approval_number,
        "original_date": original_at.date(),
        "cancel_scope": "FULL" if whole else "PARTIAL",
    }


def words_of_card(card: Card) -> Words:
    """Say a card in the vocabulary; only an authorisation is ever filled with these."""
    return {
        "card_number": card.number,
        "expiry_mmyy": card.expiry,
        "expiry_yymm": card.expiry[2:] + card.expiry[:2],
        "cvc": card.cvc,
        "track2": card.track2,
        "entry": str(card.entry),
    }
