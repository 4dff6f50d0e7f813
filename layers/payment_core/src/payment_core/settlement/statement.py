"""Merchant statements (정산 내역서): row by row what was sold, given back, kept as fee and paid; sums.

A statement tells what files and bank lines said; it computes sums and nothing else.
Promise: tests/spec/test_statement.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import CardKind, ClaimRow, RowKind, RowState

BOUGHT = frozenset({RowState.CAPTURED, RowState.PAID})


@dataclass(frozen=True)
class StatementRow:
    """One sale or refund.

    Attributes:
        amount_won: With its sign: a refund is below 0.
        vat_won: With its sign; part of the amount.
        fee_won: What the acquirer kept; below 0 where it gave it back, 0 before it bought the row.
        net_won: Amount less fee of what was bought; 0 before.
    """

    row_id: str
    sale_date: str
    kind: RowKind
    acquirer: str
    card_masked: str
    card_kind: CardKind
    approval_number: str
    installment_months: int
    amount_won: int
    vat_won: int
    fee_won: int
    net_won: int
    payment_date: str
    state: RowState
    return_code: str
    return_reason: str


@dataclass(frozen=True)
class Totals:
    """What rows come to; amounts of refunds without a sign.

    Attributes:
        gross_won: Sales that were bought.
        refund_won: Refunds that were bought.
        fee_won: Fees of both.
        paid_won: What of the net stands on bank statements already.
        open_won: Sales less refunds that nobody bought so far, or gave back.
    """

    rows: int
    gross_won: int
    refund_won: int
    fee_won: int
    paid_won: int
    open_won: int

    @property
    def net_won(self) -> int:
        """Gross less refunds less fees."""
        return self.gross_won - self.refund_won - self.fee_won


@dataclass(frozen=True)
class Statement:
    """What a merchant gets to read of a day or a month.

    Attributes:
        period: YYYYMMDD or YYYYMM.
        by_acquirer: The sums of each, in the order of their names.
    """

    merchant: str
    period: str
    rows: tuple[StatementRow, ...]
    totals: Totals
    by_acquirer: tuple[tuple[str, Totals], ...]


def statement(merchant: str, period: str, rows: Iterable[ClaimRow]) -> Statement:
    """Make a merchant's statement.

    Args:
        merchant: Whose; rows of others are left out.
        period: YYYYMMDD or YYYYMM of the sale dates; other rows are left out.
        rows: In any order.
    """
    own = sorted(
        [row for row in rows if row.merchant == merchant and row.sale_date.startswith(period)],
        key=lambda row: (row.sale_date, row.row_id),
    )
    told = tuple([_told(row) for row in own])
    acquirers = sorted({row.acquirer for row in told})
    by_acquirer = [(name, totals(row for row in told if row.acquirer == name)) for name in acquirers]
    return Statement(merchant, period, told, totals(told), tuple(by_acquirer))


def totals(rows: Iterable[StatementRow]) -> Totals:
    """Add up rows; those that were claimed again or given up count nowhere: another row does, or none."""
    count = gross_won = refund_won = fee_won = paid_won = open_won = 0
    for row in rows:
        count += 1
        if row.state in BOUGHT:
            fee_won += row.fee_won
            paid_won += row.net_won if row.state is RowState.PAID else 0
            gross_won += max(row.amount_won, 0)
            refund_won += max(-row.amount_won, 0)
        elif row.state not in {RowState.RECLAIMED, RowState.GIVEN_UP}:
            open_won += row.amount_won
    return Totals(count, gross_won, refund_won, fee_won, paid_won, open_won)


def cells(told: Statement) -> Iterator[tuple[str | int, ...]]:
    """The rows as a table has them, head first: the same columns in pages, CSV and sheets."""
    yield (
        *("매출일자", "구분", "매입사", "카드번호", "카드구분", "승인번호", "할부"),
        *("금액", "부가세", "수수료", "입금액", "지급예정일", "상태", "반송코드", "반송사유"),
    )
    for row in told.rows:
        yield (
            *(row.sale_date, row.kind, row.acquirer, row.card_masked, row.card_kind),
            *(
                row.approval_number,
                row.installment_months,
                row.amount_won,
                row.vat_won,
                row.fee_won,
                row.net_won,
            ),
            *(row.payment_date, row.state, row.return_code, row.return_reason),
        )


def _told(row: ClaimRow) -> StatementRow:
    sign = 1 if row.kind is RowKind.SALE else -1
    is_bought = row.state in BOUGHT
    return StatementRow(
        row.row_id,
        row.sale_date,
        row.kind,
        row.acquirer,
        row.card_masked,
        row.card_kind,
        row.approval_number,
        row.installment_months,
        row.signed_won,
        sign * row.vat_won,
        row.fee_won,
        row.signed_won - row.fee_won if is_bought else 0,
        row.payment_date,
        row.state,
        row.return_code,
        row.return_reason,
    )
