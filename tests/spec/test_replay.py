"""Replay: a business date's models are what its events come to, wherever in the archive they lie."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.replay import Day, Replayed, belongs_to, first_korean_day, replayed
from tests.spec.test_known import counted, known
from tests.spec.test_projection import EVENTS

DAY = "20261120"
OURS = [event for event in EVENTS if belongs_to(event, DAY)]


def played(events: list[SaleMovedV2]) -> tuple[list[Replayed], Day]:
    day = Day(DAY)
    return list(replayed(events, day)), day


@given(st.permutations(OURS), st.lists(st.sampled_from(OURS)))
def test_order_and_repeats_change_nothing(shuffled: list[SaleMovedV2], again: list[SaleMovedV2]) -> None:
    assert played([*shuffled, *again]) == played(OURS)


def test_a_date_has_its_own_sales_and_the_cancels_that_began_on_it() -> None:
    sales, day = played(OURS)

    ours = known([event for event in EVENTS if event.business_date == DAY])
    assert {one.sale_id: one.known for one in sales} == ours.sales
    assert counted(day.sums) == counted(ours.sums)
    assert [one.cancels for one in sales if one.cancels] == [("20261120-1005",)]
    assert dict(day.approvals) == {("1001", "hangang"): 2, ("1001", "namsan"): 2}


def test_a_date_begins_in_the_archive_a_day_before_itself() -> None:
    assert first_korean_day("20261201") == "20261130"
