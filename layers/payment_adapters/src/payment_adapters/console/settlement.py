"""Pages of settlement: how far days are, what came and left, what is overdue, what the ledger says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from payment_adapters.console.asking import Asked
from payment_adapters.console.rendering import GUARDED, page, redirect
from payment_adapters.http.response import Response
from payment_adapters.settling import wired
from payment_adapters.settling.sheets import Sheet, as_csv
from payment_adapters.settling.statement import place_of, sheet_of
from payment_adapters.tables.ledger import EVERY_WINDOW
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.ledger.trial_balance import trial_balance
from payment_core.settlement.sentinel import watch
from payment_core.settlement.settlement_day import STAGES, MerchantDay

DATE: Final = re.compile(r"20[0-9]{6}")
MERCHANT: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
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
    late = watch(wired.rows().due(today), today)
    return page(
        "settlement_overdue.html",
        asked.frame,
        late=late.overdue[:AT_MOST],
        count=len(late.overdue),
        won=late.won,
        tab="overdue",
    )


def ledger_page(asked: Asked) -> Response:
    """The trial balance of a date, or of all of them."""
    said = asked.request.query.get("day", "").replace("-", "")
    date = said if DATE.fullmatch(said) else ""
    told = trial_balance(wired.ledger().balances(date or EVERY_WINDOW))
    return page("settlement_ledger.html", asked.frame, date=date, told=told, tab="ledger")


def statement_page(asked: Asked) -> Response:
    """One merchant's statement of a business day, as it stands now."""
    sheet = _sheet(asked, asked.frame.language)
    if sheet is None:
        return page("told.html", asked.frame, 404, told="absent")
    batch = f"{asked.names['merchant']}/{asked.names['day']}"
    return page("settlement_statement.html", asked.frame, sheet=sheet, batch=batch, tab="days")


def statement_table(asked: Asked) -> Response:
    """The same as CSV, to be kept, as the merchant gets it."""
    sheet = _sheet(asked, Language.KOREAN)
    if sheet is None:
        return page("told.html", asked.frame, 404, told="absent")
    name = f"statement-{asked.names['merchant']}-{asked.names['day']}.csv"
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        **GUARDED,
    }
    return Response(200, as_csv(sheet).decode(), headers)


def statement_workbook(asked: Asked) -> Response:
    """The same as XLSX, as the day's last stage kept it: the store hands it out, for a minute."""
    merchant, date = asked.names["merchant"], asked.names["day"]
    is_named = bool(DATE.fullmatch(date) and MERCHANT.fullmatch(merchant))
    name = f"statement-{merchant}-{date}.xlsx"
    link = wired.store().link(place_of(merchant, date, "xlsx"), name) if is_named else None
    if link is None:
        return page("told.html", asked.frame, 404, told="absent")
    return redirect(link)


def _sheet(asked: Asked, language: Language) -> Sheet | None:
    """The statement that the address names; ``None`` where there is no such day."""
    merchant, date = asked.names["merchant"], asked.names["day"]
    if not DATE.fullmatch(date) or not MERCHANT.fullmatch(merchant):
        return None
    rows = list(wired.rows(merchant).of_batch(MerchantDay(merchant, date).batch))
    return sheet_of(merchant, date, rows, language) if rows else None


def _date(asked: Asked) -> str:
    """The date that the address names; yesterday in Korea where it names none."""
    said = asked.request.query.get("day", "").replace("-", "")
    yesterday = korean_time(asked.hand.now_ms()) - timedelta(days=1)
    return said if DATE.fullmatch(said) else f"{yesterday:%Y%m%d}"
