"""Accept: claim the sale under the key the POS made, once.

Door: functions/gateway. Promise: tests/spec/test_accept.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from payment_core.approval.change import DRIVER_LIMIT_MS, Facts, Wake, transition
from payment_core.approval.model import Answer, Decision, Sale, SaleId, Step
from payment_core.approval.ports import Sales
from payment_core.approval.refusals import BusinessDateError, FingerprintDiffersError, SaleInProgressError
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import business_dates_around

WORKFLOW_BUDGET_MS: Final = 26_000  # of the 30 s that a POS waits


@dataclass(frozen=True)
class SaleRequest:
    """The opened, checked words of a POS that wants an approval; no card data but its mask and token.

    Attributes:
        fingerprint: Keyed digest over every business field; a retry has the same, anything else has not.
        deadline_at_ms: When the approval workflow must have ended.
    """

    sale_id: SaleId
    amount_won: int
    vat_won: int
    service_won: int
    tax_free_won: int
    installment_months: int
    card_masked: str
    card_token: str
    fingerprint: str
    deadline_at_ms: int


def accept(request: SaleRequest, sales: Sales, hand: Hand) -> Answer | None:
    """Claim the sale.

    Returns:
        ``None`` when the sale is ours to drive now; the stored answer when it was decided before.

    Raises:
        BusinessDateError: the date can be none of this sale.
        FingerprintDiffersError: the key belongs to a sale with other contents.
        SaleInProgressError: the first request with this key is still on its way.
    """
    received_at_ms = hand.now_ms()
    require_business_date(request.sale_id.business_date, received_at_ms)
    unwritten = Sale(request.sale_id, Decision.ABSENT)
    written = sales.apply(
        transition(
            Step.ACCEPT,
            unwritten,
            hand,
            wake=Wake("request", received_at_ms + DRIVER_LIMIT_MS),
            facts=Facts(
                sets={
                    ("amount_won",): request.amount_won,
                    ("vat_won",): request.vat_won,
                    ("service_won",): request.service_won,
                    ("tax_free_won",): request.tax_free_won,
                    ("installment_months",): request.installment_months,
                    ("card_masked",): request.card_masked,
                    ("card_token",): request.card_token,
                    ("fingerprint",): request.fingerprint,
                    ("received_at_ms",): received_at_ms,
                    ("deadline_at_ms",): request.deadline_at_ms,
                    ("cancellable_won",): 0,
                    ("cancellable_vat_won",): 0,
                    ("cancels",): {},
                }
            ),
        )
    )
    if written.won:
        return None
    return answer_for_known_key(written.sale, request.fingerprint)


def require_business_date(business_date: str, now_ms: int) -> None:
    """Insist that a POS's date is yesterday, today or tomorrow in Korea; within that, it is the POS's own.

    Raises:
        BusinessDateError: it is not.
    """
    if business_date not in business_dates_around(now_ms):
        raise BusinessDateError(business_date)


def answer_for_known_key(sale: Sale, fingerprint: str) -> Answer:
    """What a repeated key is told: the stored answer, byte for byte, or a refusal that sends nothing."""
    if sale.fingerprint != fingerprint:
        raise FingerprintDiffersError(sale.sale_id)
    if sale.answer is None:
        raise SaleInProgressError(sale.sale_id)
    return sale.answer
