"""A merchant's statement (정산서) of one business day: every row, what it cost, and what is paid when.

Made from rows that files have moved; as a page, as CSV and as a workbook, the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from payment_adapters.files.plan import settled_merchant
from payment_adapters.http.languages import Said
from payment_adapters.settling import wired
from payment_adapters.settling.sheets import Sheet, as_csv, as_page, as_workbook
from payment_core.kernel.language import Language
from payment_core.settlement.deposits import expected_deposits
from payment_core.settlement.fees import Preferential, rate_of_law
from payment_core.settlement.model import CardKind, ClaimRow, RowKind, RowState
from payment_core.settlement.settlement_day import MerchantDay
from payment_core.settlement.statement import Statement, cells, statement

EVERY_DATE: Final = ""  # a refund is dated as its sale, which an earlier day claimed
TITLE: Final = Said("Statement {merchant} {date}", "정산서 {merchant} {date}")
MERCHANT: Final = Said("Merchant", "가맹점")
DATE: Final = Said("Business date", "영업일")
CLASS: Final = Said("Preferential fee", "우대수수료")
AT_MOST: Final = Said("credit {credit}, check {check} at most", "신용 {credit}, 체크 {check} 이하")
SUM: Final = Said("Total", "합계")
COUNT: Final = Said("{rows} rows", "{rows}건")
WORDS: Final[dict[str, Said]] = {
    RowKind.SALE: Said("sale", "매출"),
    RowKind.REFUND: Said("refund", "환불"),
    CardKind.CREDIT: Said("credit", "신용"),
    CardKind.CHECK: Said("check", "체크"),
    RowState.TO_CLAIM: Said("to be claimed", "청구 대기"),
    RowState.CLAIMED: Said("claimed", "청구"),
    RowState.CAPTURED: Said("captured", "매입"),
    RowState.RETURNED: Said("returned", "반송"),
    RowState.HELD: Said("held", "보류"),
    RowState.RECLAIMED: Said("claimed again", "재청구"),
    RowState.GIVEN_UP: Said("given up", "포기"),
    RowState.UNASSIGNED: Said("unassigned", "미지정"),
    RowState.PAID: Said("paid", "입금"),
}
HEADS: Final[tuple[str, ...]] = (  # of the columns of `cells`, which are Korean
    *(
        "Sold",
        "Kind",
        "Acquirer",
        "Card",
        "Card kind",
        "Approval",
        "Months",
        "Amount",
        "VAT",
        "Fee",
        "Paid out",
    ),
    *("Pays on", "State", "Code", "Reason"),
)
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


def sheet_of(
    merchant: str, business_date: str, rows: Sequence[ClaimRow], language: Language = Language.KOREAN
) -> Sheet:
    """The statement's figures, below what the day will bring and when.

    Args:
        merchant: Whose.
        business_date: YYYYMMDD.
        rows: Its rows.
        language: Of whoever looks; what a merchant is given is Korean.
    """
    agreed, told = settled_merchant(merchant), statement(merchant, EVERY_DATE, rows)
    facts: list[tuple[str, str | int]] = [
        (MERCHANT.in_(language), f"{agreed.name} ({merchant})" if agreed else merchant),
        (DATE.in_(language), business_date),
    ]
    classed = agreed.law.on(business_date) if agreed else None
    if classed and isinstance(classed.fee, Preferential) and (law := rate_of_law(classed.fee, business_date)):
        rates = [
            f"{one // 100}.{one % 100:02} %" for one in (law.credit_basis_points, law.check_basis_points)
        ]
        most = AT_MOST.in_(language).format(credit=rates[0], check=rates[1])
        facts.append((CLASS.in_(language), most))
    facts += [
        (f"{one.payment_date} {one.acquirer} {one.merchant_number}", one.net_won)
        for one in expected_deposits(rows)
    ]
    korean, *lines = cells(told)
    heads = HEADS if language is Language.ENGLISH else tuple(map(str, korean))
    shown = [tuple([_word(cell, language) for cell in line]) for line in lines]
    title = TITLE.in_(language).format(merchant=merchant, date=business_date)
    return Sheet(title, facts, heads, shown, _sums(told, language))


def _word(cell: str | int, language: Language) -> str | int:
    said = WORDS.get(str(cell))
    return said.in_(language) if said else cell


def _sums(told: Statement, language: Language) -> tuple[str | int, ...]:
    """The last line: the columns of won added up, in the order of `cells`."""
    columns = [(row.amount_won, row.vat_won, row.fee_won, row.net_won) for row in told.rows]
    sums = [sum(column) for column in zip(*columns, strict=True)] or [0, 0, 0, 0]
    count = COUNT.in_(language).format(rows=len(told.rows))
    return (SUM.in_(language), count, "", "", "", "", "", *sums, "", "", "", "")
