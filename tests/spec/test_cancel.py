"""Cancel: a known approval is given back, once, in parts that never exceed it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.approval.cancel import CancelRequest, cancel_and_wait
from payment_core.approval.cancelling import Repeating
from payment_core.approval.model import CancelState, Decision
from payment_core.approval.outcome import InDoubt, NotSent, Refused
from payment_core.approval.refusals import (
    BusinessDateError,
    CancelAmountError,
    CancelReusedError,
    SaleNotCancellableError,
    SaleNotFoundError,
)
from payment_core.kernel.won import vat_range_of_cancel_won
from tests.fakes.links import SILENCE, UNDONE, ScriptedLink
from tests.spec.till import Till, an_approved_sale, an_unanswered_sale


def test_a_full_cancel_ends_the_sale_after_the_definite_answer() -> None:
    till = an_approved_sale()
    assert till.begin_cancel().decision is Decision.CANCELLING

    assert till.try_cancel().closed

    assert till.sale.decision is Decision.CANCELLED
    assert (till.sale.cancellable_won, till.sale.cancellable_vat_won) == (0, 0)
    assert not till.sale.is_open


def test_a_cancel_names_the_approval_it_gives_back() -> None:
    till = an_approved_sale()
    till.begin_cancel(amount_won=1_000)

    till.try_cancel()

    _, order = till.link.asked[-1]
    assert (order.original_approval_number, order.original_trace_number) == ("30000001", "001000000420")
    assert (order.trace_number, order.amount_won, order.original_amount_won) == (
        "001000000430",
        1_000,
        11_000,
    )


def test_a_part_that_is_cancelled_leaves_the_rest_approved() -> None:
    till = an_approved_sale()
    till.begin_cancel(amount_won=1_000)

    till.try_cancel()

    assert till.sale.decision is Decision.APPROVED
    assert (till.sale.cancellable_won, till.sale.cancellable_vat_won) == (10_000, 909)


def test_the_last_part_takes_the_vat_that_is_left() -> None:
    till = an_approved_sale()
    for sequence, amount_won in ((43, 5_000), (44, 6_000)):
        till.begin_cancel(sequence, amount_won)
        till.try_cancel(sequence)

    assert till.sale.decision is Decision.CANCELLED
    assert sum(cancel.vat_won for cancel in till.sale.cancels.values()) == 1_000


def test_a_refused_cancel_gives_its_amount_back_exactly_once() -> None:
    till = an_approved_sale()
    till.link.cancels = [Refused("2011", "금액 불일치")]
    till.begin_cancel(amount_won=1_000)

    till.try_cancel()
    assert till.try_cancel() == Repeating(closed=True)

    assert till.asked.count("cancel") == 1
    assert till.sale.decision is Decision.APPROVED
    assert (till.sale.cancellable_won, till.sale.cancellable_vat_won) == (11_000, 1_000)
    assert till.sale.cancels["20261120-43"].state is CancelState.REFUSED


@pytest.mark.parametrize("silence", [SILENCE, NotSent("the line could not be opened"), InDoubt("unreadable")])
def test_a_cancel_in_doubt_is_repeated_forward_under_its_own_number(silence: InDoubt | NotSent) -> None:
    till = an_approved_sale()
    till.link.cancels = [silence, silence, UNDONE]
    till.begin_cancel()

    while not till.try_cancel().closed:
        assert till.sale.decision is Decision.CANCELLING
        till.clock.pass_seconds(300)

    assert till.asked == ["authorise", "cancel", "cancel", "cancel"]
    assert {order.trace_number for kind, order in till.link.asked if kind == "cancel"} == {"001000000430"}


def test_a_cancel_in_doubt_says_who_repeats_it_and_when() -> None:
    till = an_approved_sale(link=ScriptedLink(cancels=[SILENCE]))
    till.begin_cancel()

    told = till.try_cancel()

    sale = till.sale
    assert (sale.owner, sale.cancels["20261120-43"].tries) == ("cancel", 1)
    assert sale.next_action_at_ms > till.clock.at_ms
    assert told == Repeating(
        closed=False, wait_seconds=till.clock.hand().seconds_until(sale.next_action_at_ms)
    )


def test_a_second_cancel_while_one_is_in_flight_is_refused() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 1_000)

    with pytest.raises(SaleNotCancellableError):
        till.begin_cancel(44, 1_000)


def test_the_same_cancel_asked_again_is_the_same_cancel() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 1_000)
    till.try_cancel()

    again = till.begin_cancel(43, 1_000)

    assert again.cancellable_won == 10_000
    assert till.asked.count("cancel") == 1


def test_a_cancels_number_is_not_used_for_another_amount_or_another_vat() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 1_000, 91)

    for amount_won, vat_won in ((2_000, 91), (1_000, 90)):
        with pytest.raises(CancelReusedError):
            till.begin_cancel(43, amount_won, vat_won)


@pytest.mark.parametrize(("amount_won", "vat_won"), [(None, None), (1_000, None), (None, 91), (1_000, 91)])
def test_a_cancel_asked_again_may_leave_out_what_was_said_before(
    amount_won: int | None, vat_won: int | None
) -> None:
    till = an_approved_sale()
    begun = till.begin_cancel(43, 1_000, 91)

    assert till.begin_cancel(43, amount_won, vat_won) == begun


def test_a_cancel_is_keyed_like_a_sale_by_its_own_date_and_number() -> None:
    asked = CancelRequest(Till().sale_id, "20261121", 43, None, None)

    assert asked.key == "1001-10010001-1-20261121-43"


def test_what_was_never_sold_cannot_be_cancelled() -> None:
    with pytest.raises(SaleNotFoundError):
        Till().begin_cancel()


@pytest.mark.parametrize(
    "link", [ScriptedLink(authorisations=[SILENCE]), ScriptedLink(authorisations=[NotSent("")])]
)
def test_what_was_not_approved_cannot_be_cancelled(link: ScriptedLink) -> None:
    with pytest.raises(SaleNotCancellableError):
        an_approved_sale(link=link).begin_cancel()


def test_a_sale_being_reversed_and_a_cancel_never_both_give_money_back() -> None:
    till = an_unanswered_sale()

    with pytest.raises(SaleNotCancellableError):
        till.begin_cancel()

    assert till.undo(in_line=True).closed


@pytest.mark.parametrize("amount_won", [0, -1, 11_001])
def test_an_amount_that_does_not_fit_what_is_left_is_refused(amount_won: int) -> None:
    till = an_approved_sale()
    before = till.sale

    with pytest.raises(CancelAmountError):
        till.begin_cancel(amount_won=amount_won)

    assert till.sale == before


@pytest.mark.parametrize("vat_won", [1_001, 999])
def test_vat_that_would_be_left_on_no_amount_or_exceed_it_is_refused(vat_won: int) -> None:
    with pytest.raises(CancelAmountError):
        an_approved_sale().begin_cancel(amount_won=11_000, vat_won=vat_won)


@pytest.mark.parametrize("vat_won", [0, 1_000])
def test_vat_may_be_named_up_to_the_last_won_that_fits(vat_won: int) -> None:
    sale = an_approved_sale().begin_cancel(amount_won=10_000, vat_won=vat_won)

    assert sale.cancels["20261120-43"].vat_won == vat_won


def test_who_asks_for_too_much_is_told_what_is_left() -> None:
    with pytest.raises(CancelAmountError) as refused:
        an_approved_sale().begin_cancel(amount_won=11_001)

    assert (refused.value.lowest, refused.value.highest) == (1, 11_000)


@given(st.lists(st.tuples(st.integers(-10, 12_000), st.none() | st.integers(-1, 1_100)), max_size=8))
def test_whatever_is_asked_the_parts_never_exceed_the_sale(asked: list[tuple[int, int | None]]) -> None:
    till = an_approved_sale()
    for sequence, (amount_won, vat_won) in enumerate(asked, start=43):
        try:
            till.begin_cancel(sequence, amount_won, vat_won)
            till.try_cancel(sequence)
        except (CancelAmountError, SaleNotCancellableError):
            pass
        sale = till.sale
        done = [cancel for cancel in sale.cancels.values() if cancel.state is CancelState.DONE]

        assert 0 <= sale.cancellable_vat_won <= sale.cancellable_won
        assert sum(cancel.amount_won for cancel in done) + sale.cancellable_won == 11_000
        assert sum(cancel.vat_won for cancel in done) + sale.cancellable_vat_won == 1_000


@given(st.integers(1, 10**9), st.data())
def test_there_is_always_a_vat_that_a_cancel_may_name(remaining_won: int, data: st.DataObject) -> None:
    remaining_vat_won = data.draw(st.integers(0, remaining_won))
    cancel_won = data.draw(st.integers(1, remaining_won))

    lowest, highest = vat_range_of_cancel_won(
        cancel_won, remaining_won=remaining_won, remaining_vat_won=remaining_vat_won
    )

    assert 0 <= lowest <= highest <= cancel_won


def test_the_pos_waits_for_the_definite_answer_but_not_for_ever() -> None:
    till = an_approved_sale()
    asked = CancelRequest(till.sale_id, "20261120", 43, None, None)
    began_ms = till.clock.at_ms

    sale = cancel_and_wait(
        asked, sales=till.sales, drivers=till.drivers, hand=till.clock.hand("gateway", fence_seconds=28)
    )

    assert sale.open_cancel == "20261120-43"
    assert 20_000 <= till.clock.at_ms - began_ms <= 20_200
    assert len(till.drivers.running) == 1


def test_the_pos_is_answered_as_soon_as_the_answer_is_there_or_its_time_is_over() -> None:
    till, silent = an_approved_sale(), an_approved_sale()
    asked = CancelRequest(till.sale_id, "20261120", 43, None, None)

    def meanwhile(_ms: int) -> None:
        till.try_cancel()

    hand = replace(till.clock.hand("gateway"), pause_ms=meanwhile)
    began_ms = silent.clock.at_ms

    told = cancel_and_wait(asked, sales=till.sales, drivers=till.drivers, hand=hand)
    cancel_and_wait(
        asked,
        sales=silent.sales,
        drivers=silent.drivers,
        hand=silent.clock.hand("gateway", fence_seconds=11),
    )

    assert told.decision is Decision.CANCELLED
    assert till.asked.count("cancel") == 1
    assert silent.clock.at_ms - began_ms == 3_000


def test_a_cancel_of_another_day_is_refused_and_changes_nothing() -> None:
    till = an_approved_sale()
    before = till.sale
    till.clock.pass_seconds(2 * 86_400)

    with pytest.raises(BusinessDateError):
        till.begin_cancel()

    assert till.sale == before
