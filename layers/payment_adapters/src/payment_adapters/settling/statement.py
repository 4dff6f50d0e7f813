"""A merchant's statement (정산서) of one business day: every row, what it cost, and what is paid when.

Made from rows that files have moved; as a page, as CSV and as a workbook, the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from payment_adapters.files.plan import settled_merchant
from payment_adapters.settling import wired
from payment_adapters.settling.sheets import Sheet, as_csv, as_page, as_workbook
from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.model import ClaimRow, RowKind, RowState
from payment_core.settlement.settlement_day import MerchantDay
from payment_core.settlement.statement import Statement, cells, statement

EVERY_DATE: Final = ""  # a refund is dated as its sale, which an earlier day claimed
KOREAN: Final[dict[str, str]] = {
    RowKind.SALE: "매출",
    RowKind.REFUND: "환불",
    RowState.TO_CLAIM: "청구 대기",
    RowState.CLAIMED: "청구",
    RowState.CAPTURED: "매입",
    RowState.RETURNED: "반송",
    RowState.HELD: "보류",
    RowState.RECLAIMED: "재청구",
    RowState.GIVEN_UP: "포기",
    RowState.UNASSIGNED: "미지정",
    RowState.PAID: "입금",
}
FORMATS: Final = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def state(merchant: str, business_date: str) -> dict[str, int]:
    """Put the statement into the bucket; what it comes to."""
    rows = list(wired.rows(merchant).of_batch(MerchantDay(merchant, business_date).batch))
    sheet = sheet_of(merchant, business_date, rows)
    made = {"html": as_page(sheet, "ko"), "csv": as_csv(sheet), "xlsx": as_workbook(sheet)}
    for ending, body in made.items():
        kind = FORMATS.get(ending, WORKBOOK)
        wired.store().client.put_object(
            Bucket=wired.store().bucket,
            Key=place_of(merchant, business_date, ending),
            Body=body,
            ContentType=kind,
        )
    sums = statement(merchant, EVERY_DATE, rows).totals
    return {
        "rows": sums.rows,
        "gross_won": sums.gross_won,
        "refund_won": sums.refund_won,
        "fee_won": sums.fee_won,
        "net_won": sums.net_won,
    }


def place_of(merchant: str, business_date: str, ending: str) -> str:
    """Where a statement lies in the bucket."""
    return f"statements/{merchant}/{business_date}.{ending}"


def sheet_of(merchant: str, business_date: str, rows: Sequence[ClaimRow]) -> Sheet:
    """The statement's figures, below what the day will bring and when."""
    agreed, told = settled_merchant(merchant), statement(merchant, EVERY_DATE, rows)
    facts: list[tuple[str, str | int]] = [
        ("가맹점", f"{agreed.name} ({merchant})" if agreed else merchant),
        ("영업일", business_date),
    ]
    facts += [
        (f"{one.payment_date} {one.acquirer} {one.merchant_number}", one.net_won)
        for one in expected_deposits(rows)
    ]
    heads, *lines = cells(told)
    shown = [tuple([KOREAN.get(str(cell), cell) for cell in line]) for line in lines]
    return Sheet(f"정산서 {merchant} {business_date}", facts, tuple(map(str, heads)), shown, _sums(told))


def _sums(told: Statement) -> tuple[str | int, ...]:
    """The last line: the columns of won added up, in the order of `cells`."""
    columns = [(row.amount_won, row.vat_won, row.fee_won, row.net_won) for row in told.rows]
    sums = [sum(column) for column in zip(*columns, strict=True)] or [0, 0, 0, 0]
    return ("합계", f"{len(told.rows)}건", "", "", "", "", *sums, "", "", "", "")
