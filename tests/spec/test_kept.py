"""Kept: what a destination lists live after "undone" is undone there again, and the sale stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.approval.by_hand import undo_kept
from payment_core.approval.change import Path
from payment_core.approval.kept import STILL_LISTED, kept_try, undone_at_ms
from payment_core.approval.late import Listed
from payment_core.approval.model import AttemptState, Decision, Sale
from payment_core.approval.net_cancel import Reach, Undoing, undo
from payment_core.approval.outbox import moves_between
from payment_core.approval.outcome import (
    Approved,
    AuthorisationOutcome,
    CancelOutcome,
    Declined,
    InDoubt,
    InquiryOutcome,
    NetCancelOutcome,
    NotApproved,
    NotFound,
    NotSent,
    Refused,
)
from payment_core.approval.ports import DriverUnavailableError, Order
from payment_core.approval.standing import Standing, standing_of
from tests.fakes.drivers import FakeDrivers
from tests.fakes.links import APPROVAL, SILENCE, UNDONE, Said, ScriptedLink
from tests.spec.till import HANGANG, Till, opened

NAMSAN = replace(HANGANG, name="namsan", has_inquiry=True)
LISTED = Listed("90000009", 11_000)
WISH = {
    "actor": "kim",
    "checker": "lee",
    "reason": "it is on their list",
    "case": "1001-20261120:3fa9c1d2a0b4",
}
REFUSED = Refused("2020", "망취소 기간 경과")
NUMBERS_OF_NAMSAN: Final = ("90000009", "80000008")  # as it lists it, and as its inquiry tells it
EVER: Final = 4_000_000_000_000  # when a telegram left that finds nothing: long after every horizon


@dataclass
class Failover(Till):
    """A sale in doubt at namsan, which said "undone" and kept it, while hangang decided it."""

    namsan: ScriptedLink = field(
        default_factory=lambda: ScriptedLink([SILENCE], net_cancels=[UNDONE], inquiries=[SILENCE])
    )
    hangang: ScriptedLink = field(default_factory=ScriptedLink)

    def undo(self, index: int = 0, *, in_line: bool = False, busy: bool = False) -> Undoing:
        """One try of a net-cancel, with a line to each destination."""
        lines = {"namsan": self.namsan, "hangang": self.hangang}
        profiles = {"namsan": NAMSAN, "hangang": HANGANG}
        return undo(
            self.sale_id,
            index,
            in_line=in_line,
            busy=busy,
            sales=self.sales,
            reach=Reach(lines.__getitem__, profiles.__getitem__, opened),
            hand=self.clock.hand("net_cancel"),
        )

    def two_people(self, index: int = 0, seen: Sale | None = None) -> Sale | None:
        """Two people have what namsan's list shows undone, of a sale as they saw it."""
        hand = self.clock.hand("cases")
        return undo_kept(
            seen or self.sale, index, LISTED, WISH, sales=self.sales, drivers=self.drivers, hand=hand
        )


def kept_by_namsan(said: AuthorisationOutcome = APPROVAL) -> Failover:
    """The sale, when the list of the day has come."""
    till = Failover()
    till.profile, till.link = NAMSAN, till.namsan
    till.accept()
    till.send(spare=True)
    assert till.undo(in_line=True).fail_over
    till.profile, till.link, till.hangang.authorisations = HANGANG, till.hangang, [said]
    till.send(1)
    assert [one.destination for one in till.sale.attempts] == ["namsan", "hangang"]
    till.clock.pass_seconds(3_600)
    till.namsan.asked.clear()
    till.hangang.asked.clear()
    return till


def whole(sale: Sale) -> Sale:
    """All of a sale but its history and its first attempt."""
    return replace(sale, attempts=sale.attempts[1:], history=())


def test_it_is_undone_where_it_lives_and_the_sale_stays_approved_where_it_is() -> None:
    till = kept_by_namsan()
    before = till.sale

    assert till.two_people() == till.sale
    assert till.steps[-1] == "kept_there"
    assert till.sale.history[-1].evidence == {
        "attempt": "a0",
        "destination": "namsan",
        "approval_number": "90000009",
        "amount_won": "11000",
        **WISH,
    }
    assert till.drivers.running == {f"nc-{till.sale_id}-0-1"}
    till.namsan.net_cancels = [SILENCE, UNDONE]
    waits = till.undo()
    assert (waits.closed, waits.wait_seconds, undone_at_ms(till.sale, 0)) == (False, 1, 0)
    till.clock.pass_seconds(60)
    assert till.undo().closed
    assert till.undo().closed, "and nothing is asked any more"

    assert till.steps[-2:] == ["kept_there", "kept_undone"]
    assert (undone_at_ms(till.sale, 0), undone_at_ms(till.sale, 1)) == (till.clock.at_ms, 0)
    assert [(kind, order.trace_number) for kind, order in till.namsan.asked] == [
        ("net_cancel", before.attempts[0].trace_number)
    ] * 2
    assert till.hangang.asked == []
    assert whole(till.sale) == whole(before)
    assert standing_of(till.sale) is Standing.APPROVED
    told = moves_between(before, till.sale)
    assert {(one.destination, one.approval_number, one.state, one.open_won) for one in told} == {
        ("hangang", "30000001", "APPROVED", 0)
    }


