"""What the tables of settlement promise: put once, moved from what was seen, folded exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from moto import mock_aws

from payment_adapters.tables.claim_rows import DynamoClaimRows
from payment_adapters.tables.ledger import DynamoLedger
from payment_adapters.tables.settlement_days import DynamoDays
from payment_adapters.tables.settlement_files import DynamoFiles
from payment_core.ledger.model import Posting
from payment_core.ledger.post import Lines, Side, approval, cancel, claim, post
from payment_core.ledger.trial_balance import differences, folded_of, trial_balance
from payment_core.settlement.model import (
    CardKind,
    ClaimRow,
    Deadlines,
    FileKind,
    FileState,
    RowKind,
    SettlementFile,
    Step,
    file_moved,
    moved,
)
from payment_core.settlement.ports import Move, RowMovedError
from payment_core.settlement.rows import Outcome, ReturnedRow
from payment_core.settlement.settlement_day import STAGES, Days, MerchantDay
from tests.contracts.aws import REGION, client, create_ledger_table, create_settlement_table
from tests.contracts.engine import engine as engine  # noqa: PLC0414 -- a fixture is shared by its name
from tests.fakes.settlement_days import InMemorySettlementDays
from tools.world.engine.process import Engine

SIDE = Side("1001", "haneul", "100001001")
_numbers = count(1)


@pytest.fixture(scope="module")
def moto_tables() -> Iterator[tuple[DynamoLedger, DynamoClaimRows, DynamoDays]]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = client("dynamodb")
        table = create_settlement_table(dynamodb)
        yield (
            DynamoLedger(dynamodb, create_ledger_table(dynamodb)),
            DynamoClaimRows(dynamodb, table, "1001"),
            DynamoDays(dynamodb, table),
        )


@pytest.fixture(scope="session")
def engine_tables(engine: Engine) -> tuple[DynamoLedger, DynamoClaimRows, DynamoDays]:
    dynamodb = client("dynamodb", engine)
    table = create_settlement_table(dynamodb)
    return (
        DynamoLedger(dynamodb, create_ledger_table(dynamodb)),
        DynamoClaimRows(dynamodb, table, "1001"),
        DynamoDays(dynamodb, table),
    )


@pytest.fixture(params=["moto", pytest.param("engine", marks=pytest.mark.engine)])
def tables(request: pytest.FixtureRequest) -> tuple[DynamoLedger, DynamoClaimRows, DynamoDays]:
    """Ledger, rows and days on each target."""
    found: tuple[DynamoLedger, DynamoClaimRows, DynamoDays] = request.getfixturevalue(
        f"{request.param}_tables"
    )
    return found


@pytest.fixture(params=["in_memory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def days(request: pytest.FixtureRequest) -> Days:
    """Days, by every implementation."""
    if request.param == "in_memory":
        return InMemorySettlementDays()
    found: tuple[DynamoLedger, DynamoClaimRows, DynamoDays] = request.getfixturevalue(
        f"{request.param}_tables"
    )
    return found[2]


def a_date() -> str:
    """A date that no other test books to."""
    return f"2026{next(_numbers):04d}"


def returned(approval_number: str) -> ReturnedRow:
    return ReturnedRow(
        row=1,
        outcome=Outcome.PAID,
        kind=RowKind.SALE,
        acquirer="haneul",
        merchant_number="100001001",
        claim_date="20261121",
        payment_date="20261125",
        sale_date="20261120",
        received_date="20261121",
        card_masked="411111******1111",
        card_kind="CREDIT",
        installment_months=0,
        amount_won=11_000,
        approval_number=approval_number,
        terminal="10010001",
        fee_won=150,
        reason="00",
        mark="",
    )


def approved(sale_id: str, date: str, won: int = 11_000) -> Posting:
    posting = approval(sale_id, date, SIDE, won)
    assert posting is not None
    return posting


def a_row() -> ClaimRow:
    return ClaimRow(
        sale_id=f"1001-10010001-1-20261120-{next(_numbers)}",
        cancel_id="",
        batch="1001-20261120",
        merchant="1001",
        merchant_number="100001001",
        terminal="10010001",
        destination="hangang",
        acquirer="haneul",
        kind=RowKind.SALE,
        card_masked="411111******1111",
        card_kind=CardKind.CREDIT,
        approval_number="30012345",
        sale_date="20261120",
        amount_won=11_000,
        vat_won=1_000,
        installment_months=0,
        deadlines=Deadlines("20261121", "20261123", "20261125"),
    )


def test_a_posting_is_in_the_balances_exactly_once_however_often_it_is_posted_and_folded(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    ledger, date = tables[0], a_date()
    said = [approved(f"sale-{number}", date) for number in range(60)]
    taken_back = cancel("sale-0", "20261120-9", date, SIDE, 4_000)
    for posting in [*said, *said[:5], taken_back]:
        post(posting, postings=ledger)

    assert ledger.fold(1_000) == {date}
    assert ledger.fold(1_000) == frozenset()

    folded = ledger.balances(date)
    assert trial_balance(folded).holds
    assert {str(one.account): (one.won, one.entries) for one in folded} == {
        "APPROVED haneul/100001001": (60 * 11_000 - 4_000, 61),
        "MERCHANT_PAYABLE 1001": (4_000 - 60 * 11_000, 61),
    }
    assert differences(folded, ledger.of(date)) == ()
    assert trial_balance(ledger.balances()).holds


def test_a_key_stands_for_one_posting_for_ever(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    ledger, date = tables[0], a_date()
    first = approved("sale-of-one-key", date)

    assert ledger.append(first) == first
    assert ledger.append(approved("sale-of-one-key", date, 12_000)) == first
    assert list(ledger.of(date)) == [first]


def test_what_is_folded_in_parts_comes_to_the_same(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    ledger, date = tables[0], a_date()
    said = [approved(f"part-{number}", date) for number in range(7)]
    moved_on = claim(Lines("file/1", date, SIDE, 77_000))
    for posting in (*said, moved_on):
        post(posting, postings=ledger)

    while ledger.fold(3):
        pass

    expected = folded_of([*said, *([moved_on] if moved_on else [])])
    assert sorted(map(str, ledger.balances(date))) == sorted(map(str, expected))


def test_a_row_is_put_once_and_moves_only_from_what_was_seen(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    rows, row = tables[1], a_row()
    claimed = replace(moved(row, Step.CLAIM), file_id="f1")

    rows.put([row])
    rows.move([Move(row, claimed)])
    rows.put([row])
    rows.move([Move(row, claimed)])  # it stands already as it becomes

    assert claimed in list(rows.of_date("20261120"))
    assert claimed in list(rows.of_batch("1001-20261120"))
    with pytest.raises(RowMovedError, match=row.row_id):
        rows.move([Move(row, replace(claimed, file_id="f2"))])
    assert claimed in list(rows.of_date("20261120"))


def test_a_record_of_a_file_finds_every_row_that_it_may_mean(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    rows = tables[1]
    sold = [replace(a_row(), approval_number=f"7001{number:04d}") for number in (1, 5, 9)]
    refund = replace(a_row(), kind=RowKind.REFUND, cancel_id="20261121-77", approval_number="70010005")
    rows.put([*sold, refund])

    found = rows.matching([returned("70010009"), returned("70010005"), returned("70010007")])

    assert [sorted(one.row_id for one in some) for some in found] == [
        [sold[2].row_id],
        sorted([sold[1].row_id, refund.row_id]),
        [],
    ]


def test_an_open_row_is_due_by_its_next_deadline_and_a_paid_one_by_none(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    rows, row = tables[1], a_row()
    claimed = replace(moved(row, Step.CLAIM), file_id="f1")
    captured = replace(moved(claimed, Step.CAPTURE), file_id="f2", payment_date="20261125")
    rows.put([captured])

    assert captured not in list(rows.due("20261125"))
    assert captured in list(rows.due("20261126"))

    rows.move([Move(captured, moved(captured, Step.PAY))])
    assert captured.row_id not in [one.row_id for one in rows.due("20991231")]


def test_a_file_is_kept_once_and_moves_only_from_the_state_that_was_seen(
    tables: tuple[DynamoLedger, DynamoClaimRows, DynamoDays],
) -> None:
    files, date = DynamoFiles(tables[1].client, tables[1].table), a_date()
    file = SettlementFile(f"sha-{date}", "hangang", FileKind.RETURN, "returns.dat", date, 7)
    checked = replace(file_moved(file, FileState.CHECKED), records=3, amount_won=33_000)

    assert (files.move(None, file), files.move(None, file)) == (True, False)
    assert (files.move(file, checked), files.move(file, checked)) == (True, False)
    assert files.read(file.file_id) == checked
    assert files.of_date(date) == [checked]


def test_a_day_moves_only_from_the_version_that_was_seen(days: Days) -> None:
    begun = MerchantDay("1001", a_date(), version=1, since_ms=5)
    over = replace(begun, done=STAGES, facts={"close": {"rows": 3}}, version=2)

    assert (days.move(None, begun), days.move(None, begun)) == (True, False)
    assert (days.move(begun, over), days.move(begun, over)) == (True, False)

    kept = days.read("1001", begun.business_date)
    assert kept is not None
    assert (kept.done, kept.facts, kept.is_over) == (STAGES, {"close": {"rows": 3}}, True)
