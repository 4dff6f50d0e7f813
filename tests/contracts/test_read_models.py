"""What the read models promise: an event counts once, and a day has its sales, whoever writes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from payment_adapters.aws.event_stream import UnreadableEventError, event_from
from payment_core.projection.approvals import Approval, Approvals, Counted
from payment_core.projection.days import Days

WRITERS = 8


def an_approval(merchant: str, number: int, *, on: str = "20261120", van: str = "hangang") -> Approval:
    return Approval(f"{merchant}-1-1-{on}-{number}/3", merchant, on, van, 1_000 + number)


def test_approvals_are_added_up_by_destination_from_a_day_on(approvals: Approvals, destination: str) -> None:
    merchant = destination
    for one in (
        an_approval(merchant, 1, on="20261031"),
        an_approval(merchant, 2, on="20261101"),
        an_approval(merchant, 3, on="20261130"),
        an_approval(merchant, 4, van="namsan"),
        an_approval(merchant, 5, on="20261201"),
        an_approval(f"{merchant}0", 6),
    ):
        assert approvals.add(one)

    assert approvals.since(merchant, "20261101") == {
        "hangang": Counted(2, 2_005),
        "namsan": Counted(1, 1_004),
    }
    assert approvals.since(merchant, "20261121") == {"hangang": Counted(1, 1_003)}


def test_an_event_counts_once(approvals: Approvals, destination: str) -> None:
    one = an_approval(destination, 1)

    assert [approvals.add(one) for _ in range(3)] == [True, False, False]

    assert approvals.since(destination, "20261101") == {"hangang": Counted(1, 1_001)}


@pytest.mark.engine  # moto answers one caller at a time: there it would be no race
def test_many_writers_at_once_lose_nothing_and_count_nothing_twice(
    engine_approvals: Approvals, destination: str
) -> None:
    approvals = engine_approvals
    ours = [an_approval(destination, number) for number in range(20)]

    with ThreadPoolExecutor(WRITERS) as writers:
        news = list(writers.map(approvals.add, [*ours, *ours]))

    assert sum(news) == len(ours)
    assert approvals.since(destination, "20261101")["hangang"].approvals == len(ours)


@pytest.mark.parametrize("record", ["", "no JSON", "[]", "{}", '{"type": []}', '{"type": "another"}'])
def test_what_is_no_event_is_refused(record: str) -> None:
    with pytest.raises(UnreadableEventError, match="no event"):
        event_from(record)


def test_a_day_has_its_terminals_sales_in_the_order_of_their_numbers(days: Days) -> None:
    for one in ("1-9-1-20261120-10", "1-9-1-20261120-2", "1-9-2-20261120-3", "1-9-1-20261121-4"):
        days.note(one)
        days.note(one)

    assert days.sales("1-9-1", "20261120") == ["1-9-1-20261120-2", "1-9-1-20261120-10"]
    assert days.sales("1-9-1", "20261122") == []


def test_a_cancel_belongs_to_the_day_it_was_made_on_with_the_sale_it_is_about(days: Days) -> None:
    days.note("1-8-1-20261220-10")
    for _ in range(2):
        days.note_cancel("1-8-1-20261220-10", "20261221-10")
    days.note("1-8-1-20261221-11")

    assert days.sales("1-8-1", "20261221") == ["1-8-1-20261220-10", "1-8-1-20261221-11"]
    assert days.sales("1-8-1", "20261220") == ["1-8-1-20261220-10"]


def test_a_date_has_every_terminal_that_sold_or_cancelled_then(days: Days) -> None:
    for number in range(12):
        days.note(f"1-{number:02d}-1-20270101-1")
    days.note_cancel("1-77-1-20261231-5", "20270101-6")

    assert days.terminals("20270101") == [*(f"1-{number:02d}-1" for number in range(12)), "1-77-1"]
    assert days.terminals("20270102") == []
