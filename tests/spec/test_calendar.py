"""Days that count: D+2 is another day at each acquirer."""

from __future__ import annotations

import pytest

from payment_core.settlement.calendar import Counts, Terms, days_after, deadlines
from payment_core.settlement.model import Deadlines

# October 2026: Monday the 5th is the substitute for Saturday the 3rd (개천절); Friday the 9th is 한글날.
HOLIDAYS = frozenset({"20261003", "20261005", "20261009"})
BUSINESS, SATURDAY, EVERY = Counts.BUSINESS, Counts.BUSINESS_AND_SATURDAY, Counts.EVERY_DAY


@pytest.mark.parametrize(
    ("sold", "counts", "paid"),
    [
        ("20261027", BUSINESS, "20261029"),  # Tuesday: Thursday
        ("20261029", BUSINESS, "20261102"),  # Thursday: Monday
        ("20261029", SATURDAY, "20261031"),  # Thursday: Saturday
        ("20261029", EVERY, "20261031"),
        ("20261030", SATURDAY, "20261102"),  # Friday: Sunday is never counted
        ("20261030", EVERY, "20261101"),
        ("20261001", BUSINESS, "20261006"),  # over a weekend and a substitute holiday
        ("20261001", SATURDAY, "20261006"),  # the Saturday is a holiday
        ("20261007", BUSINESS, "20261012"),
        ("20261031", BUSINESS, "20261103"),  # sold on a Saturday: counted from the Monday after
        ("20261230", BUSINESS, "20270101"),  # a year's end without its holidays
    ],
)
def test_two_days_later_is_what_the_acquirer_counts(sold: str, counts: Counts, paid: str) -> None:
    assert days_after(sold, 2, counts, HOLIDAYS) == paid


def test_no_days_later_is_the_day_itself_even_a_holiday() -> None:
    assert days_after("20261009", 0, BUSINESS, HOLIDAYS) == "20261009"


def test_a_claim_starts_what_the_acquirer_counts() -> None:
    terms = Terms(claim_days=1, capture_days=1, payment_days=2)

    assert deadlines("20261007", terms, HOLIDAYS) == Deadlines("20261008", "20261012", "20261013")
