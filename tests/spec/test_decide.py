"""Decide: a row that came back is claimed again once, given up, or left undecided, with name and reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.ledger.model import AccountKind
from payment_core.settlement.decide import carry_out, decide
from payment_core.settlement.model import ClaimRow, FileState, RowState, Step
from payment_core.settlement.ports import RowMovedError
from payment_core.settlement.rows import Outcome
from tests.fakes.settlement import PowerCutError
from tests.spec.clearing import NEXT_DAY, TERMS, Clearing, sold, told


def a_returned_row() -> tuple[Clearing, ClaimRow]:
    clearing = Clearing()
    (row,) = clearing.claimed(sold(1))
    clearing.comes(told(row, Outcome.RETURNED))
    return clearing, clearing.row(row)


def decided(clearing: Clearing, row: ClaimRow, step: Step) -> ClaimRow:
    return decide(row, step, who="kim", why="the card was renewed", today=NEXT_DAY, rows=clearing.rows)


def carried_out(clearing: Clearing, row: ClaimRow) -> None:
    carry_out(row, f"1001-{NEXT_DAY}", TERMS["haneul"], (), rows=clearing.rows, books=clearing.books)


def test_a_row_that_is_claimed_again_is_a_new_row_and_the_old_one_says_who_and_why() -> None:
    clearing, row = a_returned_row()

    old = decided(clearing, row, Step.RECLAIM)
    carried_out(clearing, old)

    assert (old.decided_by, old.decided_why, old.decided_on) == ("kim", "the card was renewed", NEXT_DAY)
    (new,) = clearing.rows.of_batch(f"1001-{NEXT_DAY}")
    assert (new.row_id, new.state, new.return_code) == (f"{row.row_id}~2", RowState.TO_CLAIM, "")
    assert new.deadlines.claim_by == "20261123"
    assert clearing.won(AccountKind.APPROVED) == 11_000
    assert clearing.won(AccountKind.SUSPENSE) == 0


def test_the_second_claim_is_paid_like_a_first_even_without_our_mark() -> None:
    clearing, row = a_returned_row()
    carried_out(clearing, decided(clearing, row, Step.RECLAIM))
    clearing.claim(NEXT_DAY)
    (new,) = clearing.rows.of_batch(f"1001-{NEXT_DAY}")

    assert clearing.comes(told(new, mark=False), file_id="f2").state is FileState.APPLIED
    assert clearing.states() == [RowState.RECLAIMED, RowState.CAPTURED]
    assert clearing.won(AccountKind.DUE) == 10_956


def test_nobody_can_claim_a_row_again_twice() -> None:
    clearing, row = a_returned_row()
    old = decided(clearing, row, Step.RECLAIM)

    with pytest.raises(RowMovedError):
        decided(clearing, replace(row, fee_won=1), Step.RECLAIM)
    for _ in range(2):
        carried_out(clearing, old)

    assert len(clearing.rows.kept) == 2


def test_a_row_that_is_given_up_is_not_owed_to_the_merchant_any_more() -> None:
    clearing, row = a_returned_row()

    carried_out(clearing, decided(clearing, row, Step.GIVE_UP))

    assert clearing.won(AccountKind.MERCHANT_PAYABLE) == clearing.won(AccountKind.SUSPENSE) == 0
    assert clearing.balance.holds


def test_a_row_that_is_left_undecided_may_still_be_decided_about() -> None:
    clearing, row = a_returned_row()
    left = decided(clearing, row, Step.LEAVE)
    carried_out(clearing, left)
    assert clearing.won(AccountKind.SUSPENSE) == 11_000

    carried_out(clearing, decided(clearing, left, Step.RECLAIM))

    assert clearing.states() == [RowState.RECLAIMED, RowState.TO_CLAIM]


def test_what_a_file_says_is_nobodys_decision() -> None:
    clearing, row = a_returned_row()

    with pytest.raises(AssertionError, match="capture is not a person's"):
        decided(clearing, row, Step.CAPTURE)


def test_a_decision_that_is_killed_before_it_is_carried_out_is_carried_out_later_as_it_was() -> None:
    for writes in (1, 2):
        clearing, row = a_returned_row()
        clearing.power.writes = writes
        with pytest.raises(PowerCutError):
            carried_out(clearing, decided(clearing, row, Step.RECLAIM))
        clearing.power.writes = None

        carried_out(clearing, clearing.row(row))

        assert clearing.won(AccountKind.APPROVED) == 11_000
        assert len(clearing.rows.kept) == 2
