"""The real gateway over memory: its own handler, rules and signatures; AWS and the VAN are stood in for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from unittest.mock import patch

from functions.gateway.handler import handler
from payment_adapters import comparing, wiring
from payment_adapters.destinations import destination
from payment_adapters.http import trust
from payment_adapters.terminals.credentials import Credentials
from payment_adapters.terminals.key_ids import Terminal
from payment_adapters.terminals.record import TerminalRecord
from payment_core.approval.cancelling import try_cancel
from payment_core.approval.cheque_inquiry import ChequeAnswer, inquire_cheque
from payment_core.approval.model import Answer, Sale, SaleId
from payment_core.approval.net_cancel import Reach, undo
from payment_core.approval.outcome import Trail, Undone
from payment_core.approval.send import Route, send
from payment_core.kernel.card import Card, Entry
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.instrument import Instrument, Presented
from payment_core.kernel.tender import Tender
from tests.fakes.hands import Clock
from tests.fakes.journals import InMemoryJournals
from tests.fakes.links import ScriptedLink
from tests.fakes.sales import InMemorySales

MASTER: Final = b"the master of every terminal key"
CARD: Final = Card("4111111111111111", "1230", Entry.KEYED)
CUSTOMER: Final = Instrument("01012345678", Entry.KEYED)
CANCELLED: Final = Undone("0000", "취소 완료", trail=Trail(sent="0420", received="0430", started_at_ms=2))


@dataclass(frozen=True)
class Secret:
    """A secret that is simply there."""

    said: bytes

    def value(self) -> bytes:
        """Its bytes."""
        return self.said

    def values(self) -> tuple[bytes, ...]:
        """All that is valid of it now."""
        return (self.said,)


@dataclass
class Shelf:
    """Terminals' records, in memory."""

    records: dict[Terminal, TerminalRecord] = field(default_factory=dict)

    def read(self, terminal: Terminal) -> TerminalRecord:
        """What is known of a terminal."""
        return self.records.get(terminal, TerminalRecord())

    def write(self, terminal: Terminal, record: TerminalRecord) -> TerminalRecord | None:
        """Nobody else writes here."""
        self.records[terminal] = record
        return record


class Invocation:
    """What Lambda tells a handler about its run."""

    aws_request_id = "run-1"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until it is stopped."""
        return 28_000


@dataclass(frozen=True)
class Told:
    """What the gateway told."""

    http_status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Cheques:
    """Stands for the function cheque_inquiry: its rule, here and now."""

    link: ScriptedLink
    clock: Clock

    def ask(self, cheque: Cheque, merchant: str, terminal: str) -> ChequeAnswer | None:
        """Ask the only VAN there is."""
        hand = self.clock.hand("cheque_inquiry")
        return inquire_cheque(
            cheque, merchant, terminal, destinations=["hangang"], link=lambda _: self.link, hand=hand
        )


@dataclass
class Relay:
    """One relay: what it stores, what its VAN was asked, and the clock both live by."""

    clock: Clock = field(default_factory=Clock)
    sales: InMemorySales = field(default_factory=InMemorySales)
    journals: InMemoryJournals = field(default_factory=InMemoryJournals)
    terminals: Shelf = field(default_factory=Shelf)
    link: ScriptedLink = field(default_factory=lambda: ScriptedLink(cancels=[CANCELLED]))

    @contextmanager
    def installed(self) -> Iterator[Relay]:
        """Stand behind the gateway's wiring for a while."""
        instead = {
            "sales": lambda: self.sales,
            "claims": lambda: self.sales,
            "approval": lambda: self,
            "drivers": lambda: self,
            "cheque_inquiries": lambda: Cheques(self.link, self.clock),
            "card_sealer": lambda: self,
            "terminal_master": lambda: Secret(MASTER),
            "token_key": lambda: Secret(b"of cards"),
            "hand": lambda name, _: self.clock.hand(name, fence_seconds=28),
        }
        with ExitStack() as stack:
            for name, made in instead.items():
                stack.enter_context(patch.object(wiring, name, made))
            credentials = Credentials(Secret(MASTER).values, self.terminals, lambda: self.clock.at_ms)
            stack.enter_context(patch.object(trust, "credentials", lambda: credentials))
            stack.enter_context(patch.object(comparing, "journals", lambda: self.journals))
            stack.enter_context(patch.object(trust, "envelope_secret", lambda: Secret(b"of envelopes")))
            yield self

    def ask(self, event: dict[str, Any]) -> Told:
        """Put one event of API Gateway through the handler."""
        answered = handler(event, Invocation())
        headers = {name: values[0] for name, values in answered["multiValueHeaders"].items()}
        return Told(answered["statusCode"], headers, answered["body"])

    def state(self) -> tuple[dict[SaleId, int], int, int, int]:
        """What is stored and sent; a stored item is replaced, never changed, so its identity says enough."""
        items = {sale_id: id(item) for sale_id, item in self.sales.items.items()}
        return items, len(self.sales.kept), len(self.link.asked), len(self.journals.kept)

    def seal(self, sale_id: SaleId, presented: Presented) -> dict[str, object]:  # noqa: ARG002 -- the port's words
        """Stand for KMS: nothing is in the box."""
        return {}

    def approve(
        self,
        sale_id: SaleId,
        tender: Tender,  # noqa: ARG002 -- the port's words
        bin_digits: str,  # noqa: ARG002 -- the port's words
        sealed_card: Mapping[str, object],  # noqa: ARG002 -- the port's words
    ) -> Answer | None:
        """Stand for the approval workflow: one telegram, then what is stored."""
        hand = self.clock.hand()
        profile = destination("hangang").profile
        return send(
            sale_id,
            0,
            CARD,
            route=Route("the only one", "", profile.net_cancel_mode),
            sales=self.sales,
            link=self.link,
            profile=profile,
            hand=hand,
        ).answer

    def start_net_cancel(self, sale_id: SaleId, attempt: int, run: int) -> bool:  # noqa: ARG002 -- the port's words
        """Stand for the net-cancel workflow: its one task, here and now."""
        profile = destination("hangang").profile
        undo(
            sale_id,
            attempt,
            in_line=False,
            sales=self.sales,
            reach=Reach(lambda _: self.link, lambda _: profile, lambda _: CUSTOMER),
            hand=self.clock.hand(),
        )
        return True

    def start_cancel(self, sale: Sale, run: int) -> bool:  # noqa: ARG002 -- the port's words
        """Stand for the cancel workflow: its one task, here and now."""
        cancel_id = sale.open_cancel
        assert cancel_id, "a driver is started for a cancel that is open"  # noqa: S101 -- a bug
        try_cancel(
            sale.sale_id,
            cancel_id,
            sales=self.sales,
            link=self.link,
            profile=destination("hangang").profile,
            opened=lambda _: CUSTOMER,
            hand=self.clock.hand(),
        )
        return True
