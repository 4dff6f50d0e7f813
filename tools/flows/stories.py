"""The stories that the pages tell: each is played on a running world, and ends when its money is at rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from payment_adapters.tables.breakers import DynamoBreakers
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import AttemptState, SaleId
from payment_core.routing.breaker import State
from payrelay.client import CardInHand, Customer, NoAnswerError
from tests.system.counters import A_SINGLE_VAN, EVERY_CONTRACT, FOUR_VANS
from tools.cli.claim import claim_into
from tools.flows.people import break_repaired, two_people
from tools.flows.record import write
from tools.flows.stage import AMOUNT_WON, EXPIRY, ONE_VAN_RELAYED, REST_SECONDS, Stage, events_about
from tools.simulators.cards import another_card
from tools.simulators.faults import Fault, Kind
from tools.world.world import World

MEANWHILE_SECONDS: Final = 1.0
LATE_SECONDS: Final = 6.0


def approved(stage: Stage) -> None:
    """The customer pays."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = stage.sale_for(shop, "hangang")
    stage.ask(shop, request)
    stage.at_rest(request.key)


def declined(stage: Stage) -> None:
    """The card is over its limit."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = shop.pos.approval(AMOUNT_WON, CardInHand("4000000000000002", EXPIRY))
    stage.ask(shop, request)
    stage.at_rest(request.key)


def answer_lost(stage: Stage) -> None:
    """The VAN approves, and its answer gets lost: net-cancel."""
    stage.bad_day("hangang", Fault.LOSE_ANSWER)
    approved(stage)


def van_owned(stage: Stage) -> None:
    """The only VAN undoes by itself: payrelay inquires."""
    shop = stage.counter(A_SINGLE_VAN)
    stage.bad_day("gyeongbok", Fault.LOSE_ANSWER)
    request = stage.sale_for(shop, "gyeongbok", spare="")
    stage.ask(shop, request)
    stage.at_rest(request.key)


def receipt_taken_back(stage: Stage) -> None:
    """The only VAN neither answers nor undoes a cash receipt: payrelay takes it back from its customer."""
    shop = stage.counter(A_SINGLE_VAN)
    stage.bad_day("gyeongbok", Fault.LOSE_ANSWER, Kind.CASH_RECEIPT)
    request = shop.pos.receipt(AMOUNT_WON, "income_deduction", Customer("phone", "01012345678"))
    stage.ask(shop, request)
    stage.at_rest(request.key)


def passed_over(stage: Stage) -> None:
    """A VAN that is down before anything was sent: another takes the sale."""
    shop = stage.counter(FOUR_VANS)
    stage.closed("hangang")
    request = stage.sale_for(shop, "hangang", spare="gyeongbok")
    stage.ask(shop, request)
    stage.at_rest(request.key)


def eot_lost(stage: Stage) -> None:
    """A line with ENQ, ACK and EOT, and the EOT does not come."""
    shop = stage.counter(FOUR_VANS)
    stage.bad_day("namsan", Fault.DROP_EOT)
    stage.bad_day("namsan", Fault.HANG, Kind.NET_CANCEL)
    request = stage.sale_for(shop, "namsan", spare="hangang")
    stage.ask(shop, request)
    stage.at_rest(request.key)


def direct(stage: Stage) -> None:
    """The card's own issuer is asked."""
    shop = stage.counter(EVERY_CONTRACT)
    request = stage.sale_for(shop, "bada")
    stage.ask(shop, request)
    stage.at_rest(request.key)


def tombstone(stage: Stage) -> None:
    """The POS net-cancels a sale that has not arrived: it never will be approved."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = stage.sale_for(shop, "hangang")
    stage.ask(shop, shop.pos.net_cancel(request.key))
    stage.ask(shop, request)
    stage.at_rest(request.key)


def cancelled_whole(stage: Stage) -> None:
    """All of it goes back."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = shop.pos.approval(AMOUNT_WON, CardInHand(another_card(), EXPIRY))
    stage.ask(shop, request)
    stage.ask(shop, shop.pos.cancel(request.key))
    stage.at_rest(request.key)


