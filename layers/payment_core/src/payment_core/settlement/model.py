"""The nouns of settlement, and ``NEXT`` and ``NEXT_OF_FILE``, the only tables of what may follow what.

A claim row (청구 내역) is one sale, or one refund of a sale, on its way from approval to deposit. It moves by
what files say and by what people decide of what came back, never by age. A file is applied whole and once.
Every date is Korean, YYYYMMDD; every amount is in won.
Promise: tests/spec/test_settlement.py. Decisions: docs/adr/0043, docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final, TypedDict, Unpack

from payment_core.kernel.frozen import dataclass


class RowKind(StrEnum):
    """What a row asks for: a sale to be paid, or a refund (매입 취소) to be taken off."""

    SALE = "SALE"
    REFUND = "REFUND"


class CardKind(StrEnum):
    """Credit card, or check card (체크카드): preferential fees differ."""

    CREDIT = "CREDIT"
    CHECK = "CHECK"


class RowState(StrEnum):
    """How far a row is."""

    TO_CLAIM = "TO_CLAIM"  # in a batch, in no file that has left
    CLAIMED = "CLAIMED"  # in a claim file (청구)
    CAPTURED = "CAPTURED"  # the acquirer bought it (매입) and names its payment date
    RETURNED = "RETURNED"  # it refused (반송); people decide
    HELD = "HELD"  # it neither bought nor refused (보류)
    RECLAIMED = "RECLAIMED"  # a new row claims the same again
    GIVEN_UP = "GIVEN_UP"  # nobody will pay it
    UNASSIGNED = "UNASSIGNED"  # returned, seen, and left undecided (미지정)
    PAID = "PAID"  # its deposit stands on a bank statement (입금)


class Step(StrEnum):
    """A named move of a row. The word is what its history and its postings say."""

    CLAIM = "claim"
    CAPTURE = "capture"
    RETURN = "return"
    HOLD = "hold"
    RELEASE = "release"
    RECLAIM = "reclaim"
    GIVE_UP = "give_up"
    LEAVE = "leave"
    PAY = "pay"


@dataclass(frozen=True)
class Rule:
    """One row of ``NEXT``."""

    came_from: frozenset[RowState]
    to: RowState


_UNDECIDED: Final = frozenset({RowState.RETURNED, RowState.UNASSIGNED})

NEXT: Final[Mapping[Step, Rule]] = {
    Step.CLAIM: Rule(frozenset({RowState.TO_CLAIM}), RowState.CLAIMED),
    Step.CAPTURE: Rule(frozenset({RowState.CLAIMED}), RowState.CAPTURED),
    Step.RETURN: Rule(frozenset({RowState.CLAIMED, RowState.HELD}), RowState.RETURNED),
    Step.HOLD: Rule(frozenset({RowState.CLAIMED}), RowState.HELD),
    Step.RELEASE: Rule(frozenset({RowState.HELD}), RowState.CAPTURED),
    Step.RECLAIM: Rule(_UNDECIDED, RowState.RECLAIMED),
    Step.GIVE_UP: Rule(_UNDECIDED, RowState.GIVEN_UP),
    Step.LEAVE: Rule(frozenset({RowState.RETURNED}), RowState.UNASSIGNED),
    Step.PAY: Rule(frozenset({RowState.CAPTURED}), RowState.PAID),
}


@dataclass(frozen=True)
class Deadlines:
    """By when a row must be claimed, captured and paid, by its acquirer's calendar; dates YYYYMMDD."""

    claim_by: str
    capture_by: str
    deposit_by: str


@dataclass(frozen=True)
class ClaimRow:
    """One sale, or one refund, on its way to its deposit.

    Attributes:
        sale_id: Whose.
        cancel_id: Of a refund; empty for the sale itself.
        turn: 1; each re-claim of a returned row is a new row with one more.
        batch: Of the business day that took it (payment_core/approval/claim.py).
        merchant_number: The merchant's at the acquirer (가맹점번호).
        terminal: The terminal id that the destination knows (TID).
        destination: Who approved it, and takes its claim.
        card_masked: First 6 and last 4 digits.
        sale_date: Business date of the sale, also of its refunds: files name the original.
        amount_won: Without a sign, never negative; so is its VAT, which is part of it.
        fee_won: The acquirer's, as its file says: positive of a sale, negative of a refund.
        return_code, return_reason: The two-digit code of its destination, and its meaning.
        payment_date: When the acquirer will pay; empty before it is captured.
        was_held: Its acquirer parked it once: where its money stood before it was released or returned.
        file_id: The file that moved it last; empty before the first.
        decided_by, decided_why, decided_on: Of one that came back: who decided, their words, and the date.
    """

    sale_id: str
    cancel_id: str
    batch: str
    merchant: str
    merchant_number: str
    terminal: str
    destination: str
    acquirer: str
    kind: RowKind
    card_masked: str
    card_kind: CardKind
    approval_number: str
    sale_date: str
    amount_won: int
    vat_won: int
    installment_months: int
    deadlines: Deadlines
    state: RowState = RowState.TO_CLAIM
    turn: int = 1
    fee_won: int = 0
    return_code: str = ""
    return_reason: str = ""
    payment_date: str = ""
    was_held: bool = False
    file_id: str = ""
    decided_by: str = ""
    decided_why: str = ""
    decided_on: str = ""

    @property
    def row_id(self) -> str:
        """``{sale_id}`` or ``{sale_id}/{cancel_id}``, and ``~2`` for its second claim: the same for ever."""
        name = f"{self.sale_id}/{self.cancel_id}" if self.cancel_id else self.sale_id
        return name if self.turn == 1 else f"{name}~{self.turn}"

    @property
    def signed_won(self) -> int:
        """What it adds to a deposit before fees: a refund takes off."""
        return self.amount_won if self.kind is RowKind.SALE else -self.amount_won


