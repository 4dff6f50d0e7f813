"""The tills of three merchants and what they sell on a day, from a seed; and a shop's own list of it.

A till is the published client with its journal. The shop's list (가맹점 거래내역) is what the journals hold
and the slips show: nothing of it comes from payrelay's tables or from any party's books.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final, Literal

from payment_adapters.terminals.key_ids import Terminal as Signer
from payrelay.client.errors import PayrelayError
from payrelay.client.in_hand import Barcode, CardInHand, Customer, PointCard
from payrelay.client.results import Sold
from tools.lab.fleet import MemoryJournal, Till
from tools.month.world import MonthWorld
from tools.simulators.cards import UNIONPAY_CARD, another_check_card, another_of_series
from tools.simulators.settlement.view import Entry, card_in_files

TERMINALS: Final = {
    "1001": ("10010001", "10010002"),
    "1002": ("10020001", "10020002"),
    "1003": ("10030001",),
}
OPENS, CLOSES = 9.0, 20.0  # hours
EXPIRY: Final = "1230"
CUSTOMER: Final = Customer("phone", "01012345678")
LEAST_OF_INSTALMENTS_WON: Final = 60_000
MONTHS: Final = (2, 3, 6, 12)
REFUND_DAYS: Final = 6  # how long a customer may bring something back
What = Literal[
    "credit", "check", "instalments", "unionpay", "points", "barcode", "receipt", "cancel", "part", "refund"
]
WEIGHTS: Final[dict[What, int]] = {
    "credit": 30, "check": 12, "instalments": 8, "unionpay": 6, "points": 6, "barcode": 6, "receipt": 5,
    "cancel": 5, "part": 5, "refund": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """What a till printed for one sale that it showed as approved."""

    sale_id: str
    business_date: str
    what: What
    card: str
    time: str
    amount_won: int
    installment_months: int


@dataclass
class Counter:
    """One till with its slips.

    Attributes:
        slips: By sale.
        given_back: Sales of which something was given back.
    """

    merchant: str
    terminal: str
    till: Till
    slips: dict[str, Slip] = field(default_factory=dict)
    given_back: set[str] = field(default_factory=set)


class Shops:
    """All tills of a month."""

    def __init__(self, world: MonthWorld, seed: int, sales_a_till: int) -> None:
        """Put them up."""
        self._world, self._seed, self._sales = world, seed, sales_a_till
        master = world.cloud.secrets["TerminalSecret"].value.encode()
        self.counters = [
            Counter(merchant, terminal, self._till(merchant, terminal, master))
            for merchant, terminals in TERMINALS.items()
            for terminal in terminals
        ]

    def open(self, day: str, *, is_quiet: bool = False) -> None:
        """Every till sells through its day; on a quiet one a little, and nothing is given back."""
        for counter in self.counters:
            chance = Random(f"{self._seed}/{counter.terminal}/{day}")  # noqa: S311 -- the same every time
            work = partial(self._stand, counter, day, chance, is_quiet=is_quiet)
            self._world.scheduler.spawn("till", work, about=counter.terminal)

    def close(self) -> None:
        """Every journal is settled until nothing in it is open."""
        for counter in self.counters:
            with suppress(PayrelayError):
                counter.till.settle_pending()
                counter.till.deliver_journal()

    def list_of(self, merchant: str, day: str) -> list[Entry]:
        """A merchant's own list of a day: its journals, with what stands on their slips."""
        entries = [
            entry
            for counter in self.counters
            if counter.merchant == merchant
            for entry in self._list_of(counter, day)
        ]
        return sorted(entries, key=lambda one: (one.time, one.terminal, one.approval_number))

    @staticmethod
    def _list_of(counter: Counter, day: str) -> Iterator[Entry]:
        known = {one.key: one for one in counter.till.shelf.entries()}
        for entry in known.values():
            slip = counter.slips.get(entry.sale_id)
            if entry.words["business_date"] != day or slip is None or slip.what == "receipt":
                continue
            row = entry.row()
            if row["shown"] not in {"APPROVED", "DONE"} or entry.state == "REFUND":
                continue
            yield Entry(
                is_cancel=entry.what == "cancel",
                terminal=counter.terminal,
                card=slip.card,
                acquirer="",
                date=day,
                time=slip.time,
                sale_date=slip.business_date,
                installment_months=slip.installment_months,
                amount_won=row.get("amount_won", slip.amount_won),
                approval_number=known[entry.sale_id].approval_number,
                merchant_number=counter.merchant,
            )

    def _till(self, merchant: str, terminal: str, master: bytes) -> Till:
        signer = Signer(merchant, terminal, 1)
        world = self._world
        return Till(signer, master, world.scheduler, MemoryJournal(lines={}), world.shop.carry, signs=False)

    def _stand(self, counter: Counter, day: str, chance: Random, *, is_quiet: bool) -> None:
        many = max(2, self._sales // 3) if is_quiet else self._sales
        hours = sorted(chance.uniform(OPENS, CLOSES) for _ in range(many))
        for place, hour in enumerate(hours):
            self._world.sleep_until(day, hour)
            what = self._drawn(place, chance, is_quiet=is_quiet)
            with suppress(PayrelayError):  # refused: the clerk shrugs
                self._act(counter, day, what, chance)

    def _drawn(self, place: int, chance: Random, *, is_quiet: bool) -> What:
        if is_quiet:
            return ("credit", "unionpay", "points", "check")[place % 4]
        return chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]

    def _act(self, counter: Counter, day: str, what: What, chance: Random) -> None:
        amount_won = 100 * chance.randrange(30, 900)
        match what:
            case "cancel" | "part" | "refund":
                self._give_back(counter, day, what, chance)
            case "unionpay":
                card = CardInHand(UNIONPAY_CARD, EXPIRY)
                sold = counter.till.sell(amount_won, card, tender="unionpay")
                self._keep(counter, day, what, card_in_files(card.number), sold, amount_won)
            case "points" | "barcode":
                number = f"{99 if what == 'points' else 28}{chance.randrange(10**10):010d}"
                number = number if what == "points" else f"{number}{chance.randrange(10**12):012d}"
                by = PointCard(number, "4826") if what == "points" else Barcode(number)
                amount_won = min(amount_won, 49_000)
                sold = counter.till.sell_by(amount_won, by)
                self._keep(counter, day, what, card_in_files(number), sold, amount_won)
            case "receipt":
                sold = counter.till.issue_receipt(amount_won, "income_deduction", CUSTOMER)
                self._keep(counter, day, what, "", sold, amount_won)
            case _:
                self._sell(counter, day, what, amount_won, chance)

    def _sell(self, counter: Counter, day: str, what: What, amount_won: int, chance: Random) -> None:
        number = chance.choice((another_of_series(chance), "5555555555554444", "378282246310005"))
        number = another_check_card(chance) if what == "check" else number
        months = chance.choice(MONTHS) if what == "instalments" else 0
        if months:
            amount_won += LEAST_OF_INSTALMENTS_WON
        sold = counter.till.sell(
            amount_won,
            CardInHand(number, EXPIRY, cvc="123"),
            tender="check_card" if what == "check" else "card",
            installment_months=months,
        )
        self._keep(counter, day, what, card_in_files(number), sold, amount_won, months)

    def _keep(
        self,
        counter: Counter,
        day: str,
        what: What,
        card: str,
        sold: object,
        amount_won: int,
        months: int = 0,
    ) -> None:
        if isinstance(sold, Sold):
            time = f"{counter.till.clock.in_korea():%H%M%S}"
            counter.slips[sold.sale_id] = Slip(sold.sale_id, day, what, card, time, amount_won, months)

    @staticmethod
    def _give_back(counter: Counter, day: str, what: What, chance: Random) -> None:
        of_today = what != "refund"
        old = [
            slip
            for slip in list(counter.slips.values())[-200:]
            if (slip.business_date == day) == of_today
            and slip.sale_id not in counter.given_back
            and slip.what not in {"receipt", "points", "barcode"}
            and int(day) - int(slip.business_date) <= REFUND_DAYS
        ]
        if not old:
            return
        slip = chance.choice(old)
        counter.given_back.add(slip.sale_id)
        is_part = what == "part" or chance.choice((True, False))
        part_won = 100 * max(1, slip.amount_won // 300) if is_part else None
        counter.till.give_back(slip.sale_id, amount_won=part_won)