def cancelled_in_parts(stage: Stage) -> None:
    """A part goes back, and its first try loses its answer."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = shop.pos.approval(AMOUNT_WON, CardInHand(another_card(), EXPIRY))
    stage.ask(shop, request)
    stage.bad_day("hangang", Fault.LOSE_ANSWER, Kind.CANCEL)
    stage.ask(shop, shop.pos.cancel(request.key, amount_won=4_000))
    stage.at_rest(request.key)


def claimed_then_cancelled(stage: Stage) -> None:
    """Settlement has claimed the sale: its POS may not net-cancel it, and a cancel becomes a refund."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = stage.sale_for(shop, "hangang")
    assert stage.ask(shop, request).state == "APPROVED", "only an approval is claimed"  # noqa: S101 -- a bug
    day = SaleId.parse(request.key).business_date
    claim_into("day-1", stage.world.running, ONE_VAN_RELAYED, day)
    stage.ask(shop, shop.pos.net_cancel(request.key))
    stage.ask(shop, shop.pos.cancel(request.key, amount_won=4_000))
    claim_into("day-2", stage.world.running, ONE_VAN_RELAYED, day)
    stage.at_rest(request.key)


def owner_dies(stage: Stage) -> None:
    """Everything is killed while the VAN is being waited for."""
    shop = stage.counter(ONE_VAN_RELAYED)
    stage.bad_day("hangang", Fault.LOSE_ANSWER)
    request = stage.sale_for(shop, "hangang")
    stage.recorder.note({"kind": "asks", "what": f"POST {request.path}"})

    def wait_in_vain() -> None:
        try:
            shop.pos.send(request)
        except NoAnswerError:
            stage.recorder.note({"kind": "hears", "what": "nothing"})

    asking = threading.Thread(target=wait_in_vain)
    asking.start()
    while _attempt_of(stage, request.key) is not AttemptState.INTENT:
        time.sleep(0.05)
    time.sleep(MEANWHILE_SECONDS)
    stage.recorder.happens("the power fails: everything but the VANs is killed, and comes back")
    stage.world.restart_engine()
    asking.join()
    stage.at_rest(request.key)


def late_approval(stage: Stage) -> None:
    """An approval that comes after "not found" is undone again."""
    shop = stage.counter(EVERY_CONTRACT)
    stage.bad_day("sol", Fault.LATE, seconds=LATE_SECONDS)
    stage.bad_day("sol", Fault.NOT_FOUND, Kind.NET_CANCEL)
    request = stage.sale_for(shop, "sol")
    asking = threading.Thread(target=stage.ask, args=(shop, request))
    asking.start()
    while _attempt_of(stage, request.key) is not AttemptState.INTENT:
        time.sleep(0.05)
    time.sleep(MEANWHILE_SECONDS)
    stage.ask(shop, shop.pos.net_cancel(request.key))
    asking.join()
    stage.at_rest(request.key)


def published(stage: Stage) -> None:
    """What others hear of a sale."""
    shop = stage.counter(ONE_VAN_RELAYED)
    request = stage.sale_for(shop, "hangang")
    stage.ask(shop, request)
    deadline = time.monotonic() + REST_SECONDS
    while len(told := events_about(stage.world, request.key)) < 3:  # noqa: PLR2004 -- claimed, noted, decided
        assert time.monotonic() < deadline, "the events did not come"  # noqa: S101 -- a bug
        time.sleep(0.5)
    for one in told:
        what = f"{one['type'].removeprefix('payrelay.')}, version {one['version']}: {one['step']}"
        stage.recorder.note({"kind": "published", "by": "outbox", "what": what})
    stage.at_rest(request.key)


