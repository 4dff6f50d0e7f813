"""All seven destinations as processes, and lines to them; each is started once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

from payment_adapters.destinations import destination, destinations
from payment_adapters.networks.filling import Mac, software_mac
from payment_adapters.networks.link import TelegramLink
from payment_adapters.networks.words import number_of
from payment_adapters.sockets import Address
from payment_core.approval.outcome import Approved, AuthorisationOutcome, Outcome
from payment_core.approval.ports import Order
from payment_core.kernel.card import Card, Entry
from tests.adapters.orders import ORDER
from tests.fakes.hands import NOON_IN_SEOUL_MS
from tools.simulators.faults import Fault
from tools.simulators.parties.bada import MAC_KEY
from tools.simulators.process import Van

NAMES: Final = tuple(one.profile.name for one in destinations())
WITH_SESSIONS: Final = tuple(one.profile.name for one in destinations() if one.handshake)
WITH_INQUIRY: Final = tuple(one.profile.name for one in destinations() if one.profile.has_inquiry)
CARDS: Final = {"bada": "5555555555554444", "sol": "378282246310005"}
MACS: Final = {"bada": software_mac(MAC_KEY)}
CVC: Final = "917"
LIMIT_WON: Final = 5_000_000
PATIENT_SECONDS: Final = 6  # for an answer that comes
BRIEF_SECONDS: Final = 2  # for silence: half of it on the socket
BUDGET_MS: Final = 10_000

_sequences = count(1)


def an_order(*, amount_won: int = 11_000) -> Order:
    """A sale of its own: no two tests name the same at one party."""
    trace_number = f"001{next(_sequences):08d}0"
    return replace(
        ORDER,
        trace_number=trace_number,
        original_trace_number=trace_number,
        amount_won=amount_won,
        original_amount_won=amount_won,
    )


def a_cancel_of(order: Order, approval_number: str, amount_won: int) -> Order:
    """A cancel, under a number of its own."""
    return replace(
        order,
        trace_number=f"001{next(_sequences):08d}0",
        amount_won=amount_won,
        vat_won=0,
        original_approval_number=approval_number,
    )


def card_of(name: str) -> Card:
    """A card that the destination serves, keyed in."""
    return Card(CARDS.get(name, "4111111111111111"), "1230", Entry.KEYED, cvc=CVC)


@dataclass
class Running:
    """One party that runs, and our side of its line."""

    name: str
    van: Van

    def line(self, *, seconds: int = PATIENT_SECONDS, mac: Mac | None = None) -> TelegramLink:
        """A line that waits so long in all, less half a second."""
        return TelegramLink(
            destination(self.name),
            Address.parse(self.van.address),
            lambda: NOON_IN_SEOUL_MS,
            answer_seconds=seconds,
            mac=mac or MACS.get(self.name),
        )

    def authorise(self, order: Order, *, seconds: int = PATIENT_SECONDS) -> AuthorisationOutcome:
        """One authorisation; whatever it comes to, its trail shows no card."""
        outcome = self.line(seconds=seconds).authorise(order, card_of(self.name), BUDGET_MS)
        self.shows_no_card(outcome)
        return outcome

    def shows_no_card(self, outcome: Outcome) -> None:
        """Neither as text nor packed two digits to a byte."""
        number = card_of(self.name).number
        packed = bytes.fromhex(number if len(number) % 2 == 0 else f"0{number}").decode("latin-1")
        for shown in (outcome.trail.sent, outcome.trail.received):
            assert number not in shown
            assert packed not in shown

    def live(self, order: Order) -> bool:
        """Whether money is held for this sale, by its books."""
        return self.fate(order) == "approved"

    def fate(self, order: Order) -> str:
        """What its books say of this sale; empty if they do not know it."""
        number = number_at(self.name, order)
        return next((one["fate"] for one in self.van.authorisations() if one["serial"] == number), "")

    def script(self, fault: Fault, kind: str, **more: float) -> None:
        """Plan one telegram."""
        self.van.script(fault, kind=kind, **more)


def number_at(name: str, order: Order) -> str:
    """The number by which a destination knows a sale."""
    return number_of(destination(name), order)


def start(name: str, folder: Path) -> Running:
    """Start a party by name."""
    return Running(name, Van.start(folder / f"{name}.jsonl", folder / f"{name}.log", spec=name))


def approved(party: Running, order: Order) -> Approved:
    """Authorise it: it is approved."""
    outcome = party.authorise(order)
    assert isinstance(outcome, Approved), outcome
    return outcome


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def undone(party: Running, order: Order, *, seconds: int = PATIENT_SECONDS) -> Outcome:
    """Net-cancel it."""
    outcome = party.line(seconds=seconds).net_cancel(order, BUDGET_MS)
    party.shows_no_card(outcome)
    return outcome


def asked(party: Running, order: Order, *, seconds: int = PATIENT_SECONDS) -> Outcome:
    """Inquire about it."""
    outcome = party.line(seconds=seconds).inquire(order, BUDGET_MS)
    party.shows_no_card(outcome)
    return outcome
