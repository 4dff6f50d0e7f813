"""A counter of any merchant, and sales that the router gives to whom a story needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from payment_adapters.destinations import destination, destinations
from payment_adapters.merchants import known_destinations, merchant
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import Sale, SaleId
from payment_core.routing.van_router import Asked, Choice, choose
from payrelay.client import Answer, CardInHand, PosRequest
from tests.system.stories import EXPIRY, eventually
from tools.simulators.cards import another_card
from tools.world.truth import known_as
from tools.world.world import World

ALL = [one.profile.name for one in destinations()]
ISSUERS = [name for name in ALL if destination(name).kind == "issuer"]
EVERY_CONTRACT, A_SINGLE_VAN, FOUR_VANS = "1002", "1003", "1004"
CARDS = {"bada": "5555555555554444", "sol": "378282246310005"}
FAR_AHEAD = 1_000_000  # approvals that halve a VAN's weight and double all others: no month draws otherwise
amounts = count(20_000, 10)  # a card may pay again at once only another amount


@dataclass
class Counter:
    """A counter of a merchant, and everybody its sales may go to."""

    world: World
    merchant: str

    def __post_init__(self) -> None:
        """Open it."""
        self.pos = self.world.running.pos(Terminal(self.merchant, f"{self.merchant}0001", 1))

    @classmethod
    def selling_over(cls, world: World, name: str) -> Counter:
        """A counter whose merchant has a contract with a destination, and sends it sales first."""
        return cls(world, EVERY_CONTRACT if name in ISSUERS else FOUR_VANS)

    def sale_for(self, name: str, *, spare: str | None = None) -> PosRequest:
        """A sale that the router gives to a destination first, and to the spare next."""
        card = CARDS.get(name) or another_card()
        while True:
            request = self.pos.approval(next(amounts), CardInHand(card, EXPIRY))
            if self.goes(request.key, card, name, spare):
                return request

    def goes(self, sale_id: str, card: str, name: str, spare: str | None) -> bool:
        """Whether a sale goes to a destination first and to the spare next, whatever the month has so far."""
        months: list[dict[str, int]] = [{}, {name: FAR_AHEAD}, *([{spare: FAR_AHEAD}] if spare else [])]
        choices = [self.choice(sale_id, card, month) for month in months]
        return all(one.destination == name and spare in {None, one.spare} for one in choices)

    def choice(self, sale_id: str, card: str, approvals: Mapping[str, int]) -> Choice:
        asked = Asked(sale_id, SaleId.parse(sale_id).business_date, card[:6], approvals=approvals)
        return choose(merchant(self.merchant).plan, known_destinations(), asked)

    def truth(self, sale_id: str) -> Sale:
        sale = self.world.running.sales.read(SaleId.parse(sale_id))
        assert sale is not None
        return sale

    def at_rest(self, sale_id: str) -> Sale:
        eventually(lambda: not self.truth(sale_id).is_open)
        return self.truth(sale_id)

    def fates(self, sale_id: str) -> list[str]:
        """What each attempt came to by the books of whoever was asked; empty where nothing is known of it."""
        sale = self.truth(sale_id)
        keys = [known_as(sale, index) for index in range(len(sale.attempts))]
        return [
            next(
                (
                    one["fate"]
                    for one in self.world.vans[name].authorisations()
                    if (one["terminal"], one["serial"]) == (terminal, number)
                ),
                "",
            )
            for name, terminal, number in keys
        ]

    def asked(self, sale_id: str) -> list[str]:
        return [attempt.destination for attempt in self.truth(sale_id).attempts]

    def pay(self, request: PosRequest) -> Answer:
        return self.pos.send(request)