def test_after_the_window_it_is_cancelled_there_by_the_number_of_the_list() -> None:
    till = kept_by_namsan()
    till.two_people()
    till.clock.pass_seconds(NAMSAN.net_cancel_window_seconds)

    assert till.undo().closed

    ((kind, order),) = till.namsan.asked
    assert (kind, order.original_approval_number, order.amount_won) == ("cancel", "90000009", 11_000)
    assert (till.hangang.asked, till.sale.cancels) == ([], {})


def test_a_cancel_of_less_than_was_heard_of_meanwhile_is_no_end() -> None:
    till = kept_by_namsan()
    till.two_people()
    till.clock.pass_seconds(NAMSAN.net_cancel_window_seconds)

    def hear_of_more() -> None:
        till.sales.items[till.sale_id]["a0"]["approved_won"] = 12_000

    till.namsan.meanwhile = hear_of_more

    assert [till.undo().closed for _ in range(2)] == [False, True]
    assert [order.amount_won for _, order in till.namsan.asked] == [11_000, 12_000]


def test_a_try_that_heard_nothing_is_counted_once_and_only_on_what_was_seen() -> None:
    till = kept_by_namsan()
    till.two_people()
    seen, heard = till.sale, dict[Path, object]({("a0", "approved_won"): 12_000})
    first, second = (kept_try(seen, 0, till.clock.hand("net_cancel"), heard) for _ in range(2))

    assert [till.sales.apply(one).won for one in (first, first, second)] == [True, True, False]

    counted = till.sale.attempts[0]
    assert (counted.tries, counted.approved_won) == (seen.attempts[0].tries + 1, 12_000)
    assert till.sale.history == seen.history
    third = kept_try(till.sale, 0, till.clock.hand("net_cancel"), {})
    till.begin_cancel(amount_won=1_000, vat_won=91)
    assert not till.sales.apply(third).won, "the sale has moved on"


def test_a_refusal_is_told_once_and_the_next_lane_goes_on_until_evidence_ends_it() -> None:
    till = kept_by_namsan()
    till.two_people()
    till.namsan.net_cancels, till.namsan.cancels = [REFUSED], [REFUSED]
    till.namsan.inquiries = [SILENCE, NotApproved("0000", "승인 없음")]

    assert [till.undo().closed for _ in range(4)] == [False, False, False, True]

    assert [kind for kind, _ in till.namsan.asked] == ["net_cancel", "cancel", "inquire", "inquire"]
    assert till.steps[-3:] == ["kept_there", "kept_refused", "kept_undone"]


UNANSWERED = (SILENCE, NotSent("the line could not be opened"))
NOT_KNOWN = NotFound("2810", "원거래 없음", EVER)
TOO_EARLY = NotFound("2810", "원거래 없음", 0)
ALIVE, ALIVE_OTHERWISE = (Approved("80000008", "0000", "정상", won) for won in (11_000, 12_000))
GONE = NotApproved("0000", "승인 없음")
PART = InDoubt("another amount", taken_back_won=1_000)


@dataclass
class Heard(ScriptedLink):
    """A destination whose words are kept."""

    heard: list[object] = field(default_factory=list)

    def _next(self, kind: str, order: Order, budget_ms: int, script: list[Said]) -> Said:
        self.heard.append(super()._next(kind, order, budget_ms, script))
        return self.heard[-1]  # type: ignore[return-value]  # what was just put there


@given(
    net_cancels=st.lists(st.sampled_from((*UNANSWERED, UNDONE, REFUSED, NOT_KNOWN, TOO_EARLY)), min_size=1),
    cancels=st.lists(st.sampled_from((*UNANSWERED, UNDONE, REFUSED, PART)), min_size=1),
    inquiries=st.lists(st.sampled_from((*UNANSWERED, GONE, ALIVE, ALIVE_OTHERWISE)), min_size=1),
    days=st.integers(0, 2),
)
def test_whatever_the_destination_answers_nothing_of_the_approval_is_undone(
    net_cancels: list[NetCancelOutcome],
    cancels: list[CancelOutcome],
    inquiries: list[InquiryOutcome],
    days: int,
) -> None:
    till = kept_by_namsan()
    before = till.sale
    till.two_people()
    till.clock.pass_seconds(days * 86_400)
    till.namsan = Heard(net_cancels=net_cancels, cancels=cancels, inquiries=inquiries)

    ends = [till.undo().closed for _ in range(6)]

    assert till.hangang.asked == []
    for kind, order in till.namsan.asked:
        assert order.original_trace_number == before.attempts[0].trace_number
        assert (order.original_approval_number in NUMBERS_OF_NAMSAN) is (kind == "cancel")
    assert whole(till.sale) == whole(before)
    ended = not {UNDONE, GONE}.isdisjoint(till.namsan.heard)
    assert ends[-1] is ended is (till.steps[-1] == "kept_undone")


