"""Expected deposits (입금 예정): what each acquirer will pay to each merchant number, on which date.

Captured rows less fees, as the files say them: the deposit of a file's total, row by row.
Promise: tests/spec/test_deposits.py. Matched in payment_core/settlement/bank.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from payment_core.settlement.model import ClaimRow, ExpectedDeposit, RowKind, RowState

WILL_BE_PAID = frozenset({RowState.CAPTURED, RowState.PAID})


def expected_deposits(rows: Iterable[ClaimRow]) -> list[ExpectedDeposit]:
    """Add up rows by acquirer, merchant number and payment date; those that nobody bought are left out."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        if row.state not in WILL_BE_PAID:
            continue
        one = sums.setdefault((row.acquirer, row.merchant_number, row.payment_date), [0, 0, 0, 0])
        one[0] += 1
        one[1 if row.kind is RowKind.SALE else 2] += row.amount_won
        one[3] += row.fee_won
    deposits = [
        ExpectedDeposit(*place, rows=some[0], gross_won=some[1], refund_won=some[2], fee_won=some[3])
        for place, some in sums.items()
    ]
    return sorted(deposits, key=lambda one: one.deposit_id)
