"""A cash receipt in the running world: lost and undone, issued and taken back."""

from __future__ import annotations

import pytest

from payrelay.client import Customer
from tests.system.stories import Story
from tools.simulators.faults import Fault

pytestmark = pytest.mark.engine

CUSTOMER = Customer("phone", "01012345678")


def test_a_receipt_in_doubt_is_undone_and_a_known_one_is_taken_back_by_name(story: Story) -> None:
    story.van.script(Fault.CLOSE, kind="cash_receipt")
    lost = story.pos.receipt(11_000, "income_deduction", CUSTOMER)
    assert story.pos.send(lost).words["state"] == "BEING_REVERSED"

    issued = story.pos.receipt(12_000, "income_deduction", CUSTOMER)
    assert story.pos.send(issued).words["state"] == "APPROVED"
    told = story.pos.send(story.pos.receipt_cancel(issued.key, "issued_by_mistake", CUSTOMER))

    assert (told.http_status, told.words["cancel"]["state"]) == (201, "DONE")
    assert (story.fate(lost.key), story.fate(issued.key)) == ("net_cancelled", "cancelled")
