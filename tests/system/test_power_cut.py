"""The cloud dies under load, again and again: what a POS was told stays true, and no money is orphaned."""

from __future__ import annotations

import threading
import time

import pytest

from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import Decision
from payrelay.client import Answer, CardInHand, NoAnswerError, Pos, PosRequest
from tests.system.stories import EXPIRY, Story, eventually
from tools.simulators.cards import another_card
from tools.world.truth import all_sales, live_at_the_vans, live_here, tally

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CLERKS = 3
KILLS = 5
SECONDS_BETWEEN_KILLS = 1.5
SWEPT_SECONDS = 30 + 60 + 30  # a sale without a driver is left alone for 30 s, then the minute sweep comes by


class Clerk(threading.Thread):
    """Sells without a pause; what nobody answered is asked again with the same key."""

    def __init__(self, pos: Pos) -> None:
        super().__init__(daemon=True)
        self.pos = pos
        self.closing = threading.Event()
        self.told: dict[str, tuple[PosRequest, Answer]] = {}
        self.unanswered: list[PosRequest] = []

    def run(self) -> None:
        while not self.closing.is_set():
            request = self.pos.approval(11_000, CardInHand(another_card(), EXPIRY))
            if not self.ask(request):
                self.unanswered.append(request)

    def ask(self, request: PosRequest) -> bool:
        try:
            answer = self.pos.send(request)
        except NoAnswerError:
            time.sleep(0.1)
            return False
        if not answer.words.get("state"):
            return False
        self.told[request.key] = (request, answer)
        return True

    def ask_again(self) -> bool:
        self.unanswered = [request for request in self.unanswered if not self.ask(request)]
        return not self.unanswered


def test_what_a_pos_was_told_survives_every_power_cut(story: Story) -> None:
    world = story.world
    clerks = [Clerk(world.running.pos(Terminal("1001", f"1001001{number}", 1))) for number in range(CLERKS)]
    for clerk in clerks:
        clerk.start()

    for _ in range(KILLS):
        time.sleep(SECONDS_BETWEEN_KILLS)
        world.restart_engine()
    time.sleep(SECONDS_BETWEEN_KILLS)
    for clerk in clerks:
        clerk.closing.set()
        clerk.join()
    interrupted = sum(len(clerk.unanswered) for clerk in clerks)
    eventually(lambda: all(clerk.ask_again() for clerk in clerks), SWEPT_SECONDS)

    told = {key: one for clerk in clerks for key, one in clerk.told.items()}
    approved = {key for key, (_, answer) in told.items() if answer.words["state"] == "APPROVED"}
    sales = {str(sale.sale_id): sale for sale in all_sales(world.running)}
    assert len(approved) > KILLS, "sales went on between the cuts"
    assert interrupted, "the cuts hit sales that were on their way"
    assert all(sales[key].decision is Decision.APPROVED for key in approved)
    assert all(
        clerk.pos.send(request).body == answer.body
        for clerk in clerks[:1]
        for request, answer in clerk.told.values()
    )


def test_no_approval_is_left_at_the_van_that_no_sale_knows(story: Story) -> None:
    running = story.world.running

    def no_orphan() -> bool:
        return live_at_the_vans(running) == live_here(list(all_sales(running)))

    eventually(no_orphan, SWEPT_SECONDS)
    assert tally(running).disagreements == ()


def test_a_sale_of_before_the_power_cut_can_be_cancelled_after_it(story: Story) -> None:
    sale_id = story.approved()

    story.world.restart_engine()

    assert story.cancelled(sale_id).http_status in {201, 202}
    assert story.state_after(sale_id, passing="CANCELLING") == "CANCELLED"
    assert story.fate(sale_id) == "cancelled"


def test_an_undoing_goes_on_after_a_power_cut(story: Story) -> None:
    story.van.script("close")
    story.van.script("hang", kind="net_cancel", times=2)
    request = story.a_sale()
    assert story.pos.send(request).http_status == 202

    story.world.restart_engine()

    assert story.state_after(request.key, passing="BEING_REVERSED", seconds=SWEPT_SECONDS) == "REVERSED"
    assert story.fate(request.key) == "net_cancelled"
