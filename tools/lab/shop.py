"""The shop: tills with their clerks, and the network between them and API Gateway."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from payment_adapters.terminals.key_ids import Terminal as Signer
from payrelay.client.errors import PayrelayError
from payrelay.client.exchange import PosRequest
from payrelay.client.in_hand import Barcode, CardInHand, Customer, PointCard
from tools.lab.fleet import Asked, MemoryJournal, Till
from tools.lab.plan import CARDS, Act
from tools.lab.scheduler import Signal
from tools.lab.watch import kind_of
from tools.simulators.cards import UNIONPAY_CARD

if TYPE_CHECKING:
    from tools.lab.world import World

EXPIRY: Final = "1230"
CUSTOMER: Final = Customer("phone", "01012345678")
EVENINGS: Final = 30
BESIDE_MS: Final = (15, 120, 400)  # how much later something else comes: at once, in the middle, near the end
FIRST_TERMINAL: Final = 10_000_001  # a new one in each story: the id of a sale chooses its VAN
TERMINALS: Final = 80_000_000


class Shop:
    """The tills of one run.

    Attributes:
        dead_tills: Those whose power does not come back.
    """

    def __init__(self, world: World, master: bytes) -> None:
        """Put the tills of a plan up."""
        self._world = world
        self._scheduler = world.scheduler
        self._strikes = world.strikes
        self._requests = 0
        self._last_sale: dict[str, PosRequest] = {}
        self.dead_tills: set[int] = set()
        plan = world.plan
        self.tills = [
            Till(
                Signer(plan.merchant, str(FIRST_TERMINAL + plan.seed % TERMINALS + place), 1),
                master,
                world.scheduler,
                MemoryJournal(lines={}),
                self.carry,
                signs=plan.signs,
            )
            for place in range(len(plan.tills))
        ]

    def open(self) -> None:
        """The morning: every clerk begins."""
        plan = self._world.plan
        for place, acts in enumerate(plan.tills):
            task = self._scheduler.spawn("till", partial(self._stand, place, acts), about=place)
            task.skew_ms = plan.skew_seconds * 1_000 if place == 0 else 0

    def close(self) -> None:
        """The evening: whatever the journals hold open is settled."""
        for place in range(len(self.tills)):
            if place not in self.dead_tills:
                self._scheduler.spawn("till", partial(self._close_up, place), about=place)

    def carry(
        self, till: Till, request: PosRequest, event: dict[str, Any], timeout_ms: int
    ) -> dict[str, Any] | None:
        """Carry one request of a till, and the answer back if one comes in time."""
        scheduler = self._scheduler
        kind = kind_of(request.method, request.path)
        if kind == "approve" and not request.headers:
            self._last_sale[till.signer.key_id] = request
        strike = self._strikes.at(f"till:{kind}:request")
        does = strike.bad.does if strike else ""
        late_ms = round(strike.seconds * 1_000) if strike else 0
        if does in {"die", "die for good"}:
            self._till_dies(for_good=does != "die")
        if does == "garble" and event["body"]:
            event = {**event, "body": event["body"][:-8] + "AAAA" + event["body"][-4:]}
        if does in {"impatient", "replay", "net_cancel too", "cancel too"}:
            self._beside(does, till, request, event, late_ms)
        if does == "lose":
            scheduler.sleep(timeout_ms)
            return None
        told = self._deliver(till, request, event, late_ms if does == "delay" else 0)
        if not scheduler.wait(told, timeout_ms):
            return None
        strike = self._strikes.at(f"till:{kind}:answer")
        if strike is None:
            answered: dict[str, Any] = told.value
            return answered
        if strike.bad.does != "lose":
            self._till_dies(for_good=strike.bad.does != "die")
        scheduler.sleep(timeout_ms)
        return None

    def _deliver(self, till: Till, request: PosRequest, event: dict[str, Any], late_ms: int) -> Signal:
        """Have API Gateway asked; the signal is said when the answer is back."""
        scheduler, told = self._scheduler, Signal()
        self._requests += 1
        asked = Asked(request, event, till.signer.key_id, self._requests)
        kind = kind_of(request.method, request.path)

        def ask() -> None:
            if picture := self._world.picture:
                picture.asked(kind)
            answered = self._world.sandboxes.ask(event)
            if picture := self._world.picture:
                picture.answered(kind, answered)
            self._world.look(lambda: self._world.watch.answered(asked, answered))
            scheduler.later(self._way_ms(), lambda: scheduler.say(told, answered))

        scheduler.spawn("api", ask, after_ms=self._way_ms() + late_ms)
        return told

    def _way_ms(self) -> int:
        return 10 + self._scheduler.below(30)

    def _beside(
        self, does: str, till: Till, request: PosRequest, event: dict[str, Any], late_ms: int
    ) -> None:
        """Something else that reaches the relay at about the same time."""
        late_ms = late_ms or self._scheduler.below(self._scheduler.random.choice(BESIDE_MS))
        match does:
            case "replay":
                self._deliver(till, request, event, late_ms)
                return
            case "net_cancel too":
                other = till.net_cancel(request.sale_id)
            case "cancel too":
                other = till.cancel(request.sale_id)
                till.shelf.note("refused", other.key, "the lab's own")
            case _:
                other = request
        self._deliver(till, other, till.event(other), late_ms)

    def _till_dies(self, *, for_good: bool) -> None:
        """The power of the running till goes, and comes back after a while."""
        task = self._scheduler.current
        assert task is not None  # noqa: S101 -- a bug: somebody runs
        place = task.about
        if for_good:
            self.dead_tills.add(place)
        else:
            wait_ms = 2_000 + self._scheduler.below(60_000)
            self._scheduler.spawn("till", lambda: self._settle(place), about=place, after_ms=wait_ms)
        self._world.mishaps.die()

    def _stand(self, place: int, acts: tuple[Act, ...]) -> None:
        """A clerk's morning at one till."""
        for act in acts:
            self._scheduler.sleep(act.after_ms)
            with suppress(PayrelayError):
                self._act(place, act)

    def _act(self, place: int, act: Act) -> None:
        till = self.tills[place]
        last = self._last_sale.get(till.signer.key_id)
        match act.what:
            case "sell":
                till.sell(act.amount_won, CardInHand(CARDS[act.card], EXPIRY, cvc="123"))
            case "cancel" | "cancel rest" if last:
                till.give_back(last.key)
            case "cancel part" if last:
                till.give_back(last.key, amount_won=act.amount_won)
            case "other amount" if last:
                body = last.body.replace(b'"amount_won": ', b'"amount_won": 1')
                till.send(replace(last, body=body, headers={"X-Lab": "other"}))
            case "net_cancel" if last:
                till.send(till.net_cancel(last.key))
            case _:
                self._act_without_a_card(till, act, last)
        if act.what == "sell" and place == 0 and self._world.plan.forgets:
            till.shelf.lines.clear()

    @staticmethod
    def _act_without_a_card(till: Till, act: Act, last: PosRequest | None) -> None:
        match act.what:
            case "sell by unionpay":
                till.sell(act.amount_won, CardInHand(UNIONPAY_CARD, EXPIRY), tender="unionpay")
            case "use points":
                till.sell_by(act.amount_won, PointCard("990011223344", "4826"))
            case "pay by barcode":
                till.sell_by(act.amount_won, Barcode("280012345678901234567890"))
            case "issue receipt":
                till.issue_receipt(act.amount_won, "income_deduction", CUSTOMER)
            case "take back receipt" if last:
                till.take_back_receipt(last.key, "other", CUSTOMER)
            case _:
                pass

    def _close_up(self, place: int) -> None:
        """The evening: settle until the journal holds nothing open."""
        for _ in range(EVENINGS):
            self._settle(place)
            if not any(entry.is_open for entry in self.tills[place].shelf.entries()):
                return
            self._scheduler.sleep(60_000)

    def _settle(self, place: int) -> None:
        with suppress(PayrelayError):
            self.tills[place].settle_pending()
