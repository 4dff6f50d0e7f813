"""The ledger: what happened is a posting that balances, once; what they add up to is folded afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment_core.ledger.model import Account, AccountKind, Entry, Folded, Posting, PostingKind
from payment_core.ledger.post import (
    Lines,
    PostingDiffersError,
    Side,
    adjust,
    approval,
    cancel,
    capture,
    claim,
    deposit,
    give_up,
    hold,
    post,
    reclaim,
    release,
    returned,
    returned_held,
    van_fee,
)
from payment_core.ledger.trial_balance import TrialBalance, differences, fold, folded_of, trial_balance
from tests.fakes.ledger import InMemoryFolds, InMemoryPostings

DAY, NEXT_DAY = "20261119", "20261120"
SIDE = Side("1001", "haneul", "00012345")
RECEIVABLE = SIDE.account(AccountKind.RECEIVABLE)
APPROVED = SIDE.account(AccountKind.APPROVED)


def a_posting(*entries: Entry) -> Posting:
    return Posting("claim/b1", PostingKind.CLAIM, DAY, "b1", entries)


def lines(name: str, amount_won: int = 11_000, *, is_refund: bool = False) -> Lines:
    return Lines(name, DAY, SIDE, amount_won, is_refund)


def balance_of(*postings: Posting | None) -> TrialBalance:
    kept = InMemoryPostings()
    for one in postings:
        post(one, postings=kept)
        assert trial_balance(folded_of(kept.kept.values())).holds
    return trial_balance(folded_of(kept.kept.values()))


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
    assert Account.parse("BANK gaon 12**") == Account(AccountKind.BANK, "gaon 12**")
    for name in ("RECEIVABLE", "RECEIVABLE  ", "LOAN haneul"):
        with pytest.raises(ValueError, match=name.split()[0]):
            Account.parse(name)
    assert Folded(RECEIVABLE, DAY, 11_000, 4_000, 2).won == 7_000


def test_a_sale_that_is_paid_leaves_net_and_fee_against_what_the_merchant_is_owed() -> None:
    balance = balance_of(
        approval("s1", DAY, SIDE, 11_000),
        claim(lines("b1")),
        capture(lines("f1/1"), 44),
        deposit("k1/1", NEXT_DAY, "gaon 12**", 10_956, {SIDE: 10_956}, "haneul"),
    )

    assert {str(one.account): one.won for one in balance.balances if one.won} == {
        "BANK gaon 12**": 10_956,
        "ACQUIRER_FEE haneul": 44,
        "MERCHANT_PAYABLE 1001": -11_000,
    }


def test_a_refund_goes_the_way_of_its_sale_and_gives_its_fee_back() -> None:
    balance = balance_of(
        cancel("s1", "7", DAY, SIDE, 11_000),
        claim(lines("b2", is_refund=True)),
        capture(lines("f2/1", is_refund=True), -44),
        deposit("k1/2", NEXT_DAY, "gaon 12**", -10_956, {SIDE: -10_956}, "haneul"),
    )

    assert {str(one.account): one.won for one in balance.balances if one.won} == {
        "BANK gaon 12**": -10_956,
        "ACQUIRER_FEE haneul": -44,
        "MERCHANT_PAYABLE 1001": 11_000,
    }


@pytest.mark.parametrize(
    ("happened", "kind", "won"),
    [
        ([], AccountKind.RECEIVABLE, 11_000),
        ([hold(lines("f1/1"))], AccountKind.HELD, 11_000),
        ([hold(lines("f1/1")), release(lines("f2/1"), 44)], AccountKind.DUE, 10_956),
        ([hold(lines("f1/1")), returned_held(lines("f2/1"))], AccountKind.SUSPENSE, 11_000),
        ([returned(lines("f1/1"))], AccountKind.SUSPENSE, 11_000),
        ([returned(lines("f1/1")), reclaim(lines("s1"))], AccountKind.APPROVED, 11_000),
        ([returned(lines("f1/1")), give_up(lines("s1"))], AccountKind.MERCHANT_PAYABLE, 0),
    ],
)
def test_money_that_is_stuck_is_seen_where_it_is_stuck(
    happened: list[Posting | None], kind: AccountKind, won: int
) -> None:
    balance = balance_of(approval("s1", DAY, SIDE, 11_000), claim(lines("b1")), *happened)

    assert balance.won(kind) == won


def test_what_a_bank_pays_short_stays_due_and_what_it_pays_over_waits_in_suspense() -> None:
    claimed = (approval("s1", DAY, SIDE, 11_000), claim(lines("b1")), capture(lines("f1/1"), 0))

    short = balance_of(*claimed, deposit("k1/1", NEXT_DAY, "gaon", 10_000, {SIDE: 10_000}, "haneul"))
    over = balance_of(*claimed, deposit("k1/1", NEXT_DAY, "gaon", 12_000, {SIDE: 11_000}, "haneul"))

    assert short.won(AccountKind.DUE) == 1_000
    assert (over.won(AccountKind.DUE), over.won(AccountKind.SUSPENSE, "haneul")) == (0, -1_000)


def test_what_vans_earn_stands_apart_from_what_merchants_are_owed() -> None:
    balance = balance_of(van_fee("s1", DAY, "hangang", 80))

    assert balance.won(AccountKind.VAN_FEE) == 80
    assert balance.won(AccountKind.VAN_PAYABLE, "hangang") == -80


def test_nothing_is_posted_where_nothing_moved() -> None:
    assert claim(lines("b1", 0)) is None
    assert balance_of(None).balances == ()


def test_the_same_thing_is_posted_once_however_often_it_is_told() -> None:
    kept = InMemoryPostings()

    for _ in range(3):
        post(approval("s1", DAY, SIDE, 11_000), postings=kept)

    assert list(kept.kept) == ["approval/s1"]


def test_the_same_key_with_other_content_is_refused_and_what_stands_stays() -> None:
    kept = InMemoryPostings()
    post(approval("s1", DAY, SIDE, 11_000), postings=kept)

    with pytest.raises(
        PostingDiffersError, match=r"approval/s1 stands with 11,000 won, not with 9,000 won"
    ) as told:
        post(approval("s1", DAY, SIDE, 9_000), postings=kept)

    assert told.value.code == "posting-differs"
    assert kept.kept["approval/s1"] == told.value.stands == approval("s1", DAY, SIDE, 11_000)


def test_a_correction_is_one_more_posting() -> None:
    suspense, bank = Account(AccountKind.SUSPENSE, "haneul"), Account(AccountKind.BANK, "gaon")

    balance = balance_of(
        deposit("k1/1", DAY, "gaon", 500, {}, "haneul"), adjust("case-1", DAY, suspense, bank, 500)
    )

    assert [one.won for one in balance.balances] == [0, 0]


def test_a_trial_balance_counts_entries_in_the_order_in_which_money_goes() -> None:
    kept, folds = InMemoryPostings(), InMemoryFolds()
    for day, name in ((DAY, "s1"), (NEXT_DAY, "s2")):
        post(approval(name, day, SIDE, 11_000), postings=kept)
    post(cancel("s1", "7", DAY, SIDE, 4_000), postings=kept)

    assert fold(DAY, postings=kept, folds=folds) == tuple(folds.all_of())
    fold(NEXT_DAY, postings=kept, folds=folds)

    balance = trial_balance(reversed(folds.all_of()))
    assert [(str(one.account), one.debit_won, one.credit_won, one.entries) for one in balance.balances] == [
        ("APPROVED haneul/00012345", 22_000, 4_000, 3),
        ("MERCHANT_PAYABLE 1001", 4_000, 22_000, 3),
    ]
    assert (balance.debit_won, balance.credit_won) == (26_000, 26_000)
    assert "cancel/s1/7" in kept.kept


def test_accounts_come_in_the_order_in_which_money_goes_and_not_in_that_of_their_names() -> None:
    booked = [approval("s1", DAY, SIDE, 11_000), claim(lines("s1"))]

    kinds = [one.account.kind for one in trial_balance(folded_of([one for one in booked if one])).balances]

    assert kinds == sorted(kinds, key=list(AccountKind).index) != sorted(kinds)


def test_a_posting_that_came_late_is_seen_and_its_window_is_folded_again() -> None:
    kept, folds = InMemoryPostings(), InMemoryFolds()
    post(approval("s1", DAY, SIDE, 11_000), postings=kept)
    fold(DAY, postings=kept, folds=folds)
    post(approval("s2", DAY, SIDE, 4_000), postings=kept)

    late = differences(folds.all_of(), kept.kept.values())
    assert [(one.won, one.entries) for one in late] == [(15_000, 2), (-15_000, 2)]

    fold(DAY, postings=kept, folds=folds)
    assert not differences(folds.all_of(), kept.kept.values())


def test_a_fold_of_which_nothing_is_left_is_a_difference_too() -> None:
    folded = folded_of([approval("s1", DAY, SIDE, 11_000) or a_posting()])

    assert differences(folded, []) == tuple(
        replace(one, debit_won=0, credit_won=0, entries=0) for one in folded
    )


def test_a_lost_entry_shows() -> None:
    folded = folded_of([approval("s1", DAY, SIDE, 11_000) or a_posting()])

    assert not trial_balance(folded[:1]).holds


POSTINGS: list[Callable[[str, int, int], Posting | None]] = [
    lambda name, won, _: approval(name, DAY, SIDE, won),
    lambda name, won, _: cancel(name, "7", NEXT_DAY, SIDE, won),
    lambda name, won, _: claim(lines(name, won)),
    lambda name, won, fee: capture(lines(name, won), fee),
    lambda name, won, fee: capture(lines(name, won, is_refund=True), -fee),
    lambda name, won, fee: release(lines(name, won), fee),
    lambda name, won, _: hold(lines(name, won)),
    lambda name, won, _: returned(lines(name, won)),
    lambda name, won, _: returned_held(lines(name, won)),
    lambda name, won, _: reclaim(lines(name, won)),
    lambda name, won, _: give_up(lines(name, won)),
    lambda name, won, fee: deposit(name, NEXT_DAY, "gaon", won - fee, {SIDE: won}, "haneul"),
    lambda name, _, fee: van_fee(name, DAY, "hangang", fee),
]


@settings(max_examples=settings().max_examples // 2)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(POSTINGS), st.sampled_from("abcd"), st.integers(0, 10**9), st.integers(0, 10**6)
        ),
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_books_add_up_after_every_step_and_however_they_are_folded(
    told: list[tuple[Callable[[str, int, int], Posting | None], str, int, int]], chance: Random
) -> None:
    kept, folds = InMemoryPostings(), InMemoryFolds()
    for build, name, won, fee in told:
        posting = build(name, won, fee)
        if posting is not None:
            kept.append(posting)
        assert sum(entry.won for one in kept.kept.values() for entry in one.entries) == 0

    for day in (DAY, NEXT_DAY):
        fold(day, postings=kept, folds=folds)
    shuffled = list(kept.kept.values())
    chance.shuffle(shuffled)

    assert trial_balance(folds.all_of()).holds
    assert folded_of(shuffled) == tuple(folds.all_of())


def test_what_a_posting_is_about_is_part_of_it() -> None:
    one = a_posting(Entry(RECEIVABLE, 1), Entry(APPROVED, -1))

    assert one != replace(one, about="b2")