def allows(step: Step, state: RowState) -> bool:
    """Whether ``NEXT`` lets this step happen to a row in this state."""
    return state in NEXT[step].came_from


class Facts(TypedDict, total=False):
    """What a step may bring to a row."""

    fee_won: int
    payment_date: str
    return_code: str
    return_reason: str
    was_held: bool
    file_id: str
    decided_by: str
    decided_why: str
    decided_on: str


def moved(row: ClaimRow, step: Step, **facts: Unpack[Facts]) -> ClaimRow:
    """The row as a step leaves it, with what the step brings; ``NEXT`` must allow it from here."""
    assert allows(step, row.state), f"{step} is not allowed from {row.state}"  # noqa: S101 -- a bug
    becomes = object.__new__(ClaimRow)  # a million times; `replace` takes ten times as long
    vars(becomes).update(vars(row), state=NEXT[step].to, **facts)
    return becomes


class FileKind(StrEnum):
    """What a settlement file tells."""

    TRANSACTIONS = "TRANSACTIONS"  # a VAN's list of approvals and cancels (거래내역)
    CLAIM = "CLAIM"  # ours (청구)
    RETURN = "RETURN"  # what became of claimed rows (입반송)
    DEPOSIT = "DEPOSIT"  # the same, in the shorter shape of other VANs
    BANK = "BANK"  # a bank statement's lines
    UNNAMED = "UNNAMED"  # no contract knows its name: nobody knows what it tells


class FileState(StrEnum):
    """How far a file is. ``CHECKED`` is an intent: all of it is right, and it will be applied."""

    RECEIVED = "RECEIVED"
    CHECKED = "CHECKED"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    DUPLICATE = "DUPLICATE"  # the same bytes came before
    CHANGED_RESEND = "CHANGED_RESEND"  # another file of that name and day came before


NEXT_OF_FILE: Final[Mapping[FileState, frozenset[FileState]]] = {
    FileState.RECEIVED: frozenset(
        {FileState.CHECKED, FileState.REFUSED, FileState.DUPLICATE, FileState.CHANGED_RESEND}
    ),
    FileState.CHECKED: frozenset({FileState.APPLIED}),
    FileState.APPLIED: frozenset(),
    FileState.REFUSED: frozenset(),
    FileState.DUPLICATE: frozenset(),
    FileState.CHANGED_RESEND: frozenset(),
}


@dataclass(frozen=True)
class SettlementFile:
    """One file that came or left; its bytes are archived as they were.

    Attributes:
        file_id: SHA-256 of its bytes, hexadecimal; of a second copy with ``+`` and its moment behind.
        counterparty: The VAN, issuer or bank.
        name: As it was called.
        business_date: The day it is about; of one that is ``UNNAMED``, the day it came.
        refusal: Why it is ``REFUSED``: a stable code; empty otherwise.
        facts: What the refusal names: record, field, amounts; never a card number.
        records: Data records; 0 before it is ``CHECKED``, as every sum.
        amount_won: Sales less refunds, over all records.
        fee_won: Fees over what it pays.
        deposit_won: What it says will be paid.
    """

    file_id: str
    counterparty: str
    kind: FileKind
    name: str
    business_date: str
    received_at_ms: int
    state: FileState = FileState.RECEIVED
    refusal: str = ""
    facts: str = ""
    records: int = 0
    amount_won: int = 0
    fee_won: int = 0
    deposit_won: int = 0


def file_moved(file: SettlementFile, to: FileState) -> SettlementFile:
    """The file in a state that ``NEXT_OF_FILE`` lets follow."""
    assert to in NEXT_OF_FILE[file.state], f"{file.state} is never followed by {to}"  # noqa: S101 -- a bug
    return replace(file, state=to)


class DepositState(StrEnum):
    """What the bank says of an expected deposit."""

    EXPECTED = "EXPECTED"
    MATCHED = "MATCHED"
    SHORT = "SHORT"  # until later lines make it whole
    OVER = "OVER"
    MISSING = "MISSING"  # its payment date is over, and no line is there


@dataclass(frozen=True)
class ExpectedDeposit:
    """What an acquirer owes a merchant number on one date.

    Attributes:
        rows: How many sales and refunds.
        gross_won: Sales.
        refund_won: Refunds, without a sign.
        fee_won: Fees of the sales less those given back with refunds.
        paid_won: What the bank's lines so far add up to.
    """

    acquirer: str
    merchant_number: str
    payment_date: str
    rows: int
    gross_won: int
    refund_won: int
    fee_won: int
    state: DepositState = DepositState.EXPECTED
    paid_won: int = 0

    @property
    def deposit_id(self) -> str:
        """``{payment_date}/{acquirer}/{merchant_number}``: one for each date."""
        return f"{self.payment_date}/{self.acquirer}/{self.merchant_number}"

    @property
    def net_won(self) -> int:
        """What the bank should show; negative where refunds outweigh."""
        return self.gross_won - self.refund_won - self.fee_won

    @property
    def open_won(self) -> int:
        """What it has not shown so far."""
        return self.net_won - self.paid_won


@dataclass(frozen=True)
class BankLine:
    """One line of a bank statement.

    Attributes:
        line_id: The file's id and its number in it: ``{file_id}/{number}``.
        account: Whose it is, masked.
        acquirer: Who paid, as far as the line tells; empty where it does not.
        merchant_number: As far as the line tells; empty where it does not.
        amount_won: Paid in; negative where it was taken off.
    """

    line_id: str
    bank: str
    account: str
    paid_date: str
    acquirer: str
    merchant_number: str
    amount_won: int
    memo: str = ""
