"""By hand: what two people want is tried now, once, by their lane; a proof closes what was refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.by_hand import (
    Known,
    Proof,
    close_cancel_with_proof,
    close_with_proof,
    have_cancel_tried,
    have_tried,
)
from payment_core.approval.cash_receipt import Identity, Purpose, Reason, Receipt, TakenBack
from payment_core.approval.change import Change, Path
from payment_core.approval.lanes import Lane, may_be_told
from payment_core.approval.late import late_news
from payment_core.approval.model import AttemptState, CancelState, Decision, Sale, Step
from payment_core.approval.outcome import InDoubt, NotFound, Refused
from payment_core.approval.ports import NetCancelKey, Profile
from payment_core.approval.pos_net_cancel import undo_for_people
from payment_core.approval.standing import Standing, standing_of
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender
from tests.fakes.links import APPROVAL, SILENCE, UNDONE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale, an_unanswered_sale

WITH_INQUIRY = replace(HANGANG, has_inquiry=True)
REFUSED = Refused("2020", "망취소 기간 경과")
GARBLED = InDoubt("the answer cannot be read")
PROOF = Proof("kim", "lee", "undone by phone", "hangang, Ms Lee, letter 17", "a case")
KNOWN = Known(APPROVAL.approval_number, 11_000)


def a_refused_sale(profile: Profile = WITH_INQUIRY) -> Till:
    """Its net-cancel was refused, and then its destination says nothing more."""
    link = ScriptedLink([SILENCE], net_cancels=[REFUSED, UNDONE], inquiries=[SILENCE] * 9)
    till = an_unanswered_sale(profile=profile, link=link)
    till.clock.pass_seconds(5)
    till.undo()
    assert till.sale.attempts[0].state is AttemptState.MANUAL
    return till


def have(till: Till, lane: Lane, known: Known | None = None, seen: Sale | None = None) -> bool:
    """Two people want it tried by this lane."""
    return (
        have_tried(
            seen or till.sale,
            0,
            lane,
            known=known,
            profile=till.profile,
            sales=till.sales,
            drivers=till.drivers,
            hand=till.clock.hand("operator"),
        )
        is not None
    )


WISH = {"reason": "no goods were handed over", "actor": "kim", "checker": "lee", "case": "a case"}
NEXT_DAY_SECONDS = 86_400


def undo(till: Till) -> bool:
    """Two people do what its POS never did."""
    hand = till.clock.hand("operator")
    return (
        undo_for_people(till.sale.sale_id, WISH, sales=till.sales, drivers=till.drivers, hand=hand)
        is not None
    )


def test_a_sale_that_no_till_showed_is_undone_for_its_shop_on_the_next_day_too() -> None:
    till = an_approved_sale()
    till.clock.pass_seconds(NEXT_DAY_SECONDS)

    assert undo(till)

    assert till.drivers.running == {f"nc-{till.sale_id}-0-0"}
    assert (till.sale.decision, till.sale.attempts[0].state) == (Decision.REVERSE, AttemptState.REVERSING)
    assert (till.sale.history[-1].step, till.sale.history[-1].by) == (Step.POS_UNDO, "operator")
    assert till.sale.history[-1].evidence.items() >= WISH.items()
    assert not undo(till), "what is being undone is undone once"
    till.undo()
    assert standing_of(till.sale) is Standing.UNDONE


@pytest.mark.parametrize("stands", ["cancelled in part", "claimed", "in doubt"])
def test_what_only_a_cancel_or_a_refund_gives_back_is_left_to_them(stands: str) -> None:
    till = an_unanswered_sale() if stands == "in doubt" else an_approved_sale()
    if stands == "cancelled in part":
        till.begin_cancel(amount_won=1_000)
        till.try_cancel()
    if stands == "claimed":
        till.claim()
    before = till.sale

    assert not undo(till)
    assert till.sale == before


def prove(till: Till) -> bool:
    """Two people close it."""
    hand = till.clock.hand("operator")
    return close_with_proof(till.sale_id, 0, PROOF, sales=till.sales, hand=hand) is not None


def prove_cancel(till: Till, *, is_done: bool = True) -> bool:
    """Two people close its cancel."""
    closed = close_cancel_with_proof(
        till.sale_id,
        "20261120-43",
        PROOF,
        is_done=is_done,
        sales=till.sales,
        hand=till.clock.hand("operator"),
    )
    return closed is not None


class TestTriedNow:
    """By the recovery that runs anyway, in a run of its own."""

    def test_a_net_cancel_that_was_refused_is_sent_again_when_people_say_so(self) -> None:
        till = a_refused_sale()
        assert not till.undo().closed  # it is not due, and the protocol would inquire

        assert have(till, Lane.NET_CANCEL)

        assert till.undo().closed
        assert till.asked == ["authorise", "net_cancel", "net_cancel"]
        assert till.sale.history[-1].step is Step.REVERSAL_CONFIRMED

    def test_it_is_heeded_once_and_then_the_protocol_chooses_again(self) -> None:
        till = a_refused_sale()
        till.link.net_cancels = [REFUSED]
        assert have(till, Lane.NET_CANCEL)
        till.undo()
        assert till.sale.attempts[0].told_lane == ""

        till.clock.pass_seconds(600)
        till.undo()

        assert till.asked[-2:] == ["net_cancel", "inquire"]

    def test_it_starts_an_execution_of_its_own_whatever_else_runs(self) -> None:
        till = a_refused_sale()
        till.wake()
        before = set(till.drivers.running)

        assert have(till, Lane.INQUIRY)
        assert have(till, Lane.INQUIRY)

        assert till.drivers.running - before == {f"nc-{till.sale_id}-0-1", f"nc-{till.sale_id}-0-2"}
        assert till.sale.attempts[0].run == 2

    def test_a_cancel_takes_the_number_and_the_won_that_only_the_destination_knew(self) -> None:
        till = a_refused_sale(HANGANG)
        assert not have(till, Lane.CANCEL)

        assert have(till, Lane.CANCEL, KNOWN)

        assert till.undo().closed
        kind, order = till.link.asked[-1]
        assert (kind, order.original_approval_number, order.amount_won) == (
            "cancel",
            APPROVAL.approval_number,
            11_000,
        )

    def test_what_the_sale_knows_itself_is_not_replaced(self) -> None:
        till = a_refused_sale(HANGANG)
        assert have(till, Lane.CANCEL, KNOWN)

        assert not have(till, Lane.CANCEL, replace(KNOWN, approved_won=12_000))
        assert have(till, Lane.CANCEL, KNOWN), "the same again is the same"

        assert till.sale.attempts[0].approved_won == 11_000

    def test_an_amount_that_is_heard_meanwhile_is_not_replaced(self) -> None:
        till = a_refused_sale(HANGANG)
        seen = till.sale
        heard: dict[Path, object] = {("a0", "approval_number"): "30000001", ("a0", "approved_won"): 12_000}
        till.sales.apply(Change(till.sale_id, None, "another hand's", {}, heard))

        assert not have(till, Lane.CANCEL, KNOWN, seen=seen)

        assert till.sale.attempts[0].approved_won == 12_000

    def test_who_saw_an_older_sale_changes_nothing(self) -> None:
        till = a_refused_sale()
        seen = till.sale
        assert prove(till)

        assert not have(till, Lane.NET_CANCEL, seen=seen)
        assert not till.drivers.running

    def test_an_open_cancel_is_sent_again_in_a_run_of_its_own(self) -> None:
        till = an_approved_sale()
        till.begin_cancel()
        till.wake()

        tried = have_cancel_tried(
            till.sale, sales=till.sales, drivers=till.drivers, hand=till.clock.hand("operator")
        )

        assert tried is not None
        run = tried.cancels["20261120-43"].run
        assert till.drivers.running == {f"cx-{till.sale_id}/20261120-43-{one}" for one in (0, run)}

    def test_without_an_open_cancel_there_is_none_to_send(self) -> None:
        till = an_approved_sale()

        tried = have_cancel_tried(
            till.sale, sales=till.sales, drivers=till.drivers, hand=till.clock.hand("operator")
        )

        assert tried is None


@pytest.mark.parametrize(
    ("profile", "changed", "lanes"),
    [
        (WITH_INQUIRY, {}, {Lane.NET_CANCEL, Lane.INQUIRY}),
        (HANGANG, {}, {Lane.NET_CANCEL}),
        (HANGANG, {"approval_number": "30000001", "approved_won": 5}, {Lane.NET_CANCEL, Lane.CANCEL}),
        (HANGANG, {"approval_number": "30000001"}, {Lane.NET_CANCEL}),
        (HANGANG, {"net_cancel_mode": NetCancelMode.VAN_OWNED}, set()),
        (HANGANG, {"approval_number": "30000001", "approved_won": 5, "left_won": 1}, set()),
        (replace(HANGANG, net_cancel_repeat_safe=False), {}, set()),
        (replace(HANGANG, net_cancel_key=NetCancelKey.APPROVAL_NUMBER), {}, set()),
        (WITH_INQUIRY, {"state": AttemptState.REVERSED}, set()),
        (WITH_INQUIRY, {"state": AttemptState.INTENT}, set()),
    ],
)
def test_people_may_have_tried_what_can_do_no_harm(
    profile: Profile, changed: dict[str, object], lanes: set[Lane]
) -> None:
    attempt = replace(a_refused_sale().sale.attempts[0], **changed)  # type: ignore[arg-type]  # named fields

    assert may_be_told(attempt, profile, can_fill=True) == lanes


class TestProof:
    """Row 15: MANUAL becomes REVERSED with actor, reason and evidence; nothing else is writable by people."""

    def test_what_a_destination_refused_is_closed_with_names_reason_and_proof(self) -> None:
        till = a_refused_sale()

        assert prove(till)

        last = till.sale.history[-1]
        assert (last.step, last.by) == (Step.REVERSAL_PROVED, "operator")
        assert last.evidence == {
            "actor": "kim",
            "checker": "lee",
            "reason": "undone by phone",
            "proof": "hangang, Ms Lee, letter 17",
            "case": "a case",
        }
        assert not till.sale.is_open
        assert (till.sale.decision, standing_of(till.sale)) == (
            Decision.REVERSE,
            Standing.UNDONE_WITH_PROOF,
        )

    def test_what_was_never_refused_no_proof_closes(self) -> None:
        for till in (an_unanswered_sale(), an_approved_sale()):
            stands = till.sale

            assert not prove(till)

            assert till.sale == stands

    def test_a_second_proof_changes_nothing(self) -> None:
        till = a_refused_sale()

        assert prove(till)
        assert not prove(till)

        assert till.steps.count("reversal_proved") == 1

    def test_a_proof_about_one_attempt_leaves_the_other_to_its_owner_and_due_at_once(self) -> None:
        never_seen = NotFound("2810", "원거래 없음", Till().clock.at_ms + 1)
        till = Till(
            profile=replace(HANGANG, leaves_tombstone=True),
            link=ScriptedLink([GARBLED, SILENCE], net_cancels=[never_seen, REFUSED]),
        )
        till.accept()
        till.send(spare=True)
        till.undo(in_line=True)
        till.send(index=1)
        till.clock.pass_seconds(5)
        till.undo(index=1)
        raised = late_news(till.sale, 0, APPROVAL, till.clock.hand())
        assert raised is not None
        till.sales.apply(raised)
        till.clock.pass_seconds(9)
        hand = till.clock.hand("operator")

        sale = close_with_proof(till.sale_id, 1, PROOF, sales=till.sales, hand=hand)

        assert sale is not None
        assert sale.attempt_states() == (AttemptState.REVERSING, AttemptState.REVERSED)
        assert (sale.owner, sale.next_action_at_ms) == ("net_cancel", till.clock.at_ms)

    def test_a_destination_that_confirms_first_is_the_evidence(self) -> None:
        till = a_refused_sale()
        assert have(till, Lane.NET_CANCEL)

        till.sales.after_next_read = till.undo
        assert not prove(till)

        assert till.steps[-1] == "reversal_confirmed"

    @pytest.mark.parametrize(("asked_won", "decision"), [(None, "CANCELLED"), (4_000, "APPROVED")])
    def test_a_cancel_of_another_amount_is_closed_as_it_was_asked(
        self, asked_won: int | None, decision: str
    ) -> None:
        till = an_approved_sale()
        till.link.cancels = [InDoubt("another amount", "0000", taken_back_won=3_000)]
        till.begin_cancel(amount_won=asked_won)
        assert not prove_cancel(till), "it is repeated, and nobody was called"
        till.try_cancel()
        hand = till.clock.hand("operator")
        assert have_cancel_tried(till.sale, sales=till.sales, drivers=till.drivers, hand=hand) is None

        assert not prove_cancel(till, is_done=False), "something went back, the destination says"
        assert prove_cancel(till)
        assert not prove_cancel(till)

        assert (till.sale.decision, till.sale.is_open) == (decision, False)
        assert till.sale.cancellable_won == 11_000 - (asked_won or 11_000)
        assert till.sale.history[-1].evidence.items() >= {"cancel": "20261120-43", "actor": "kim"}.items()
        assert till.sale.cancels["20261120-43"].state is CancelState.DONE
        assert till.sale.open_cancel == ""

    @pytest.mark.parametrize("is_done", [True, False])
    @pytest.mark.parametrize("asked_won", [11_000, 4_000])
    def test_a_cancel_in_doubt_is_closed_by_a_proof_of_either_end(
        self, asked_won: int, *, is_done: bool
    ) -> None:
        till = an_approved_sale()
        till.link.cancels = [SILENCE, Refused("8001", "원거래 없음")]
        till.begin_cancel(amount_won=asked_won)
        till.try_cancel()
        assert not prove_cancel(till, is_done=is_done), "it is repeated, and nobody was called"
        till.try_cancel()

        assert prove_cancel(till, is_done=is_done)
        assert not prove_cancel(till, is_done=not is_done)

        left_won = 11_000 - asked_won if is_done else 11_000
        assert (till.sale.decision, till.sale.is_open) == ("APPROVED" if left_won else "CANCELLED", False)
        assert (till.sale.cancellable_won, till.sale.cancellable_vat_won) == (left_won, left_won // 11)
        assert till.sale.history[-1].evidence.items() >= {"cancel": "20261120-43", "actor": "kim"}.items()
        state = CancelState.DONE if is_done else CancelState.REFUSED
        assert (till.sale.cancels["20261120-43"].state, till.sale.open_cancel) == (state, "")

    def test_a_proof_that_another_cancel_overtook_closes_nothing(self) -> None:
        till = an_approved_sale()
        till.link.cancels = [InDoubt("another amount", "0000", taken_back_won=3_000)]
        till.begin_cancel(amount_won=4_000)
        till.try_cancel()

        till.sales.after_next_read = lambda: (prove_cancel(till), till.begin_cancel(44))
        assert not prove_cancel(till)

        assert (till.sale.decision, till.sale.open_cancel) == (Decision.CANCELLING, "20261120-44")

    def test_what_ends_meanwhile_no_proof_closes_again_and_no_customer_is_kept(self) -> None:
        till = Till(sealed_customer={"box": "01012345678"})
        receipt = Receipt(Purpose.INCOME_DEDUCTION, Identity.PHONE)
        till.accept(tender=Tender.CASH_RECEIPT, receipt=receipt)
        till.send()
        till.link.cancels = [InDoubt("another amount", "0000", taken_back_won=3_000)]
        till.begin_cancel(taken_back=TakenBack(Reason.OTHER, "token", {"box": "01012345678"}))
        till.try_cancel()

        till.sales.after_next_read = lambda: prove_cancel(till)
        assert not prove_cancel(till)

        assert till.steps.count("cancel_done") == 1
        assert till.sale.cancels["20261120-43"].sealed_customer == {}
