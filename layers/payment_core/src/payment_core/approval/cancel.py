"""Cancel (취소): give back all or part of a known approval because a person asked.

In doubt, a cancel is repeated forward and never undone; "cancelled" is told only after a definite answer.
Where a destination says that it took back another amount, a person owns the cancel (docs/adr/0042).
What settlement has claimed is not cancelled at its destination any more: the cancel becomes a refund that the
next settlement file carries (docs/flows/claim.md).
Flow: workflows/cancel.asl.json. Door: functions/gateway begins, functions/van_link sends.
Promise: tests/spec/test_cancel.py. Story: docs/flows/cancel.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final, assert_never

from payment_core.approval.accept import require_business_date
from payment_core.approval.cash_receipt import TakenBack, require_taken_back
from payment_core.approval.change import (
    DRIVER_LIMIT_MS,
    Change,
    Facts,
    Path,
    Wake,
    noted_try,
    transition,
)
from payment_core.approval.model import Attempt, Cancel, CancelState, Decision, Sale, SaleId, Step
from payment_core.approval.net_cancel import ANSWER_WRITE_MS, NOBODY_TO_ASK_MS, back_off_ms, seconds_until
from payment_core.approval.outcome import CancelOutcome, InDoubt, NotApproved, NotSent, Refused, Undone
from payment_core.approval.ports import Drivers, DriverUnavailableError, Link, Order, Sales
from payment_core.approval.refusals import (
    CancelAmountError,
    CancelReusedError,
    SaleNotCancellableError,
    SaleNotFoundError,
)
from payment_core.approval.send import order_of
from payment_core.approval.trace_number import trace_number_of
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.instrument import Instrument
from payment_core.kernel.won import vat_of_cancel_won, vat_range_of_cancel_won

LOOK_EVERY_MS: Final = 150
LEAVE_BEFORE_MS: Final = 8_000  # of 28 s: the POS hears "still being cancelled" after at most 20 s


@dataclass(frozen=True)
class CancelRequest:
    """What a POS asks to be given back.

    Attributes:
        sequence: The cancel's own number from the terminal's counter; names the cancel on this sale.
        amount_won: ``None`` for all that remains.
        vat_won: ``None`` to let the rules share it out.
        taken_back: Of a cash receipt.
    """

    sale_id: SaleId
    business_date: str
    sequence: int
    amount_won: int | None
    vat_won: int | None
    taken_back: TakenBack | None = None

    @property
    def cancel_id(self) -> str:
        """``20261120-43``: unique on its sale."""
        return f"{self.business_date}-{self.sequence}"

    @property
    def key(self) -> str:
        """The Idempotency-Key: written like a sale id, with the cancel's own date and number."""
        return str(replace(self.sale_id, business_date=self.business_date, sequence=self.sequence))


def begin_cancel(request: CancelRequest, sales: Sales, hand: Hand) -> Sale:
    """Take the amount out of what may still be cancelled, before any telegram or file asks for it.

    Returns:
        The sale with the cancel in flight or in the claim queue, or as the same cancel left it before.

    Raises:
        BusinessDateError: the date can be none of this cancel.
        SaleNotFoundError: nothing was sold under this id.
        CancelReusedError: the number belongs to a cancel of another amount.
        SaleNotCancellableError: not approved, all given back, or another cancel is in flight.
        Refusal: as ``require_taken_back``, for a cash receipt.
        CancelAmountError: more than is left, or VAT that cannot be.
    """
    require_business_date(request.business_date, hand.now_ms())
    sale = sales.read(request.sale_id)
    if sale is None:
        raise SaleNotFoundError(request.sale_id)
    while (known := sale.cancels.get(request.cancel_id)) is None:
        require_taken_back(sale, request.business_date, request.amount_won, request.taken_back)
        written = sales.apply(_begin(sale, request, hand))
        sale = written.sale
        if written.won:
            return sale
    return _same_cancel(sale, request, known)


def _same_cancel(sale: Sale, request: CancelRequest, known: Cancel) -> Sale:
    if request.amount_won not in {None, known.amount_won} or request.vat_won not in {None, known.vat_won}:
        raise CancelReusedError(request.cancel_id, known.state)
    return sale


