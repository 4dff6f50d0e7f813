"""A day of sales is settled on a real world: parties answer from their own books, and all books agree."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from payment_adapters.tables.claim_rows import DynamoClaimRows
from payment_adapters.tables.ledger import DynamoLedger
from payment_core.approval.model import SaleId
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import TrialBalance, trial_balance
from payment_core.settlement.model import ClaimRow, RowState
from payment_core.settlement.rows import Outcome, mark_of
from payment_core.settlement.settlement_day import STAGES, Stage
from tests.system.stories import Story, eventually
from tools.cli.van_files import send
from tools.simulators.faults import Fault
from tools.simulators.settlement.answers import Answered, Drawer, Mood

pytestmark = pytest.mark.engine

MERCHANT = "1001"
SOME_COME_BACK = Mood(seed=7, returned_per_mille=250, held_per_mille=250)
BECOMES = {
    Outcome.PAID: {RowState.CAPTURED, RowState.PAID},
    Outcome.RELEASED: {RowState.CAPTURED, RowState.PAID},
    Outcome.RETURNED: {RowState.RETURNED},
    Outcome.HELD: {RowState.HELD},
}


class Office:
    """Who settles: by the deployed functions alone."""

    def __init__(self, story: Story, sold_on: str) -> None:
        self.world, self.today = story.world, sold_on
        self.tomorrow = f"{date.fromisoformat(sold_on) + timedelta(days=1):%Y%m%d}"
        running = story.world.running
        self.rows = DynamoClaimRows(running.dynamodb, running.outputs["SettlementTable"], MERCHANT)
        self.ledger = DynamoLedger(running.dynamodb, running.outputs["LedgerTable"])

    def asks_for(self, stage: Stage, day: str) -> bool:
        asked = {"stage": str(stage), "merchant": MERCHANT, "business_date": day}
        told: dict[str, Any] = self.world.running.invoke("SettlementStepFunction", asked)
        return bool(told["is_done"])

    def goes_to(self, last: Stage, day: str) -> bool:
        """Every stage up to one, unless one waits."""
        return all(self.asks_for(stage, day) for stage in STAGES[: STAGES.index(last) + 1])

    def parties_send(self, day: str) -> None:
        assert list(send(self.world.places.state, None, MERCHANT, day, None, "hangang", SOME_COME_BACK))

    def answered(self) -> dict[str, Answered]:
        """What the VAN says of each claimed row, by the sign that the row carries."""
        kept = Drawer(self.world.places.state / "settlement" / "hangang").kept(MERCHANT)
        return {one.mark: one for one in kept}

    def of_day(self, day: str) -> list[ClaimRow]:
        return list(self.rows.of_batch(f"{MERCHANT}-{day}"))

    def balance(self) -> TrialBalance:
        self.world.running.invoke("SettlementWindowFunction", {})
        return trial_balance(self.ledger.balances())


def test_a_day_is_claimed_answered_paid_and_every_won_is_somewhere(story: Story) -> None:
    sold = [story.approved(11_000 + 1_000 * place) for place in range(6)]
    office = Office(story, SaleId.parse(sold[0]).business_date)
    assert story.cancelled(sold[0]).words["state"] == "CANCELLED"
    story.van.script(Fault.LOSE_ANSWER)
    lost = story.a_sale(21_000)
    story.pos.send(lost)
    assert story.state_after(lost.key, passing="BEING_REVERSED", seconds=120) == "REVERSED"
    eventually(lambda: office.balance().won(AccountKind.MERCHANT_PAYABLE, MERCHANT) < 0)

    assert not office.goes_to(Stage.COMPARE, office.today), "no list is there"
    office.parties_send(office.today)
    assert office.goes_to(Stage.CLAIM, office.today)
    refunded = story.cancelled(sold[1], amount_won=4_000)
    assert refunded.words["cancel"]["state"] == "REFUND"

    claimed = {row.sale_id for row in office.of_day(office.today)}
    assert claimed >= set(sold[1:])
    assert not claimed & {sold[0], lost.key}, "cancelled or reversed is never claimed"
    for day in (office.today, office.tomorrow):
        for _ in range(2):  # lists and the bank's statement; then the answers to what was claimed
            office.parties_send(day)
            office.goes_to(Stage.EXPECT, day)
    rows = [row for day in (office.today, office.tomorrow) for row in office.of_day(day)]
    assert (sold[1], 4_000) in [(row.sale_id, row.amount_won) for row in rows if row.cancel_id]
    for row in rows:
        assert row.state in BECOMES[office.answered()[mark_of(row.row_id)].outcome], row.row_id

    for day in sorted({row.payment_date for row in rows if row.payment_date}):
        office.parties_send(day)
    assert [office.goes_to(Stage.STATEMENT, day) for day in (office.today, office.tomorrow)] == [True, True]

    told = office.balance()
    states = Counter(row.state for day in (office.today, office.tomorrow) for row in office.of_day(day))
    assert told.holds
    assert told.won(AccountKind.DUE) == 0
    assert told.won(AccountKind.BANK) == sum(one.net_won for one in office.answered().values())
    assert states[RowState.PAID] > 0
    assert RowState.CAPTURED not in states

    for day in (office.today, office.tomorrow):
        assert office.goes_to(Stage.STATEMENT, day)
    story.world.running.invoke("SettlementNightFunction", {})
    again = office.balance()
    assert {one.account: one.won for one in again.balances if one.won} == {
        one.account: one.won for one in told.balances if one.won
    }
