"""A merchant's statement (정산서) of one business day: every row, what it cost, and what is paid when.

Made from rows that files have moved; as a page, as CSV and as a workbook, the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from payment_adapters.files.plan import settled_merchant
from payment_adapters.settling import wired
from payment_adapters.settling.sheets import Sheet, as_csv, as_page, as_workbook
from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.model import ClaimRow, RowKind, RowState
from payment_core.settlement.settlement_day import MerchantDay

HEADS: Final = (
    *("거래번호", "구분", "매출일", "승인번호", "카드", "매입사", "상태", "지급예정일"),
    *("금액(원)", "부가세(원)", "수수료(원)", "지급액(원)"),
)
STATES: Final[Mapping[RowState, str]] = {
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
PAYS: Final = frozenset({RowState.CAPTURED, RowState.PAID})
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
    paid = [row for row in rows if row.state in PAYS]
    return {
        "rows": len(rows),
        "gross_won": sum(row.signed_won for row in paid),
        "fee_won": sum(row.fee_won for row in paid),
        "net_won": sum(row.signed_won - row.fee_won for row in paid),
    }


def place_of(merchant: str, business_date: str, ending: str) -> str:
    """Where a statement lies in the bucket."""
    return f"statements/{merchant}/{business_date}.{ending}"


def sheet_of(merchant: str, business_date: str, rows: Sequence[ClaimRow]) -> Sheet:
    """The statement's figures."""
    agreed = settled_merchant(merchant)
    deposits = expected_deposits(rows)
    facts: list[tuple[str, str | int]] = [
        ("가맹점", f"{agreed.name} ({merchant})" if agreed else merchant),
        ("영업일", business_date),
        *((f"{one.payment_date} {one.acquirer} {one.merchant_number}", one.net_won) for one in deposits),
    ]
    told = [_line(row) for row in sorted(rows, key=lambda row: row.row_id)]
    amounts = [[value for value in line[-4:] if isinstance(value, int)] for line in told]
    sums = [sum(column) for column in zip(*amounts, strict=True)] or [0, 0, 0, 0]
    totals = ["합계", f"{len(told)}건", "", "", "", "", "", "", *sums]
    return Sheet(f"정산서 {merchant} {business_date}", facts, HEADS, told, totals)


def _line(row: ClaimRow) -> list[str | int]:
    sign = 1 if row.kind is RowKind.SALE else -1
    paid = row.signed_won - row.fee_won if row.state in PAYS else 0
    reason = f" {row.return_code} {row.return_reason}".rstrip()
    return [
        row.row_id,
        "매출" if row.kind is RowKind.SALE else "환불",
        row.sale_date,
        row.approval_number,
        row.card_masked,
        row.acquirer,
        f"{STATES[row.state]}{reason}",
        row.payment_date,
        row.signed_won,
        sign * row.vat_won,
        row.fee_won,
        paid,
    ]
