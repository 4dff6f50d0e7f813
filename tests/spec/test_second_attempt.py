"""Fail over: a second destination is asked only when the first provably holds nothing, and never a third."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.model import AttemptState, Decision
from payment_core.approval.outcome import (
    AuthorisationOutcome,
    Declined,
    InDoubt,
    NetCancelOutcome,
    NotForwarded,
    NotFound,
    NotSent,
    Refused,
)
from payment_core.approval.ports import Profile
from payment_core.approval.send import Verdict
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.links import APPROVAL, SILENCE, UNDONE, ScriptedLink
from tests.spec.till import HANGANG, Till

LINE_DOWN = NotSent("the line could not be opened")
NOT_FORWARDED = NotForwarded("8381", "전산장애")
GARBLED = InDoubt("the answer cannot be read")


def a_first_attempt(
    first: AuthorisationOutcome,
    *,
    undone: NetCancelOutcome = UNDONE,
    seconds_gone: int = 0,
    profile: Profile = HANGANG,
    spare: bool = True,
) -> tuple[Till, Verdict]:
    """A sale whose first attempt came to that, and what the workflow is told."""
    till = Till(profile=profile, link=ScriptedLink([first, APPROVAL], net_cancels=[undone]))
    till.accept()
    till.clock.pass_seconds(seconds_gone)
    return till, till.send(spare=spare).verdict


@pytest.mark.parametrize("first", [LINE_DOWN, NOT_FORWARDED])
def test_where_the_first_holds_nothing_another_is_asked_at_once(first: AuthorisationOutcome) -> None:
    till, verdict = a_first_attempt(first)

    assert (verdict, till.sale.decision) == (Verdict.FAIL_OVER, Decision.RECEIVED)
    assert till.send(index=1).verdict is Verdict.DECIDED
    assert till.sale.decision is Decision.APPROVED


@pytest.mark.parametrize(
    ("first", "state"),
    [(LINE_DOWN, AttemptState.NOT_SENT), (NOT_FORWARDED, AttemptState.DECLINED)],
)
def test_without_another_destination_the_sale_is_declined(
    first: AuthorisationOutcome, state: AttemptState
) -> None:
    till, verdict = a_first_attempt(first, spare=False)

    assert (verdict, till.sale.decision) == (Verdict.DECIDED, Decision.DECLINED)
    assert till.sale.attempt_states()[0] is state


def test_without_time_for_a_second_attempt_the_sale_is_declined() -> None:
    till, verdict = a_first_attempt(LINE_DOWN, seconds_gone=19)

    assert (verdict, till.sale.decision) == (Verdict.DECIDED, Decision.DECLINED)


def test_a_decline_is_an_answer_and_nobody_else_is_asked() -> None:
    till, verdict = a_first_attempt(Declined("8326", "한도 초과"))

    assert (verdict, till.sale.decision) == (Verdict.DECIDED, Decision.DECLINED)
    assert till.asked == ["authorise"]


class TestInDoubt:
    """What may live must be undone first, and confirmed."""

    def test_another_is_asked_after_a_confirmed_net_cancel(self) -> None:
        till, verdict = a_first_attempt(GARBLED)
        assert (verdict, till.sale.decision) == (Verdict.IN_DOUBT, Decision.RECEIVED)

        undoing = till.undo(in_line=True)

        assert (undoing.closed, undoing.fail_over) == (True, True)
        assert till.send(index=1).verdict is Verdict.DECIDED
        assert till.sale.attempt_states() == (AttemptState.REVERSED, AttemptState.APPROVED)
        assert till.asked == ["authorise", "net_cancel", "authorise"]

    @pytest.mark.parametrize(
        "undone", [SILENCE, NotFound("2810", "원거래 없음", 0), Refused("2020", "기간 경과"), LINE_DOWN]
    )
    def test_without_confirmation_nobody_else_is_asked_and_the_sale_is_reversed(
        self, undone: NetCancelOutcome
    ) -> None:
        till, _ = a_first_attempt(GARBLED, undone=undone)

        undoing = till.undo(in_line=True)

        assert not undoing.fail_over
        assert till.sale.decision is Decision.REVERSE
        assert till.sale.is_open
        assert till.send(index=1).answer == till.sale.answer
        assert till.asked.count("authorise") == 1

    def test_an_unmatched_net_cancel_is_enough_where_it_leaves_a_tombstone(self) -> None:
        found_nothing = NotFound("2810", "원거래 없음", Till().clock.at_ms + 1)
        till, _ = a_first_attempt(
            GARBLED, undone=found_nothing, profile=replace(HANGANG, leaves_tombstone=True)
        )

        assert till.undo(in_line=True).fail_over

    def test_a_full_wait_for_the_answer_leaves_no_time(self) -> None:
        till, verdict = a_first_attempt(SILENCE, seconds_gone=15)

        assert (verdict, till.sale.decision) == (Verdict.BEING_REVERSED, Decision.REVERSE)

    def test_a_confirmation_that_comes_too_late_for_a_second_attempt_ends_as_reversed(self) -> None:
        till, _ = a_first_attempt(GARBLED, seconds_gone=13)
        till.clock.pass_seconds(6)

        undoing = till.undo(in_line=True)

        assert (undoing.closed, undoing.fail_over) == (True, False)
        assert (till.sale.decision, till.sale.is_open) == (Decision.REVERSE, False)

    @pytest.mark.parametrize(
        "profile",
        [
            replace(HANGANG, net_cancel_mode=NetCancelMode.VAN_OWNED),
            replace(HANGANG, net_cancel_first_delay_seconds=60),
        ],
    )
    def test_a_destination_whose_net_cancel_cannot_come_at_once_never_fails_over(
        self, profile: Profile
    ) -> None:
        till, verdict = a_first_attempt(GARBLED, profile=profile)

        assert verdict is not Verdict.IN_DOUBT
        assert till.sale.decision is Decision.REVERSE


class TestWhoeverDies:
    """A sale that was kept for a second attempt is never forgotten."""

    def test_a_workflow_that_dies_between_the_attempts_leaves_a_declined_sale(self) -> None:
        till, _ = a_first_attempt(LINE_DOWN)

        till.clock.pass_seconds(31)
        till.wake()

        assert (till.sale.decision, till.sale.is_open) == (Decision.DECLINED, False)

    def test_a_workflow_that_dies_before_the_net_cancel_leaves_a_reversal_with_a_driver(self) -> None:
        till, _ = a_first_attempt(GARBLED)

        till.clock.pass_seconds(31)
        till.wake()

        assert till.sale.decision is Decision.REVERSE
        assert till.drivers.running == {f"nc-{till.sale_id}-0-0"}
        assert till.undo().closed

    def test_a_driver_that_is_woken_early_leaves_the_request_its_time(self) -> None:
        till, _ = a_first_attempt(GARBLED)
        till.wake("stream_waker")

        undoing = till.undo()

        assert (till.sale.decision, till.asked) == (Decision.RECEIVED, ["authorise"])
        assert undoing.wait_seconds > 1

    def test_a_second_attempt_in_doubt_is_undone_like_the_first(self) -> None:
        till, _ = a_first_attempt(LINE_DOWN)
        till.link.authorisations = [SILENCE]

        assert till.send(index=1, spare=True).verdict is Verdict.BEING_REVERSED
        assert till.sale.attempt_states() == (AttemptState.NOT_SENT, AttemptState.REVERSING)

    def test_a_pos_that_net_cancels_between_the_attempts_is_obeyed(self) -> None:
        till, _ = a_first_attempt(LINE_DOWN)

        till.undo_for_pos()

        assert (till.sale.decision, till.sale.is_open) == (Decision.REVERSE, False)
        assert till.send(index=1).answer == till.sale.answer
        assert till.asked.count("authorise") == 1
