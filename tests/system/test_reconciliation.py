"""A POS dies after the approval: its journal tells, the comparison finds it, event and report say it."""

from __future__ import annotations

from typing import Any

import pytest

from payment_adapters.tables.findings import DynamoFindings
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from payrelay.client import CardInHand, Sold
from tests.system.stories import EXPIRY, Story, eventually
from tools.cli.journal_report import Report
from tools.flows.stage import events_about
from tools.simulators.cards import another_card

pytestmark = pytest.mark.engine

AMOUNT_WON = 31_000
TOLD_SECONDS = 30


def test_an_approval_that_no_counter_saw_is_found_told_and_settled(story: Story) -> None:
    running = story.world.running
    pos = running.pos(Terminal("1001", "10010078", 1))
    assert isinstance(pos.sell(12_000, CardInHand(another_card(), EXPIRY)), Sold)
    dead = pos.approval(AMOUNT_WON, CardInHand(another_card(), EXPIRY))
    assert pos.send(dead).state == "APPROVED"
    # … and here the POS dies. Somebody starts it again, and it delivers what it knows.
    business_date = SaleId.parse(dead.key).business_date
    subject = f"{business_date}/1001-10010078-1/{dead.key}/NOT_IN_JOURNAL"

    def report() -> dict[str, Any]:
        kept = DynamoFindings(running.dynamodb, running.outputs["JournalsTable"])
        made = Report.of("1001", business_date, *kept.of_merchant("1001", business_date), korean=False)
        return made.words()

    def compared() -> None:
        pos.deliver_journal()
        running.invoke("ReconciliationFunction", {"business_date": business_date})

    compared()
    compared()

    ours = [one for one in report()["only_here"] if one["terminal"] == "1001-10010078-1"]
    assert [(one["sale_id"], one["our_won"], one["owner"]) for one in ours] == [
        (dead.key, AMOUNT_WON, "OPERATOR")
    ]
    eventually(lambda: len(events_about(story.world, subject)) > 0, TOLD_SECONDS)
    (told,) = events_about(story.world, subject)
    assert told["sentence"]["ko"].startswith("31,000원이 승인되었으나 POS는 승인을 표시하지 않았습니다.")

    pos.settle_pending()
    eventually(lambda: pos.send(pos.look(dead.key)).state == "REVERSED")
    compared()

    assert [one for one in report()["only_here"] if one["sale_id"] == dead.key] == []
    eventually(lambda: len(events_about(story.world, subject)) > 1, TOLD_SECONDS)
    assert [one["type"] for one in events_about(story.world, subject)] == [
        "payrelay.difference.found.v1",
        "payrelay.difference.settled.v1",
    ]
