"""A merchant's day through its doors, from close to statement: stopped, repeated, and never guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from functions.settlement.handler import on_step, on_window
from payment_adapters import outside, read_side, wiring
from payment_adapters.aws import clients
from payment_adapters.settling import wired
from payment_core.approval.outbox import moves_between
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import TrialBalance, differences, trial_balance
from payment_core.projection.project import project
from payment_core.settlement.model import DepositState, FileState, RowState
from payment_core.settlement.settlement_day import STAGES
from tests.contracts.aws import (
    FILES,
    LEDGER,
    SETTLEMENT,
    client,
    create_ledger_table,
    create_settlement_table,
)
from tests.handlers import settlement_parties as parties
from tests.handlers.world import Invocation, World

LONG = Invocation(left_ms=290_000)


@pytest.fixture(autouse=True)
def date(world: World) -> str:
    """The business date of one approved sale, which the read side knows."""
    create_ledger_table(world.dynamodb)
    create_settlement_table(world.dynamodb)
    s3 = client("s3")
    for one in s3.list_objects_v2(Bucket=FILES).get("Contents", []):
        s3.delete_object(Bucket=FILES, Key=one["Key"])
    world.approve()
    project(moves_between(None, world.sale), read_side.models())
    return world.sale_id.business_date


def asked(stage: str, date: str) -> dict[str, Any]:
    return on_step({"stage": stage, "merchant": "1001", "business_date": date}, LONG)


def until(stage: str, date: str) -> dict[str, Any]:
    """Ask for every stage up to one; what that one says."""
    told: dict[str, Any] = {}
    for one in [str(each) for each in STAGES][: [str(each) for each in STAGES].index(stage) + 1]:
        told = asked(one, date)
        if not told["is_done"]:
            return told
    return told


def whole(world: World, date: str) -> None:
    """Everybody sends what they owe, and the day goes to its end."""
    parties.lists(world.sale, date)
    assert until("claim", date)["is_done"]
    parties.returns(date)
    assert until("expect", date)["is_done"]
    parties.pays(parties.paid_on(date), 11_000 - parties.FEE_WON)
    assert until("statement", date)["is_done"]


def balance() -> TrialBalance:
    on_window({}, LONG)
    return trial_balance(wired.ledger().balances())


def states(date: str) -> list[RowState]:
    return [row.state for row in wired.rows("1001").of_batch(f"1001-{date}")]


def kept(world: World) -> list[Any]:
    """Every item of both tables, but for marks of what is not folded."""
    found = []
    for table in (LEDGER, SETTLEMENT):
        items = world.dynamodb.scan(TableName=table)["Items"]
        found += [sorted(one.items(), key=str) for one in items if not one["PK"]["S"].startswith("UNFOLDED")]
    return sorted(found, key=str)


def test_a_sale_goes_from_its_approval_to_its_deposit_and_every_won_is_somewhere(
    world: World, date: str
) -> None:
    assert until("compare", date)["waits_for"] == [
        f"hangang TRANSACTIONS TRN1-01001-DAYLST-{date[2:]}.dat",
        f"1001 TRANSACTIONS OWN1-01001-DAYLST-{date[2:]}.dat",
    ]
    parties.lists(world.sale, date)
    assert until("claim", date)["facts"]["compare"] == {"lists": 2, "matches": 2, "breaks": 0}
    assert states(date) == [RowState.CLAIMED]
    assert balance().won(AccountKind.RECEIVABLE) == 11_000
    assert until("capture", date)["waits_for"] == [f"hangang RETURN RET1-01001-{date[2:]}.dat"]
    parties.returns(date)
    assert until("expect", date)["facts"]["expect"]["net_won"] == 10_956
    assert balance().won(AccountKind.DUE) == 10_956
    parties.pays(parties.paid_on(date), 10_956)

    assert until("statement", date)["is_done"]

    told = balance()
    assert told.holds
    assert {kind: won for kind in AccountKind if (won := told.won(kind))} == {
        AccountKind.BANK: 10_956,
        AccountKind.ACQUIRER_FEE: 44,
        AccountKind.VAN_FEE: 80,
        AccountKind.VAN_PAYABLE: -80,
        AccountKind.MERCHANT_PAYABLE: -11_000,
    }
    assert states(date) == [RowState.PAID]
    assert [one.state for one in wired.files().of_date(date)] == [FileState.APPLIED] * 4
    assert differences(wired.ledger().balances(date), wired.ledger().of(date)) == ()


def test_a_day_that_is_over_has_a_statement_and_run_again_changes_nothing(world: World, date: str) -> None:
    whole(world, date)
    on_window({}, LONG)
    before = kept(world)

    for stage in STAGES:
        assert asked(str(stage), date)["is_done"]
    on_window({}, LONG)

    assert kept(world) == before
    made = {
        ending: client("s3").get_object(Bucket=FILES, Key=f"statements/1001/{date}.{ending}")["Body"].read()
        for ending in ("html", "csv", "xlsx")
    }

    rows = list(csv.reader(io.StringIO(made["csv"].decode("utf-8-sig"))))
    assert rows[1][:3] == [date, "매출", "haneul"]
    assert rows[-1][7:11] == ["11000", "1000", "44", "10956"]
    assert b"<script" not in made["html"]
    assert made["xlsx"].startswith(b"PK")


def test_a_day_that_is_stopped_after_any_write_and_run_again_ends_the_same(
    world: World, date: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of the settlement table may be the last one of its run."""
    left = {"writes": 0}
    dynamodb = clients.unhurried()

    class StoppedError(BaseException):
        """The sandbox is gone."""

    def stopping(write: Callable[..., Any], **words: Any) -> Any:  # noqa: ANN401 -- boto3's
        told = write(**words)
        if words["TableName"] == SETTLEMENT:
            left["writes"] += 1
            if left["writes"] % 2:  # what is written now is written before the next stop
                raise StoppedError
        return told

    for name in ("update_item", "put_item"):
        monkeypatch.setattr(dynamodb, name, partial(stopping, getattr(dynamodb, name)))

    def again(stage: str) -> dict[str, Any]:
        for _ in range(20):
            try:
                return until(stage, date)
            except StoppedError:
                continue
        raise AssertionError("it comes to no end")

    parties.lists(world.sale, date)
    assert again("claim")["is_done"], [wired.days().of_date(date), wired.files().of_date(date)]
    parties.returns(date)
    assert again("expect")["is_done"]
    parties.pays(parties.paid_on(date), 10_956)
    assert again("statement")["is_done"]
    monkeypatch.undo()

    told = balance()
    assert left["writes"] > 10
    assert told.holds
    assert (told.won(AccountKind.BANK), told.won(AccountKind.DUE)) == (10_956, 0)
    assert states(date) == [RowState.PAID]


