"""Cancel (취소): give back all or part of a known approval because a person asked: how it begins.

Before any telegram the amount is taken out of what may still be cancelled; cancelling.py repeats it until its
destination has answered. What settlement has claimed is not cancelled at its destination any more: the cancel
becomes a refund that the next settlement file carries (docs/flows/claim.md).
Flow: workflows/cancel.asl.json. Door: functions/gateway. Promise: tests/spec/test_cancel.py.
Story: docs/flows/cancel.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from payment_core.approval.accept import require_business_date
from payment_core.approval.cash_receipt import TakenBack, require_taken_back
from payment_core.approval.change import DRIVER_LIMIT_MS, Change, Facts, Path, Wake, transition
from payment_core.approval.model import Cancel, CancelState, Decision, Sale, SaleId, Step
from payment_core.approval.ports import Drivers, DriverUnavailableError, Sales
from payment_core.approval.refusals import (
    CancelAmountError,
    CancelReusedError,
    SaleNotCancellableError,
    SaleNotFoundError,
)
from payment_core.approval.trace_number import trace_number_of
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
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
        "sent": 0,
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
