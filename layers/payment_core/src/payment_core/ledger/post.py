"""Post: what happens to money becomes a posting, once.

Whoever posts builds the same posting from the same facts, however often and whenever; the second time nothing
is written. Amounts come in without signs, of refunds too; `is_refund` turns the posting round.
Promise: tests/spec/test_ledger.py. Decision: docs/adr/0043.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from payment_core.kernel.frozen import dataclass
from payment_core.ledger.model import Account, AccountKind, Entry, Posting, PostingKind
from payment_core.ledger.ports import Postings


class PostingDiffersError(Exception):
    """The key is taken by a posting of other content: two hands disagree about what happened."""

    code: ClassVar[str] = "posting-differs"

    def __init__(self, posting: Posting, stands: Posting) -> None:
        """Name the key and both amounts; what stands, stands."""
        super().__init__(f"{posting.key} stands with {stands.won:,} won, not with {posting.won:,} won")
        self.posting = posting
        self.stands = stands


def post(posting: Posting | None, *, postings: Postings) -> None:
    """Write a posting, unless it stands already; nothing is written where nothing moved.

    Raises:
        PostingDiffersError: its key stands with other content.
        StoreUnavailableError: run it again.
    """
    if posting is None:
        return
    stands = postings.append(posting)
    if stands != posting:
        raise PostingDiffersError(posting, stands)


@dataclass(frozen=True)
class Side:
    """Where a sale's money is: at which acquirer, for which merchant.

    Attributes:
        merchant_number: The merchant's at the acquirer.
    """

    merchant: str
    acquirer: str
    merchant_number: str

    def account(self, kind: AccountKind) -> Account:
        """One of its accounts at the acquirer."""
        return Account(kind, f"{self.acquirer}/{self.merchant_number}")

    @property
    def payable(self) -> Account:
        """What the merchant sold."""
        return Account(AccountKind.MERCHANT_PAYABLE, self.merchant)


@dataclass(frozen=True)
class Lines:
    """Rows of one kind and one outcome in one section of a file; or one row.

    Attributes:
        name: Of the section: ``{file_id}/{number}``; of a row: its id.
        business_date: Of the file, or of the decision.
        amount_won: Their sum, without a sign.
    """

    name: str
    business_date: str
    side: Side
    amount_won: int
    is_refund: bool = False

    @property
    def signed_won(self) -> int:
        """What they add to the acquirer's debt."""
        return -self.amount_won if self.is_refund else self.amount_won


def approval(sale_id: str, business_date: str, side: Side, amount_won: int) -> Posting | None:
    """A sale was approved (승인): the merchant is owed what an acquirer will owe."""
    moves = {side.account(AccountKind.APPROVED): amount_won, side.payable: -amount_won}
    return _posting(PostingKind.APPROVAL, sale_id, business_date, moves)


def cancel(sale_id: str, cancel_id: str, business_date: str, side: Side, amount_won: int) -> Posting | None:
    """Part of a sale was cancelled (취소), before its claim or after; or all of it was undone."""
    moves = {side.account(AccountKind.APPROVED): -amount_won, side.payable: amount_won}
    return _posting(PostingKind.CANCEL, f"{sale_id}/{cancel_id}", business_date, moves)


def claim(lines: Lines) -> Posting | None:
    """Rows left in a claim file (청구)."""
    return _moved(PostingKind.CLAIM, lines, AccountKind.APPROVED, AccountKind.RECEIVABLE)


def capture(lines: Lines, fee_won: int) -> Posting | None:
    """The acquirer bought them (매입) and keeps its fee: negative where it gives one back with refunds."""
    return _captured(PostingKind.CAPTURE, lines, AccountKind.RECEIVABLE, fee_won)


def release(lines: Lines, fee_won: int) -> Posting | None:
    """The acquirer bought what it held (보류해제)."""
    return _captured(PostingKind.RELEASE, lines, AccountKind.HELD, fee_won)


def hold(lines: Lines) -> Posting | None:
    """The acquirer parked them (보류)."""
    return _moved(PostingKind.HOLD, lines, AccountKind.RECEIVABLE, AccountKind.HELD)


def returned(lines: Lines) -> Posting | None:
    """The acquirer refused them (반송)."""
    return _moved(PostingKind.RETURN, lines, AccountKind.RECEIVABLE, AccountKind.SUSPENSE)


