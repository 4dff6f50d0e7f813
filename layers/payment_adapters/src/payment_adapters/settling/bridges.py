"""Bridges between contexts that do not know each other: sales as claims, and movements as postings.

``ClaimsOfSales`` is settlement's ``Claims`` port over the approval context; ``BooksOfLedger`` is its
``Books`` port over the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator

from payment_adapters.settling.booking import (
    acquirer_of,
    approval_number_of,
    approved_at,
    merchant_number_at,
)
from payment_core.approval.claim import Record, claim_waiting, records_of
from payment_core.approval.model import Sale
from payment_core.approval.ports import ClaimQueue, Sales
from payment_core.kernel.card import masked_in_files
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.tender import Tender
from payment_core.ledger.ports import Postings
from payment_core.ledger.post import Lines, Side, deposit, happened, post
from payment_core.settlement.model import CardKind, RowKind
from payment_core.settlement.ports import Movement, Paid, Taken


@dataclass(frozen=True)
class ClaimsOfSales:
    """The sales, as far as settlement may take them."""

    sales: Sales
    queue: ClaimQueue
    hand: Hand

    def take(self, merchant: str, last_day: str, batch: str) -> None:
        """Claim what waits."""
        claim_waiting(merchant, last_day, batch, sales=self.sales, queue=self.queue, hand=self.hand)

    def taken(self, batch: str) -> Iterator[Taken]:
        """Read what the batch holds, in the order of the sales' names."""
        return map(_taken, records_of(batch, sales=self.sales, queue=self.queue))


def taken_of(sale: Sale, cancel_id: str, amount_won: int) -> Taken:
    """A line that people add to a claim; its VAT is the sale's, as far as the amount goes."""
    vat_won = sale.vat_won * amount_won // sale.amount_won if sale.amount_won else 0
    return _taken(Record(sale, cancel_id, amount_won, vat_won))


def _taken(record: Record) -> Taken:
    sale, sale_id = record.sale, record.sale.sale_id
    approved = approved_at(sale)
    acquirer = acquirer_of(approved, sale.card_masked)
    return Taken(
        sale_id=str(sale_id),
        cancel_id=record.cancel_id,
        merchant=sale_id.merchant,
        merchant_number=merchant_number_at(acquirer, sale_id.merchant),
        terminal=sale_id.terminal,
        destination=approved,
        acquirer=acquirer,
        card_masked=masked_in_files(sale.card_masked),
        card_kind=CardKind.CHECK if sale.tender is Tender.CHECK_CARD else CardKind.CREDIT,
        approval_number=approval_number_of(sale),
        sale_date=sale_id.business_date,
        amount_won=record.amount_won,
        vat_won=record.vat_won,
        installment_months=sale.installment_months,
    )


@dataclass(frozen=True)
class BooksOfLedger:
    """The ledger, as far as settlement moves money.

    Attributes:
        bank_account: Whose statement deposits stand on, masked.
    """

    postings: Postings
    bank_account: str = "settlement"

    def book(self, movement: Movement) -> None:
        """Post what a step moved."""
        side = Side(movement.merchant, movement.acquirer, movement.merchant_number)
        is_refund = movement.kind is RowKind.REFUND
        lines = Lines(movement.name, movement.business_date, side, movement.amount_won, is_refund)
        posting = happened(movement.step, lines, was_held=movement.was_held, fee_won=movement.fee_won)
        post(posting, postings=self.postings)

    def deposit(self, paid: Paid) -> None:
        """Post a line of the bank; what pays no deposit waits in suspense."""
        shares: dict[Side, int] = {}
        for one, won in paid.shares:
            side = Side("", one.acquirer, one.merchant_number)
            shares[side] = shares.get(side, 0) + won
        line = paid.line
        suspense = f"{line.acquirer or line.bank}/{line.merchant_number}"
        posting = deposit(
            line.line_id, line.paid_date, line.account or self.bank_account, line.amount_won, shares, suspense
        )
        post(posting, postings=self.postings)
