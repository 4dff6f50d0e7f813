"""The POS's own net-cancel (망취소): undo a sale whose answer never reached the till.

It may arrive before its sale, or without one: then a tombstone keeps that key from ever being approved.
One conditional write decides each case; whoever loses it looks again and chooses again.
Door: functions/gateway. Promise: tests/spec/test_pos_net_cancel.py. Story: docs/flows/gateway.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from payment_core.approval.accept import require_business_date
from payment_core.approval.answer import undone_by_pos_answer
from payment_core.approval.change import Change, Facts, Path, Wake, transition
from payment_core.approval.item import fixed_at_accept
from payment_core.approval.model import AttemptState, Decision, Sale, SaleId, Step
from payment_core.approval.ports import Drivers, DriverUnavailableError, Sales
from payment_core.approval.refusals import NetCancelNotPossibleError
from payment_core.approval.sweeper import NEEDS_DRIVER
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender

BY_ITS_POS: Final[Mapping[str, str]] = MappingProxyType({"reason": "the POS net-cancelled it"})


def undo_for_pos(sale_id: SaleId, language: Language, *, sales: Sales, drivers: Drivers, hand: Hand) -> Sale:
    """Make sure that the sale is not approved, now or ever, and start undoing what may be live.

    Returns:
        The sale as it stands: reversed, being reversed, or never approved at all.

    Raises:
        BusinessDateError: nothing is known of the sale, and its date can be none of a sale on its way.
        NetCancelNotPossibleError: only a cancel can give this money back.
        StoreUnavailableError: nothing definitive can be said; the POS repeats.
    """
    sale = sales.read(sale_id) or Sale(sale_id, Decision.ABSENT, language=language)
    while (change := _reversal(sale, hand)) is not None:
        sale = sales.apply(change).sale
    for index, attempt in enumerate(sale.attempts):
        if attempt.state in NEEDS_DRIVER:
            with suppress(DriverUnavailableError):  # the wakers see the same sale
                drivers.start_net_cancel(sale_id, index, attempt.run)
    return sale


def undo_for_people(
    sale_id: SaleId, wish: Mapping[str, str], *, sales: Sales, drivers: Drivers, hand: Hand
) -> Sale | None:
    """Do what the POS of a sale should have done and never did, of any day (docs/adr/0050).

    Args:
        sale_id: A sale that its till never showed.
        wish: Who wants it, who checked that, why, and in which case; its history says so.
        sales: The truth.
        drivers: Starts the recovery.
        hand: Who acts.

    Returns:
        The sale, being undone; ``None`` where only a cancel or a refund can give the money back.
    """
    sale = sales.read(sale_id)
    while sale is not None and is_whole(sale):
        index = sale.attempt_states().index(AttemptState.APPROVED)
        written = sales.apply(_live_undone(sale, index, hand, evidence=wish))
        sale = written.sale
        if written.won:
            with suppress(DriverUnavailableError):  # the wakers see the same sale
                drivers.start_net_cancel(sale_id, index, sale.attempts[index].run)
            return sale
    return None


def _reversal(sale: Sale, hand: Hand) -> Change | None:
    """The write that takes an approval away from this sale; ``None`` where none can come any more."""
    match sale.decision:
        case Decision.ABSENT:
            require_business_date(sale.sale_id.business_date, hand.now_ms())
            tombstone = replace(sale, received_at_ms=hand.now_ms())
            return _undone(Step.POS_TOMBSTONE, tombstone, hand, more=fixed_at_accept(tombstone))
        case Decision.RECEIVED:
            states = sale.attempt_states()
            if AttemptState.INTENT in states:
                return _live_undone(sale, states.index(AttemptState.INTENT), hand)
            return _undone(Step.POS_UNDO_IDLE, sale, hand)
        case Decision.APPROVED if is_whole(sale) and _is_of_today(sale, hand):
            return _live_undone(sale, sale.attempt_states().index(AttemptState.APPROVED), hand)
        case Decision.APPROVED | Decision.CANCELLING:
            raise NetCancelNotPossibleError(sale.sale_id, sale.decision)
        case Decision.DECLINED | Decision.REVERSE | Decision.CANCELLED:
            return None


def is_whole(sale: Sale) -> bool:
    """Whether it is an approval that nothing was cancelled or claimed of: anything else is a cancel's affair.

    So is an issued cash receipt whose VAN undoes by itself: it was answered, so it will not, and payrelay
    does not keep whom a cancel would have to name.
    """
    if sale.decision is not Decision.APPROVED:
        return False
    approved = sale.approved_attempt
    is_vans_own = approved is not None and approved.net_cancel_mode is NetCancelMode.VAN_OWNED
    if is_vans_own and sale.tender is Tender.CASH_RECEIPT:
        return False
    return not sale.cancels and not sale.claim_batch


def _is_of_today(sale: Sale, hand: Hand) -> bool:
    return korean_time(sale.received_at_ms).date() == korean_time(hand.now_ms()).date()


def _live_undone(sale: Sale, index: int, hand: Hand, evidence: Mapping[str, str] = BY_ITS_POS) -> Change:
    van_owned = sale.attempts[index].net_cancel_mode is NetCancelMode.VAN_OWNED
    step = Step.POS_UNDO_VAN_OWNED if van_owned else Step.POS_UNDO
    nothing_left: dict[Path, object] = {("cancellable_won",): 0, ("cancellable_vat_won",): 0}
    return _undone(step, sale, hand, index=index, more=nothing_left, evidence=evidence)


def _undone(
    step: Step,
    sale: Sale,
    hand: Hand,
    *,
    index: int | None = None,
    more: Mapping[Path, object] = MappingProxyType({}),
    evidence: Mapping[str, str] = BY_ITS_POS,
) -> Change:
    answer = undone_by_pos_answer(sale)
    owner = "inquiry" if step is Step.POS_UNDO_VAN_OWNED else "net_cancel"
    untouched: dict[Path, str | int | None] = {
        ("cancellable_won",): sale.cancellable_won,
        ("claim_batch",): None,
    }
    return transition(
        step,
        sale,
        hand,
        index=index,
        wake=Wake(owner, hand.now_ms()),
        facts=Facts(
            seen=untouched if sale.decision is Decision.APPROVED else {},
            sets={("answer",): {"http_status": answer.http_status, "body": answer.body}, **more},
            evidence=dict(evidence),
        ),
    )
