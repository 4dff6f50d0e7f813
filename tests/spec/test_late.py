"""Late: an approval that comes when nobody waits any more never flips a decision, and is never lost."""

from __future__ import annotations

from dataclasses import replace

from payment_core.approval.late import Listed, late_news, undo_listed
from payment_core.approval.model import AttemptState, Decision, Sale, Step
from payment_core.approval.net_cancel import horizon_ms
from payment_core.approval.outcome import AuthorisationOutcome, InDoubt, NetCancelOutcome, NotFound
from tests.fakes.links import APPROVAL, UNDONE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale, an_unanswered_sale


def an_approval_that_comes_after(ended: NetCancelOutcome, said: AuthorisationOutcome = APPROVAL) -> Till:
    """A sale whose reversal ended like that while its sender, paused for ever, still waited."""
    till = Till(link=ScriptedLink([said], net_cancels=[ended]))
    till.accept()

    def meanwhile() -> None:
        till.link.meanwhile = lambda: None
        till.clock.pass_seconds(31)
        till.wake()
        till.clock.pass_seconds(200)
        till.undo()

    till.link.meanwhile = meanwhile
    till.send(fence_seconds=1_000)
    return till


def test_after_not_found_it_opens_the_attempt_again_and_is_undone() -> None:
    never_seen = NotFound("2810", "원거래 없음", Till().clock.at_ms + 231_000)
    till = an_approval_that_comes_after(never_seen)

    assert till.steps[-2:] == ["reversal_confirmed", "late_approval"]
    assert till.sale.history[-1].evidence == {"approval_number": "30000001", "code": "0000"}
    assert (till.sale.decision, till.sale.attempt_states()[0]) == (Decision.REVERSE, AttemptState.REVERSING)
    assert (till.sale.owner, till.sale.next_action_at_ms) == ("net_cancel", till.clock.at_ms)

    till.link.net_cancels = [UNDONE]
    assert till.undo().closed


def test_after_a_confirmed_reversal_it_is_evidence_and_nothing_more() -> None:
    till = an_approval_that_comes_after(UNDONE)

    assert till.steps[-1] == "reversal_confirmed"
    assert not till.sale.is_open
    assert [(name, trail) for _, name, trail in till.sales.kept][-1] == ("a0-late", APPROVAL.trail)


def test_an_approval_of_another_amount_is_undone_again_as_well() -> None:
    of_another = InDoubt("another amount", approval_number="30000001", approved_won=11_001)
    never_seen = NotFound("2810", "원거래 없음", Till().clock.at_ms + 231_000)

    till = an_approval_that_comes_after(never_seen, said=of_another)

    assert till.steps[-1] == "late_approval"
    assert till.sale.attempts[0].approved_won == 11_001


def test_while_it_is_being_undone_its_number_and_amount_are_kept_for_whoever_undoes_it() -> None:
    till = an_approval_that_comes_after(NotFound("2810", "원거래 없음", 0))

    (attempt,) = till.sale.attempts
    assert (attempt.approval_number, attempt.approved_won) == ("30000001", 11_000)
    assert till.steps[-1] == "doubt", "nothing moved"


def test_what_is_kept_is_known_by_its_write_if_it_is_delivered_again() -> None:
    till = an_unanswered_sale()

    kept = late_news(till.sale, 0, APPROVAL, till.clock.hand())

    assert kept is not None
    assert till.sales.apply(kept).won
    assert till.sales.items[till.sale_id]["write_id"] == kept.write_id
    assert kept.step is None, "it is the amount that was asked for"


def test_another_amount_than_was_asked_for_is_a_step_of_its_own() -> None:
    till = an_unanswered_sale()

    kept = late_news(till.sale, 0, replace(APPROVAL, approved_won=11_001), till.clock.hand())

    assert kept is not None
    assert kept.entry is not None
    assert kept.step is kept.entry.step is Step.AMOUNT_HEARD


def test_it_waits_for_the_horizon_like_any_other() -> None:
    till = an_approval_that_comes_after(NotFound("2810", "원거래 없음", 0))

    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert till.sale.next_action_at_ms > horizon_ms(till.sale.attempts[0], HANGANG)


def test_where_another_destination_decided_meanwhile_it_is_evidence_and_its_list_tells() -> None:
    ended = an_approval_that_comes_after(NotFound("2810", "원거래 없음", Till().clock.at_ms + 231_000)).sale
    undone = replace(ended.attempts[0], state=AttemptState.REVERSED)
    elsewhere = replace(undone, state=AttemptState.APPROVED, destination="bada")
    sale = replace(ended, decision=Decision.APPROVED, attempts=(undone, elsewhere))

    assert late_news(sale, 0, APPROVAL, Till().clock.hand()) is None


LISTED = Listed("30000009", 11_001)
WISH = {
    "actor": "kim",
    "checker": "lee",
    "reason": "their list shows it",
    "case": "1001-20261120:3fa9c1d2a0b4",
}


def two_people_undo_it_once_more(till: Till, seen: Sale) -> Sale | None:
    """What two people approved about a sale as they saw it."""
    hand = till.clock.hand("cases")
    return undo_listed(seen, 0, LISTED, WISH, sales=till.sales, drivers=till.drivers, hand=hand)


def an_undone_sale() -> Till:
    """A sale that was approved, and undone by a definite answer."""
    till = an_approved_sale()
    till.undo_for_pos()
    till.clock.pass_seconds(1)
    assert till.undo().closed
    return till


def test_what_a_list_shows_live_is_undone_once_more_after_a_definite_answer_too() -> None:
    till = an_undone_sale()

    assert two_people_undo_it_once_more(till, till.sale) == till.sale

    assert till.steps[-2:] == ["reversal_confirmed", "late_approval"]
    assert till.sale.history[-1].evidence == {"approval_number": "30000009", **WISH}
    assert (till.sale.decision, till.sale.attempt_states()[0]) == (Decision.REVERSE, AttemptState.REVERSING)
    (attempt,) = till.sale.attempts
    assert Listed(attempt.approval_number, attempt.approved_won) == LISTED, "as the list has it"
    assert f"nc-{till.sale_id}-0-{attempt.run}" in till.drivers.running
    assert (till.sale.owner, till.sale.next_action_at_ms) == ("net_cancel", till.clock.at_ms)
    assert till.undo().closed
    assert till.steps[-1] == "reversal_confirmed"


def test_a_list_opens_nothing_that_is_approved_or_still_being_undone() -> None:
    approved, open_one = an_approved_sale(), an_unanswered_sale()

    for till in (approved, open_one):
        before = till.sale
        assert two_people_undo_it_once_more(till, before) is None
        assert till.sale == before


def test_of_two_hands_that_carry_it_out_one_opens_it_and_the_other_changes_nothing() -> None:
    till = an_undone_sale()
    seen_by_both = till.sale

    first = two_people_undo_it_once_more(till, seen_by_both)
    second = two_people_undo_it_once_more(till, seen_by_both)

    assert (first, second) == (till.sale, None)
    assert till.steps.count("late_approval") == 1


def test_where_no_workflow_starts_whoever_wakes_the_sale_goes_on() -> None:
    till = an_undone_sale()
    till.drivers.end_all()

    assert two_people_undo_it_once_more(till, till.sale) is not None
    till.wake()
    till.wake()

    assert till.drivers.running == {f"nc-{till.sale_id}-0-{till.sale.attempts[0].run}"}
