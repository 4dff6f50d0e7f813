"""Cancelling: one more try of an open cancel, until a definite answer says what became of it.

In doubt, a cancel is repeated forward and never undone; "cancelled" is told only after a definite answer.
A refusal is one only of a telegram that was surely the only one: of a repeat it is none, for the one before
may have done what the repeat was refused. There, and where a destination says that it took back another
amount, a person owns the cancel (docs/adr/0042, 0063).
Flow: workflows/cancel.asl.json. Doors: functions/van_link and card_direct.
Promise: tests/spec/test_cancel.py, test_cancel_differs.py. Story: docs/flows/cancel.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import assert_never

from payment_core.approval.change import (
    Change,
    Facts,
    Path,
    Wake,
    given_up,
    noted_try,
    pinned_states,
    transition,
)
from payment_core.approval.model import Attempt, Cancel, CancelState, Sale, SaleId, Step
from payment_core.approval.net_cancel import (
    ANSWER_WRITE_MS,
    NOBODY_TO_ASK_MS,
    back_off_ms,
    settled_by_ms,
)
from payment_core.approval.outcome import (
    Approved,
    CancelOutcome,
    InDoubt,
    NotApproved,
    NotSent,
    Refused,
    Undone,
)
from payment_core.approval.ports import Link, Order, Profile, Sales
from payment_core.approval.send import order_of
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.instrument import Instrument


@dataclass(frozen=True)
class Repeating:
    """Where a cancel stands for the workflow that repeats it.

    Attributes:
        wait_seconds: When not closed: how long to wait before the next try; at least 1.
    """

    closed: bool
    wait_seconds: int = 0


def try_cancel(
    sale_id: SaleId,
    cancel_id: str,
    *,
    sales: Sales,
    link: Link,
    profile: Profile,
    opened: Callable[[Mapping[str, str]], Instrument],
    hand: Hand,
) -> Repeating:
    """Send the open cancel once more and write what it came to; a receipt's customer is opened for it.

    One that a person owns is not sent again: whether it was done is the question.
    """
    sale = sales.read(sale_id)
    if sale is None or sale.open_cancel != cancel_id:
        return Repeating(closed=True)
    if sale.cancels[cancel_id].state is CancelState.MANUAL:
        change = _looked_after(sale, cancel_id, sales, link, profile, hand)
    else:
        claimed = sales.apply(_about_to_send(sale, cancel_id, hand))
        sale, cancel = claimed.sale, claimed.sale.cancels[cancel_id]
        if not claimed.won:
            return Repeating(closed=sale.open_cancel != cancel_id, wait_seconds=1)
        customer = opened(cancel.sealed_customer) if cancel.sealed_customer else None
        outcome = link.cancel(_order_of(sale, cancel), hand.remaining_ms() - ANSWER_WRITE_MS, customer)
        sales.keep_evidence(sale_id, f"cancel-{cancel_id}-{cancel.tries}", outcome.trail)
        change = _record(sale, cancel_id, outcome, hand)
    as_seen = {**change.seen, ("cancels", cancel_id, "state"): str(sale.cancels[cancel_id].state)}
    sale = sales.apply(replace(change, seen=as_seen)).sale
    if sale.open_cancel != cancel_id:
        return Repeating(closed=True)
    return Repeating(closed=False, wait_seconds=hand.seconds_until(sale.next_action_at_ms))


def _about_to_send(sale: Sale, cancel_id: str, hand: Hand) -> Change:
    """Write that a telegram may have left, before it does: what tells an only one from a repeat."""
    path, cancel, write_id = ("cancels", cancel_id), sale.cancels[cancel_id], hand.new_id()
    return Change(
        sale.sale_id,
        step=None,
        write_id=write_id,
        seen={
            **pinned_states(sale),
            ("open_cancel",): cancel_id,
            (*path, "state"): str(cancel.state),
            (*path, "sent"): cancel.sent,
        },
        sets={
            (*path, "sent"): cancel.sent + 1,
            (*path, "sent_at_ms"): hand.now_ms(),
            ("write_id",): write_id,
        },
    )


def _looked_after(
    sale: Sale, cancel_id: str, sales: Sales, link: Link, profile: Profile, hand: Hand
) -> Change:
    """Ask, where an answer can end it: nothing of the sale lives, and nothing was to be left of it.

    That the sale lives says that nothing went back, once no telegram of the cancel can be on its way any more
    and where nobody has said that something did.
    """
    cancel, asked_again_ms = sale.cancels[cancel_id], NOBODY_TO_ASK_MS
    if not sale.cancellable_won:
        is_settled = hand.now_ms() >= settled_by_ms(cancel.sent_at_ms, profile)
        budget_ms = hand.remaining_ms() - ANSWER_WRITE_MS
        outcome = link.inquire(order_of(sale, sale.attempts.index(_approved(sale))), budget_ms)
        sales.keep_evidence(sale.sale_id, f"cancel-{cancel_id}-inquiry-{cancel.tries}", outcome.trail)
        if isinstance(outcome, NotApproved):
            facts = _end(cancel_id, CancelState.DONE, outcome, {})
            return transition(Step.CANCEL_DONE, sale, hand, facts=facts)
        if isinstance(outcome, Approved) and cancel.taken_back_won is None and is_settled:
            said = Refused(cancel.response_code, cancel.message)
            return _refused(sale, cancel_id, said, hand, reason="inquiry: still approved")
        asked_again_ms = back_off_ms(cancel.tries, hand)
    wake = Wake("operator", hand.now_ms() + asked_again_ms)
    return noted_try(sale, hand, path=("cancels", cancel_id), tries=cancel.tries + 1, wake=wake)


def _approved(sale: Sale) -> Attempt:
    approved = sale.approved_attempt
    assert approved is not None, "a sale is cancelled only where an approval lives"  # noqa: S101 -- a bug
    return approved


def _order_of(sale: Sale, cancel: Cancel) -> Order:
    approved = _approved(sale)
    return Order(
        sale_id=sale.sale_id,
        trace_number=cancel.trace_number,
        requested_at_ms=cancel.requested_at_ms,
        amount_won=cancel.amount_won,
        vat_won=cancel.vat_won,
        service_won=0,
        tax_free_won=0,
        installment_months=0,
        original_amount_won=sale.amount_won,
        original_trace_number=approved.trace_number,
        original_approval_number=approved.approval_number,
        original_requested_at_ms=approved.intent_at_ms,
        tender=sale.tender,
        purpose=sale.purpose,
        reason=cancel.reason,
    )


def _record(sale: Sale, cancel_id: str, outcome: CancelOutcome, hand: Hand) -> Change:
    cancel, path = sale.cancels[cancel_id], ("cancels", cancel_id)
    match outcome:
        case Undone():
            step = Step.CANCEL_PART_DONE if sale.cancellable_won else Step.CANCEL_DONE
            return transition(step, sale, hand, facts=_end(cancel_id, CancelState.DONE, outcome, {}))
        case Refused() if cancel.sent == 1:
            alone = _refused(sale, cancel_id, outcome, hand)
            return replace(alone, seen={**alone.seen, (*path, "sent"): 1})
        case Refused():
            reason = "refused, but a telegram before it may have been carried out"
            return _differs(sale, cancel_id, outcome, reason, {(*path, "message"): outcome.message}, hand)
        case InDoubt(taken_back_won=int(won)):
            reason = f"the cancel took back {won:,} won instead of {cancel.amount_won:,}"
            return _differs(sale, cancel_id, outcome, reason, {(*path, "taken_back_won"): won}, hand)
        case NotSent():
            tried = _tried(sale, cancel_id, hand)
            not_this = {**tried.sets, (*path, "sent"): cancel.sent - 1}
            return replace(tried, seen={**tried.seen, (*path, "sent"): cancel.sent}, sets=not_this)
        case InDoubt():
            return _tried(sale, cancel_id, hand)
        case _:
            assert_never(outcome)


def _tried(sale: Sale, cancel_id: str, hand: Hand) -> Change:
    tries = sale.cancels[cancel_id].tries
    wake = Wake("cancel", hand.now_ms() + back_off_ms(tries, hand))
    return noted_try(sale, hand, path=("cancels", cancel_id), tries=tries + 1, wake=wake)


def _refused(sale: Sale, cancel_id: str, said: Refused, hand: Hand, **why: str) -> Change:
    facts = _end(cancel_id, CancelState.REFUSED, said, given_up(sale, cancel_id))
    facts = replace(facts, evidence={**facts.evidence, **why})
    return transition(Step.CANCEL_REFUSED, sale, hand, facts=facts)


def _differs(
    sale: Sale,
    cancel_id: str,
    said: InDoubt | Refused,
    reason: str,
    known: Mapping[Path, object],
    hand: Hand,
) -> Change:
    """Call a person, once: what the destination says does not end it."""
    path, cancel = ("cancels", cancel_id), sale.cancels[cancel_id]
    return transition(
        Step.CANCEL_DIFFERS,
        sale,
        hand,
        wake=Wake("operator", hand.now_ms() + back_off_ms(cancel.tries, hand)),
        facts=Facts(
            sets={
                (*path, "state"): str(CancelState.MANUAL),
                (*path, "tries"): cancel.tries + 1,
                (*path, "response_code"): said.response_code,
                **known,
            },
            evidence={"cancel": cancel_id, "code": said.response_code, "reason": reason},
        ),
    )


def _end(
    cancel_id: str,
    state: CancelState,
    outcome: Undone | Refused | NotApproved,
    back: Mapping[Path, object],
) -> Facts:
    path = ("cancels", cancel_id)
    return Facts(
        seen={("open_cancel",): cancel_id},
        sets={
            (*path, "state"): str(state),
            (*path, "response_code"): outcome.response_code,
            (*path, "message"): outcome.message,
            **back,
        },
        removes=(("open_cancel",), (*path, "sealed_customer")),
        evidence={"cancel": cancel_id, "code": outcome.response_code, "message": outcome.message},
    )
