"""Claim (청구): take approved sales, and the refunds of claimed ones, into the batch of one settlement file.

An undecided sale cannot be claimed and none is claimed twice, so a sale in flight at the cut-off falls into
exactly one batch. A batch notes each sale that it wants before it takes it; what it holds, the sales say.
Promise: tests/spec/test_claim.py. Story: docs/flows/claim.md. Decision: docs/adr/0026.
"""

from __future__ import annotations

from collections.abc import Iterator

from payment_core.approval.change import Change, Facts, Path, transition
from payment_core.approval.model import Decision, Sale, SaleId, Step
from payment_core.approval.ports import ClaimQueue, Sales
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.tender import Tender


@dataclass(frozen=True)
class Record:
    """One line of a batch, for its settlement file.

    Attributes:
        cancel_id: Of a refund; empty for the sale itself.
        amount_won: To be paid, or of a refund to be given back; never negative.
    """

    sale: Sale
    cancel_id: str
    amount_won: int
    vat_won: int


def claim_waiting(
    merchant: str, last_day: str, batch: str, *, sales: Sales, queue: ClaimQueue, hand: Hand
) -> None:
    """Take what a merchant has waiting into a batch; whoever stops halfway runs it again.

    Args:
        merchant: Whose sales.
        last_day: Business date YYYYMMDD of the cut-off; what waits from earlier days comes along.
        batch: Of one settlement file. What it took before stays in it.
        sales: The truth.
        queue: What waits.
        hand: Who acts.

    Raises:
        StoreUnavailableError: run it again.
    """
    for sale_id in queue.waiting(merchant, last_day):
        claim(sale_id, batch, sales=sales, queue=queue, hand=hand)


def claim(sale_id: SaleId, batch: str, *, sales: Sales, queue: ClaimQueue, hand: Hand) -> None:
    """Take what one sale has waiting into a batch: the sale itself, or its refunds once it is claimed."""
    sale = sales.read(sale_id)
    if sale is None or _next_claim(sale, batch, hand) is None:
        return
    queue.enlist(batch, sale_id)
    while (change := _next_claim(sale, batch, hand)) is not None:
        sale = sales.apply(change).sale


def records_of(batch: str, *, sales: Sales, queue: ClaimQueue) -> Iterator[Record]:
    """Read what a batch holds, as the sales themselves say."""
    for sale_id in queue.enlisted(batch):
        sale = sales.read(sale_id)
        if sale is None:
            continue
        if sale.claim_batch == batch:
            yield Record(sale, "", *held_amounts(sale))
        for name, refund in sale.refunds.items():
            if refund.claim_batch == batch:
                yield Record(sale, name, refund.amount_won, refund.vat_won)


def held_amounts(sale: Sale) -> tuple[int, int]:
    """Amount and VAT that its destination holds: what is left, and what only settlement files give back."""
    refunds = sale.refunds.values()
    return (
        sale.cancellable_won + sum(one.amount_won for one in refunds),
        sale.cancellable_vat_won + sum(one.vat_won for one in refunds),
    )


def _next_claim(sale: Sale, batch: str, hand: Hand) -> Change | None:
    """The next write that takes something of this sale; ``None`` where nothing waits for this batch."""
    if sale.decision is not Decision.APPROVED or sale.tender is Tender.CASH_RECEIPT:  # reported, not paid
        return None
    if not sale.claim_batch:
        return _taken(Step.CLAIM, sale, hand, ("claim_batch",), batch, held_amounts(sale), is_last=True)
    waiting = [name for name, one in sale.refunds.items() if not one.claim_batch]
    if not waiting or sale.claim_batch == batch:  # a refund belongs to a later file than its sale
        return None
    refund = sale.cancels[waiting[0]]
    path = ("cancels", waiting[0], "claim_batch")
    amounts = (refund.amount_won, refund.vat_won)
    return _taken(Step.CLAIM_REFUND, sale, hand, path, batch, amounts, is_last=len(waiting) == 1)


def _taken(
    step: Step, sale: Sale, hand: Hand, path: Path, batch: str, amounts: tuple[int, int], *, is_last: bool
) -> Change:
    """Write the batch into a place that is empty; the last one takes the sale out of the queue."""
    waiting: dict[Path, str | int | None] = {
        ("cancels", name, "claim_batch"): None for name, one in sale.refunds.items() if not one.claim_batch
    }
    amount_won, vat_won = amounts
    evidence = {"batch": batch, "amount_won": str(amount_won), "vat_won": str(vat_won)}
    return transition(
        step,
        sale,
        hand,
        facts=Facts(
            seen={("cancellable_won",): sale.cancellable_won, **waiting, path: None},
            sets={path: batch},
            removes=(("claim_day",),) if is_last else (),
            evidence=evidence if step is Step.CLAIM else {"cancel": path[1], **evidence},
        ),
    )
