"""The trial balance (시산표): entries folded per window, and the proof that they add up to nothing.

A fold is a function of a window's entries. It is made again when something came late, and never added to.
Promise: tests/spec/test_ledger.py. Decision: docs/adr/0043.
"""

from __future__ import annotations

from collections.abc import Iterable

from payment_core.kernel.frozen import dataclass
from payment_core.ledger.model import Account, AccountKind, Folded, Posting
from payment_core.ledger.ports import Folds, Postings


@dataclass(frozen=True)
class Balance:
    """What one account comes to, over the windows that were folded."""

    account: Account
    debit_won: int
    credit_won: int
    entries: int

    @property
    def won(self) -> int:
        """Debits less credits."""
        return self.debit_won - self.credit_won


@dataclass(frozen=True)
class TrialBalance:
    """All accounts, in the order in which money goes through them."""

    balances: tuple[Balance, ...]

    @property
    def debit_won(self) -> int:
        """Of all accounts."""
        return sum(one.debit_won for one in self.balances)

    @property
    def credit_won(self) -> int:
        """Of all accounts."""
        return sum(one.credit_won for one in self.balances)

    @property
    def holds(self) -> bool:
        """Whether debits are credits; where they are not, an entry was lost or made up."""
        return self.debit_won == self.credit_won

    def won(self, kind: AccountKind, holder: str = "") -> int:
        """What accounts of a kind come to, or the one of a holder."""
        of_kind = [one for one in self.balances if one.account.kind is kind]
        return sum(one.won for one in of_kind if not holder or one.account.holder == holder)


def fold(business_date: str, *, postings: Postings, folds: Folds) -> tuple[Folded, ...]:
    """Fold one window, in the place of what it was folded to before."""
    folded = folded_of(postings.of(business_date))
    folds.replace(business_date, folded)
    return folded


def folded_of(postings: Iterable[Posting]) -> tuple[Folded, ...]:
    """Fold postings per window and account, in the order of windows and accounts."""
    sums: dict[tuple[str, Account], list[int]] = {}
    for posting in postings:
        for entry in posting.entries:
            one = sums.setdefault((posting.business_date, entry.account), [0, 0, 0])
            one[0] += max(entry.won, 0)
            one[1] += max(-entry.won, 0)
            one[2] += 1
    places = sorted(sums, key=lambda place: (place[0], _rank(place[1])))
    return tuple([Folded(account, day, *sums[day, account]) for day, account in places])


def trial_balance(folded: Iterable[Folded]) -> TrialBalance:
    """Add up the windows."""
    sums: dict[Account, list[int]] = {}
    for one in folded:
        so_far = sums.setdefault(one.account, [0, 0, 0])
        so_far[0] += one.debit_won
        so_far[1] += one.credit_won
        so_far[2] += one.entries
    return TrialBalance(tuple([Balance(account, *sums[account]) for account in sorted(sums, key=_rank)]))


def differences(folded: Iterable[Folded], postings: Iterable[Posting]) -> tuple[Folded, ...]:
    """The folds that are not what their entries come to now: fold their windows again."""
    stood = {(one.business_date, one.account): one for one in folded}
    now = {(one.business_date, one.account): one for one in folded_of(postings)}
    gone = [
        Folded(one.account, one.business_date, 0, 0, 0) for place, one in stood.items() if place not in now
    ]
    return tuple([one for place, one in now.items() if stood.get(place) != one] + gone)


_ORDER = {kind: place for place, kind in enumerate(AccountKind)}


def _rank(account: Account) -> tuple[int, str]:
    return _ORDER[account.kind], account.holder