def test_a_deposit_that_came_short_is_whole_with_its_second_transfer_however_often_a_file_is_taken(
    world: World, date: str
) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    parties.returns(date)
    until("expect", date)
    first, later = parties.paid_on(date), f"{parties.day(date) + timedelta(days=9):%Y%m%d}"
    parties.pays(first, 10_000)
    on_window({}, LONG)
    (short,) = wired.deposits("1001").of_date(first)
    assert (short.state, short.paid_won, states(date)) == (DepositState.SHORT, 10_000, [RowState.CAPTURED])

    parties.pays(later, 956)
    on_window({}, LONG)

    (whole_now,) = wired.deposits("1001").of_date(first)
    assert (whole_now.state, whole_now.paid_won, states(date)) == (
        DepositState.MATCHED,
        10_956,
        [RowState.PAID],
    )
    told = balance()
    assert (told.won(AccountKind.BANK), told.won(AccountKind.DUE), told.won(AccountKind.SUSPENSE)) == (
        10_956,
        0,
        0,
    )
    assert wired.deposits("1001").open_deposits() == []


def test_a_row_that_comes_back_is_owed_by_nobody_and_waits_for_people(world: World, date: str) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    parties.returns(date, kind="42", reason="31")

    assert until("capture", date)["facts"]["capture"]["returned"] == 1

    told = balance()
    assert (told.won(AccountKind.SUSPENSE), told.won(AccountKind.RECEIVABLE)) == (11_000, 0)
    assert until("match", date)["is_done"], "nothing is to be paid"


def test_a_return_file_that_says_another_amount_moves_nothing(
    world: World, date: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    before = balance()
    name = parties.returns(date, off_won=1_000)

    told = until("capture", date)

    assert not told["is_done"]
    assert (balance(), states(date)) == (before, [RowState.CLAIMED])
    (refused,) = wired.files().named("hangang", name, date)
    assert (refused.state, bool(refused.refusal)) == (FileState.REFUSED, True)
    assert '"FileRefused":1' in capsys.readouterr().out


def test_a_file_that_is_missing_late_or_sent_again_with_other_bytes_is_told(
    world: World, date: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parties.lists(world.sale, "20260302")
    on_window({}, LONG)
    assert capsys.readouterr().out.count('"FileLate":1') == 2

    parties.lists(world.sale, "20260302", amount_won=12_000)
    on_window({}, LONG)
    assert capsys.readouterr().out.count('"FileChanged":1') == 2

    later = wiring.now_ms() + 5 * 86_400_000
    monkeypatch.setattr(outside, "now_ms", lambda: later)
    until("compare", date)
    assert capsys.readouterr().out.count('"FileMissing":1') == 2


def test_a_list_that_differs_is_a_break_and_the_day_goes_on(world: World, date: str) -> None:
    parties.lists(world.sale, date, amount_won=12_000)

    assert until("compare", date)["facts"]["compare"]["breaks"] == 2

    found = {one.found.kind: one.found.at_risk_won for _, one in wired.breaks().open_breaks()}
    assert found == {"AMOUNT": 1_000}


def test_a_deposit_that_is_short_is_a_break_and_its_row_is_not_paid(world: World, date: str) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    parties.returns(date)
    until("expect", date)
    parties.pays(parties.paid_on(date), 10_000)

    assert until("statement", date)["facts"]["match"] == {"paid": 0, "not_paid": 1}

    told = balance()
    assert told.holds
    assert (told.won(AccountKind.DUE), told.won(AccountKind.BANK)) == (956, 10_000)
    assert [one["state"] for one in wired.deposits().open_deposits()] == ["SHORT"]


def test_a_fee_that_was_not_agreed_is_a_break_and_the_file_stays_the_truth(world: World, date: str) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    parties.returns(date, fee_won=150)

    assert until("expect", date)["facts"]["expect"]["fees_differ"] == 1

    ((_, found),) = wired.breaks().open_breaks()
    assert (found.found.kind, found.found.our_won, found.found.their_won) == ("FEE", 44, 150)
    assert balance().won(AccountKind.ACQUIRER_FEE) == 150
