"""Outbox: an event exists if and only if its write did, and says what the history says."""

from __future__ import annotations

from payment_core.approval.model import Step
from payment_core.approval.outbox import moves_between
from payment_core.events.sale_moved import APPROVE, FACTS
from tests.spec.till import Till, an_approved_sale, an_unanswered_sale


def test_every_transition_is_told_once_and_in_order() -> None:
    till = an_unanswered_sale()
    till.undo(in_line=True)

    moves = moves_between(None, till.sale)

    assert [move.step for move in moves] == ["accept", "intent", "doubt", "reversal_confirmed"]
    assert [move.version for move in moves] == [1, 2, 3, 4]
    assert [move.id for move in moves] == [f"{till.sale_id}/{version}" for version in (1, 2, 3, 4)]


def test_a_change_tells_only_what_it_added() -> None:
    till = Till()
    till.accept()
    claimed = till.sale
    till.send()

    assert [move.step for move in moves_between(claimed, till.sale)] == ["intent", "approve"]


def test_a_repeated_try_is_not_an_event() -> None:
    till = an_unanswered_sale()
    before = till.sale
    till.link.net_cancels = [till.link.authorisations[0]]  # type: ignore[list-item]  # silence again
    till.undo(in_line=True)

    assert till.sale.attempts[0].tries == 1
    assert moves_between(before, till.sale) == []


def test_an_event_names_its_moment_and_the_write_that_made_it() -> None:
    till = an_approved_sale()

    approved = moves_between(None, till.sale)[-1]

    assert approved.time == "2026-11-20T03:00:00.000Z"
    assert approved.causation_id == till.sale.history[-1].write_id
    assert approved.evidence["approval_number"] == "30000001"


def test_an_approval_says_who_gave_it_even_after_it_was_undone() -> None:
    till = an_approved_sale()
    till.undo_for_pos()

    (approved,) = (move for move in moves_between(None, till.sale) if move.step == APPROVE)

    assert (approved.destination, approved.approval_number) == ("hangang", "30000001")
    assert (approved.merchant, approved.business_date) == ("1001", "20261120")


def test_facts_are_steps_of_the_table() -> None:
    assert {Step(name) for name in FACTS} < set(Step)
    assert Step(APPROVE) is Step.APPROVE
