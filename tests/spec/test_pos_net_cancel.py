"""The POS's own net-cancel: whatever it meets, that key is never approved afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.model import AttemptState, Decision
from payment_core.approval.refusals import BusinessDateError, NetCancelNotPossibleError
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale, an_unanswered_sale


def test_a_net_cancel_that_overtakes_its_sale_leaves_a_tombstone() -> None:
    till = Till()

    sale = till.undo_for_pos()

    assert (sale.decision, sale.is_open) == (Decision.REVERSE, False)
    assert sale.received_at_ms == till.clock.at_ms
    assert till.steps == ["pos_tombstone"]


def test_a_sale_that_comes_after_its_net_cancel_is_told_no_and_never_sent() -> None:
    till = Till()
    till.undo_for_pos()

    answer = till.accept()

    assert answer is not None
    assert '"state": "DECLINED"' in answer.body
    assert '"response_code": "R005"' in answer.body
    assert till.asked == []


def test_a_sale_on_its_way_is_undone_and_its_late_approval_changes_nothing() -> None:
    till = Till()
    till.accept()
    till.link.meanwhile = till.undo_for_pos

    sent = till.send()

    assert till.sale.decision is Decision.REVERSE
    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert sent.answer == till.sale.answer
    assert sent.answer is not None
    assert '"state": "DECLINED"' in sent.answer.body


def test_a_sale_that_was_claimed_and_not_sent_yet_is_closed_and_cannot_be_sent() -> None:
    till = Till()
    till.accept()

    till.undo_for_pos()
    till.send()

    assert (till.sale.decision, till.sale.is_open) == (Decision.REVERSE, False)
    assert till.asked == []


def test_an_approved_sale_is_undone_and_its_driver_started_at_once() -> None:
    till = an_approved_sale()

    sale = till.undo_for_pos()

    assert sale.decision is Decision.REVERSE
    assert (sale.cancellable_won, sale.cancellable_vat_won) == (0, 0)
    assert till.drivers.running == {f"nc-{till.sale_id}-0-0"}
    assert till.undo().closed
    assert till.asked == ["authorise", "net_cancel"]


def test_whoever_repeats_an_undone_sale_is_told_that_it_is_not_approved() -> None:
    till = an_approved_sale()
    till.undo_for_pos()

    told = till.accept()

    assert told is not None
    assert '"state": "DECLINED"' in told.body


def test_where_the_van_owns_net_cancels_the_known_approval_is_cancelled_by_its_number() -> None:
    till = an_approved_sale(profile=replace(HANGANG, net_cancel_mode=NetCancelMode.VAN_OWNED))

    sale = till.undo_for_pos()

    assert sale.attempt_states()[0] is AttemptState.UNRESOLVED
    assert (sale.owner, sale.is_open) == ("inquiry", True)
    assert till.drivers.running == {f"nc-{till.sale_id}-0-0"}
    till.undo()
    assert till.asked == ["authorise", "cancel"]


@pytest.mark.parametrize("again", [2, 3])
def test_a_net_cancel_that_is_repeated_is_acknowledged_and_changes_nothing(again: int) -> None:
    till = an_approved_sale()
    first = till.undo_for_pos()

    repeated = [till.undo_for_pos() for _ in range(again)]

    assert repeated == [first] * again


def test_a_sale_that_is_being_undone_anyway_is_acknowledged() -> None:
    till = an_unanswered_sale()
    before = till.sale

    assert till.undo_for_pos() == before


def test_a_declined_sale_is_acknowledged() -> None:
    till = Till()
    till.accept()
    till.clock.pass_seconds(31)
    till.wake()

    assert till.undo_for_pos().decision is Decision.DECLINED


def test_a_cancelled_sale_is_acknowledged() -> None:
    till = an_approved_sale()
    till.begin_cancel()
    till.try_cancel()

    assert till.undo_for_pos().decision is Decision.CANCELLED


def test_a_sale_with_a_cancel_in_flight_is_refused() -> None:
    till = an_approved_sale()
    till.begin_cancel()

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()


def test_a_sale_that_was_cancelled_in_part_is_refused() -> None:
    till = an_approved_sale()
    till.begin_cancel(amount_won=1_000)
    till.try_cancel()

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()


def test_an_approval_of_another_korean_day_is_refused() -> None:
    till = an_approved_sale()
    till.clock.pass_seconds(13 * 3_600)  # the sale was at noon

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()


def test_a_claimed_approval_is_refused() -> None:
    till = an_approved_sale()
    till.sales.items[till.sale_id]["claim_batch"] = "20261120"

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()


def test_a_cancel_that_begins_between_look_and_write_wins_and_the_net_cancel_is_refused() -> None:
    till = an_approved_sale()
    read = till.sales.read

    def read_then_cancel(sale_id: object) -> object:
        seen = read(till.sale_id)
        till.sales.read = read  # type: ignore[method-assign]  # only the first look is overtaken
        assert sale_id == till.sale_id
        till.begin_cancel()
        return seen

    till.sales.read = read_then_cancel  # type: ignore[assignment,method-assign]  # as above

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()
    assert till.sale.decision is Decision.CANCELLING


def test_a_tombstone_needs_a_date_that_a_sale_on_its_way_can_have() -> None:
    till = Till()
    till.clock.pass_seconds(2 * 86_400)

    with pytest.raises(BusinessDateError):
        till.undo_for_pos()
    assert till.sales.items == {}


def test_an_approval_after_silence_that_the_pos_undid_is_reversed_by_evidence_only() -> None:
    till = an_unanswered_sale(link=ScriptedLink(authorisations=[SILENCE], net_cancels=[SILENCE]))
    till.undo_for_pos()

    till.clock.pass_seconds(10)
    till.undo()

    assert till.sale.is_open
