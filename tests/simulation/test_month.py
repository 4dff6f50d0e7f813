"""Some days of a month: real handlers, real files, and at the end everybody's books are one with ours."""

from __future__ import annotations

from payment_core.kernel.tender import Tender
from tools.month.month import month
from tools.month.report import report


def test_after_days_in_which_files_are_wrong_all_books_are_one() -> None:
    told = month(4, days=3, sales_a_till=8)

    assert told.books.differences == []
    assert {one.tender for one in told.books.sales} >= {Tender.CARD, Tender.POINTS, Tender.BARCODE}
    assert len(told.office.menu.struck) >= 5
    assert "**0 differences**" in report(told)