def returned_held(lines: Lines) -> Posting | None:
    """The acquirer refused what it held."""
    return _moved(PostingKind.RETURN_HELD, lines, AccountKind.HELD, AccountKind.SUSPENSE)


def happened(step: str, lines: Lines, *, was_held: bool, fee_won: int) -> Posting | None:
    """What a step of claim rows moves.

    Args:
        step: ``claim``, ``capture``, ``hold``, ``release``, ``return``, ``reclaim`` or ``give_up``.
        lines: The rows.
        was_held: The acquirer held them before.
        fee_won: What it keeps of them.
    """
    if step in {PostingKind.CAPTURE, PostingKind.RELEASE}:
        return release(lines, fee_won) if was_held else capture(lines, fee_won)
    if step == PostingKind.RETURN and was_held:
        return returned_held(lines)
    return _WITHOUT_FEE[PostingKind(step)](lines)


def reclaim(lines: Lines) -> Posting | None:
    """People have a returned row claimed again (재청구)."""
    return _moved(PostingKind.RECLAIM, lines, AccountKind.SUSPENSE, AccountKind.APPROVED)


def give_up(lines: Lines) -> Posting | None:
    """People gave a returned row up: the merchant is not owed what nobody pays."""
    moves = {
        lines.side.account(AccountKind.SUSPENSE): -lines.signed_won,
        lines.side.payable: lines.signed_won,
    }
    return _posting(PostingKind.GIVE_UP, _name(lines), lines.business_date, moves)


def deposit(
    line_id: str, paid_date: str, bank_account: str, paid_won: int, shares: Mapping[Side, int], suspense: str
) -> Posting | None:
    """A line of a bank statement (입금).

    Args:
        line_id: Of the line.
        paid_date: Its date.
        bank_account: Whose statement it is.
        paid_won: What it says; negative where money was taken off.
        shares: What of it pays which debt; short of the debt, the rest stays due.
        suspense: Who paid what belongs to no debt.
    """
    moves: dict[Account, int] = {Account(AccountKind.BANK, bank_account): paid_won}
    for side, won in shares.items():
        account = side.account(AccountKind.DUE)
        moves[account] = moves.get(account, 0) - won
    moves[Account(AccountKind.SUSPENSE, suspense)] = sum(shares.values()) - paid_won
    return _posting(PostingKind.DEPOSIT, line_id, paid_date, moves)


def van_fee(sale_id: str, business_date: str, van: str, fee_won: int) -> Posting | None:
    """A VAN earned its fee for one approval."""
    moves = {Account(AccountKind.VAN_FEE, van): fee_won, Account(AccountKind.VAN_PAYABLE, van): -fee_won}
    return _posting(PostingKind.VAN_FEE, sale_id, business_date, moves)


def adjust(name: str, business_date: str, debit: Account, credit: Account, amount_won: int) -> Posting | None:
    """People correct the books; `name` leads to who and why."""
    return _posting(PostingKind.ADJUST, name, business_date, {debit: amount_won, credit: -amount_won})


def _moved(kind: PostingKind, lines: Lines, whence: AccountKind, to: AccountKind) -> Posting | None:
    moves = {lines.side.account(to): lines.signed_won, lines.side.account(whence): -lines.signed_won}
    return _posting(kind, _name(lines), lines.business_date, moves)


def _captured(kind: PostingKind, lines: Lines, whence: AccountKind, fee_won: int) -> Posting | None:
    moves = {
        lines.side.account(AccountKind.DUE): lines.signed_won - fee_won,
        Account(AccountKind.ACQUIRER_FEE, lines.side.acquirer): fee_won,
        lines.side.account(whence): -lines.signed_won,
    }
    return _posting(kind, _name(lines), lines.business_date, moves)


def _name(lines: Lines) -> str:
    return f"{lines.name}/refunds" if lines.is_refund else lines.name


def _posting(
    kind: PostingKind, name: str, business_date: str, moves: Mapping[Account, int]
) -> Posting | None:
    entries = tuple([Entry(account, won) for account, won in moves.items() if won])
    return Posting(f"{kind}/{name}", kind, business_date, name, entries) if entries else None


_WITHOUT_FEE: Final[Mapping[PostingKind, Callable[[Lines], Posting | None]]] = {
    PostingKind.CLAIM: claim,
    PostingKind.HOLD: hold,
    PostingKind.RETURN: returned,
    PostingKind.RECLAIM: reclaim,
    PostingKind.GIVE_UP: give_up,
}
