"""The nouns of the ledger (원장): accounts, entries, postings that balance, and what windows fold to.

A posting never changes and is named by its key: what happened, once. No account holds a balance that a
posting must update, so nothing is hot: entries are appended, and folded per window afterwards.
Amounts are whole won; a debit (차변) is positive, a credit (대변) negative, and each posting adds up to zero.
Promise: tests/spec/test_ledger.py. Decision: docs/adr/0043.
"""

from __future__ import annotations

from enum import StrEnum

from payment_core.kernel.frozen import dataclass


class AccountKind(StrEnum):
    """What an account counts; money goes down this list."""

    APPROVED = "APPROVED"  # approved, in no claim file so far
    RECEIVABLE = "RECEIVABLE"  # claimed from an acquirer
    HELD = "HELD"  # parked by it
    DUE = "DUE"  # captured: it will pay this, its fee already off
    SUSPENSE = "SUSPENSE"  # returned, or paid over: waits for a decision
    BANK = "BANK"  # deposited
    ACQUIRER_FEE = "ACQUIRER_FEE"  # what acquirers kept
    VAN_FEE = "VAN_FEE"  # what VANs earned by their contracts
    VAN_PAYABLE = "VAN_PAYABLE"  # the other side of that
    MERCHANT_PAYABLE = "MERCHANT_PAYABLE"  # what merchants sold and did not give back


@dataclass(frozen=True, order=True)
class Account:
    """One account.

    Attributes:
        holder: Whose: an acquirer and a merchant number, a merchant, a VAN, a bank account.
    """

    kind: AccountKind
    holder: str

    def __str__(self) -> str:
        """``RECEIVABLE haneul/00012345``."""
        return f"{self.kind} {self.holder}"

    @classmethod
    def parse(cls, name: str) -> Account:
        """Read what ``str`` made.

        Raises:
            ValueError: no account is called so.
        """
        kind, _, holder = name.partition(" ")
        if not holder.strip():
            raise ValueError(name)
        return cls(AccountKind(kind), holder)


@dataclass(frozen=True)
class Entry:
    """One leg of a posting: an account and won, a debit positive and a credit negative."""

    account: Account
    won: int


class PostingKind(StrEnum):
    """What happened."""

    APPROVAL = "approval"
    CANCEL = "cancel"
    CLAIM = "claim"
    CAPTURE = "capture"
    RETURN = "return"
    HOLD = "hold"
    RELEASE = "release"
    RETURN_HELD = "return_held"
    RECLAIM = "reclaim"
    GIVE_UP = "give_up"
    DEPOSIT = "deposit"
    VAN_FEE = "van_fee"
    ADJUST = "adjust"


@dataclass(frozen=True)
class Posting:
    """Something that happened, once and for ever.

    Attributes:
        key: The same key is the same posting: ``approval/{sale_id}``, ``capture/{file_id}/{section}`` …
        business_date: YYYYMMDD of what happened, whenever it is booked: the window that it is folded in.
        about: The sale, batch, file or bank line it comes from.
        entries: At least two, none of zero, one for each account, together zero.
    """

    key: str
    kind: PostingKind
    business_date: str
    about: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """A posting that does not balance is a bug of ours, and is never made."""
        accounts = {one.account for one in self.entries}
        assert len(accounts) == len(self.entries) > 1, f"{self.key} needs two accounts or more"  # noqa: S101 -- a bug
        assert all(one.won for one in self.entries), f"{self.key} has an entry of nothing"  # noqa: S101 -- a bug
        assert sum(one.won for one in self.entries) == 0, f"{self.key} does not balance"  # noqa: S101 -- a bug

    @property
    def won(self) -> int:
        """What it moves: its debits."""
        return sum(one.won for one in self.entries if one.won > 0)


@dataclass(frozen=True)
class Folded:
    """What one window's entries of one account come to.

    Attributes:
        debit_won, credit_won: Neither has a sign.
        entries: How many.
    """

    account: Account
    business_date: str
    debit_won: int
    credit_won: int
    entries: int

    @property
    def won(self) -> int:
        """Debits less credits."""
        return self.debit_won - self.credit_won