def _begin(sale: Sale, request: CancelRequest, hand: Hand) -> Change:
    if sale.decision is not Decision.APPROVED or not sale.cancellable_won:
        raise SaleNotCancellableError(sale.sale_id, sale.decision)
    amount_won, vat_won = _amounts(sale, request)
    now_ms = hand.now_ms()
    cancel: dict[str, object] = {
        "state": str(CancelState.REFUND if sale.claim_batch else CancelState.REQUESTED),
        "amount_won": amount_won,
        "vat_won": vat_won,
        "requested_at_ms": now_ms,
        "trace_number": trace_number_of(request.sale_id, request.sequence, 0),
    }
    if (receipt := request.taken_back) is not None:
        cancel |= {"reason": str(receipt.reason), "sealed_customer": dict(receipt.sealed_customer)}
    more: dict[Path, object]
    if sale.claim_batch:
        step, wake, more = Step.REFUND, None, {("claim_day",): _first_day_of_refunds(sale, request)}
    else:
        wake = Wake("cancel", now_ms + DRIVER_LIMIT_MS)
        step, more = Step.BEGIN_CANCEL, {("open_cancel",): request.cancel_id}
    return transition(
        step,
        sale,
        hand,
        wake=wake,
        facts=Facts(
            seen={
                ("cancellable_won",): sale.cancellable_won,
                ("cancellable_vat_won",): sale.cancellable_vat_won,
                ("cancels", request.cancel_id): None,
                ("claim_batch",): sale.claim_batch or None,
            },
            sets={
                ("cancels", request.cancel_id): cancel,
                ("cancellable_won",): sale.cancellable_won - amount_won,
                ("cancellable_vat_won",): sale.cancellable_vat_won - vat_won,
                **more,
            },
            evidence={"cancel": request.cancel_id, "amount_won": str(amount_won), "vat_won": str(vat_won)},
        ),
    )


def _first_day_of_refunds(sale: Sale, request: CancelRequest) -> str:
    """The business date from which a batch may take refunds of this sale: of the one that waits longest."""
    waiting = (name.partition("-")[0] for name, one in sale.refunds.items() if not one.claim_batch)
    return min([request.business_date, *waiting])  # a list: one string alone would be taken apart


def _amounts(sale: Sale, request: CancelRequest) -> tuple[int, int]:
    remaining_won, remaining_vat_won = sale.cancellable_won, sale.cancellable_vat_won
    amount_won = remaining_won if request.amount_won is None else request.amount_won
    if not 0 < amount_won <= remaining_won:
        raise CancelAmountError("amount_won", amount_won, 1, remaining_won)
    if request.vat_won is None:
        vat_won = vat_of_cancel_won(
            amount_won, remaining_won=remaining_won, remaining_vat_won=remaining_vat_won
        )
        return amount_won, vat_won
    lowest, highest = vat_range_of_cancel_won(
        amount_won, remaining_won=remaining_won, remaining_vat_won=remaining_vat_won
    )
    if not lowest <= request.vat_won <= highest:
        raise CancelAmountError("vat_won", request.vat_won, lowest, highest)
    return amount_won, request.vat_won


def cancel_and_wait(request: CancelRequest, *, sales: Sales, drivers: Drivers, hand: Hand) -> Sale:
    """Begin the cancel, start its driver, and look until it has a definite answer or this hand must leave.

    Raises:
        Refusal: as ``begin_cancel``.
    """
    sale = begin_cancel(request, sales, hand)
    if sale.open_cancel != request.cancel_id:
        return sale
    with suppress(DriverUnavailableError):  # the cancel is durable: the wakers start what this hand could not
        drivers.start_cancel(sale, sale.cancels[request.cancel_id].run)
    while _is_repeated(sale, request.cancel_id) and hand.remaining_ms() > LEAVE_BEFORE_MS:
        hand.pause_ms(LOOK_EVERY_MS)
        sale = sales.read(sale.sale_id) or sale
    return sale


