"""One order, one card and one cheque, and a line to a scripted VAN, as most tests of adapters need them."""

from __future__ import annotations

from payment_adapters.destinations import destination
from payment_adapters.networks.link import TelegramLink
from payment_core.approval.model import SaleId
from payment_core.approval.ports import Order
from payment_core.kernel.card import Card, Entry
from payment_core.kernel.cheque import Cheque, ChequeKind
from tests.adapters.scripted_van import ScriptedVan
from tests.fakes.hands import NOON_IN_SEOUL_MS
from tools.simulators import cheques

CARD = Card("4111111111111111", "1230", Entry.KEYED, cvc="917")
ORDER = Order(
    sale_id=SaleId("1001", "10010001", 1, "20261120", 42),
    trace_number="001000000420",
    requested_at_ms=NOON_IN_SEOUL_MS,
    amount_won=11_000,
    vat_won=1_000,
    service_won=0,
    tax_free_won=0,
    installment_months=0,
    original_amount_won=11_000,
    original_trace_number="001000000420",
    original_approval_number="",
    original_requested_at_ms=NOON_IN_SEOUL_MS,
)

CHEQUE = Cheque(
    "10000013",
    cheques.BANK,
    cheques.BRANCH,
    ChequeKind.HUNDRED_THOUSAND,
    100_000,
    cheques.ISSUED_ON,
    cheques.ACCOUNT,
)


def line_to(van: ScriptedVan) -> TelegramLink:
    """A line that waits at most two seconds for an answer, half of that on the socket."""
    return TelegramLink(destination("hangang"), van.address, lambda: NOON_IN_SEOUL_MS, answer_seconds=2)
