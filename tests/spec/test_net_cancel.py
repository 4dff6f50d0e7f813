"""Net-cancel: an approval whose answer never came is undone, and nothing but evidence ends that."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from payment_core.approval.lanes import Lane
from payment_core.approval.model import AttemptState, Decision
from payment_core.approval.net_cancel import HORIZON_JITTER_MS, back_off_ms, horizon_ms, record
from payment_core.approval.outcome import InDoubt, NetCancelOutcome, NotFound, NotSent, Refused
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.hands import Clock
from tests.fakes.links import SILENCE, UNDONE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale, an_unanswered_sale

LINE_DOWN = NotSent("the line could not be opened")


def told_to(till: Till) -> dict[str, Any]:
    assert till.sale.answer is not None
    told: dict[str, Any] = json.loads(till.sale.answer.body)
    return told


def _answering(*outcomes: NetCancelOutcome) -> ScriptedLink:
    return ScriptedLink(authorisations=[SILENCE], net_cancels=list(outcomes))


def test_the_reversal_is_durable_before_the_net_cancel_leaves() -> None:
    till = Till(link=_answering(UNDONE))
    till.accept()
    till.sales.trouble = ["", "lost"]  # the sender dies between its answer and its decision
    with pytest.raises(StoreUnavailableError):
        till.send()
    states_while_asking = []
    till.link.meanwhile = lambda: states_while_asking.append(till.sale.attempt_states()[0])

    till.undo(in_line=True)

    assert states_while_asking == [AttemptState.REVERSING]


def test_a_confirmed_net_cancel_closes_the_sale_as_not_approved() -> None:
    till = an_unanswered_sale()

    undoing = till.undo(in_line=True)

    assert undoing.closed
    assert till.steps == ["accept", "intent", "doubt", "reversal_confirmed"]
    assert (till.sale.decision, till.sale.owner) == (Decision.REVERSE, "")


def test_every_net_cancel_carries_the_trace_number_of_the_lost_authorisation() -> None:
    till = an_unanswered_sale(link=_answering(SILENCE, SILENCE, UNDONE))

    while not till.undo().closed:
        till.clock.pass_seconds(300)

    assert till.asked == ["authorise", "net_cancel", "net_cancel", "net_cancel"]
    assert {order.trace_number for _, order in till.link.asked} == {"001000000420"}


@pytest.mark.parametrize("silence", [SILENCE, LINE_DOWN, InDoubt("the answer cannot be read")])
def test_no_number_of_failures_and_no_age_ever_closes_it(silence: NetCancelOutcome) -> None:
    till = an_unanswered_sale(link=_answering(silence))

    for _ in range(500):
        assert not till.undo().closed
        till.clock.pass_seconds(3_600)

    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert till.sale.is_open
    assert till.steps == ["accept", "intent", "doubt"]


def test_tries_grow_apart_up_to_five_minutes() -> None:
    till = an_unanswered_sale(link=_answering(SILENCE))
    waits = []

    till.clock.pass_seconds(5)
    for _ in range(9):
        undoing = till.undo()
        waits.append(undoing.wait_seconds)
        till.clock.pass_seconds(undoing.wait_seconds)

    assert waits == [1] * 9  # the hand draws no jitter: what is left is the shortest wait
    assert till.sale.attempts[0].tries == 9


@pytest.mark.parametrize(("tries", "longest_seconds"), [(0, 2), (1, 4), (7, 300), (50, 300)])
def test_a_wait_is_a_second_and_at_most_its_step_more(tries: int, longest_seconds: int) -> None:
    shortest = Clock().hand()
    longest = replace(shortest, chance_below=lambda limit: limit - 1)

    waits = [back_off_ms(tries, hand) for hand in (shortest, longest)]

    assert waits == [1_000, longest_seconds * 1_000 + 999]


@pytest.mark.parametrize(("left_ms", "seconds"), [(-5, 1), (0, 1), (1_001, 2), (10_000_000, 10_000)])
def test_a_workflow_waits_whole_seconds_and_at_least_one(left_ms: int, seconds: int) -> None:
    clock = Clock()

    assert clock.hand().seconds_until(clock.at_ms + left_ms) == seconds


def test_a_try_without_an_end_is_evidence_all_the_same() -> None:
    till = an_unanswered_sale(link=_answering(SILENCE))

    till.undo(in_line=True)

    assert ("a0-undo-0", SILENCE.trail) in till.sales.evidence(till.sale.sale_id)


def test_what_was_kept_for_another_destination_is_undone_as_soon_as_its_time_is_over() -> None:
    till = Till(link=_answering(UNDONE))
    till.accept()
    till.send(spare=True)
    till.undo()
    assert till.asked == ["authorise"]

    till.clock.at_ms = till.sale.next_action_at_ms
    till.undo()

    assert till.asked == ["authorise", "net_cancel"]


def test_a_try_that_is_not_due_waits_without_sending() -> None:
    till = an_unanswered_sale()

    undoing = till.undo()

    assert (undoing.closed, undoing.wait_seconds) == (False, 5)
    assert till.asked == ["authorise"]


def test_not_found_before_the_horizon_proves_nothing() -> None:
    till = an_unanswered_sale()
    horizon_at_ms = horizon_ms(till.sale.attempts[0], HANGANG)
    till.link.net_cancels = [NotFound("2810", "원거래 없음", horizon_at_ms - 1)]

    till.clock.pass_seconds(5)
    undoing = till.undo()

    assert not undoing.closed
    assert till.sale.next_action_at_ms > horizon_at_ms


def test_after_not_found_the_next_try_comes_behind_the_horizon_but_not_all_at_once() -> None:
    till = an_unanswered_sale()
    hand = replace(till.clock.hand(), chance_below=lambda limit: limit - 1)

    change = record(till.sale, 0, Lane.NET_CANCEL, NotFound("2810", "원거래 없음", 0), HANGANG, hand)

    behind_ms = horizon_ms(till.sale.attempts[0], HANGANG)
    assert change.sets["next_action_at_ms",] == behind_ms + HORIZON_JITTER_MS


def test_not_found_of_a_try_sent_after_the_horizon_closes_it() -> None:
    till = an_unanswered_sale()
    horizon_at_ms = horizon_ms(till.sale.attempts[0], HANGANG)
    till.link.net_cancels = [NotFound("2810", "원거래 없음", horizon_at_ms)]

    till.clock.pass_seconds(5)

    assert till.undo().closed


def test_the_horizon_covers_the_senders_fence_and_the_destinations_own_time() -> None:
    attempt = an_unanswered_sale().sale.attempts[0]

    shipped = horizon_ms(attempt, HANGANG) - attempt.intent_at_ms
    slow = horizon_ms(attempt, replace(HANGANG, max_processing_seconds=600)) - attempt.intent_at_ms
    tombstone = horizon_ms(attempt, replace(HANGANG, leaves_tombstone=True)) - attempt.intent_at_ms

    assert (shipped, slow, tombstone) == (120_000, 634_000, 0)


def test_a_refusal_calls_a_person_and_the_tries_go_on() -> None:
    till = an_unanswered_sale(link=_answering(Refused("2020", "망취소 기한 경과"), UNDONE))

    undoing = till.undo(in_line=True)
    assert (undoing.closed, till.sale.owner) == (False, "operator")
    assert till.sale.history[-1].evidence == {"code": "2020", "message": "망취소 기한 경과"}
    assert till.sale.attempt_states()[0] is AttemptState.MANUAL

    till.clock.pass_seconds(300)
    assert till.undo().closed
    assert till.steps[-2:] == ["reversal_refused", "reversal_confirmed"]


def test_a_destination_that_wants_a_pause_gets_no_in_line_try() -> None:
    till = an_unanswered_sale(profile=replace(HANGANG, net_cancel_first_delay_seconds=60))

    undoing = till.undo(in_line=True)

    assert (undoing.closed, undoing.wait_seconds) == (False, 60)
    assert till.asked == ["authorise"]


def test_payrelay_sends_no_net_cancel_where_the_van_owns_it_and_does_not_forget() -> None:
    till = an_unanswered_sale(profile=replace(HANGANG, net_cancel_mode=NetCancelMode.VAN_OWNED))

    till.clock.pass_seconds(86_400)
    undoing = till.undo()

    assert not undoing.closed
    assert till.asked == ["authorise"]
    assert till.sale.is_open


def test_a_sale_whose_sender_never_started_is_ended_unsent() -> None:
    till = Till()
    till.accept()

    undoing = till.undo(in_line=True)

    assert undoing.closed
    assert till.sale.decision is Decision.DECLINED
    assert till.asked == []


def test_a_sale_that_found_no_room_is_declined_as_busy_and_may_be_tried_anew() -> None:
    till = Till()
    till.accept()

    undoing = till.undo(in_line=True, busy=True)

    told = told_to(till)
    assert undoing.closed
    assert (till.sale.decision, told["response_code"]) == (Decision.DECLINED, "R004")
    assert "Try again as a new sale" in told["message"]
    assert till.asked == []


def test_the_answer_of_a_busy_sale_is_stored_and_its_key_is_spent() -> None:
    till = Till()
    till.accept()
    till.undo(in_line=True, busy=True)

    again = till.accept()

    assert again == till.sale.answer
    assert till.asked == []


def test_calling_it_busy_never_hides_an_intent() -> None:
    till = Till(link=_answering(UNDONE))
    till.accept()
    till.sales.trouble = ["", "lost"]  # the sender dies between its answer and its decision
    with pytest.raises(StoreUnavailableError):
        till.send()

    till.undo(in_line=True, busy=True)

    assert till.sale.decision is Decision.REVERSE
    assert till.asked == ["authorise", "net_cancel"]


def test_calling_it_busy_never_changes_what_was_decided() -> None:
    till = an_approved_sale()
    before = till.sale

    till.undo(in_line=True, busy=True)

    assert till.sale == before


def test_an_approved_sale_is_left_alone() -> None:
    till = an_approved_sale()

    undoing = till.undo(in_line=True)

    assert undoing.closed
    assert till.sale.decision is Decision.APPROVED
    assert till.asked == ["authorise"]


def test_two_net_cancels_at_once_end_as_one() -> None:
    till = an_unanswered_sale()
    till.link.meanwhile = lambda: till.asked.count("net_cancel") == 1 and till.undo(in_line=True)

    undoing = till.undo(in_line=True)

    assert undoing.closed
    assert till.steps.count("reversal_confirmed") == 1


def test_a_confirmation_whose_write_was_lost_is_asked_again_and_closes() -> None:
    till = an_unanswered_sale()
    till.sales.trouble = ["lost"]

    with pytest.raises(StoreUnavailableError):
        till.undo(in_line=True)

    till.clock.pass_seconds(5)
    assert till.undo().closed
    assert till.asked == ["authorise", "net_cancel", "net_cancel"]


def test_the_exchange_that_undid_it_is_stored_by_the_write_that_says_so() -> None:
    till = an_unanswered_sale(link=_answering(UNDONE))

    till.undo(in_line=True)

    assert ("a0-undo-0", UNDONE.trail) in till.sale.trails()
    assert ("a0-undo-0", UNDONE.trail) not in till.sales.evidence(till.sale.sale_id)


def test_an_exchange_whose_write_was_beaten_is_evidence_of_its_own() -> None:
    second = replace(UNDONE, trail=replace(UNDONE.trail, started_at_ms=3))
    till = an_unanswered_sale(link=_answering(UNDONE, second))
    till.link.meanwhile = lambda: till.asked.count("net_cancel") == 1 and till.undo(in_line=True)

    till.undo(in_line=True)

    assert till.steps == ["accept", "intent", "doubt", "reversal_confirmed"]
    assert ("a0-undo-0", UNDONE.trail) in till.sale.trails()
    assert ("a0-undo-0", second.trail) in till.sales.evidence(till.sale.sale_id)
