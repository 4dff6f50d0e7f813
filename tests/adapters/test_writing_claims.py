"""A claim file is its rows, numbered, between a start and totals: always the same bytes for the same rows."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest

from payment_adapters.files.families import Addressee
from payment_adapters.files.plan import plan_of, settled_merchant
from payment_adapters.files.writing import claim_file
from payment_core.settlement.model import FileKind, RowKind
from payment_core.settlement.rows import ClaimedRow, mark_of
from telegram_codec import EncodeError
from telegram_codec.specs import settlement

SALE = ClaimedRow(
    kind=RowKind.SALE,
    terminal="10010001",
    sale_date="20261120",
    card_masked="411111******1111",
    installment_months=3,
    amount_won=55_000,
    vat_won=5_000,
    approval_number="30000001",
    merchant_number="1001",
    mark=mark_of("1001-10010001-1-20261120-42"),
)
REFUND = replace(
    SALE, kind=RowKind.REFUND, sale_date="20261118", amount_won=11_000, vat_won=1_000, mark=mark_of("a/1")
)
GOLDEN = [
    "10202611201208100001HANGANG   2026111820261120",
    (
        "20000000110010001  20261120411111******1111    03000000055000000000005000"
        "30000001    1001           5cda24339a56c4dca74c"
    ),
    (
        "25000000210010001  20261118411111******1111    03000000011000000000001000"
        "30000001    1001           773232abe9343f0e102f"
    ),
    "3000000000100000000055000000000001-000000001100000000000200000000044000",
]


def addressee() -> Addressee:
    plan, merchant = plan_of("hangang", FileKind.CLAIM), settled_merchant("1001")
    assert plan is not None
    assert merchant is not None
    return Addressee(plan, merchant, "20261120")


def written(*rows: ClaimedRow) -> bytes:
    return b"".join(claim_file(addressee(), rows, sales_from="20261118", sales_to="20261120"))


def test_a_claim_file_is_these_bytes() -> None:
    wire = written(SALE, REFUND)

    assert [wire[at : at + 150] for at in range(0, len(wire), 150)] == [
        line.encode().ljust(150) for line in GOLDEN
    ]


def test_what_was_written_is_what_its_layout_reads() -> None:
    start, *claims, total = settlement.CLAIMS.read(BytesIO(written(SALE, REFUND, SALE)))

    assert [claim.sequence for claim in claims] == [1, 2, 3]  # type: ignore[attr-defined]  # all are claims
    assert (start.claim_date.day, total.total.amount_won) == (20, 99_000)  # type: ignore[attr-defined]  # as they are
    assert written(SALE, REFUND) == written(SALE, REFUND)


def test_a_day_without_rows_is_a_file_with_totals_of_nothing() -> None:
    assert len(written()) == 300


def test_a_row_that_does_not_fit_leaves_no_file() -> None:
    with pytest.raises(EncodeError, match="card_number"):
        written(replace(SALE, card_masked="4111111111111111"))
