"""Sweeper: whatever died on the way, somebody looks at the sale again, and each waker alone is enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.ending import ON_ITS_WAY, end_undecided
from payment_core.approval.model import AttemptState, Decision
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.standing import NO_ROOM_REASON
from payment_core.approval.sweeper import look_again_seconds, needs_driver, next_run
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale, an_unanswered_sale


def _a_sale_whose_sender_died_after_sending() -> Till:
    till = Till()
    till.accept()
    till.sales.trouble = ["", "lost"]
    with pytest.raises(StoreUnavailableError):
        till.send()
    return till


def test_a_gateway_that_died_before_sending_leaves_a_declined_sale() -> None:
    till = Till()
    till.accept()

    till.clock.pass_seconds(31)
    till.wake()

    assert till.sale.decision is Decision.DECLINED
    assert not till.sale.is_open


@pytest.mark.parametrize(("busy", "reason"), [(False, "nothing was sent"), (True, NO_ROOM_REASON)])
def test_the_history_of_what_never_left_says_why(
    busy: bool,  # noqa: FBT001 -- a case
    reason: str,
) -> None:
    till = Till()
    till.accept()

    change = end_undecided(till.sale, till.clock.hand(), busy=busy)

    assert change is not None
    assert change.entry is not None
    assert change.entry.evidence == {"reason": reason}


@pytest.mark.parametrize(
    ("mode", "owner"), [(NetCancelMode.RELAY, "net_cancel"), (NetCancelMode.VAN_OWNED, "inquiry")]
)
def test_what_may_be_on_its_way_is_undone_or_asked_about_from_now_on(mode: NetCancelMode, owner: str) -> None:
    till = Till(profile=replace(HANGANG, net_cancel_mode=mode))
    till.accept()
    seen = []
    till.link.meanwhile = lambda: seen.append(till.sale)
    till.send()

    change = end_undecided(seen[0], till.clock.hand())

    assert change is not None
    assert change.entry is not None
    assert change.entry.evidence == {"reason": ON_ITS_WAY.reason}
    assert (change.sets["owner",], change.sets["next_action_at_ms",]) == (owner, till.clock.at_ms)


def test_a_sender_that_died_leaves_a_reversal_with_a_driver() -> None:
    till = _a_sale_whose_sender_died_after_sending()

    till.clock.pass_seconds(35)
    till.wake("queue_watchdog")

    assert till.sale.decision is Decision.REVERSE
    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert till.drivers.running == {"nc-1001-10010001-1-20261120-42-0-0"}


def test_a_request_that_is_still_within_its_time_is_left_alone() -> None:
    till = _a_sale_whose_sender_died_after_sending()

    till.clock.pass_seconds(29)
    till.wake()

    assert till.sale.attempt_states()[0] is AttemptState.INTENT
    assert till.drivers.running == set()


def test_at_the_end_of_its_time_a_sale_is_decided() -> None:
    till = Till()
    till.accept()

    till.clock.pass_seconds(30)

    assert till.wake() == till.sale
    assert till.sale.decision is Decision.DECLINED


def test_a_waker_hears_how_the_sale_stands_or_that_there_is_none() -> None:
    till = Till()
    assert till.wake() is None

    till = an_approved_sale()
    assert till.wake() == till.sale


def test_what_is_open_with_a_destination_needs_a_driver_and_nothing_else_does() -> None:
    cancelling = an_approved_sale()
    cancelling.begin_cancel()
    undecided = Till()
    undecided.accept()

    needy = [needs_driver(till.sale) for till in (an_unanswered_sale(), cancelling)]
    others = [needs_driver(till.sale) for till in (undecided, an_approved_sale())]

    assert (needy, others) == ([True, True], [False, False])


def test_of_two_wakers_that_saw_the_same_run_one_moves_it_on_and_knows_it() -> None:
    till = an_unanswered_sale()
    first, second = (next_run(till.sale, ("a0", "run"), 0, till.clock.hand()) for _ in range(2))

    assert till.sales.apply(first).won
    assert till.sales.apply(first).won, "delivered again it is still its own"
    assert not till.sales.apply(second).won


def test_waking_twice_starts_one_driver() -> None:
    till = an_unanswered_sale()

    till.wake("stream_waker")
    till.wake("minute_sweeper")

    assert till.drivers.running == {"nc-1001-10010001-1-20261120-42-0-0"}


def test_a_driver_that_ended_without_an_end_is_followed_by_the_next_run() -> None:
    till = an_unanswered_sale()
    till.wake()
    till.drivers.end_all()

    till.wake()
    till.drivers.end_all()
    till.wake()

    assert till.sale.attempts[0].run == 2
    assert till.drivers.running == {"nc-1001-10010001-1-20261120-42-0-2"}


def test_a_cancel_whose_driver_was_never_started_gets_one() -> None:
    till = an_approved_sale()
    till.begin_cancel()

    till.wake()

    assert till.drivers.running == {"cx-1001-10010001-1-20261120-42/20261120-43-0"}


def test_a_cancel_whose_driver_ended_is_driven_on() -> None:
    till = an_approved_sale()
    till.begin_cancel()
    till.wake()
    till.drivers.end_all()

    till.wake()

    assert till.drivers.running == {"cx-1001-10010001-1-20261120-42/20261120-43-1"}


def test_a_closed_sale_needs_nobody() -> None:
    till = an_approved_sale()

    till.wake()

    assert till.drivers.running == set()
    assert till.sales.due(till.clock.at_ms + 10**9, 10) == []


def test_an_unknown_that_its_van_owns_stays_in_sight_without_crowding_out_the_rest() -> None:
    till = an_unanswered_sale(profile=replace(HANGANG, net_cancel_mode=NetCancelMode.VAN_OWNED))

    for _ in range(100):
        till.clock.pass_seconds(3_600)
        assert till.sales.due(till.clock.at_ms, 10) == [till.sale_id]
        till.wake()
        till.undo()
        assert till.sales.due(till.clock.at_ms, 10) == []

    assert till.asked == ["authorise"]
    assert till.sale.is_open


def test_every_open_sale_is_due_some_time() -> None:
    for till in (Till(), an_unanswered_sale(), an_unanswered_sale(link=ScriptedLink([SILENCE]))):
        if not till.sales.items:
            till.accept()

        assert till.sale.is_open
        assert till.sales.due(till.clock.at_ms + 31_000, 10) == [till.sale_id]


def test_nothing_open_is_left_alone_for_longer_than_a_queue_can_wait() -> None:
    till = an_unanswered_sale()
    hand, sale = till.clock.hand(), till.sale

    assert look_again_seconds(replace(sale, next_action_at_ms=hand.now_ms() + 20_000), hand) == 55
    assert look_again_seconds(replace(sale, next_action_at_ms=hand.now_ms() - 20_000), hand) == 36
    assert look_again_seconds(replace(sale, next_action_at_ms=hand.now_ms() + 3_600_000), hand) == 900
