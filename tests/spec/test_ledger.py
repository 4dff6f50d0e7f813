"""The ledger: what happened is a posting that balances, and a posting never changes."""

from __future__ import annotations

import pytest

from payment_core.ledger.model import Account, AccountKind, Entry, Folded, Posting, PostingKind

RECEIVABLE = Account(AccountKind.RECEIVABLE, "haneul/00012345")
APPROVED = Account(AccountKind.APPROVED, "haneul/00012345")


def a_posting(*entries: Entry) -> Posting:
    return Posting("claim/b1", PostingKind.CLAIM, "20261119", "b1", entries)


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ((Entry(RECEIVABLE, 10), Entry(APPROVED, -9)), "does not balance"),
        ((Entry(RECEIVABLE, 0), Entry(APPROVED, 0)), "entry of nothing"),
        ((Entry(RECEIVABLE, 0),), "two accounts or more"),
        ((Entry(RECEIVABLE, 10), Entry(RECEIVABLE, -10)), "two accounts or more"),
        ((), "two accounts or more"),
    ],
)
def test_a_posting_that_does_not_balance_is_never_made(entries: tuple[Entry, ...], why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        a_posting(*entries)


def test_a_posting_moves_its_debits() -> None:
    assert a_posting(Entry(RECEIVABLE, 11_000), Entry(APPROVED, -11_000)).won == 11_000


def test_an_account_is_called_by_what_it_counts_and_whose_it_is() -> None:
    assert str(RECEIVABLE) == "RECEIVABLE haneul/00012345"
    assert Folded(RECEIVABLE, "20261119", 11_000, 4_000, 2).won == 7_000
