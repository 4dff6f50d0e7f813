"""Cancels: forward, once, never more than was paid."""

from __future__ import annotations

import pytest

from tests.system.stories import CARD_OVER_ITS_LIMIT, Story
from tools.simulators.faults import Fault

pytestmark = pytest.mark.engine


def remaining(story: Story, sale_id: str) -> int:
    held = story.at_the_van(sale_id)
    assert held is not None
    won: int = held["remaining_won"]
    assert story.now(sale_id)["remaining_amount_won"] == won, "payrelay and the VAN agree on what is left"
    return won


def test_a_full_cancel_gives_everything_back(story: Story) -> None:
    sale_id = story.approved(11_000)

    answer = story.cancelled(sale_id)

    assert answer.http_status == 201
    assert answer.words["cancel"]["state"] == "DONE"
    assert (answer.words["state"], answer.words["cancel"]["amount_won"]) == ("CANCELLED", 11_000)
    assert remaining(story, sale_id) == 0
    assert story.fate(sale_id) == "cancelled"


def test_partial_cancels_add_up_to_what_was_paid_and_no_more(story: Story) -> None:
    sale_id = story.approved(11_000)

    first = story.cancelled(sale_id, amount_won=4_000)
    assert (first.words["state"], first.words["remaining_amount_won"]) == ("APPROVED", 7_000)
    assert remaining(story, sale_id) == 7_000

    too_much = story.cancelled(sale_id, amount_won=7_001)
    assert (too_much.http_status, too_much.words["code"]) == (422, "cancel-amount-out-of-range")
    assert remaining(story, sale_id) == 7_000

    last = story.cancelled(sale_id, amount_won=7_000)
    assert (last.words["state"], last.words["remaining_vat_won"]) == ("CANCELLED", 0)
    assert remaining(story, sale_id) == 0


def test_the_same_cancel_twice_gives_back_once(story: Story) -> None:
    sale_id = story.approved(11_000)
    request = story.pos.cancel(sale_id, amount_won=4_000)
    story.pos.send(request)

    again = story.pos.send(request)

    assert again.words["cancel"]["state"] == "DONE"
    assert remaining(story, sale_id) == 7_000


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.CLOSE, Fault.HANG, Fault.GARBLE, Fault.RESET])
def test_a_cancel_without_a_clear_answer_is_repeated_forward(story: Story, fault: Fault) -> None:
    sale_id = story.approved(11_000)
    story.van.script(fault, kind="cancel")

    answer = story.cancelled(sale_id)

    assert answer.http_status in {201, 202}
    assert story.state_after(sale_id, passing="CANCELLING") == "CANCELLED"
    assert remaining(story, sale_id) == 0


def test_a_refused_cancel_leaves_the_money_where_it_was(story: Story) -> None:
    sale_id = story.approved(11_000)
    story.van.script(Fault.REFUSED, kind="cancel")

    answer = story.cancelled(sale_id, amount_won=4_000)

    assert answer.words["cancel"]["state"] == "REFUSED"
    assert (answer.words["state"], answer.words["remaining_amount_won"]) == ("APPROVED", 11_000)
    assert remaining(story, sale_id) == 11_000


def test_what_was_declined_or_cancelled_cannot_be_cancelled(story: Story) -> None:
    declined = story.a_sale(card=CARD_OVER_ITS_LIMIT)
    story.pos.send(declined)
    cancelled = story.approved()
    story.cancelled(cancelled)

    for sale_id in (declined.key, cancelled):
        refused = story.cancelled(sale_id)
        assert (refused.http_status, refused.words["code"]) == (409, "sale-not-cancellable")
