"""A row that came back is decided about once, and what follows is done whoever dies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.reconciliation.handler import on_settlement
from functions.settlement.handler import on_window
from payment_adapters import outside
from payment_adapters.settling import deciding, wired
from payment_adapters.tables.row_pages import is_row_page
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import trial_balance
from payment_core.settlement.model import ClaimRow, RowState, Step
from tests.contracts.aws import SETTLEMENT
from tests.handlers import settlement_parties as parties
from tests.handlers.test_settlement_day import LONG, date, until
from tests.handlers.world import World

__all__ = ["date"]


@pytest.fixture
def row(world: World, date: str) -> ClaimRow:
    """One that its acquirer returned."""
    parties.lists(world.sale, date)
    until("claim", date)
    parties.returns(date, kind="42", reason="31")
    until("capture", date)
    (found,) = wired.rows("1001").of_date(date)
    assert found.state is RowState.RETURNED
    return found


def decides(row: ClaimRow, step: Step, *, who: str = "kim") -> ClaimRow:
    return deciding.decided(row.row_id, step, who=who, why="the card was renewed", now_ms=outside.now_ms())


def rows(like: ClaimRow) -> list[RowState]:
    return sorted(one.state for one in wired.rows("1001").of_date(like.sale_date))


def won(kind: AccountKind) -> int:
    on_window({}, LONG)
    told = trial_balance(wired.ledger().balances())
    assert told.holds
    return told.won(kind)


def test_a_row_is_claimed_again_once_however_often_it_is_said(row: ClaimRow) -> None:
    first = decides(row, Step.RECLAIM)

    assert decides(row, Step.RECLAIM) == first
    assert (first.state, rows(row)) == ("RECLAIMED", [RowState.RECLAIMED, RowState.TO_CLAIM])
    assert (won(AccountKind.SUSPENSE), won(AccountKind.APPROVED)) == (0, 11_000)


def test_what_was_decided_is_carried_out_by_the_tables_stream_where_its_writer_died(
    world: World, row: ClaimRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(deciding, "carry_out_again", lambda _: None)
        decides(row, Step.RECLAIM)
    assert rows(row) == [RowState.RECLAIMED]

    items = world.dynamodb.scan(TableName=SETTLEMENT)["Items"]
    (image,) = [one for one in items if is_row_page(one)]
    for _ in range(2):
        on_settlement({"Records": [{"dynamodb": {"NewImage": image}}]}, LONG)

    assert rows(row) == [RowState.RECLAIMED, RowState.TO_CLAIM]
    assert won(AccountKind.APPROVED) == 11_000


def test_a_row_that_came_when_its_days_files_had_left_goes_with_the_next_day(world: World, date: str) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    (claimed,) = wired.rows("1001").of_date(date)
    wired.rows("1001").put([replace(claimed, turn=2, state=RowState.TO_CLAIM, file_id="")])
    parties.returns(date)

    until("capture", date)

    first, again = sorted(wired.rows("1001").of_date(date), key=lambda row: row.turn)
    assert (first.state, first.batch) == (RowState.CAPTURED, claimed.batch)
    next_day = f"{parties.day(date) + timedelta(days=1):%Y%m%d}"
    assert (again.state, again.batch) == (RowState.TO_CLAIM, f"1001-{next_day}")


def test_a_row_that_is_given_up_is_owed_to_nobody(row: ClaimRow) -> None:
    decides(row, Step.LEAVE)

    assert decides(row, Step.GIVE_UP).state is RowState.GIVEN_UP
    assert (won(AccountKind.SUSPENSE), won(AccountKind.MERCHANT_PAYABLE)) == (0, 0)


def test_what_is_not_to_be_decided_is_refused_with_who_decided_before(row: ClaimRow) -> None:
    decides(row, Step.GIVE_UP)

    with pytest.raises(deciding.NotToBeDecidedError, match="is GIVEN_UP, decided by kim on "):
        decides(row, Step.RECLAIM, who="lee")
    with pytest.raises(deciding.NotToBeDecidedError, match="capture is not possible"):
        decides(row, Step.CAPTURE)
    for name in ("nobody", "1001-10010001-1-20200101-1"):
        with pytest.raises(deciding.NoSuchRowError, match=f"there is no claim row {name}"):
            deciding.decided(name, Step.LEAVE, who="kim", why="?", now_ms=outside.now_ms())
