"""Plans: over whom a merchant's sales may go, what share each VAN gets, and from which business date.

Read from merchants/ by payment_adapters/merchants.py. Promise: tests/spec/test_plan.py.
Story: docs/flows/van_router.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender


@dataclass(frozen=True)
class Destination:
    """What routing must know of a VAN or an issuer, from its own file.

    Attributes:
        is_issuer: Reached directly (직승인); else a VAN.
        serves_bins: Prefixes of the cards it can decide about; none for a VAN that takes every card.
        net_cancel_mode: What its own contract says.
        tenders: What it can be paid with.
        takes_cheques: It can be asked whether a cheque is good.
    """

    name: str
    is_issuer: bool
    serves_bins: tuple[str, ...]
    net_cancel_mode: NetCancelMode
    tenders: frozenset[Tender] = frozenset({Tender.CARD})
    takes_cheques: bool = False

    def serves(self, bin_digits: str) -> bool:
        """Whether it can decide about a card."""
        if not self.serves_bins:
            return not self.is_issuer
        return bin_digits.startswith(self.serves_bins)


@dataclass(frozen=True)
class Terms:
    """What holds from one business date on, until the next terms.

    Attributes:
        since: YYYYMMDD; empty for the terms that a plan begins with.
        vans: VAN → its share in basis points; together 10,000.
        direct: Issuers that the merchant has a contract with.
        net_cancel_mode: As configured for the VANs; ``None`` where the rule decides.
    """

    since: str
    vans: Mapping[str, int]
    direct: tuple[str, ...] = ()
    net_cancel_mode: NetCancelMode | None = None

    def net_cancel_mode_of(self, destination: Destination) -> NetCancelMode:
        """Who undoes what this destination never answered.

        A single VAN undoes by itself unless configured otherwise, and there is nowhere else to approve again
        (docs/adr/0019). Contracts count here, not health: an open breaker changes no mode.
        """
        if destination.is_issuer or destination.net_cancel_mode is NetCancelMode.VAN_OWNED:
            return destination.net_cancel_mode
        by_rule = NetCancelMode.VAN_OWNED if len(self.vans) == 1 else NetCancelMode.RELAY
        return self.net_cancel_mode or by_rule


@dataclass(frozen=True)
class Plan:
    """All terms of one merchant, oldest first; the name is that of its file."""

    name: str
    terms: tuple[Terms, ...]

    def counts_since(self, business_date: str) -> str:
        """From which business date approvals speak for a sale's shares: its month's, or its terms' first."""
        return max(f"{business_date[:6]}01", self.on(business_date).since)

    def on(self, business_date: str) -> Terms:
        """The terms of a sale, by its own business date: a retry after midnight is routed alike."""
        return [one for one in self.terms if one.since <= business_date][-1]
