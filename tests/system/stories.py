"""What a story is told with: one terminal, its VAN, and patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from payrelay.client import Answer, CardInHand, PosRequest
from tools.simulators.cards import another_card
from tools.world.world import World

GOOD_CARD = "4111111111111111"
CARD_OVER_ITS_LIMIT = "4000000000000002"
EXPIRY = "1230"
CVC = "123"
PATIENCE_SECONDS = 60
HORIZON_SECONDS = 120  # what a VAN never saw is undone only after it
POLL_SECONDS = 0.1


class Story:
    """A POS at one counter, and the VAN behind the relay."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pos = world.running.pos()
        self.van = world.vans["hangang"]
        self.api_key = world.running.merchant_key("1001")

    def a_sale(self, amount_won: int = 11_000, *, card: str = "") -> PosRequest:
        """A sale by a card that no other sale keeps busy, unless one is named."""
        return self.pos.approval(amount_won, CardInHand(card or another_card(), EXPIRY, CVC))

    def approved(self, amount_won: int = 11_000) -> str:
        """The id of a sale that was approved just now."""
        request = self.a_sale(amount_won)
        answer = self.pos.send(request)
        assert answer.words["state"] == "APPROVED"
        return request.key

    def cancelled(self, sale_id: str, **amounts: int) -> Answer:
        return self.pos.send(self.pos.cancel(sale_id, **amounts))

    def now(self, sale_id: str) -> dict[str, Any]:
        """How payrelay says the sale stands."""
        return self.pos.send(self.pos.look(sale_id)).words

    def state_after(self, sale_id: str, *, passing: str, seconds: float = PATIENCE_SECONDS) -> str:
        """The sale's state once it is no longer `passing`."""
        told = {"state": passing}

        def moved() -> bool:
            told.update(self.now(sale_id))
            return told["state"] != passing

        eventually(moved, seconds)
        return told["state"]

    def at_the_van(self, sale_id: str) -> dict[str, Any] | None:
        """What the VAN's books hold about the sale."""
        epoch, _, sequence = sale_id.split("-")[2:]
        serial = f"{int(epoch):03d}{int(sequence):08d}0"
        terminal = sale_id.split("-")[1]
        found = [
            one for one in self.van.authorisations() if (one["serial"], one["terminal"]) == (serial, terminal)
        ]
        assert len(found) <= 1, "one sale, one authorisation"
        return found[0] if found else None

    def fate(self, sale_id: str) -> str:
        found = self.at_the_van(sale_id)
        return found["fate"] if found else "unknown"

    def telegrams(self, kind: str = "authorise") -> int:
        return self.van.telegrams().get(kind, 0)


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it holds; fail when patience ends."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(POLL_SECONDS)
