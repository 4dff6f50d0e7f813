"""Writes to one sale, small enough to see what each is about."""

from __future__ import annotations

from payment_core.approval.accept import SaleRequest
from payment_core.approval.change import Change, Path
from payment_core.approval.item import fixed_at_accept
from payment_core.approval.model import AttemptState, Decision, Entry, Sale, SaleId, Step
from payment_core.approval.ports import CardMark, Claim, Nonce
from payment_core.kernel.language import Language
from payment_core.kernel.tender import Tender

SENT_ATTEMPT = {
    "state": "INTENT",
    "destination": "hangang",
    "trace_number": "001000000420",
    "net_cancel_mode": "RELAY",
    "intent_at_ms": 1_795_143_600_000,
    "send_by_ms": 1_795_143_603_000,
    "invocation_id": "run-1",
}


def a_request(sale_id: SaleId) -> SaleRequest:
    """The words of an 11,000 won sale."""
    return SaleRequest(
        sale_id=sale_id,
        tender=Tender.CARD,
        amount_won=11_000,
        vat_won=1_000,
        service_won=0,
        tax_free_won=0,
        installment_months=0,
        card_masked="411111******1111",
        card_token=f"the card of {sale_id}",
        fingerprint="as first sent",
        nonce=Nonce("1001.10010001.1", f"of {sale_id}"),
        language=Language.KOREAN,
        double_tap_seconds=2,
        deadline_at_ms=1_795_143_626_000,
    )


def a_claim(sale_id: SaleId) -> Claim:
    """The claim of that sale, by a card and a nonce of its own."""
    request = a_request(sale_id)
    change = a_write(
        sale_id,
        f"claim of {sale_id}",
        seen={("decision",): None},
        sets={**fixed_at_accept(Sale(sale_id, Decision.ABSENT)), ("decision",): "RECEIVED"},
        step=Step.ACCEPT,
    )
    mark = CardMark(request.card_token, sale_id, 11_000, 1_795_143_600_000, 1_795_143_630_000)
    return Claim(change, request.nonce, mark)


def a_write(
    sale_id: SaleId,
    write_id: str,
    *,
    seen: dict[Path, str | int | None],
    sets: dict[Path, object],
    removes: tuple[Path, ...] = (),
    step: Step | None = None,
) -> Change:
    """A change of any kind; with a step it appends one line of history."""
    entry = (
        Entry(step, 1_795_143_600_000, "test", write_id, Decision.RECEIVED, (AttemptState.INTENT,))
        if step
        else None
    )
    return Change(sale_id, step, write_id, seen, {**sets, ("write_id",): write_id}, removes, entry)


def an_intent(sale_id: SaleId, write_id: str = "intent") -> Change:
    """The first attempt of a claimed sale."""
    return a_write(
        sale_id,
        write_id,
        seen={("decision",): "RECEIVED", ("a0", "state"): None},
        sets={("a0",): SENT_ATTEMPT},
        step=Step.INTENT,
    )


def one_more_try(sale_id: SaleId, write_id: str, tries: int) -> Change:
    """A repeated try: not a transition, so it leaves no line of history."""
    return a_write(sale_id, write_id, seen={("a0", "state"): "INTENT"}, sets={("a0", "tries"): tries})