def test_not_found_is_no_end_of_what_the_list_shows_and_its_number_decides() -> None:
    till = kept_by_namsan()
    till.two_people()
    till.namsan.net_cancels = [NOT_KNOWN]

    assert [till.undo().closed for _ in range(2)] == [False, True]

    assert [kind for kind, _ in till.namsan.asked] == ["net_cancel", "cancel"]
    called = till.sale.history[-2].evidence
    assert (called["code"], called["reason"]) == ("2810", STILL_LISTED)


def test_it_is_done_about_no_other_attempt() -> None:
    till = kept_by_namsan()
    before = till.sale
    assert till.two_people(1) is None, "that is the approval"
    at_hangang = replace(before.attempts[0], destination="hangang")
    assert till.two_people(seen=replace(before, attempts=(at_hangang, before.attempts[1]))) is None
    assert till.sale == before

    undecided = Failover()
    undecided.profile, undecided.link = NAMSAN, undecided.namsan
    undecided.accept()
    undecided.send(spare=True)
    assert undecided.two_people() is None, "it is being undone anyway"


def test_of_two_hands_one_begins_it_and_whoever_does_it_again_begins_nothing() -> None:
    till = kept_by_namsan()
    seen_by_both = till.sale

    assert till.two_people(seen=seen_by_both) is not None
    assert till.two_people(seen=seen_by_both) is None
    assert till.two_people() is not None
    till.drivers.end_all()
    assert till.two_people() is not None, "nobody does it any more, and it is not done"

    assert till.steps.count("kept_there") == 1
    assert till.drivers.running == {f"nc-{till.sale_id}-0-2"}


def test_of_two_workflows_that_heard_something_the_first_is_right() -> None:
    till = kept_by_namsan()
    till.two_people()

    def meanwhile() -> None:
        till.namsan.meanwhile = lambda: None
        assert till.undo().closed

    till.namsan.meanwhile = meanwhile
    till.namsan.net_cancels = [UNDONE, REFUSED]
    assert till.undo().closed

    assert till.steps[-2:] == ["kept_there", "kept_undone"], "the other heard that there is nothing to undo"


def test_where_no_workflow_starts_it_is_written_down_and_done_when_it_is_carried_out_again() -> None:
    till = kept_by_namsan()
    till.drivers, there = _Away(), till.drivers
    with pytest.raises(DriverUnavailableError):
        till.two_people()
    assert till.steps[-1] == "kept_there"

    till.drivers = there
    assert till.two_people() is not None

    assert (till.steps.count("kept_there"), till.drivers.running) == (1, {f"nc-{till.sale_id}-0-1"})


class _Away(FakeDrivers):
    """Nobody starts anything."""

    def _start(self, name: str) -> bool:
        raise DriverUnavailableError(name)


def test_a_cancel_and_a_claim_go_their_way_meanwhile() -> None:
    till = kept_by_namsan()
    till.two_people()
    till.claim()
    assert till.sale.claim_batch == "day 1"

    till = kept_by_namsan()
    till.begin_cancel(amount_won=1_000, vat_won=91)
    waits_for = till.sale.owner, till.sale.next_action_at_ms
    till.two_people()
    till.namsan.net_cancels = [REFUSED]
    till.undo()
    assert (till.steps[-1], (till.sale.owner, till.sale.next_action_at_ms)) == ("kept_refused", waits_for)
    till.link = till.hangang
    assert till.try_cancel().closed
    assert (till.sale.decision, till.sale.cancellable_won) == (Decision.APPROVED, 10_000)
    assert till.undo().closed
    assert (till.steps[-1], till.sale.decision) == ("kept_undone", Decision.APPROVED)


def test_the_undoing_of_the_approval_is_no_evidence_of_what_is_kept() -> None:
    till = kept_by_namsan()
    before_ms = undone_at_ms(till.sale, 0)
    till.undo_for_pos()
    till.clock.pass_seconds(1)
    assert till.undo(1).closed

    assert till.sale.attempt_states() == (AttemptState.REVERSED, AttemptState.REVERSED)
    assert (undone_at_ms(till.sale, 0), undone_at_ms(till.sale, 1)) == (before_ms, till.clock.at_ms)
    assert 0 < before_ms < till.clock.at_ms
    till.two_people()
    assert undone_at_ms(till.sale, 0) == 0
    assert till.undo(0).closed
    assert undone_at_ms(till.sale, 0) == till.clock.at_ms


def test_of_a_sale_that_another_destination_declined_it_is_undone_too() -> None:
    till = kept_by_namsan(Declined("0051", "한도초과"))
    till.two_people()

    assert till.undo().closed

    assert (till.steps[-1], standing_of(till.sale)) == ("kept_undone", Standing.DECLINED)
