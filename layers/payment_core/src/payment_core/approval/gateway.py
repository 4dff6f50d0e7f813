"""Relay: one request of a POS, from its claim to the answer, whatever happens to the workflow between.

Door: functions/gateway. Promise: tests/spec/test_gateway.py. Story: docs/flows/gateway.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from payment_core.approval.accept import NOBODY, SaleRequest, accept
from payment_core.approval.ending import end_undecided
from payment_core.approval.model import Answer, Sale, SaleId
from payment_core.approval.ports import ApprovalWorkflow, Claims, Sales, StoreUnavailableError
from payment_core.approval.refusals import SaleNotFoundError
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand


@dataclass(frozen=True)
class Relayed:
    """What the POS is told, and whether it was told so before."""

    answer: Answer
    replayed: bool


def relay(
    request: SaleRequest,
    sealed_card: Mapping[str, object],
    *,
    sales: Sales,
    claims: Claims,
    workflow: ApprovalWorkflow,
    hand: Hand,
) -> Relayed:
    """Claim the sale, run its approval, and tell only what is stored.

    Args:
        request: The checked words of the POS.
        sealed_card: The card, in a box that only the sender can open.
        sales: The truth.
        claims: Takes the sale, its nonce and its card.
        workflow: The approval workflow, started at most once.
        hand: Who acts.

    Raises:
        Refusal: as ``accept``.
        StoreUnavailableError: nothing definitive can be said; the POS repeats the same key.
    """
    sealed_customer = sealed_card if request.receipt else NOBODY
    if (known := accept(request, sales, claims, hand, sealed_customer)) is not None:
        return Relayed(known, replayed=True)
    answer = workflow.approve(request.sale_id, request.tender, request.bin_digits, sealed_card)
    return Relayed(answer or answer_after_silence(request.sale_id, sales, hand), replayed=False)


def look(sale_id: SaleId, sales: Sales) -> Sale:
    """Read a sale for its POS.

    Raises:
        SaleNotFoundError: nothing was sold under this id.
    """
    sale = sales.read(sale_id)
    if sale is None:
        raise SaleNotFoundError(sale_id)
    return sale


def answer_after_silence(sale_id: SaleId, sales: Sales, hand: Hand) -> Answer:
    """Answer for a workflow that did not say: ask the sale itself, and end it if nobody has decided it.

    Raises:
        StoreUnavailableError: the sale cannot be read back.
    """
    sale = sales.read(sale_id)
    while sale is not None and (change := end_undecided(sale, hand)) is not None:
        sale = sales.apply(change).sale
    if sale is None or sale.answer is None:
        raise StoreUnavailableError(f"sale {sale_id} was claimed and cannot be read back")
    return sale.answer
