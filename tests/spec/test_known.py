"""Known: one rule tells how a sale stands from its events, however often and in whatever order they come."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from payment_core.approval.answer import state_for_people
from payment_core.approval.open_money import by_age
from payment_core.approval.outbox import moves_between
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.known import Sums, Total, Work
from payment_core.projection.search import unknown
from tests.fakes.known_sales import InMemoryKnownSales
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.test_projection import EVENTS, SALES, a_sale
from tests.spec.till import Till, an_unanswered_sale


def known(events: list[SaleMovedV2]) -> InMemoryKnownSales:
    model = InMemoryKnownSales()
    model.take_in(events)
    return model


def counted(sums: Sums) -> tuple[Counter[Total], Counter[Total], Counter[Work], Counter[Work]]:
    """The counts without what came back to nothing."""
    return +sums.sales, +sums.won, +sums.works, +sums.took_ms


class TestHowASaleStands:
    """Its event of the highest version says it."""

    def test_a_sale_is_known_as_the_truth_has_it(self) -> None:
        sales = known(EVENTS).sales

        for till in SALES:
            one = sales[str(till.sale_id)]
            assert one.state == state_for_people(till.sale)
            assert one.destination == till.sale.attempts[-1].destination
            assert one.is_open == till.sale.is_open
            assert (one.amount_won, one.received_at_ms) == (till.sale.amount_won, till.sale.received_at_ms)

    @given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS)), st.integers(1, 9))
    def test_order_repeats_and_batches_change_nothing(
        self, shuffled: list[SaleMovedV2], again: list[SaleMovedV2], size: int
    ) -> None:
        told, whole = [*shuffled, *again], known(EVENTS)

        model = InMemoryKnownSales()
        for start in range(0, len(told), size):
            model.take_in(told[start : start + size])

        assert model.sales == whole.sales
        assert counted(model.sums) == counted(whole.sums)

    def test_an_approval_number_and_a_waiting_time_come_with_the_answer(self) -> None:
        approved = known(moves_between(None, SALES[0].sale)).sales[str(SALES[0].sale_id)]

        assert (approved.approval_number, approved.state) == ("30000001", "APPROVED")
        assert [one.approval_number for one in EVENTS[:3]] == ["", "", "30000001"]


class TestUnknownMoney:
    """The meter is what `payrelay open` counts of the truth, and comes back to nothing."""

    def test_it_equals_the_truth_while_money_is_open_and_after(self) -> None:
        unanswered, cancelling = an_unanswered_sale(), a_sale(9)
        cancelling.begin_cancel(sequence=10, amount_won=4_000)
        tills = [unanswered, cancelling]
        now_ms = cancelling.clock.at_ms + 60_000
        model = InMemoryKnownSales()

        for till in tills:
            model.take_in(moves_between(None, till.sale))
        meter = unknown(model.open(), now_ms)

        assert (meter.money.sales, meter.money.won) == (2, 11_000 + 4_000)
        assert meter.by_age == by_age([till.sale for till in tills], now_ms)

        unanswered.undo(in_line=True)
        cancelling.try_cancel(sequence=10)
        for till in tills:
            model.take_in(moves_between(None, till.sale))
        assert unknown(model.open(), now_ms).money.won == 0

    def test_each_event_of_a_stream_says_since_when(self) -> None:
        till, told = Till(link=ScriptedLink(authorisations=[SILENCE])), []
        for act in (till.accept, till.send):
            before = till.sales.read(till.sale_id)
            act()
            told += moves_between(before, till.sale)

        assert [one.open_won for one in told] == [11_000] * 3
        assert [one.open_since_ms for one in told] == [one.at_ms for one in (told[0], told[1], told[1])]
        assert [one.id for one in told] == [one.id for one in moves_between(None, till.sale)]


class TestCounts:
    """A day's sales by where they stand, and what destinations did."""

    def test_a_sale_is_in_one_total_and_leaves_it_when_it_moves_on(self) -> None:
        till = a_sale(11)
        model = known(moves_between(None, till.sale))
        approved = Total("20261120", "1001", "hangang", "APPROVED")
        assert +model.sums.sales == Counter({approved: 1})

        till.undo_for_pos()
        model.take_in(moves_between(None, till.sale))

        assert +model.sums.sales == Counter({replace(approved, state="BEING_REVERSED"): 1})
        assert +model.sums.won == Counter({replace(approved, state="BEING_REVERSED"): 11_000})

    def test_what_a_destination_did_is_counted_once_for_each_event(self) -> None:
        works = known(EVENTS).sums.works

        of_hangang = {
            one.outcome: times
            for one, times in works.items()
            if (one.business_date, one.destination) == ("20261120", "hangang")
        }
        assert of_hangang == {"asked": 3, "approved": 2, "unanswered": 1, "undone": 1}
        assert works[Work("20261120", "namsan", "approved")] == 2
