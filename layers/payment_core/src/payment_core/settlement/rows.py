"""What the files of settlement say, row by row, in words that all counterparties and families share.

Where a family has no place for a word, it is empty. `row` counts a file's records from 1. Every date is
Korean, YYYYMMDD; every amount is in won and without a sign, but fees, which are below 0 for a refund; card
numbers are masked. Read and written by payment_adapters/files/.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import RowKind

MARK_SIGNS: Final = 20  # the width of 가맹점 사용영역, which comes back as it was sent


class Outcome(StrEnum):
    """What became of a claimed row."""

    PAID = "PAID"
    RETURNED = "RETURNED"
    HELD = "HELD"
    RELEASED = "RELEASED"


@dataclass(frozen=True)
class ListedRow:
    """One approval or cancel of a VAN's list, or of a merchant's own (거래내역); a cancel is a REFUND.

    Attributes:
        time: HHMMSS.
        acquirer, issuer: Names of ours; a code that the contract does not list stays as it stands.
        merchant_number: At the acquirer; of a longer one its last 14 digits.
    """

    row: int
    kind: RowKind
    terminal: str
    card_masked: str
    issuer: str
    acquirer: str
    date: str
    time: str
    installment_months: int
    amount_won: int
    approval_number: str
    merchant_number: str


@dataclass(frozen=True)
class ClaimedRow:
    """One row of a claim file (청구 내역)."""

    kind: RowKind
    terminal: str
    sale_date: str
    card_masked: str
    installment_months: int
    amount_won: int
    vat_won: int
    approval_number: str
    merchant_number: str
    mark: str


@dataclass(frozen=True)
class ReturnedRow:
    """What became of one claimed row (입반송 내역), and what it cost.

    Attributes:
        card_kind: CREDIT, CHECK, GIFT or PREPAID.
        reason: Two digits; ``00`` is normal.
        mark: As the claim had it, from families that carry it back.
    """

    row: int
    outcome: Outcome
    kind: RowKind
    acquirer: str
    merchant_number: str
    claim_date: str
    payment_date: str
    sale_date: str
    received_date: str
    card_masked: str
    card_kind: str
    installment_months: int
    amount_won: int
    approval_number: str
    terminal: str
    fee_won: int
    reason: str
    mark: str


@dataclass(frozen=True)
class DepositNotice:
    """What a section of a return file says will be paid, and has been found to add up to.

    Attributes:
        paid_count: Rows paid and released, sales and refunds.
        gross_won: Of the sales among them.
        refund_won: Of the refunds, without a sign.
        fee_won: Fees of the sales less those given back with refunds.
        deposit_won: Gross less refunds less fees; below 0 where refunds outweigh.
    """

    acquirer: str
    merchant_number: str
    payment_date: str
    paid_count: int
    gross_won: int
    refund_won: int
    fee_won: int
    deposit_won: int


@dataclass(frozen=True)
class BankRow:
    """One line of a bank statement; what was taken off is below 0."""

    row: int
    date: str
    acquirer: str
    merchant_number: str
    amount_won: int
    remark: str


def mark_of(row_id: str) -> str:
    """The sign under which a claim row's return is found again: 20 hexadecimal digits, as good as unique."""
    return hashlib.sha256(row_id.encode()).hexdigest()[:MARK_SIGNS]