def breaker_opens(stage: Stage) -> None:
    """Ten errors within a minute, and the next sale is not tried there."""
    shop = stage.counter(FOUR_VANS)
    running = stage.world.running
    breakers = DynamoBreakers(running.dynamodb, running.outputs["BreakersTable"])
    before = events_about(stage.world, "hangang")
    stage.closed("hangang")
    while True:
        request = stage.sale_for(shop, "hangang", spare="gyeongbok")
        stage.ask(shop, request)
        stage.at_rest(request.key)
        found = breakers.read().get("hangang")
        if found is not None and found.state is State.OPEN:
            break
    deadline = time.monotonic() + REST_SECONDS
    while len(told := events_about(stage.world, "hangang")) == len(before):
        assert time.monotonic() < deadline, "the event did not come"  # noqa: S101 -- a bug
        time.sleep(0.2)
    for one in told[len(before) :]:
        stage.recorder.note({"kind": "published", "by": "outbox", "what": f"{one['type']}, {one['reason']}"})
    time.sleep(MEANWHILE_SECONDS + 0.2)  # routers believe what they know for a second
    request = stage.sale_for(shop, "hangang", spare="gyeongbok")
    stage.ask(shop, request)
    stage.at_rest(request.key)


def pos_dies(stage: Stage) -> None:
    """A POS dies after the approval, and its own journal tells that nobody saw it."""
    running = stage.world.running
    pos = running.pos(Terminal(ONE_VAN_RELAYED, f"{ONE_VAN_RELAYED}0077", 1))
    request = pos.approval(AMOUNT_WON, CardInHand(another_card(), EXPIRY))
    stage.recorder.ask(pos, request)
    stage.recorder.happens("the POS loses power before it shows the approval, and never asks again")
    (part,) = pos.journal_parts()
    stage.recorder.ask(pos, part)
    stage.recorder.happens("six in the morning: reconciliation holds the journal against the books")
    business_date = SaleId.parse(request.key).business_date
    running.invoke("ReconciliationFunction", {"business_date": business_date})
    terminal = request.key.partition(f"-{business_date}-")[0]
    subject = f"{business_date}/{terminal}/{request.key}/NOT_IN_JOURNAL"
    deadline = time.monotonic() + REST_SECONDS
    while not (told := events_about(stage.world, subject)):
        assert time.monotonic() < deadline, "the event did not come"  # noqa: S101 -- a bug
        time.sleep(0.5)
    for one in told:
        what = f"{one['type'].removeprefix('payrelay.')}: {one['kind']}, for the {one['owner'].lower()}"
        stage.recorder.note({"kind": "published", "by": "outbox", "what": what})
    stage.at_rest(request.key)


def _attempt_of(stage: Stage, key: str) -> AttemptState:
    sale = stage.world.running.sales.read(SaleId.parse(key))
    return sale.attempt_states()[0] if sale else AttemptState.ABSENT


# Page → its stories. The last three leave the world in another state than they found it.
STORIES: Final[Mapping[str, tuple[Callable[[Stage], None], ...]]] = {
    "approval": (approved, declined),
    "gateway": (tombstone,),
    "van_router": (passed_over,),
    "van_link": (eot_lost,),
    "card_direct": (direct,),
    "cancel": (cancelled_whole, cancelled_in_parts),
    "cash_receipt": (receipt_taken_back,),
    "claim": (claimed_then_cancelled,),
    "outbox": (published,),
    "pos_journal": (pos_dies,),
    "cases": (two_people,),
    "repair": (break_repaired,),
    "net_cancel": (answer_lost, van_owned, late_approval),
    "sweeper": (owner_dies,),
    "failover": (breaker_opens,),
}


def play(story: Callable[[Stage], None], world: World) -> str:
    """Play one story and keep its record; its title."""
    title = (story.__doc__ or "").strip()
    stage = Stage(world, title)
    story(stage)
    write(story.__name__, title, stage.parts, stage.money)
    return title
