"""Lanes: net-cancel, inquiry, ordinary cancel, people: they change, and none of them is the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.lanes import Lane, lane_of
from payment_core.approval.model import AttemptState, Decision
from payment_core.approval.net_cancel import horizon_ms
from payment_core.approval.outcome import InDoubt, NotApproved, NotFound, Refused
from payment_core.approval.ports import NetCancelKey, Profile
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.links import APPROVAL, SILENCE, UNDONE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale, an_unanswered_sale

WITH_INQUIRY = replace(HANGANG, has_inquiry=True)
VAN_OWNED = replace(WITH_INQUIRY, net_cancel_mode=NetCancelMode.VAN_OWNED)
REFUSED = Refused("2020", "망취소 기간 경과")


def an_open_attempt(profile: Profile, link: ScriptedLink | None = None) -> Till:
    """A sale whose first attempt was never answered."""
    return an_unanswered_sale(profile=profile, link=link or ScriptedLink([SILENCE]))


def lane(till: Till) -> Lane:
    """Where its first attempt stands now."""
    return lane_of(till.sale.attempts[0], till.profile, till.clock.at_ms)


def until_closed(till: Till, *, tries: int = 20) -> list[str]:
    """What the destination is asked until nothing is left to undo."""
    for _ in range(tries):
        undoing = till.undo()
        if undoing.closed:
            return till.asked[1:]
        till.clock.pass_seconds(undoing.wait_seconds)
    raise AssertionError(f"still open after {till.asked}")


def test_a_net_cancel_comes_first() -> None:
    assert lane(an_open_attempt(WITH_INQUIRY)) is Lane.NET_CANCEL


def test_after_its_window_the_destination_is_asked_and_an_approval_is_cancelled_by_its_number() -> None:
    till = an_open_attempt(replace(WITH_INQUIRY, net_cancel_window_seconds=3_600))
    till.clock.pass_seconds(3_600)

    assert until_closed(till) == ["inquire", "cancel"]
    assert till.link.asked[-1][1].original_approval_number == APPROVAL.approval_number
    assert till.steps[-1] == "reversal_confirmed"


def test_a_refusal_calls_a_person_and_the_next_lane_goes_on() -> None:
    till = an_open_attempt(WITH_INQUIRY, ScriptedLink([SILENCE], net_cancels=[REFUSED]))
    till.clock.pass_seconds(5)

    assert until_closed(till) == ["net_cancel", "inquire", "cancel"]
    assert till.steps[-2:] == ["reversal_refused", "reversal_confirmed"]


def test_an_inquiry_that_says_not_approved_is_evidence() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], inquiries=[NotApproved("8326", "한도 초과")]))

    assert until_closed(till) == ["inquire"]
    assert till.sale.history[-1].evidence["reason"] == "inquiry: not approved"


def test_an_inquiry_leaves_no_tombstone_so_it_waits_where_a_net_cancel_need_not() -> None:
    till = an_open_attempt(replace(VAN_OWNED, leaves_tombstone=True))
    till.link.inquiries = [NotFound("2810", "없음", till.clock.at_ms)]

    assert not till.undo().closed


def test_an_inquiry_that_finds_nothing_is_evidence_only_after_the_horizon() -> None:
    till = an_open_attempt(VAN_OWNED)
    horizon_at_ms = horizon_ms(till.sale.attempts[0], VAN_OWNED)
    till.link.inquiries = [
        NotFound("2810", "없음", horizon_at_ms - 1),
        NotFound("2810", "없음", horizon_at_ms),
    ]

    assert not till.undo().closed
    assert till.sale.next_action_at_ms > horizon_at_ms
    till.clock.pass_seconds(200)
    assert till.undo().closed


def test_where_the_van_undoes_by_itself_no_net_cancel_ever_leaves() -> None:
    till = an_open_attempt(VAN_OWNED)

    assert until_closed(till) == ["inquire", "cancel"]
    assert till.sale.decision is Decision.REVERSE


def test_where_the_van_undoes_by_itself_and_cannot_be_asked_the_sale_waits_open() -> None:
    till = an_open_attempt(replace(VAN_OWNED, has_inquiry=False))

    for _ in range(50):
        assert not till.undo().closed
        till.clock.pass_seconds(86_400)

    assert till.asked == ["authorise"]
    assert till.sale.attempt_states()[0] is AttemptState.UNRESOLVED


def test_a_destination_that_takes_one_net_cancel_is_inquired_afterwards() -> None:
    once = replace(WITH_INQUIRY, net_cancel_repeat_safe=False)
    till = an_open_attempt(once, ScriptedLink([SILENCE], net_cancels=[SILENCE]))
    till.clock.pass_seconds(5)

    assert until_closed(till) == ["net_cancel", "inquire", "cancel"]


def test_a_destination_that_finds_approvals_by_their_number_is_inquired_where_none_is_known() -> None:
    by_number = replace(WITH_INQUIRY, net_cancel_key=NetCancelKey.APPROVAL_NUMBER)

    assert lane(an_open_attempt(by_number)) is Lane.INQUIRY


def test_a_number_that_was_heard_before_the_session_broke_is_used() -> None:
    by_number = replace(WITH_INQUIRY, net_cancel_key=NetCancelKey.APPROVAL_NUMBER)
    broke = InDoubt("no EOT", approval_number="30000001")

    assert lane(an_open_attempt(by_number, ScriptedLink([broke]))) is Lane.NET_CANCEL


def test_a_cancel_that_undoes_has_the_same_number_of_its_own_every_time() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[SILENCE, SILENCE, UNDONE]))

    assert until_closed(till) == ["inquire", "cancel", "cancel", "cancel"]
    numbers = {order.trace_number for kind, order in till.link.asked if kind == "cancel"}
    assert numbers == {"001000000428"}


def test_a_cancel_that_is_refused_calls_a_person_and_goes_on_asking() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[REFUSED]))

    for _ in range(30):
        undoing = till.undo()
        assert not undoing.closed
        till.clock.pass_seconds(max(undoing.wait_seconds, 300))

    assert till.sale.attempt_states()[0] is AttemptState.MANUAL
    assert till.asked.count("cancel") > 10


@pytest.mark.parametrize("profile", [WITH_INQUIRY, HANGANG])
def test_an_approval_that_its_pos_took_back_is_net_cancelled_first(profile: Profile) -> None:
    till = an_approved_sale(profile=profile)
    till.undo_for_pos()

    assert until_closed(till) == ["net_cancel"]
