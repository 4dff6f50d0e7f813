"""Accept: claim the sale under the key the POS made, once.

Door: functions/gateway. Promise: tests/spec/test_accept.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from payment_core.approval.cash_receipt import Receipt
from payment_core.approval.change import DRIVER_LIMIT_MS, Facts, Path, Wake, transition
from payment_core.approval.item import fixed_at_accept
from payment_core.approval.model import Answer, Decision, Sale, SaleId, Step
from payment_core.approval.ports import CardMark, Claim, Claims, Nonce, Sales, StoreUnavailableError
from payment_core.approval.refusals import (
    BusinessDateError,
    CardBusyError,
    FingerprintDiffersError,
    NonceReusedError,
    SaleInProgressError,
    SuspectedDuplicateError,
)
from payment_core.kernel.card import BIN_DIGITS
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import business_dates_around
from payment_core.kernel.language import Language
from payment_core.kernel.tender import Tender

WORKFLOW_BUDGET_MS: Final = 26_000  # of the 30 s that a POS waits
NOBODY: Final[Mapping[str, object]] = {}
WITHOUT_MONEY: Final = frozenset({Decision.DECLINED, Decision.REVERSE})


@dataclass(frozen=True)
class SaleRequest:
    """The opened, checked words of a POS that wants an approval; no card data but its mask and token.

    Attributes:
        fingerprint: Keyed digest over every business field; a retry has the same, anything else has not.
        nonce: Of the request's signature; it claims nothing a second time.
        double_tap_seconds: The merchant's window for suspecting one; 0 suspects nothing.
        deadline_at_ms: When the approval workflow must have ended.
        receipt: Of a sale in cash.
    """

    sale_id: SaleId
    tender: Tender
    amount_won: int
    vat_won: int
    service_won: int
    tax_free_won: int
    installment_months: int
    card_masked: str
    card_token: str
    fingerprint: str
    nonce: Nonce
    language: Language
    double_tap_seconds: int
    deadline_at_ms: int
    receipt: Receipt | None = None

    @property
    def bin_digits(self) -> str:
        """The issuer's prefix of the card, which its mask shows."""
        return self.card_masked[:BIN_DIGITS]


def accept(
    request: SaleRequest,
    sales: Sales,
    claims: Claims,
    hand: Hand,
    sealed_customer: Mapping[str, object] = NOBODY,
) -> Answer | None:
    """Claim the sale, its nonce and its card, all or nothing (docs/adr/0007).

    A cash receipt keeps its customer in the box until the write that leaves nothing open (docs/adr/0033).

    Returns:
        ``None`` when the sale is ours to drive now; the stored answer when it was decided before.

    Raises:
        BusinessDateError: the date can be none of this sale.
        FingerprintDiffersError: the key belongs to a sale with other contents.
        SaleInProgressError: the first request with this key is still on its way.
        NonceReusedError: the signature's nonce belongs to another request.
        CardBusyError: another sale with this card is still being decided.
        SuspectedDuplicateError: the card paid the same amount here a moment ago, under another key.
    """
    require_business_date(request.sale_id.business_date, hand.now_ms())
    claim = _claim(request, hand, sealed_customer)
    while True:
        claimed = claims.claim(claim)
        if claimed.won:
            return None
        if claimed.sale.decision is not Decision.ABSENT:
            return answer_for_known_key(claimed.sale, request.fingerprint)
        if claimed.nonce_is_spent:
            raise NonceReusedError
        try:
            claim = replace(claim, instead_of=_ended(claimed.mark_in_the_way, request, sales, hand))
        except (CardBusyError, SuspectedDuplicateError):
            claims.spend(request.nonce, hand.now_ms())  # nor may a captured copy of it be heard later
            raise


def _claim(request: SaleRequest, hand: Hand, sealed_customer: Mapping[str, object]) -> Claim:
    now_ms = hand.now_ms()
    sale = Sale(
        request.sale_id,
        Decision.ABSENT,
        tender=request.tender,
        purpose=str(request.receipt.purpose) if request.receipt else "",
        amount_won=request.amount_won,
        vat_won=request.vat_won,
        service_won=request.service_won,
        tax_free_won=request.tax_free_won,
        installment_months=request.installment_months,
        card_masked=request.card_masked,
        card_token=request.card_token,
        fingerprint=request.fingerprint,
        language=request.language,
        received_at_ms=now_ms,
        deadline_at_ms=request.deadline_at_ms,
    )
    kept: dict[Path, object] = {("sealed_customer",): sealed_customer} if sealed_customer else {}
    change = transition(
        Step.ACCEPT,
        sale,
        hand,
        wake=Wake("request", now_ms + DRIVER_LIMIT_MS),
        facts=Facts(sets={**fixed_at_accept(sale), **kept}),
    )
    mark = CardMark(request.card_token, request.sale_id, request.amount_won, now_ms, now_ms + DRIVER_LIMIT_MS)
    return Claim(change, request.nonce, mark)


def _ended(mark: CardMark | None, request: SaleRequest, sales: Sales, hand: Hand) -> CardMark:
    """The mark in the way, if the sale it stands for no longer is.

    A mark is written together with its sale, so there is no mark without one.
    """
    other = sales.read(mark.sale_id) if mark else None
    if mark is None or other is None:
        raise StoreUnavailableError(f"what keeps {request.sale_id} from its card cannot be read")
    if other.decision is Decision.RECEIVED:
        raise CardBusyError(request.sale_id)
    alike = (mark.sale_id.merchant, mark.amount_won) == (request.sale_id.merchant, request.amount_won)
    just_now = hand.now_ms() - mark.at_ms < request.double_tap_seconds * 1_000
    if alike and just_now and other.decision not in WITHOUT_MONEY:
        raise SuspectedDuplicateError(request.sale_id, request.double_tap_seconds)
    return mark


def require_business_date(business_date: str, now_ms: int) -> None:
    """Insist that a POS's date is yesterday, today or tomorrow in Korea; within that, it is the POS's own.

    Raises:
        BusinessDateError: it is not.
    """
    if business_date not in business_dates_around(now_ms):
        raise BusinessDateError(business_date)


def answer_for_known_key(sale: Sale, fingerprint: str) -> Answer:
    """What a repeated key is told: the stored answer, byte for byte, or a refusal that sends nothing.

    A tombstone never saw its sale and has no fingerprint: whatever comes under its key is undone.
    """
    if sale.fingerprint and sale.fingerprint != fingerprint:
        raise FingerprintDiffersError(sale.sale_id)
    if sale.answer is None:
        raise SaleInProgressError(sale.sale_id)
    return sale.answer
