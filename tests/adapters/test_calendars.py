"""Bank holidays: the library knows Korean lunar dates and substitutes; decrees can be added."""

from __future__ import annotations

import pytest

from payment_adapters.calendars import bank_holidays
from payment_core.settlement.calendar import Counts, days_after


@pytest.mark.parametrize(
    "day",
    [
        "20260217",  # 설날, by the moon
        "20260501",  # 근로자의 날: a holiday of banks, not of the public
        "20261005",  # the substitute for 개천절, a Saturday
        "20270101",
    ],
)
def test_banks_are_closed_on_public_holidays_their_substitutes_and_their_own(day: str) -> None:
    assert day in bank_holidays([2026, 2027])


def test_a_holiday_that_was_decreed_late_can_be_added() -> None:
    assert bank_holidays([2026], more=["20261006"]) - bank_holidays([2026]) == {"20261006"}


def test_two_days_after_a_thursday_before_a_substitute_holiday_is_the_tuesday_after_next_monday() -> None:
    assert days_after("20261001", 2, Counts.BUSINESS, bank_holidays([2026])) == "20261006"
