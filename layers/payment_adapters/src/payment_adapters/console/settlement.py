"""Pages of settlement: how far days are, what came and left, what is overdue, what the ledger says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from payment_adapters.console.asking import Asked
from payment_adapters.console.rendering import page
from payment_adapters.http.response import Response
from payment_adapters.settling import wired
from payment_adapters.tables.ledger import EVERY_WINDOW
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.trial_balance import trial_balance
from payment_core.settlement.settlement_day import STAGES

DATE: Final = re.compile(r"20[0-9]{6}")
AT_MOST: Final = 200  # rows of a page


def days_page(asked: Asked) -> Response:
    """Every merchant's day of a date."""
    date = _date(asked)
    days = sorted(wired.days().of_date(date), key=lambda one: one.merchant)
    return page("settlement.html", asked.frame, date=date, days=days, stages=STAGES, tab="days")


def files_page(asked: Asked) -> Response:
    """Every file about a date."""
    date = _date(asked)
    files = wired.files().of_date(date)
    return page("settlement_files.html", asked.frame, date=date, files=files, tab="files")


def overdue_page(asked: Asked) -> Response:
    """Rows whose deadline is over, the most won first (미매입)."""
    today = f"{korean_time(asked.hand.now_ms()):%Y%m%d}"
    late = sorted(wired.rows().due(today), key=lambda one: -one.amount_won)
    return page(
        "settlement_overdue.html",
        asked.frame,
        rows=late[:AT_MOST],
        count=len(late),
        won=sum(one.signed_won for one in late),
        tab="overdue",
    )


def ledger_page(asked: Asked) -> Response:
    """The trial balance of a date, or of all of them."""
    said = asked.request.query.get("day", "").replace("-", "")
    date = said if DATE.fullmatch(said) else ""
    told = trial_balance(wired.ledger().balances(date or EVERY_WINDOW))
    return page("settlement_ledger.html", asked.frame, date=date, told=told, tab="ledger")


def _date(asked: Asked) -> str:
    """The date that the address names; yesterday in Korea where it names none."""
    said = asked.request.query.get("day", "").replace("-", "")
    yesterday = korean_time(asked.hand.now_ms()) - timedelta(days=1)
    return said if DATE.fullmatch(said) else f"{yesterday:%Y%m%d}"
