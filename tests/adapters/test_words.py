"""Every paper numbers telegrams in its own width; no two sales ever share a number."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from payment_adapters.destinations import destination
from payment_adapters.networks.words import daily_number, number_of, unique_number, words_of
from tests.adapters.orders import ORDER

terminals = st.text("0123456789", min_size=8, max_size=10)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))
trace_numbers = st.text("0123456789", min_size=12, max_size=12)
sales = st.tuples(terminals, days, trace_numbers)


@given(sales, sales)
def test_two_sales_never_share_a_unique_number(
    one: tuple[str, date, str], other: tuple[str, date, str]
) -> None:
    assert (unique_number(*one) == unique_number(*other)) == (one == other)
    assert len(unique_number(*one)) == 18


def test_neighbours_have_unique_numbers_of_their_own() -> None:
    day = date(2026, 11, 20)
    near = [
        (terminal, day + timedelta(days=after), trace)
        for terminal in ("10010001", "010010001", "0010010001", "10010002")
        for after in (0, 1)
        for trace in ("001000000420", "001000000421", "002000000420")
    ]

    assert len({unique_number(*sale) for sale in near}) == len(near)


def test_a_terminal_has_100_000_daily_numbers_under_each_of_five_epochs() -> None:
    numbers = {
        daily_number(f"{epoch:03d}{sequence:08d}{attempt}")
        for epoch in range(1, 6)
        for sequence in (*range(1, 300), *range(99_700, 100_000))
        for attempt in (0, 1)
    }

    assert len(numbers) == 5 * 599 * 2
    assert {len(number) for number in numbers} == {6}


def test_the_original_of_a_net_cancel_has_the_number_that_the_sale_had() -> None:
    words = words_of(ORDER)

    for number in ("trace_number", "unique_number", "daily_number"):
        assert words[f"original_{number}"] == words[number]


def test_books_and_files_are_compared_by_the_number_a_destination_was_given() -> None:
    assert number_of(destination("hangang"), ORDER) == "001000000420"
    assert number_of(destination("namsan"), ORDER) == daily_number("001000000420")
    assert number_of(destination("haneul"), ORDER) == unique_number(
        "10010001", date(2026, 11, 20), "001000000420"
    )
