"""Settlement's doors: what happens to sales is in the ledger once, told or not; days are begun once."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from functions.reconciliation.handler import handler as reconcile
from functions.reconciliation.handler import on_settlement
from functions.settlement.handler import on_events, on_night, on_window
from functions.van_link import handler as van_link
from payment_adapters import outside, wiring
from payment_adapters.settling import standing, wired
from payment_adapters.tables.row_pages import is_row_page, row_page_from_wire
from payment_core.approval.outbox import moves_between
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import TrialBalance, trial_balance
from payment_core.settlement.model import (
    Deadlines,
    DepositState,
    ExpectedDeposit,
    FileKind,
    FileState,
    RowState,
    SettlementFile,
)
from payment_core.settlement.settlement_day import MerchantDay, Stage
from tests.contracts.aws import LEDGER, SETTLEMENT, create_ledger_table, create_settlement_table
from tests.handlers.world import Invocation, World, event

LONG = Invocation(left_ms=290_000)
DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def _tables(world: World) -> None:
    create_ledger_table(world.dynamodb)
    create_settlement_table(world.dynamodb)


def told_of(world: World) -> dict[str, Any]:
    """What the event stream brings of the sale."""
    return {
        "Records": [
            {
                "kinesis": {
                    "sequenceNumber": str(place),
                    "data": base64.b64encode(json.dumps(vars(one)).encode()).decode(),
                }
            }
            for place, one in enumerate(moves_between(None, world.sale))
        ]
    }


def balance() -> TrialBalance:
    """All that is posted, folded."""
    on_window({}, LONG)
    return trial_balance(wired.ledger().balances())


def postings(world: World) -> int:
    items = world.dynamodb.scan(TableName=LEDGER)["Items"]
    return sum(item["SK"]["S"] == "POSTED" for item in items)


def test_an_approval_that_is_told_twice_is_posted_once(world: World) -> None:
    world.approve()

    for _ in range(2):
        assert on_events(told_of(world), Invocation()) == {"batchItemFailures": []}

    told = balance()
    assert told.holds
    assert told.won(AccountKind.APPROVED) == 11_000
    assert told.won(AccountKind.MERCHANT_PAYABLE, "1001") == -11_000
    assert (told.won(AccountKind.VAN_FEE, "hangang"), told.won(AccountKind.VAN_PAYABLE, "hangang")) == (
        80,
        -80,
    )
    assert postings(world) == 2


def test_a_cancel_is_posted_when_it_is_definite_and_not_before(world: World) -> None:
    world.approve()
    world.cancel(left_ms=8_000)
    on_events(told_of(world), Invocation())
    assert balance().won(AccountKind.APPROVED) == 11_000, "nobody knows so far"
    van_link.handler(
        {
            "telegram": "cancel",
            "sale_id": str(world.sale_id),
            "cancel": world.sale.open_cancel,
            "destination": "hangang",
        },
        Invocation(),
    )

    on_events(told_of(world), Invocation())

    told = balance()
    assert told.holds
    assert (told.won(AccountKind.APPROVED), told.won(AccountKind.MERCHANT_PAYABLE)) == (0, 0)
    assert told.won(AccountKind.VAN_FEE) == 80, "the VAN earned it all the same"


def test_a_record_that_cannot_be_read_comes_again_and_the_others_are_posted(world: World) -> None:
    world.approve()
    told = told_of(world)
    told["Records"].append({"kinesis": {"sequenceNumber": "99", "data": base64.b64encode(b"{}").decode()}})

    assert on_events(told, Invocation()) == {"batchItemFailures": [{"itemIdentifier": "99"}]}
    assert postings(world) == 2


def test_what_a_lost_stream_never_told_is_posted_by_the_night(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.approve()

    first, again = on_night({}, LONG), on_night({}, LONG)

    assert (first["sales"], first["postings"], first["running"]) == (1, 2, 0), "today is not over"
    assert again == first
    assert postings(world) == 2
    assert '"SettlementNightRan":1' in capsys.readouterr().out


def test_the_night_begins_each_day_that_is_over_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.approve()
    date = world.sale_id.business_date
    tomorrow = wiring.now_ms() + DAY_MS
    monkeypatch.setattr(outside, "now_ms", lambda: tomorrow)

    assert [on_night({}, LONG)["running"] for _ in range(2)] == [1, 1]
    assert [day.batch for day in wired.days().open_days()] == [f"1001-{date}"]


def test_a_day_whose_workflow_ended_before_its_end_gets_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.approve()
    tomorrow = wiring.now_ms() + DAY_MS
    monkeypatch.setattr(outside, "now_ms", lambda: tomorrow)
    on_night({}, LONG)
    driver = wired.driver()
    day = wired.days().open_days()[0]
    driver.client.stop_execution(
        executionArn=driver.arn.replace(":stateMachine:", ":execution:") + f":{day.execution}"
    )

    assert on_night({}, LONG)["running"] == 1
    assert [one.run for one in wired.days().open_days()] == [1]


def test_the_window_tells_what_is_late_and_that_it_ran() -> None:
    late = MerchantDay("1001", "20260101", done=(Stage.CLOSE,), version=1)
    claimed = replace(late, merchant="1002", done=(Stage.CLOSE, Stage.COMPARE, Stage.CLAIM))
    for day in (late, claimed):
        wired.days().move(None, day)
    page = row_page_from_wire(event("reconciliation/settlement")["Records"][0]["dynamodb"]["NewImage"])
    (row,) = page.rows.values()
    overdue = Deadlines("20260102", "20260105", "20260106")
    rows = [
        replace(row, deadlines=overdue),
        replace(
            row,
            sale_id=f"{row.sale_id}1",
            deadlines=overdue,
            state=RowState.CAPTURED,
            payment_date="20260106",
        ),
    ]
    wired.rows(row.merchant).put(rows)
    standing.see_row(rows[0], wired.breaks(), 1_767_200_000_000)

    told = on_window({}, LONG)

    assert told["LedgerUnbalancedWon"] == 0
    assert (told["UncapturedOverdueWon"], told["DepositsOverdueWon"], told["BreaksOverdue"]) == (
        11_000,
        11_000,
        1,
    )
    assert (told["SettlementDaysLate"], told["SettlementWindowRan"]) == (1, 1)


def test_a_file_that_stays_an_intent_is_told() -> None:
    now_ms = outside.now_ms()
    today = f"{korean_time(now_ms):%Y%m%d}"
    for minutes, state in ((31, FileState.CHECKED), (29, FileState.CHECKED), (31, FileState.APPLIED)):
        at_ms = now_ms - minutes * 60_000
        name = f"{minutes}{state}"
        wired.files().move(None, SettlementFile(name, "hangang", FileKind.CLAIM, name, today, at_ms, state))

    assert on_window({}, LONG)["FilesNotApplied"] == 1


@pytest.mark.parametrize("folder", ["hangang", "nobody", ""])
def test_a_file_of_a_name_that_no_contract_knows_is_kept_written_down_and_rings_once(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = wired.store()
    store.arrive(folder, "holidays.pdf", [b"the clinic is closed"])
    (there,) = store.arrived()
    came_on = f"{korean_time(there.arrived_at_ms):%Y%m%d}"

    told = [on_window({}, LONG)["SettlementFilesTaken"] for _ in range(2)]

    assert (told, list(store.arrived())) == ([1, 0], [])
    assert capsys.readouterr().out.count('"FileMisaddressed":1') == 1
    (file,) = wired.files().of_date(came_on)
    assert (file.counterparty, file.name) == (folder, "holidays.pdf")
    assert (file.kind, file.state, file.refusal) == (
        FileKind.UNNAMED,
        FileState.REFUSED,
        "file-misaddressed",
    )
    with store.archived(file.file_id) as original:
        assert original.read() == b"the clinic is closed"


def test_a_ledger_that_somebody_wrote_to_by_hand_is_told(world: World) -> None:
    world.approve()
    on_events(told_of(world), Invocation())
    balance()
    made_up = next(one for one in wired.ledger().balances() if one.account.kind is AccountKind.APPROVED)
    world.dynamodb.update_item(
        TableName=LEDGER,
        Key={"PK": {"S": "BALANCES#ALL"}, "SK": {"S": f"{made_up.account.kind}#{made_up.account.holder}"}},
        UpdateExpression="ADD debit_won :won",
        ExpressionAttributeValues={":won": {"N": "1000"}},
    )

    assert on_window({}, LONG)["LedgerUnbalancedWon"] == 1_000


def test_a_date_whose_balances_are_not_what_its_entries_add_up_to_is_told_by_night(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.approve()
    on_events(told_of(world), Invocation())
    balance()
    in_two_days = wiring.now_ms() + 2 * DAY_MS
    monkeypatch.setattr(outside, "now_ms", lambda: in_two_days)
    on_night({}, LONG)
    assert "LedgerUnbalancedWon" not in capsys.readouterr().out.partition("SettlementWindowRan")[2]

    key = {"PK": {"S": f"BALANCES#{world.sale_id.business_date}"}, "SK": {"S": "VAN_FEE#hangang"}}
    world.dynamodb.delete_item(TableName=LEDGER, Key=key)
    on_night({}, LONG)
    assert '"LedgerUnbalancedWon":80' in capsys.readouterr().out


def test_a_row_that_came_back_is_a_break_until_it_is_captured() -> None:
    on_settlement(event("reconciliation/settlement"), Invocation())
    on_settlement(event("reconciliation/settlement"), Invocation())

    ((_, found),) = wired.breaks().open_breaks()
    assert (found.found.kind, found.found.repair, found.found.at_risk_won) == ("RETURNED", "RECLAIM", 11_000)

    captured = event("reconciliation/settlement")
    change = captured["Records"][0]["dynamodb"]
    page = row_page_from_wire(change["NewImage"])
    rows = {name: replace(row, state=RowState.CAPTURED) for name, row in page.rows.items()}
    captured["Records"][0]["dynamodb"] = {
        "OldImage": change["NewImage"],
        "NewImage": page.written(rows).item(),
    }
    on_settlement(captured, Invocation())
    assert wired.breaks().open_breaks() == []


def test_the_fee_of_a_row_that_is_released_when_its_day_is_over_is_held_against_the_contract(
    world: World,
) -> None:
    page = row_page_from_wire(event("reconciliation/settlement")["Records"][0]["dynamodb"]["NewImage"])
    (row,) = page.rows.values()
    released = replace(
        row,
        state=RowState.CAPTURED,
        return_code="",
        was_held=True,
        fee_won=150,
        payment_date=row.sale_date,
    )
    wired.rows(row.merchant).put([released])
    items = world.dynamodb.scan(TableName=SETTLEMENT)["Items"]
    (image,) = [one for one in items if is_row_page(one)]

    on_settlement({"Records": [{"dynamodb": {"NewImage": image}}]}, LONG)

    ((_, found),) = wired.breaks().open_breaks()
    assert (found.found.kind, found.found.our_won, found.found.their_won) == ("FEE", 44, 150)


def test_a_deposit_that_was_never_told_of_is_found_by_the_morning() -> None:
    expected = ExpectedDeposit("haneul", "100001001", "20261125", 2, 22_000, 0, 300)
    deposits = wired.deposits("1001")
    deposits.expect("f1", [expected])
    short = replace(expected, state=DepositState.SHORT, paid_won=20_000)
    assert deposits.tell(expected, short, {"k1/1": 20_000})

    reconcile({"business_date": "20261125"}, LONG)

    ((compared, found),) = wired.breaks().open_breaks()
    assert compared == "1001/DEPOSIT/20261125/haneul/100001001"
    assert (found.found.kind, found.found.at_risk_won) == ("DEPOSIT_SHORT", 1_700)
