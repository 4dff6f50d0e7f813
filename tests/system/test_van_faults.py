"""A VAN on a bad day: whatever it does, money is held for approved sales and for nothing else."""

from __future__ import annotations

import pytest

from payment_core.approval.model import AttemptState, Sale, SaleId
from tests.system.stories import HORIZON_SECONDS, PATIENCE_SECONDS, Story, eventually
from tools.simulators.faults import Fault
from tools.world.truth import tally

pytestmark = pytest.mark.engine


def truth(story: Story, sale_id: str) -> Sale:
    sale = story.world.running.sales.read(SaleId.parse(sale_id))
    assert sale is not None
    return sale


@pytest.mark.parametrize(
    "fault",
    [
        Fault.LOSE_ANSWER,
        Fault.CLOSE,
        Fault.GARBLE,
        Fault.TRUNCATE,
        Fault.OTHER_SALE,
        Fault.WRONG_AMOUNT,
        Fault.UNKNOWN_CODE,
        Fault.NO_APPROVAL_NUMBER,
    ],
)
def test_an_approval_without_a_clear_answer_is_undone(story: Story, fault: Fault) -> None:
    story.van.script(fault)
    request = story.a_sale()

    answer = story.pos.send(request)

    assert (answer.http_status, answer.words["approval_number"]) == (202, "")
    assert story.state_after(request.key, passing="BEING_REVERSED") == "REVERSED"
    assert story.fate(request.key) == "net_cancelled"


def test_the_pos_is_told_the_same_after_the_undoing_as_before(story: Story) -> None:
    story.van.script(Fault.CLOSE)
    request = story.a_sale()
    first = story.pos.send(request)
    story.state_after(request.key, passing="BEING_REVERSED")

    assert story.pos.send(request).body == first.body


@pytest.mark.parametrize("fault", [Fault.SPLIT, Fault.DUPLICATE_ANSWER, Fault.STRAY_FIRST, Fault.LATE])
def test_an_odd_but_clear_answer_counts(story: Story, fault: Fault) -> None:
    story.van.script(fault, seconds=0.5)
    request = story.a_sale()

    assert story.pos.send(request).words["state"] == "APPROVED"
    assert story.fate(request.key) == "approved"


def test_a_closed_line_declines_and_sends_nothing(story: Story) -> None:
    sent = story.telegrams()
    story.van.tell({"line": "closed"})
    request = story.a_sale()

    answer = story.pos.send(request)

    assert (answer.http_status, answer.words["state"]) == (201, "DECLINED")
    assert truth(story, request.key).attempts[0].state is AttemptState.NOT_SENT
    story.van.tell({"line": "open"})
    assert story.telegrams() == sent


@pytest.mark.parametrize(
    "fault", [Fault.HANG, Fault.LOSE_ANSWER, Fault.CLOSE, Fault.RESET, Fault.GARBLE, Fault.UNKNOWN_CODE]
)
def test_a_lost_net_cancel_is_repeated_until_it_is_confirmed(story: Story, fault: Fault) -> None:
    story.van.script(Fault.CLOSE)
    story.van.script(fault, kind="net_cancel")
    tried = story.telegrams("net_cancel")
    request = story.a_sale()

    assert story.pos.send(request).http_status == 202

    assert story.state_after(request.key, passing="BEING_REVERSED") == "REVERSED"
    assert story.fate(request.key) == "net_cancelled"
    assert story.telegrams("net_cancel") >= tried + 2


def test_a_van_that_goes_down_after_approving_is_asked_again_when_it_is_back(story: Story) -> None:
    story.van.script(Fault.LOSE_ANSWER)
    story.van.script(Fault.HANG, kind="net_cancel", times=2)
    request = story.a_sale()
    assert story.pos.send(request).http_status == 202
    story.van.tell({"line": "closed"})
    assert story.now(request.key)["state"] == "BEING_REVERSED"

    story.van.tell({"reset": True})

    assert story.state_after(request.key, passing="BEING_REVERSED") == "REVERSED"
    assert story.fate(request.key) == "net_cancelled"


def test_a_refused_net_cancel_calls_a_person_and_goes_on(story: Story) -> None:
    story.van.script(Fault.CLOSE)
    story.van.script(Fault.REFUSED, kind="net_cancel")
    request = story.a_sale()
    assert story.pos.send(request).http_status == 202

    assert story.state_after(request.key, passing="BEING_REVERSED") == "REVERSED"

    steps = [str(entry.step) for entry in truth(story, request.key).history]
    assert steps[-2:] == ["reversal_refused", "reversal_confirmed"]
    assert story.fate(request.key) == "cancelled"  # inquiry found it, and an ordinary cancel gave it back


def test_a_van_killed_in_the_middle_of_its_day_still_knows_its_approvals(story: Story) -> None:
    sale_id = story.approved()

    story.world.restart_van("hangang")

    again = Story(story.world)
    assert again.fate(sale_id) == "approved"
    assert again.cancelled(sale_id).words["cancel"]["state"] == "DONE"


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Fault.HANG, Fault.STALL])
def test_not_found_proves_nothing_before_the_horizon(
    story: Story, sales_without_an_original: dict[Fault, str], fault: Fault
) -> None:
    sale_id = sales_without_an_original[fault]

    ended = story.state_after(sale_id, passing="BEING_REVERSED", seconds=HORIZON_SECONDS + PATIENCE_SECONDS)

    sale = truth(story, sale_id)
    waited_ms = sale.history[-1].at_ms - sale.attempts[0].intent_at_ms
    assert ended == "REVERSED"
    assert waited_ms >= HORIZON_SECONDS * 1_000
    assert story.fate(sale_id) == {Fault.HANG: "unknown", Fault.STALL: "net_cancelled"}[fault]


def test_at_rest_the_van_holds_money_for_approved_sales_and_for_nothing_else(story: Story) -> None:
    eventually(lambda: not tally(story.world.running).unknown, HORIZON_SECONDS + PATIENCE_SECONDS)

    assert tally(story.world.running).disagreements == ()
