"""Lanes: net-cancel, inquiry, ordinary cancel, people: they change, and none of them is the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.change import Change, Path
from payment_core.approval.lanes import Lane, lane_of
from payment_core.approval.late import late_news
from payment_core.approval.model import AttemptState, Decision, Step
from payment_core.approval.net_cancel import AMOUNT_UNKNOWN, _cancel_order, horizon_ms, record
from payment_core.approval.outcome import InDoubt, NotApproved, NotFound, Refused
from payment_core.approval.ports import NetCancelKey, Profile
from payment_core.approval.standing import sentence
from payment_core.kernel.language import Language
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


def an_approval_of(approved_won: int, profile: Profile = WITH_INQUIRY) -> Till:
    """A sale of 11,000 won that was approved as another amount, and whose net-cancel is refused once."""
    doubt = InDoubt("another amount", approval_number="30000001", approved_won=approved_won)
    till = an_open_attempt(profile, ScriptedLink([doubt], net_cancels=[REFUSED, SILENCE]))
    till.clock.pass_seconds(5)
    return till


def amounts_cancelled(till: Till) -> list[int]:
    """Won of every ordinary cancel that was sent."""
    return [order.amount_won for kind, order in till.link.asked if kind == "cancel"]


def numbers_of_cancels(till: Till) -> list[str]:
    """Their trace numbers."""
    return [order.trace_number for kind, order in till.link.asked if kind == "cancel"]


def heard_meanwhile(till: Till, approved_won: int) -> None:
    """Another hand hears, once, how much was approved."""
    till.link.meanwhile = lambda: None
    doubt = InDoubt("late", approval_number="30000001", approved_won=approved_won)
    news = late_news(till.sale, 0, doubt, till.clock.hand("van_link"))
    assert news is not None
    till.sales.apply(news)


def wait_open(till: Till) -> None:
    """Days go by, and it must not close."""
    for _ in range(30):
        assert not till.undo().closed
        till.clock.pass_seconds(7_200)


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
    assert set(numbers_of_cancels(till)) == {"001000000428"}
    both = replace(till.sale, attempts=till.sale.attempts * 2, service_won=100, tax_free_won=10)
    second = _cancel_order(both, 1)
    assert (second.trace_number, second.service_won, second.tax_free_won, second.reason) == (
        "001000000429",
        0,
        0,
        "",
    )


def test_a_cancel_that_is_refused_calls_a_person_and_goes_on_asking() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[REFUSED]))

    for _ in range(30):
        undoing = till.undo()
        assert not undoing.closed
        till.clock.pass_seconds(max(undoing.wait_seconds, 300))

    assert till.sale.attempt_states()[0] is AttemptState.MANUAL
    assert till.asked.count("cancel") > 10


def test_after_a_refused_cancel_the_destination_is_asked_again_how_much_it_approved() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[REFUSED, UNDONE]))
    till.link.inquiries = [replace(APPROVAL, approved_won=11_001), replace(APPROVAL, approved_won=11_002)]

    assert until_closed(till) == ["inquire", "cancel", "inquire", "cancel"]
    assert amounts_cancelled(till) == [11_001, 11_002]
    assert numbers_of_cancels(till) == ["001000000428", "001000000426"]


def test_after_a_refused_cancel_the_same_amount_goes_out_under_the_same_number() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[REFUSED, SILENCE, UNDONE]))

    assert until_closed(till) == ["inquire", "cancel", "inquire", "cancel", "cancel"]
    assert set(numbers_of_cancels(till)) == {"001000000428"}


def test_no_cancel_goes_out_under_a_number_that_has_named_another_amount() -> None:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[REFUSED]))
    till.link.inquiries = [replace(APPROVAL, approved_won=11_000 + more) for more in range(6)]

    wait_open(till)

    assert amounts_cancelled(till)[:4] == [11_000, 11_001, 11_002, 11_003]
    named = dict(zip(numbers_of_cancels(till), amounts_cancelled(till), strict=True))
    assert named == {f"00100000042{place}": 11_000 + more for more, place in enumerate((8, 6, 4, 2))}
    assert till.asked[-1] == "inquire", "there is no number left, and a person was called long before"


def test_what_a_cancel_names_is_durable_before_it_leaves() -> None:
    till = an_approval_of(11_001)
    till.undo()
    till.link.cancels = [SILENCE, UNDONE]
    till.link.meanwhile = lambda: seen.append(till.sale.attempts[0].named_won)
    seen: list[int] = []

    until_closed(till)

    assert seen == [11_001, 11_001]


@pytest.mark.parametrize(
    "meanwhile",
    [{("a0", "approved_won"): 11_002}, {("a0", "names"): 1}, {("a0", "state"): str(AttemptState.REVERSED)}],
    ids=["another amount is heard", "another hand names one", "it ends"],
)
def test_a_cancel_that_was_overtaken_before_it_named_its_amount_does_not_leave(
    meanwhile: dict[Path, object],
) -> None:
    till = an_approval_of(11_001)
    till.clock.pass_seconds(till.undo().wait_seconds)
    overtaken = Change(till.sale_id, None, "another hand's", {}, meanwhile)
    till.sales.after_next_read = lambda: till.sales.apply(overtaken)

    undoing = till.undo()

    assert "cancel" not in till.asked
    assert undoing.sale == till.sale


def test_what_a_cancel_names_is_known_by_its_write_if_it_is_delivered_again() -> None:
    till = an_approval_of(11_001)
    till.clock.pass_seconds(till.undo().wait_seconds)
    before = till.sales.items[till.sale_id]["write_id"]
    seen: list[str] = []
    till.link.meanwhile = lambda: seen.append(till.sales.items[till.sale_id]["write_id"])

    till.undo()

    assert till.asked[-1] == "cancel"
    assert before not in seen


def test_a_cancel_that_took_back_more_than_was_approved_left_nothing() -> None:
    till = an_approval_of(11_001)
    more = InDoubt("of 12,000 won", "0000", taken_back_won=12_000)

    change = record(till.sale, 0, Lane.CANCEL, more, WITH_INQUIRY, till.clock.hand())

    assert change.sets["a0", "left_won"] == 0


def test_an_approval_of_another_amount_is_cancelled_by_that_amount() -> None:
    till = an_approval_of(11_001)

    assert until_closed(till) == ["net_cancel", "cancel"]
    (_, order) = till.link.asked[-1]
    assert (order.amount_won, order.vat_won, order.original_amount_won) == (11_001, 1_000, 11_001)
    assert till.sale.history[-1].evidence["cancelled_won"] == "11001"


def test_no_vat_of_a_cancel_is_more_than_its_amount() -> None:
    till = an_approval_of(700)

    until_closed(till)

    (_, order) = till.link.asked[-1]
    assert (order.amount_won, order.vat_won, order.service_won, order.tax_free_won) == (700, 700, 0, 0)


def test_an_inquiry_tells_how_much_there_is_to_cancel() -> None:
    till = an_open_attempt(WITH_INQUIRY, ScriptedLink([SILENCE], net_cancels=[REFUSED]))
    till.link.inquiries = [replace(APPROVAL, approved_won=11_001)]
    till.clock.pass_seconds(5)

    assert until_closed(till) == ["net_cancel", "inquire", "cancel"]
    assert amounts_cancelled(till) == [11_001]


@pytest.mark.parametrize("profile", [WITH_INQUIRY, HANGANG, VAN_OWNED, replace(VAN_OWNED, has_inquiry=False)])
def test_an_approval_of_an_amount_that_nobody_knows_is_never_cancelled_and_waits_for_a_person(
    profile: Profile,
) -> None:
    by_number_alone = InDoubt("no EOT", approval_number="30000001")
    till = an_open_attempt(profile, ScriptedLink([by_number_alone], net_cancels=[REFUSED]))
    till.link.inquiries = [replace(APPROVAL, approved_won=0)]

    wait_open(till)

    assert "cancel" not in till.asked
    assert till.sale.attempt_states()[0] is AttemptState.MANUAL
    [called] = [one.evidence for one in till.sale.history if one.step is Step.REVERSAL_REFUSED]
    assert called.get("reason", AMOUNT_UNKNOWN) == AMOUNT_UNKNOWN
    assert called, "whoever is called is told why"
    assert "an amount that nobody knows (asked were 11,000 won)" in sentence(till.sale, Language.ENGLISH)


@pytest.mark.parametrize("profile", [WITH_INQUIRY, HANGANG])
def test_what_a_cancel_left_is_told_to_a_person_and_never_closed_by_a_repeat(profile: Profile) -> None:
    short = InDoubt("the answer is about 11,000 won instead of 11,001", taken_back_won=11_000)
    till = an_approval_of(11_001, profile)
    till.link.cancels, till.link.inquiries = [short, UNDONE], [replace(APPROVAL, approved_won=11_001)]

    wait_open(till)

    assert till.asked.count("cancel") == 1, "its number is known as done: a repeat would say so again"
    assert till.sale.attempt_states()[0] is AttemptState.MANUAL
    assert "; 1 won may still be held." in sentence(till.sale, Language.ENGLISH)
    assert "금액: 1원." in sentence(till.sale, Language.KOREAN)


def test_the_history_says_what_a_cancel_left() -> None:
    doubt = InDoubt("another amount", approval_number="30000001", approved_won=11_001)
    till = an_open_attempt(WITH_INQUIRY, ScriptedLink([doubt]))
    short = InDoubt("of 11,000 won", "0000", taken_back_won=11_000)

    change = record(till.sale, 0, Lane.CANCEL, short, WITH_INQUIRY, till.clock.hand())

    assert change.entry is not None
    assert change.entry.evidence == {"code": "0000", "reason": "a cancel took back 11,000 won of 11,001"}


def test_what_a_cancel_left_is_closed_when_an_inquiry_says_that_nothing_lives() -> None:
    till = an_approval_of(11_001)
    till.link.cancels = [InDoubt("of 11,000 won", taken_back_won=11_000)]
    till.link.inquiries = [NotApproved("2558", "이미 취소된 거래입니다")]

    assert until_closed(till) == ["net_cancel", "cancel", "inquire"]


def test_a_cancel_closes_nothing_while_another_hand_hears_of_another_amount() -> None:
    till = an_approval_of(11_001)
    till.undo()
    till.link.meanwhile = lambda: heard_meanwhile(till, 11_002)

    assert not till.undo().closed
    assert until_closed(till) == ["net_cancel", "cancel", "cancel"]
    assert amounts_cancelled(till) == [11_001, 11_002]


@pytest.mark.parametrize("profile", [WITH_INQUIRY, HANGANG])
def test_an_approval_that_its_pos_took_back_is_net_cancelled_first(profile: Profile) -> None:
    till = an_approved_sale(profile=profile)
    till.undo_for_pos()

    assert until_closed(till) == ["net_cancel"]
