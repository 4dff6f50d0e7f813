"""A till, a relay and a destination in memory: the builders every sentence of tests/spec is told with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from payment_core.approval.accept import SaleRequest, accept
from payment_core.approval.cancel import CancelRequest, begin_cancel
from payment_core.approval.cancelling import Repeating, try_cancel
from payment_core.approval.cash_receipt import TakenBack
from payment_core.approval.claim import Record, claim, records_of
from payment_core.approval.model import Answer, Sale, SaleId
from payment_core.approval.net_cancel import Reach, Undoing, undo
from payment_core.approval.ports import Nonce, Profile
from payment_core.approval.pos_net_cancel import undo_for_pos
from payment_core.approval.send import Route, Sent, send
from payment_core.approval.sweeper import wake
from payment_core.kernel.card import Card, Entry
from payment_core.kernel.instrument import Instrument
from payment_core.kernel.language import Language
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender
from tests.fakes.drivers import FakeDrivers
from tests.fakes.hands import Clock
from tests.fakes.links import SILENCE, ScriptedLink
from tests.fakes.sales import InMemorySales

SALE_ID = SaleId("1001", "10010001", 1, "20261120", 42)
CARD = Card("4111111111111111", "1230", Entry.KEYED, cvc="123")
HANGANG = Profile(
    name="hangang",
    net_cancel_mode=NetCancelMode.RELAY,
    net_cancel_first_delay_seconds=0,
    leaves_tombstone=False,
    max_processing_seconds=60,
    answer_seconds=11,
)


def opened(box: Mapping[str, str]) -> Instrument:
    """Take a customer out of a box that hides nothing."""
    return Instrument(box["box"], Entry.KEYED)


@dataclass
class Till:
    """Everything one sale needs; each method is one hand doing one thing."""

    profile: Profile = HANGANG
    link: ScriptedLink = field(default_factory=ScriptedLink)
    sales: InMemorySales = field(default_factory=InMemorySales)
    drivers: FakeDrivers = field(default_factory=FakeDrivers)
    clock: Clock = field(default_factory=Clock)
    sale_id: SaleId = SALE_ID
    sealed_customer: Mapping[str, str] = field(default_factory=dict)
    nonces: count[int] = field(default_factory=lambda: count(1))

    def request(self, **said: object) -> SaleRequest:
        """The words of an 11,000 won sale, changed where a test says so."""
        usual = SaleRequest(
            sale_id=self.sale_id,
            tender=Tender.CARD,
            amount_won=11_000,
            vat_won=1_000,
            service_won=0,
            tax_free_won=0,
            installment_months=0,
            card_masked="411111******1111",
            card_token="token",  # noqa: S106 -- a name for a card, not a password
            fingerprint="as first sent",
            nonce=Nonce("1001.10010001.1", f"nonce-{next(self.nonces)}"),
            language=Language.ENGLISH,
            double_tap_seconds=2,
            deadline_at_ms=self.clock.at_ms + 26_000,
        )
        return replace(usual, **said)  # type: ignore[arg-type]  # tests name fields of the request

    def accept(self, **said: object) -> Answer | None:
        """The gateway claims the sale."""
        hand = self.clock.hand("gateway")
        return accept(self.request(**said), self.sales, self.sales, hand, self.sealed_customer)

    def send(self, index: int = 0, *, fence_seconds: int = 24, spare: bool = False) -> Sent:
        """A sender makes one attempt."""
        return send(
            self.sale_id,
            index,
            CARD,
            route=Route("drawn by the sale's id", "namsan" if spare else "", self.profile.net_cancel_mode),
            sales=self.sales,
            link=self.link,
            profile=self.profile,
            hand=self.clock.hand("van_link", fence_seconds=fence_seconds),
        )

    def undo(self, index: int = 0, *, in_line: bool = False, busy: bool = False) -> Undoing:
        """One try of a net-cancel."""
        return undo(
            self.sale_id,
            index,
            in_line=in_line,
            busy=busy,
            sales=self.sales,
            reach=Reach(lambda _name: self.link, lambda _name: self.profile, opened),
            hand=self.clock.hand("net_cancel"),
        )

    def undo_for_pos(self) -> Sale:
        """The POS net-cancels."""
        return undo_for_pos(
            self.sale_id,
            Language.ENGLISH,
            sales=self.sales,
            drivers=self.drivers,
            hand=self.clock.hand("gateway"),
        )

    def wake(self, name: str = "minute_sweeper") -> Sale | None:
        """A waker looks at the sale."""
        return wake(self.sale_id, sales=self.sales, drivers=self.drivers, hand=self.clock.hand(name))

    def begin_cancel(
        self,
        sequence: int = 43,
        amount_won: int | None = None,
        vat_won: int | None = None,
        *,
        business_date: str = "20261120",
        taken_back: TakenBack | None = None,
    ) -> Sale:
        """The gateway begins a cancel."""
        asked = CancelRequest(self.sale_id, business_date, sequence, amount_won, vat_won, taken_back)
        return begin_cancel(asked, self.sales, self.clock.hand("gateway"))

    def try_cancel(self, sequence: int = 43) -> Repeating:
        """One try of a cancel."""
        return try_cancel(
            self.sale_id,
            f"20261120-{sequence}",
            sales=self.sales,
            link=self.link,
            profile=self.profile,
            opened=opened,
            hand=self.clock.hand("van_link"),
        )

    def claim(self, batch: str = "day 1") -> None:
        """Settlement takes what the sale has waiting."""
        claim(self.sale_id, batch, sales=self.sales, queue=self.sales, hand=self.clock.hand("settlement"))

    def batch(self, batch: str) -> list[Record]:
        """What a batch holds."""
        return list(records_of(batch, sales=self.sales, queue=self.sales))

    @property
    def sale(self) -> Sale:
        """The truth now."""
        sale = self.sales.read(self.sale_id)
        assert sale is not None
        return sale

    @property
    def asked(self) -> list[str]:
        """What the destination was asked, in order."""
        return [kind for kind, _ in self.link.asked]

    @property
    def steps(self) -> list[str]:
        """The sale's history in words."""
        return [str(entry.step) for entry in self.sale.history]


def an_approved_sale(**more: ScriptedLink | Profile) -> Till:
    """A till whose 11,000 won sale was sent, and approved unless the link says otherwise."""
    till = Till(**more)  # type: ignore[arg-type]  # tests name fields of the till
    till.accept()
    till.send()
    return till


def an_unanswered_sale(**more: ScriptedLink | Profile) -> Till:
    """A till whose sale was sent and never answered."""
    return an_approved_sale(**{"link": ScriptedLink(authorisations=[SILENCE]), **more})
