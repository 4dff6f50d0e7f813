"""Where a story is played: a running world, a counter at it, and the record of what happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

from payment_core.approval.model import Sale, SaleId
from payment_core.approval.standing import sentence
from payment_core.kernel.language import Language
from payrelay.client import Answer, CardInHand, PosRequest
from tests.system.counters import CARDS, Counter
from tools.flows.record import Event, Recorder
from tools.simulators.cards import another_card
from tools.simulators.faults import MENU, Fault, Kind
from tools.world.truth import published_events
from tools.world.world import World

ONE_VAN_RELAYED: Final = "1001"
EXPIRY: Final = "1230"
AMOUNT_WON: Final = 11_000
REST_SECONDS: Final = 200


@dataclass
class Stage:
    """A world, a counter of a merchant at it, and the record."""

    world: World
    title: str
    recorder: Recorder = field(init=False)
    parts: list[list[Event]] = field(default_factory=list)
    money: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nobody's bad day."""
        self.recorder = Recorder(self.title)
        for party in self.world.vans.values():
            party.tell({"reset": True})

    def counter(self, merchant: str) -> Counter:
        """A counter of a merchant."""
        return Counter(self.world, merchant)

    def bad_day(self, party: str, fault: Fault, kind: Kind = Kind.AUTHORISE, **more: float) -> None:
        """Plan a fault, and say so."""
        self.world.vans[party].script(fault, kind=kind, **more)
        what = MENU[fault].replace("`seconds`", f"{more.get('seconds', 0):.0f} seconds")
        self.recorder.happens(f"{party}, at the next {kind}: {what}")

    def sale_for(self, counter: Counter, name: str, *, spare: str | None = None) -> PosRequest:
        """A sale of 11,000 won that the router gives to a destination first, and to the spare next."""
        card = CARDS.get(name) or another_card()
        while True:
            request = counter.pos.approval(AMOUNT_WON, CardInHand(card, EXPIRY))
            if counter.goes(request.key, card, name, spare):
                return request

    def closed(self, party: str) -> None:
        """Take a party off the line, and say so."""
        self.world.vans[party].tell({"line": "closed"})
        self.recorder.happens(f"{party} takes no connection")

    def ask(self, counter: Counter, request: PosRequest) -> Answer:
        """Ask and note."""
        return self.recorder.ask(counter.pos, request)

    def at_rest(self, key: str) -> Sale:
        """Wait until nothing is open, and take the sale's own story into the record."""
        sale_id = SaleId.parse(key)
        deadline = time.monotonic() + REST_SECONDS
        while True:
            sale = self.world.running.sales.read(sale_id)
            if sale is not None and not sale.is_open:
                break
            assert time.monotonic() < deadline, f"{key} is still open"  # noqa: S101 -- a bug
            time.sleep(0.2)
        exchanges = [*sale.trails(), *self.world.running.sales.evidence(sale_id)]
        self.parts.append(self.recorder.told(sale, exchanges))
        self.money = {str(one): _steady(sentence(sale, one), sale) for one in Language}
        return sale


def _steady(told: str, sale: Sale) -> str:
    for one in sale.attempts:
        told = told.replace(one.approval_number, "N1") if one.approval_number else told
    return told


def events_about(world: World, subject: str) -> list[dict[str, Any]]:
    """Every published event about a sale, a destination or a difference, in order."""
    return [one for one in published_events(world.running) if one["subject"] == subject]
