"""Some days of a month: real handlers, real files, and at the end everybody's books are one with ours."""

from __future__ import annotations

from payment_core.kernel.tender import Tender
from tools.month.month import month
from tools.month.report import report
from tools.simulators.settlement.menu import MENU

REPAIRED = {"SEND_NET_CANCEL", "REFILE", "RECLAIM", "GIVE_UP", "DECIDE", "ASK_COUNTERPARTY"}


def test_days_in_which_everything_is_wrong_with_files_end_with_all_of_it_found_and_mended() -> None:
    told = month(5, days=5, sales_a_till=6)

    assert told.books.differences == [], "of books, and of what was struck and not found"
    assert {one.difference for one in told.books.found} == set(MENU)
    assert told.books.breaks == [], "two people saw to each"
    assert {what for _, what in told.office.people.done} <= REPAIRED
    assert ("CHARGED_TWICE", "SEND_NET_CANCEL") in told.office.people.done, (
        "beside a sale that stays approved"
    )
    assert {one.tender for one in told.books.sales} >= {Tender.CARD, Tender.CHECK_CARD, Tender.BARCODE}
    assert told.books.metrics["JournalDifferences"] == 0
    assert "**0 differences**" in report(told)