def _is_repeated(sale: Sale, cancel_id: str) -> bool:
    """Whether its driver may have a definite answer any moment."""
    return sale.open_cancel == cancel_id and sale.cancels[cancel_id].state is CancelState.REQUESTED


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
    opened: Callable[[Mapping[str, str]], Instrument],
    hand: Hand,
) -> Repeating:
    """Send the open cancel once more and write what it came to; a receipt's customer is opened for it.

    One that a person owns is not sent again: its number is known as done.
    """
    sale = sales.read(sale_id)
    if sale is None or sale.open_cancel != cancel_id:
        return Repeating(closed=True)
    cancel = sale.cancels[cancel_id]
    budget_ms = hand.remaining_ms() - ANSWER_WRITE_MS
    if cancel.state is CancelState.MANUAL:
        change = _looked_after(sale, cancel_id, sales, link, budget_ms, hand)
    else:
        customer = opened(cancel.sealed_customer) if cancel.sealed_customer else None
        outcome = link.cancel(_order_of(sale, cancel), budget_ms, customer)
        sales.keep_evidence(sale_id, f"cancel-{cancel_id}-{cancel.tries}", outcome.trail)
        change = _record(sale, cancel_id, outcome, hand)
    as_seen = {**change.seen, ("cancels", cancel_id, "state"): str(cancel.state)}
    sale = sales.apply(replace(change, seen=as_seen)).sale
    if sale.open_cancel != cancel_id:
        return Repeating(closed=True)
    return Repeating(closed=False, wait_seconds=seconds_until(sale.next_action_at_ms, hand))


def _looked_after(sale: Sale, cancel_id: str, sales: Sales, link: Link, budget_ms: int, hand: Hand) -> Change:
    """Ask, where an answer can end it: nothing of the sale lives, and nothing was to be left of it."""
    cancel, asked_again_ms = sale.cancels[cancel_id], NOBODY_TO_ASK_MS
    if not sale.cancellable_won:
        outcome = link.inquire(order_of(sale, sale.attempts.index(_approved(sale))), budget_ms)
        sales.keep_evidence(sale.sale_id, f"cancel-{cancel_id}-inquiry-{cancel.tries}", outcome.trail)
        if isinstance(outcome, NotApproved):
            facts = _end(("cancels", cancel_id), CancelState.DONE, outcome, {})
            return transition(Step.CANCEL_DONE, sale, hand, facts=facts)
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
    cancel = sale.cancels[cancel_id]
    path = ("cancels", cancel_id)
    match outcome:
        case Undone():
            step = Step.CANCEL_PART_DONE if sale.cancellable_won else Step.CANCEL_DONE
            return transition(step, sale, hand, facts=_end(path, CancelState.DONE, outcome, {}))
        case Refused():
            back: dict[tuple[str, ...], object] = {
                ("cancellable_won",): sale.cancellable_won + cancel.amount_won,
                ("cancellable_vat_won",): sale.cancellable_vat_won + cancel.vat_won,
            }
            facts = _end(path, CancelState.REFUSED, outcome, back)
            return transition(Step.CANCEL_REFUSED, sale, hand, facts=facts)
        case InDoubt(taken_back_won=int(taken_back_won)):
            return _differs(sale, cancel_id, outcome, taken_back_won, hand)
        case NotSent() | InDoubt():
            wake = Wake("cancel", hand.now_ms() + back_off_ms(cancel.tries, hand))
            return noted_try(sale, hand, path=path, tries=cancel.tries + 1, wake=wake)
        case _:
            assert_never(outcome)


def _differs(sale: Sale, cancel_id: str, said: InDoubt, taken_back_won: int, hand: Hand) -> Change:
    """Call a person, once: it is done, and not what was asked."""
    path, cancel = ("cancels", cancel_id), sale.cancels[cancel_id]
    reason = f"the cancel took back {taken_back_won:,} won instead of {cancel.amount_won:,}"
    return transition(
        Step.CANCEL_DIFFERS,
        sale,
        hand,
        wake=Wake("operator", hand.now_ms() + back_off_ms(cancel.tries, hand)),
        facts=Facts(
            sets={
                (*path, "state"): str(CancelState.MANUAL),
                (*path, "taken_back_won"): taken_back_won,
                (*path, "tries"): cancel.tries + 1,
                (*path, "response_code"): said.response_code,
            },
            evidence={"cancel": cancel_id, "code": said.response_code, "reason": reason},
        ),
    )


def _end(
    path: tuple[str, str],
    state: CancelState,
    outcome: Undone | Refused | NotApproved,
    back: dict[tuple[str, ...], object],
) -> Facts:
    return Facts(
        seen={("open_cancel",): path[1]},
        sets={
            (*path, "state"): str(state),
            (*path, "response_code"): outcome.response_code,
            (*path, "message"): outcome.message,
            **back,
        },
        removes=(("open_cancel",), (*path, "sealed_customer")),
        evidence={"cancel": path[1], "code": outcome.response_code, "message": outcome.message},
    )
